import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { restoringPage } from './restoring.ts';

writeFileSync(fileURLToPath(new URL('../../docs/restoring.md', import.meta.url)), restoringPage());
