import type { demoAgent } from './agent.ts';
import type { demoPerson } from './person.ts';
import { promised, show, step } from './say.ts';

type Agent = ReturnType<typeof demoAgent>;

export const noteTitle = 'Decimals of prices';
const hint = 'Check yen as well';

/** The page that the agent proposes, under the one where agents leave what they found out. */
export function noteOf(parent: string) {
  return {
    ...{ namespace: 'notes', parent, title: noteTitle },
    text: 'formatPrice() in src/money.ts says how many decimals a price shows. Seen when WEB-12 was mended.\n',
    reason: 'The next one need not look for it.',
  };
}

/** Reads how the team wants prices; answers with the page under which agents leave what they found out. */
export async function rulesOfPrices(agent: Agent): Promise<string> {
  const [best] = await agent.search('decimals');
  const { title, text, trust } = await agent.readPage(best?.page ?? '');
  const rule = text.text.split('\n').find((line) => line.includes('€12.50')) ?? '';
  show(`Handbook, ${title}: ${rule}`);
  promised(
    rule !== '' && trust === 'trusted',
    'the handbook says how prices are shown, in words that can be relied on',
  );
  const [notes] = await agent.search('agents found out and the next one should know');
  return notes?.page ?? '';
}

/** Leaves a note under its own page, which a person accepts; answers with both changes. */
export async function leaveNote(
  { agent, person }: { readonly agent: Agent; readonly person: ReturnType<typeof demoPerson> },
  page: string,
): Promise<readonly string[]> {
  step('7. It leaves a note under its page. A review rule lets that in, and so it waits: no other agent finds it.');
  const { change_id: id, summary } = await agent.proposePage({
    ...{
      namespace: 'notes',
      parent: page,
      title: hint,
      text: 'toFixed(2) is for euros alone: yen have no decimals.\n',
    },
    reason: 'It is easy to forget.',
  });
  show(`${id}: ${summary}`);
  const [ended] = await agent.waitFor([id]);
  promised(
    ended?.status === 'applied',
    `nobody was asked for it${ended?.reason === undefined ? '' : `: ${ended.reason}`}`,
  );
  const note = ended?.receipts?.find((receipt) => receipt.id !== undefined)?.id ?? '';
  const waits = async () => (await agent.readPage(note)).quarantined === true;
  promised(await waits(), 'it is in quarantine, where its agent alone sees it');
  const accepted = await person.accept(id);
  show(`${accepted}: accepted by a person`);
  promised(!(await waits()), 'a person accepted it, and everybody finds it');
  return [id, accepted];
}
