import type { Status } from '#shared/changes/transitions.ts';
import type { Nudge } from '#shared/ledger/nudges.ts';
import { reveal } from '../view/reveal.ts';

/** How each state reads after what was asked for; those without a text are told to nobody. */
const said: Readonly<Partial<Record<Status, string>>> = {
  pending: 'waits for a person to decide',
  applied: 'was carried out',
  rejected: 'was rejected',
  expired: 'expired: nobody decided or carried it out in time',
  stale: 'is stale: what it would have written had changed',
  revoked: 'was revoked before it was carried out',
  failed: 'failed: nothing was done',
  partial: 'was done in part: somebody has to look at it',
  unknown: 'is in doubt: an answer was lost, and it is being looked into',
};

/** A message for people in a Slack-compatible channel: who asks for what, on what, and where to look at it. */
export function slackText(change: {
  readonly who: string;
  readonly tool: string;
  readonly target: string | null;
  readonly status: Status;
  readonly nudge: Nudge | null;
  readonly link: string;
}) {
  const { who, tool, target, status, nudge, link } = change;
  const on = target === null ? '' : ` on ${inert(target)}`;
  return {
    text: `${inert(who)}: ${inert(tool)}${on} ${nudge === null ? (said[status] ?? status) : saidAgain(nudge)}. <${escaped(link)}|Look at it in the console>`,
    // Whatever else could be taken for a name or an address stays text, and no preview of anything is fetched.
    parse: 'none',
    link_names: false,
    unfurl_links: false,
    unfurl_media: false,
  };
}

/** So many of those who are told are named. */
const mostNamed = 5;

function saidAgain({ kind, told }: Nudge): string {
  const names = told.slice(0, mostNamed).map((one) => (one === 'local' ? 'whoever is signed in' : reveal(one)));
  const more = told.length > mostNamed ? ` and ${told.length - mostNamed} more` : '';
  const who = `${inert(names.join(', '))}${more}`;
  return kind === 'reminder' ? `still waits for ${who} to decide` : `has waited too long: ${who} should decide it`;
}

/** The three characters by which Slack's markup begins: https://docs.slack.dev, "Formatting message text". */
function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/**
 * Text in which nothing is markup, also not for receivers of the same form that read Markdown into it: the sign of a mention
 * becomes the wide one, the signs of bold, code, tables and links in brackets an apostrophe, and addresses fall apart.
 */
function inert(text: string): string {
  return escaped(
    text
      .replace(/@/g, '＠')
      .replace(/[`*~[\]|]/g, "'")
      .replaceAll('://', ': //'),
  );
}
