import { AppError } from '#shared/errors.ts';
import { readSection } from './pkt-line.ts';

/** That a ref is to go from one object to another; the zero id stands for none. */
export type Command = { readonly ref: string; readonly from: string; readonly to: string };

/** What a client asks of `git receive-pack`, and the pack that it sends along. */
export type PushRequest = {
  readonly commands: readonly Command[];
  readonly capabilities: ReadonlySet<string>;
  /** What was given with `-o`. */
  readonly options: readonly string[];
  /** Empty where only refs are to go. */
  readonly pack: Uint8Array;
};

export const zeroOid = '0'.repeat(40);

const mostCommands = 1000;
const mostOptions = 32;

/**
 * Reads the body of a push, gitprotocol-pack(5) "Pushing Data To a Server". Null for the empty request by which git
 * tries whether it may push at all. Throws AppError `invalid_arguments` or `too_large`.
 */
export function readPushRequest(body: Uint8Array): PushRequest | null {
  const { lines, end } = readSection(body, 0, mostCommands);
  if (lines.length === 0) return null;
  const texts = lines.map((line) => line.toString('utf8').replace(/\n$/, ''));
  const [, said = ''] = (texts.find((text) => text.includes('\0')) ?? '').split('\0');
  const capabilities = new Set(said.split(' ').filter((word) => word !== ''));
  // A shallow clone tells where its history ends, which makes no difference to what is asked.
  const commands = texts.filter((text) => !text.startsWith('shallow ')).map(commandOf);
  const options = capabilities.has('push-options') ? readSection(body, end, mostOptions) : { lines: [], end };
  return {
    commands,
    capabilities,
    options: options.lines.map((line) => line.toString('utf8').replace(/\n$/, '')),
    pack: body.subarray(options.end),
  };
}

function commandOf(line: string): Command {
  const [, from, to, ref] = /^([0-9a-f]{40}) ([0-9a-f]{40}) ([^\0]+)/.exec(line) ?? [];
  if (from === undefined || to === undefined || ref === undefined) {
    throw new AppError('invalid_arguments', 'This is not what git sends: a line names no ref to move.');
  }
  return { ref, from, to };
}
