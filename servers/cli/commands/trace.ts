import type { Command } from 'commander';
import { request } from '../http.ts';
import { print } from '../output.ts';
import { renderEntry, renderReads } from '../render/trace.ts';
import { timeOf } from '../time.ts';
import { entryTrace, readsBefore } from '../trace.ts';
import { connectionOf } from './shared.ts';

const help = `
Of a change it tells what its agent had read in the 24 hours before it asked, on all servers, the latest first. Of an entry
it tells who read which revision of it since a time, which changes were asked for within 24 hours after that, what those
wrote, who read that, and so on: what may have come of it, not what did. An entry is named as a read shows it (WEB-12,
acme/web#7, acme/web:README.md, the title of a page), or as SERVER/THING (tickets/ticket:10023). What an entry may have
influenced is told to auditors and responders, and at this machine's own console.

Examples:
  $ countersign trace chg_01kagv2xq6w0c5z8t4m1n7p3rd
  $ countersign trace WEB-12 --since 2d
  $ countersign trace knowledge/page:12 --since 2027-03-01T08:00:00Z --json`;

/** `countersign trace` */
export function traceCommand(countersign: Command): void {
  countersign
    .command('trace')
    .summary('tell what was read before a change, or what an entry may have influenced')
    .description('Tells what an agent had read before a change, or what an entry may have influenced.')
    .argument('<what>', 'a change, by its id, or an entry')
    .option(
      '--since <time>',
      'of an entry, from when on: a time such as 2027-03-01T08:00:00Z, or 30m, 2h, 3d ago; 30d unless given',
      timeOf,
    )
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(async (what: string, options: { since?: string; json?: boolean }, command: Command) => {
      const connection = connectionOf(command);
      if (/^chg_[0-9a-z]{26}$/.test(what)) {
        const found = await request(connection, `/changes/${what}/reads`, readsBefore);
        print(options.json, found, () => renderReads(what, found));
        return;
      }
      const query = new URLSearchParams({ entry: what, since: options.since ?? timeOf('30d') });
      const found = await request(connection, `/trace?${query}`, entryTrace);
      print(options.json, found, () => renderEntry(found));
    });
}
