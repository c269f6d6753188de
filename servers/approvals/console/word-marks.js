/** Tokens: what the server spelt out stays in one piece. */
const token = /⟨U\+[0-9A-F]{4,6} [^⟩]*⟩|[\p{L}\p{N}_]+|\s+|./gu;
/** Longer lines are compared from both ends only. */
const mostTokens = 300;

/**
 * What of two lines differs, as pieces of each: `[text, changed]`. Null where they have too little in common for marks to
 * help.
 */
export function wordMarks(before, after) {
  const [old, now] = [before, after].map((text) => text.match(token) ?? []);
  const same = common(old, now);
  const kept = same.reduce((sum, [at]) => sum + (old[at].trim() === '' ? 0 : old[at].length), 0);
  const shorter = Math.min(before.trim().length, after.trim().length);
  if (kept === 0 || kept < shorter / 4) return null;
  return {
    old: pieces(old, new Set(same.map(([at]) => at))),
    now: pieces(now, new Set(same.map(([, at]) => at))),
  };
}

/** Pairs of indexes of equal tokens, in order: equal ends, and the longest common subsequence between them. */
function common(old, now) {
  const pairs = [];
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) {
    pairs.push([start, start]);
    start += 1;
  }
  let end = 0;
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end)) end += 1;
  const [a, b] = [old.slice(start, old.length - end), now.slice(start, now.length - end)];
  if (a.length <= mostTokens && b.length <= mostTokens) {
    for (const [one, other] of subsequence(a, b)) pairs.push([one + start, other + start]);
  }
  for (let index = end; index > 0; index -= 1) pairs.push([old.length - index, now.length - index]);
  return pairs;
}

function subsequence(a, b) {
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] =
        a[i] === b[j]
          ? lengths[(i + 1) * width + j + 1] + 1
          : Math.max(lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
    }
  }
  const pairs = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) {
      pairs.push([i, j]);
      i += 1;
      j += 1;
    } else if (lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]) i += 1;
    else j += 1;
  }
  return pairs;
}

function pieces(tokens, same) {
  const all = [];
  for (const [index, text] of tokens.entries()) {
    const changed = !same.has(index);
    if (all.at(-1)?.[1] === changed) all.at(-1)[0] += text;
    else all.push([text, changed]);
  }
  return all;
}
