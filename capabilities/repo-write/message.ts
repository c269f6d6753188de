import * as z from 'zod';
import { plainText, titleText } from '#capabilities/common/written.ts';
import { attributionsIn } from './attribution.ts';

const maxHeadline = 256;
/** GitHub takes 65,536 characters; the rest is room for our mark. */
const maxBody = 60_000;

export const commitMessage = plainText(maxBody)
  .refine((text) => headlineOf(text).length > 0, { error: 'must not begin with a blank line' })
  .refine((text) => headlineOf(text).length <= maxHeadline, {
    error: `must have a first line of at most ${maxHeadline} characters`,
  });

const noAttribution = {
  error: 'must not say who else wrote or signed it (Co-authored-by, Signed-off-by): leave those lines out',
};
const namesNobody = (text: string) => attributionsIn(text).length === 0;

/** A commit message that an agent writes. Whom it credits, the blueprint says. */
export const writtenMessage = commitMessage.refine(namesNobody, noAttribution);

export const pullRequestTitle = titleText(maxHeadline);
export const pullRequestBody = plainText(maxBody);

/** The text of a pull request, which GitHub can make the message of a squashed commit. */
export const pullRequestText = pullRequestBody.refine(namesNobody, noAttribution);

/** A commit message, as the backend wants it: the first line, and the rest without the blank line between. */
export type Message = { readonly headline: string; readonly body: string };

export function splitMessage(text: string): Message {
  const lines = normalised(text);
  const end = lines.indexOf('\n');
  if (end === -1) return { headline: lines.trim(), body: '' };
  return { headline: lines.slice(0, end).trim(), body: lines.slice(end).replace(/^\n+/u, '').trimEnd() };
}

function headlineOf(text: string): string {
  return splitMessage(text).headline;
}

function normalised(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll('\r', '\n');
}

/** The plan's part of a commit message. */
export const messagePlan = z.strictObject({ headline: z.string(), body: z.string() });

/** The whole message as a person reads it. */
export function joinMessage({ headline, body }: Message): string {
  return body === '' ? headline : `${headline}\n\n${body}`;
}
