import type { Written } from '#capabilities/knowledge-write/ports.ts';
import { people } from './seed.ts';
import { current, provenanceOf, refused, stale, type Wanted, type Writing, waitsFor } from './write-parts.ts';

/** Comments on a page; one that no person decided is there for its agent and for people alone. */
export function commentOn(at: Writing, { page: ref, body, replyTo }: Wanted<'comment'>): Written {
  const { place } = at;
  const page = current(at, ref);
  if (replyTo !== null && !page.comments.some(({ id }) => id === replyTo)) throw stale();
  const provenance = { ...provenanceOf(at), quarantined: waitsFor(at) };
  const { id, url } = place.say(page.id, '', { author: people.self, body, replyTo, provenance });
  return { id, url, revision: null, differs: [] };
}

/** Another text of a comment of ours. */
export function rewordComment(at: Writing, { page: ref, comment, expect, body }: Wanted<'edit_comment'>): Written {
  const { place } = at;
  if (!place.backend.rewordsComments) throw refused('Comments stay as they are.');
  const page = current(at, ref);
  const there = page.comments.find(({ id }) => id === comment.id);
  if (there === undefined || JSON.stringify(there.body) !== JSON.stringify(expect)) throw stale();
  if (there.author?.id !== people.self.id) throw refused('It is by somebody else.');
  place.reword(page.id, comment.id, body);
  return { id: comment.id, url: comment.url, revision: null, differs: [] };
}

/** Lets others see a comment that waits, or takes that back. */
export function acceptComment(at: Writing, wanted: Wanted<'accept_comment' | 'unaccept_comment'>): Written {
  const { page: ref, comment, expect, change, kind } = wanted;
  if (!at.place.backend.quarantine) throw refused('Nothing waits here.');
  const page = current(at, ref);
  const there = page.comments.find(({ id }) => id === comment.id);
  const waits = kind === 'accept_comment';
  const isIt = there?.provenance.quarantined === waits && there.provenance.source === change;
  if (there === undefined || !isIt || JSON.stringify(there.body) !== JSON.stringify(expect)) throw stale();
  const provenance = { ...there.provenance, quarantined: !waits };
  const comments = page.comments.map((each) => (each.id === there.id ? { ...each, provenance } : each));
  at.place.pages.set(page.id, { ...page, comments });
  return { id: comment.id, url: comment.url, revision: null, differs: [] };
}
