import { readConfig } from './config.ts';
import { knowledgeContract } from './contract.ts';
import { livePlace } from './live-place.ts';

knowledgeContract(() => livePlace(readConfig(), (line) => process.stdout.write(`${line}\n`)));
