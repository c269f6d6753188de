import type { Suite } from '../suite.ts';
import { demoAgent } from './agent.ts';
import type { Git } from './git.ts';
import { changedLines, demoPerson } from './person.ts';
import { BrokenPromise, promised, show, step } from './say.ts';

const path = 'src/money.ts';
const faulty = 'price.amount / 100}';
const mended = '(price.amount / 100).toFixed(2)}';
const branch = 'agent/show-cents';

type Parts = {
  readonly agent: ReturnType<typeof demoAgent>;
  readonly person: ReturnType<typeof demoPerson>;
  readonly git: Git;
};

/** Plays the whole story. Throws BrokenPromise at the first thing that is not as promised. */
export async function playStory(suite: Suite, token: string, git: Git): Promise<void> {
  const parts = {
    agent: demoAgent(suite.urls),
    person: demoPerson({ console: suite.urls.console, token }),
    git,
  };
  const before = await git.branches();
  const id = await proposal(parts, before);
  await approval(parts, id);
  await landed(parts, id);
  await restored(parts, id, before);
}

async function proposal({ agent, git }: Parts, before: string): Promise<string> {
  step(`1. The agent reads ${path} of acme/storefront. It has an address to ask, and no credential.`);
  const content = await agent.read(path);
  promised(content.includes(faulty), 'the file is there, with its fault: €12.50 shows as €12.5');

  step('2. The agent proposes a pull request that mends it.');
  const proposed = await agent.propose({
    branch,
    title: 'Show prices with two decimals',
    body: 'Prices such as €12.50 were shown as €12.5.',
    files: [{ path, edits: [{ find: faulty, replace: mended }] }],
    reason: 'Customers see €12.5 where it should be €12.50.',
  });
  show(`${proposed.change_id}: ${proposed.summary}`);
  promised(proposed.status === 'pending_approval', 'it waits for a person (pending_approval)');
  promised((await git.branches()) === before, 'nothing was written: no branch is new or moved');
  return proposed.change_id;
}

async function approval({ agent, person }: Parts, id: string): Promise<void> {
  step('3. A person looks at the change and approves exactly what was shown, by its seal.');
  const shown = await person.look(id);
  show(changedLines(shown));
  await person.approve(id, sealOf(shown.seal));

  step('4. The change is carried out, and the agent, which waits for it, is told.');
  const { status, reason } = await agent.waitFor(id);
  promised(status === 'applied', `it is applied${status === 'applied' ? '' : `, and not ${status}: ${reason}`}`);
}

async function landed({ agent, git }: Parts, id: string): Promise<void> {
  step('5. Anybody can check the commit: a clone, and git itself.');
  const { says, clone } = await git.verify(branch);
  show(says);
  promised(/^Good "git" signature /.test(says), 'git says that the signature is good');
  show(await git.log(clone));

  step('6. The pull request.');
  const { receipts = [] } = await agent.waitFor(id);
  const opened = receipts.find((receipt) => receipt.pull_request_number !== undefined);
  const pull = await agent.pullRequest(opened?.pull_request_number ?? 0);
  show(`#${pull.number} ${pull.title} (${pull.state})\n${opened?.url}`);
  promised(pull.state === 'open', 'it is open');
}

async function restored({ person, git }: Parts, id: string, before: string): Promise<void> {
  step('7. The person asks to put everything back. That is a change too, planned by the server that made the first.');
  const restore = await person.restore(id);
  const planned = await person.lookAfter(restore, 'planning');
  show(`${restore}: ${planned.summary}`);
  promised(planned.status === 'pending_approval', 'it waits for a decision like any other');
  await person.approve(restore, sealOf(planned.seal));

  step('8. The restore is carried out.');
  const done = await settled(person, restore);
  promised(
    done.status === 'applied',
    `it is applied${done.status === 'applied' ? '' : `, and not ${done.status}: ${done.note}`}`,
  );
  show(before);
  promised((await git.branches()) === before, 'every branch, commit and tree is what it was at the start');
}

async function settled(person: Parts['person'], id: string) {
  for (const state of ['pending_approval', 'approved', 'dispatched']) await person.lookAfter(id, state);
  return person.look(id);
}

function sealOf(seal: string | null): string {
  if (seal === null) throw new BrokenPromise('There is no seal to approve.');
  return seal;
}
