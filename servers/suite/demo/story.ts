import type { Suite } from '../suite.ts';
import { demoAgent, type ShownTicket } from './agent.ts';
import type { Git } from './git.ts';
import { leaveNote, noteOf, noteTitle, rulesOfPrices } from './notes.ts';
import { changedLines, demoPerson } from './person.ts';
import { promised, show, step } from './say.ts';

const path = 'src/money.ts';
const faulty = 'price.amount / 100}';
const mended = '(price.amount / 100).toFixed(2)}';
const branch = 'agent/show-cents';
const key = 'WEB-12';

type Parts = {
  readonly agent: ReturnType<typeof demoAgent>;
  readonly person: ReturnType<typeof demoPerson>;
  readonly git: Git;
};

/** How everything was before the agent did anything, and under which page agents leave what they found out. */
type Before = { readonly branches: string; readonly ticket: ShownTicket; readonly notes: string };

/** Plays the whole story. Throws BrokenPromise at the first thing that is not as promised. */
export async function playStory(suite: Suite, token: string, git: Git): Promise<void> {
  const parts = {
    agent: demoAgent(suite.urls),
    person: demoPerson({ console: suite.urls.console, token }),
    git,
  };
  const branches = await git.branches();
  const before = { branches, ...(await reading(parts)) };
  const chain = await proposal(parts, before);
  await approval(parts, chain);
  const made = await landed(parts, chain);
  const note = await leaveNote(parts, made);
  await restored(parts, [...chain, ...note], before);
}

async function reading({ agent }: Parts): Promise<Omit<Before, 'branches'>> {
  step(
    `1. The agent reads its ticket, ${key}, the file that it names, and what the team's handbook says. It has addresses to ask, and no credential.`,
  );
  const ticket = await agent.ticket(key);
  show(`${ticket.ticket} ${ticket.title} (${ticket.status})\n${ticket.comments[0]?.by}: ${ticket.comments[0]?.body}`);
  const content = await agent.read(path);
  promised(content.includes(faulty), `the fault is there, in ${path}: €12.50 shows as €12.5`);
  return { ticket, notes: await rulesOfPrices(agent) };
}

async function proposal({ agent, git }: Parts, before: Before): Promise<readonly string[]> {
  step(
    '2. It proposes a pull request, and to be done after it: a comment that links to it, the ticket to review, and a page of what it learned.',
  );
  const pull = await agent.proposePullRequest({
    branch,
    title: 'Show prices with two decimals',
    body: `Prices such as €12.50 were shown as €12.5. For ${key}.`,
    files: [{ path, edits: [{ find: faulty, replace: mended }] }],
    reason: 'Customers see €12.5 where it should be €12.50.',
  });
  const comment = await agent.proposeOnTicket('add_comment', {
    ticket: key,
    body: 'Fixed in {{after.pull_request_url}}.',
    after: pull.change_id,
    reason: 'It was asked for in the ticket.',
  });
  const review = await agent.proposeOnTicket('transition_ticket', {
    ticket: key,
    to_status: 'In review',
    after: comment.change_id,
    reason: 'Somebody has to look at it now.',
  });
  const page = await agent.proposePage({ ...noteOf(before.notes), after: review.change_id });
  const all = [pull, comment, review, page];
  for (const { change_id, summary } of all) show(`${change_id}: ${summary}`);
  promised(
    all.every(({ status }) => status === 'pending_approval'),
    'all four wait for a person (pending_approval)',
  );
  const isUntouched = (await git.branches()) === before.branches && isSame(await agent.ticket(key), before.ticket);
  promised(isUntouched, 'nothing was written: no branch is new or moved, and the ticket is as it was');
  return all.map(({ change_id }) => change_id);
}

async function approval({ agent, person }: Parts, chain: readonly string[]): Promise<void> {
  step('3. A person looks at them and approves all four at once: exactly what was shown, each by its seal.');
  const shown = await Promise.all(chain.map(person.look));
  for (const change of shown) show(changedLines(change));
  await person.approve(shown);

  step('4. They are carried out in order, by three servers, and the agent, which waits for them, is told.');
  const ended = await agent.waitFor(chain);
  const why = ended.map(({ status, reason = '' }) => `${status} ${reason}`.trim()).join(', ');
  promised(
    ended.every(({ status }) => status === 'applied'),
    `they are applied${/^(applied(, )?)*$/.test(why) ? '' : `, and not: ${why}`}`,
  );
}

/** Answers with the page that was made. */
async function landed({ agent, git }: Parts, chain: readonly string[]): Promise<string> {
  step('5. Anybody can check the commit: a clone, and git itself.');
  const { says, clone } = await git.verify(branch);
  show(says);
  promised(/^Good "git" signature /.test(says), 'git says that the signature is good');
  show(await git.log(clone));

  step('6. The pull request, the ticket, and the page.');
  const receipts = (await agent.waitFor(chain)).flatMap((change) => change.receipts ?? []);
  const opened = receipts.find((receipt) => receipt.pull_request_number !== undefined);
  const pull = await agent.pullRequest(opened?.pull_request_number ?? 0);
  show(`#${pull.number} ${pull.title} (${pull.state})`);
  promised(pull.state === 'open', 'the pull request is open');
  const { status, comments } = await agent.ticket(key);
  show(`${key} (${status})\n${comments[0]?.by}: ${comments[0]?.body}`);
  promised(status === 'In review', 'the ticket is in review');
  promised(comments[0]?.body === `Fixed in ${opened?.url}.`, 'its newest comment links to the pull request');
  const made = receipts.findLast((receipt) => receipt.id !== undefined)?.id ?? '';
  const { title, text } = await agent.readPage(made);
  show(`${title}\n${text.text}`);
  promised(title === noteTitle, 'the page is there');
  return made;
}

async function restored({ agent, person, git }: Parts, changes: readonly string[], before: Before): Promise<void> {
  step(
    '8. The person asks to put everything back. That is a set of changes too, planned by the servers that made them.',
  );
  const set = await person.restore(changes);
  for (const { change_id, summary } of set.members) show(`${change_id}: ${summary}`);
  const out = set.left_out.map(({ change_id, why }) => `${change_id} (${why})`);
  promised(
    set.members.length > 0 && out.length === 0 && set.seal !== null,
    `all of it waits for one decision${out.length === 0 ? '' : `, but for: ${out.join(', ')}`}`,
  );
  await person.approveSet(set);
  const { members } = await person.settled(set.set_id);
  const rest = members
    .filter(({ status }) => status !== 'applied')
    .map(({ summary, status }) => `${summary} (${status})`);
  promised(rest.length === 0, `they are applied${rest.length === 0 ? '' : `, but for: ${rest.join(', ')}`}`);

  step('9. What there is now.');
  promised((await git.branches()) === before.branches, 'every branch, commit and tree is what it was at the start');
  const { status, comments } = await agent.ticket(key);
  show(`${key} (${status})\n${comments[0]?.by}: ${comments[0]?.body}`);
  promised(status === before.ticket.status, 'the ticket has the status that it had');
  promised(
    !comments[0]?.body.includes('http'),
    'the comment says that it was withdrawn: nothing is deleted from a ticket',
  );
  const found = await agent.search(noteTitle);
  promised(
    found.every(({ title }) => title !== noteTitle),
    'its pages are in the trash',
  );
}

function isSame(one: ShownTicket, other: ShownTicket): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
