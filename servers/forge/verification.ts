import { forgeCommitter } from './accounts.ts';
import type { Commit } from './git/commits.ts';
import type { Signer } from './git/sign.ts';

/** What forge can truthfully say about a commit's signature, with the reasons GitHub's REST API names. */
export function verify(signer: Signer, commit: Commit) {
  const { signature } = commit;
  if (signature === undefined) return { verified: false, reason: 'unsigned' as const, signature: null, payload: null };
  const found = signer.check(commit.payload, signature);
  const reason = found === 'valid' && commit.committer.email !== forgeCommitter.email ? 'bad_email' : found;
  return { verified: reason === 'valid', reason, signature, payload: commit.payload.toString() };
}
