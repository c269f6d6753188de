import type { Status } from '#shared/changes/transitions.ts';

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
  readonly link: string;
}) {
  const { who, tool, target, status, link } = change;
  const on = target === null ? '' : ` on ${inert(target)}`;
  return {
    text: `${inert(who)}: ${inert(tool)}${on} ${said[status] ?? status}. <${escaped(link)}|Look at it in the console>`,
    // Whatever else could be taken for a name or an address stays text, and no preview of anything is fetched.
    parse: 'none',
    link_names: false,
    unfurl_links: false,
    unfurl_media: false,
  };
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
