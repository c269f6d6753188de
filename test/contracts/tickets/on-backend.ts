import { readConfig } from './config.ts';
import { ticketContract } from './contract.ts';
import { livePlace } from './live-place.ts';

ticketContract(() => livePlace(readConfig(), (line) => process.stdout.write(`${line}\n`)));
