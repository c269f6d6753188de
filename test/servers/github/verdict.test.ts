import { describe, expect, test } from 'vitest';
import { type Commits, verdictOf } from '#servers/github/check/verdict.ts';
import type { Answered } from '#shared/changes/answered.ts';

const answer = (more: Partial<Answered> = {}): Answered => ({
  ...{ changeId: 'chg_1', sponsor: 'alice', people: ['bob'], unknown: 0, by: null, onlySponsor: false },
  ...more,
});
const alone = answer({ changeId: 'chg_2', people: ['alice'], onlySponsor: true });

const said = (more: Partial<Commits>) => verdictOf({ answered: [], strays: [], others: 0, reviewers: [], ...more });

describe('the check says', () => {
  test.each<[string, Partial<Commits>, string, string]>([
    ['what nobody wrote here', { others: 3 }, 'neutral', 'No agent wrote any of this through Countersign'],
    ['what somebody answered for', { answered: [answer()] }, 'success', 'Answered for by bob'],
    [
      'one change among others that only the sponsor let through',
      { answered: [answer(), alone] },
      'failure',
      'Nobody but the sponsor (alice) is known to have answered for this',
    ],
    [
      'the same, once somebody approved the head',
      { answered: [alone], reviewers: ['bob'] },
      'success',
      'Answered for by alice, bob',
    ],
    [
      'the same, when it was the sponsor who did',
      { answered: [alone], reviewers: ['alice'] },
      'failure',
      'Nobody but the sponsor (alice) is known to have answered for this',
    ],
    [
      'what a rule decided',
      { answered: [answer({ people: [], by: 'a policy rule' })] },
      'success',
      'Answered for by a rule',
    ],
    [
      'what is not on record, whoever answered for the rest',
      { answered: [answer()], strays: ['f'], reviewers: ['bob'] },
      'failure',
      'Some commits of this App are not on record here',
    ],
  ])('of %s', (_what, commits, conclusion, title) => {
    expect(said(commits)).toMatchObject({ conclusion, title });
  });

  test('who answered for each change, those whom no list names, and how many more there are', () => {
    const many = Array.from({ length: 22 }, (_, index) => answer({ changeId: `chg_${index}`, by: 'the task grant g' }));
    const { summary, changeId } = said({ answered: [answer({ unknown: 2, people: [] }), ...many], others: 1 });
    const lines = summary.split('\n');
    expect(lines[0]).toBe('- chg_1, for alice: 2 who are not in the list of people');
    expect(lines[1]).toBe('- chg_0, for alice: bob, by the task grant g');
    expect(lines.slice(20)).toEqual(['- and 3 more', '- 1 commits by others, for which nobody was asked here']);
    expect(changeId).toBe('chg_1');
  });
});
