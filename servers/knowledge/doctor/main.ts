import { allCapabilities, knowledgeCapabilities as capabilities } from '#capabilities/index.ts';
import { runDoctor } from '#shared/server/run-doctor.ts';
import { readConfig } from '../config.ts';

await runDoctor({ readConfig, allCapabilities, capabilities, divisions: 'namespaces' });
