import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { statesPage } from './states.ts';

writeFileSync(fileURLToPath(new URL('../../docs/states.md', import.meta.url)), statesPage());
