import { parse } from 'yaml';
import type { CiSecret } from '#capabilities/repo/safeguards.ts';

/** A workflow file of the default branch; `text` is null when it is too long to be read along, or no text. */
export type WorkflowFile = { readonly name: string; readonly text: string | null };

/** How many names are told of one workflow. */
const mostNames = 10;

/** Characters of one workflow, and of all of them: reading YAML takes its time, and whoever wrote it chose how much. */
const most = { each: 100_000, all: 1_000_000 };

/**
 * Which workflows give secrets to what a branch brings; null when one of them cannot be understood. Read is what their own
 * text says: not what they call elsewhere, nor what an environment asks first. Each name is of the form that secrets have.
 */
export function ciSecretsOf(files: readonly WorkflowFile[]): readonly CiSecret[] | null {
  if (files.reduce((sum, { text }) => sum + (text?.length ?? 0), 0) > most.all) return null;
  const found: CiSecret[] = [];
  for (const { name, text } of files) {
    const workflow = text === null ? null : workflowIn(text);
    if (workflow === null || text === null) return null;
    const starts = startsOf(workflow['on']);
    const secrets = secretsIn(text);
    const target = starts.find((on) => on === 'pull_request_target');
    if (target && checksOutHead(text)) found.push({ workflow: name, on: target, secrets });
    const other = starts.find((on) => on !== 'pull_request_target');
    if (other && secrets.length > 0) found.push({ workflow: name, on: other, secrets });
  }
  return found;
}

type Mapping = { readonly [key: string]: unknown };

function workflowIn(text: string): Mapping | null {
  if (text.length > most.each) return null;
  try {
    // To look for keys that are there twice, each would be compared with every other.
    const value: unknown = parse(text, { maxAliasCount: 50, uniqueKeys: false });
    return isMapping(value) ? value : null;
  } catch {
    return null;
  }
}

const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What of a branch starts a workflow: `on` is a name, a list of names, or a mapping with conditions. */
function startsOf(on: unknown): readonly CiSecret['on'][] {
  const names = isMapping(on) ? Object.keys(on) : [on].flat();
  const conditions = (name: string): unknown => (isMapping(on) ? on[name] : undefined);
  return (['pull_request_target', 'pull_request', 'push'] as const).filter(
    (name) => names.includes(name) && (name !== 'push' || isForAnyBranch(conditions(name))),
  );
}

/** A push to a branch that is named without a wildcard is no push of ours. */
function isForAnyBranch(push: unknown): boolean {
  if (!isMapping(push)) return true;
  const { branches, tags } = push;
  if (branches === undefined) return tags === undefined || push['branches-ignore'] !== undefined;
  return [branches].flat().some((pattern) => typeof pattern !== 'string' || /[*?+[]/.test(pattern));
}

/** GITHUB_TOKEN is no secret of the repository; an identity token is as good as one. */
function secretsIn(text: string): string[] {
  const named = Array.from(
    text.matchAll(/\bsecrets\s*(?:\.\s*|\[\s*['"])([A-Za-z_][A-Za-z0-9_]{0,99})/g),
    ([, name]) => name,
  );
  const known = new Set(named.filter((name) => name !== undefined && !/^(?:github_token|inherit)$/i.test(name)));
  const all = /\bsecrets:\s*['"]?inherit\b|\btoJSON\(\s*secrets\s*\)/i.test(text);
  const identity = /\bid-token:\s*['"]?write\b|^[ \t]*permissions:\s*['"]?write-all\b/m.test(text);
  const names = [...known].filter((name) => name !== undefined).slice(0, mostNames);
  return [...(all ? ['*'] : []), ...(identity ? ['id-token'] : []), ...names];
}

/** With the event's own rights, what somebody else brings is run. */
function checksOutHead(text: string): boolean {
  return /github\.event\.pull_request\.head\.|github\.head_ref|refs\/pull\//.test(text);
}
