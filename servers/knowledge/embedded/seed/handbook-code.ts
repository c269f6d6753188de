import { lines, type Script } from './script.ts';

const pullRequests = (links: string) =>
  lines(
    'How a change gets into the Storefront. The same goes for people and for agents.',
    '',
    '## Before you begin',
    '',
    'There is a ticket in the project WEB. Read it to its end, comments too: the last one often says what is wanted.',
    '',
    '## Conventions',
    '',
    '- A pull request has one idea. A fault that you find on the way gets a ticket of its own.',
    '- The title says what is different for the shop, not what you did: "Show two decimals of euro prices".',
    `- ${links}`,
    '- A test that fails without the change. See [Tests](tests.md).',
    '- Nothing under `docs/legal/`: that goes through the legal team.',
    '',
    '## Review',
    '',
    'Somebody of the Storefront team answers within a working day. Amounts are read by two: see [Money](money.md).',
    'Merge yourself once it is approved and all checks have passed.',
  );

/** How the team writes code. */
export const code: readonly Script[] = [
  {
    ...{ path: 'README.md', title: 'Storefront handbook', by: 'alice', at: '2026-03-02T07:30:00Z' },
    text: lines(
      'How we work on the web shop of Acme. If something here is wrong, mend it; if it is missing, write it.',
      '',
      '- [Your first week](first-week.md)',
      '- [Pull requests](pull-requests.md), [Tests](tests.md), [Money](money.md), [How the shop is built](architecture.md)',
      '- [Releases](releases.md), [When something breaks](incidents.md)',
      '- [返品の手順](japan/returns.md), [日本の住所](japan/addresses.md), [Words / 用語集](glossary.md)',
      '- [Working with agents](agents.md)',
    ),
  },
  {
    ...{
      path: 'pull-requests.md',
      title: 'Pull requests',
      under: 'README.md',
      by: 'alice',
      at: '2026-03-02T08:00:00Z',
    },
    text: pullRequests('The number of the ticket.'),
    later: [
      {
        ...{ by: 'bob', at: '2026-05-06T09:20:00Z' },
        text: pullRequests(
          'The key of its ticket in the description, such as `WEB-12`, and its link in a comment on the ticket.',
        ),
      },
    ],
    comments: [{ by: 'carol', at: '2026-05-06T12:00:00Z', text: 'Thank you. I never knew where the key goes.' }],
  },
  {
    ...{ path: 'tests.md', title: 'Tests', under: 'README.md', by: 'bob', at: '2026-03-16T09:30:00Z' },
    text: lines(
      '`npm test` runs all of them in under a minute, and so does every push.',
      '',
      '## What we test',
      '',
      'What a customer would notice. For an amount: zero, one cent, a whole euro, and a currency without decimals.',
      '',
      '## What we do not',
      '',
      'Getters, the framework, and how often a function is called.',
    ),
  },
  {
    ...{ path: 'money.md', title: 'Money', under: 'README.md', by: 'alice', at: '2026-03-03T10:00:00Z' },
    text: lines(
      'Amounts are whole numbers of the smallest unit of their currency: cents, yen. Never fractions; see `src/money.ts`.',
      '',
      '## Showing prices',
      '',
      'A price has as many decimals as its currency, always: €12.50 and €19.00, never €12.5 or €19. Yen have none: ¥1,250.',
      'The sign comes before the number. The number of decimals is the currency’s (`Intl.NumberFormat` knows it), never what is',
      'left over of a division.',
      '',
      '## Rounding',
      '',
      'Only where a percentage is taken, to the next whole unit, half of one up. Round once, at the end.',
      '',
      '## Sums',
      '',
      'Amounts of two currencies are not added: `add` throws.',
    ),
  },
  {
    ...{
      path: 'architecture.md',
      title: 'How the shop is built',
      under: 'README.md',
      by: 'bob',
      at: '2026-03-06T11:00:00Z',
    },
    text: lines(
      'One Node process without a state of its own. Prices and stock come from the catalogue service, orders go to the order',
      'service.',
      '',
      '| part | file |',
      '|---|---|',
      '| amounts and currencies | `src/money.ts` |',
      '| products | `src/product.ts` |',
      '| the cart | `src/cart.ts` |',
      '| HTTP | `src/server.ts` |',
      '',
      'What the cart adds up is written down in [Money](money.md).',
    ),
  },
  {
    ...{ path: 'releases.md', title: 'Releases', under: 'README.md', by: 'alice', at: '2026-04-02T08:30:00Z' },
    text: lines(
      'We release on Tuesdays, before noon 🚀, and not in the week before a sale.',
      '',
      '1. Everything that is to go out is merged on Monday evening.',
      '2. `scripts/release.sh` makes the tag and the notes. Read the notes as a customer would.',
      '3. Watch the orders for an hour. See [When something breaks](incidents.md).',
    ),
  },
];
