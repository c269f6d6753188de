import { AppError } from '#shared/errors.ts';

/** What a pusher said with `git push -o`. */
export type PushOptions = {
  /** Null for a push that opens none. */
  readonly pullRequest: { readonly title?: string; readonly body?: string; readonly draft: boolean } | null;
  readonly base?: string;
  readonly reason?: string;
};

const known = ['pr', 'title', 'body', 'base', 'reason', 'ready'] as const;
type Name = (typeof known)[number];

const usage = 'Known are: -o pr, -o title=…, -o body=…, -o base=…, -o ready (not a draft), -o reason=….';

/** Reads push options. Throws AppError `invalid_arguments` for an unknown one, or one that has no effect. */
export function parseOptions(given: readonly string[]): PushOptions {
  const found = new Map<Name, string>();
  for (const option of given) {
    const [name = '', ...rest] = option.split('=');
    const value = rest.length === 0 ? null : rest.join('=');
    const flag = name === 'pr' || name === 'ready';
    if (!isKnown(name) || flag !== (value === null)) {
      throw new AppError('invalid_arguments', `There is no push option ${JSON.stringify(option)}.`, { next: usage });
    }
    if (found.has(name)) {
      throw new AppError('invalid_arguments', `The push option ${name} is given twice.`, { next: usage });
    }
    found.set(name, value ?? '');
  }
  const pullRequest = found.has('pr') || found.has('title') || found.has('body') || found.has('ready');
  return {
    pullRequest: pullRequest ? { draft: !found.has('ready'), ...optional('title'), ...optional('body') } : null,
    ...optional('base'),
    ...optional('reason'),
  };

  function optional<const K extends Name>(name: K): { readonly [name in K]?: string } {
    const value = found.get(name);
    return (value === undefined ? {} : { [name]: value }) as { readonly [name in K]?: string };
  }
}

function isKnown(name: string): name is Name {
  return known.some((one) => one === name);
}
