import type { Script } from './script.ts';

/** What is being done in the shop, or waits. WEB-12 is the one that the demo is about. */
export const webOpen: readonly Script[] = [
  {
    ...{ key: 'WEB-12', type: 'Bug', by: 'carol', at: '2026-06-08T02:10:00Z' },
    fields: {
      title: 'Prices show €12.5 instead of €12.50',
      description: [
        'The enamel mug costs 1250 cents. The catalogue shows **€12.5**, and should show **€12.50**.',
        '## How to see it\n\n1. Open the catalogue.\n2. Look at MUG-01.',
        '## Where\n\n`formatPrice` in `src/money.ts` divides by 100 and leaves the decimals to chance. Yen are fine.',
        'Customers have written to us about it, see the link.',
      ].join('\n\n'),
      ...{ labels: ['good-first-change', 'money'], priority: 'High', custom: { Severity: 'Major' } },
    },
    life: [
      ['2026-06-08T07:15:00Z', 'alice', { comment: 'Whole euros are wrong too: €19 for the bag.' }],
      ['2026-06-08T07:20:00Z', 'alice', { edit: { assignees: ['countersign'] } }],
      ['2026-06-08T07:21:00Z', 'alice', { transition: 'Start' }],
      ['2026-06-08T07:30:00Z', 'bob', { comment: 'One line and a test will do. Please link the pull request here.' }],
    ],
  },
  {
    ...{ key: 'WEB-13', type: 'Bug', by: 'bob', at: '2026-06-08T09:00:00Z' },
    fields: {
      title: 'A discount takes off cents, not percent',
      description: '`discounted(price, 10)` makes €12.40 of €12.50. It should be €11.25.',
      ...{ labels: ['cart', 'money'], priority: 'High', assignees: ['bob'], custom: { Severity: 'Major' } },
    },
    life: [
      ['2026-06-08T09:05:00Z', 'bob', { link: ['relates to', 'WEB-12'] }],
      ['2026-06-09T08:00:00Z', 'alice', { comment: 'How do we round? Half a cent up, I would say.' }],
    ],
  },
  {
    ...{ key: 'WEB-14', type: 'Epic', by: 'alice', at: '2026-06-09T08:10:00Z' },
    fields: {
      title: 'Sell in Japan',
      description: 'Prices in yen, addresses as they are written there, returns by convenience store.',
      ...{ labels: ['japan'], assignees: ['carol'], custom: { 'Release day': '2026-09-30' } },
    },
    life: [['2026-06-10T08:00:00Z', 'carol', { transition: 'Start' }]],
  },
  {
    ...{ key: 'WEB-15', type: 'Task', by: 'alice', at: '2026-06-09T08:30:00Z' },
    fields: {
      title: 'The README asks for Node 16',
      description: '`.nvmrc` says 24. Somebody new lost an hour.',
      ...{ labels: ['docs', 'good-first-change'], priority: 'Low', custom: { Estimate: '0.5' } },
    },
  },
  {
    ...{ key: 'WEB-16', type: 'Story', by: 'carol', at: '2026-06-10T01:00:00Z' },
    fields: {
      title: '住所を日本の順序で表示する',
      description:
        '郵便番号、都道府県、市区町村、番地の順。\n\nAddresses in Japanese order; the form has one line too few.',
      ...{ labels: ['checkout', 'japan'], parent: 'WEB-14', assignees: ['carol'], custom: { Estimate: '5' } },
    },
    life: [
      ['2026-06-11T01:00:00Z', 'carol', { transition: 'Start' }],
      ['2026-06-12T02:00:00Z', 'carol', { comment: '郵便番号から住所を補完できると便利です。' }],
    ],
  },
  {
    ...{ key: 'WEB-17', type: 'Story', by: 'carol', at: '2026-06-10T01:20:00Z' },
    fields: {
      title: 'Returns by convenience store (コンビニ返品)',
      ...{ labels: ['japan', 'returns'], parent: 'WEB-14', priority: 'Medium', custom: { Estimate: '8' } },
    },
  },
  {
    ...{ key: 'WEB-18', type: 'Bug', by: 'alice', at: '2026-06-10T09:00:00Z' },
    fields: {
      title: 'The catalogue lists what is sold out',
      description: 'BAG-03 has a stock of 0 and can be put into the cart.',
      ...{ labels: ['catalogue'], assignees: ['bob'], priority: 'Medium', custom: { Severity: 'Minor' } },
    },
    life: [
      ['2026-06-11T08:00:00Z', 'bob', { transition: 'Start' }],
      ['2026-06-12T13:00:00Z', 'bob', { transition: 'Send to review' }],
      ['2026-06-15T08:00:00Z', 'alice', { comment: 'Sold out products should stay visible, just not orderable.' }],
      ['2026-06-15T08:01:00Z', 'alice', { transition: 'Send back' }],
    ],
  },
  {
    ...{ key: 'WEB-19', type: 'Task', by: 'bob', at: '2026-06-11T08:30:00Z' },
    fields: {
      title: 'Take prices and stock from the catalogue service',
      description: 'The list in `src/product.ts` was meant for the first weeks.',
      ...{ labels: ['catalogue', 'server'], priority: 'Medium', custom: { Estimate: '8' } },
    },
    life: [['2026-06-11T08:40:00Z', 'bob', { link: ['blocks', 'WEB-18'] }]],
  },
  {
    ...{ key: 'WEB-20', type: 'Bug', by: 'carol', at: '2026-06-12T03:00:00Z' },
    fields: {
      title: 'Price of the mug lacks a digit',
      description: 'It says €12.5.',
      ...{ labels: ['money'], custom: { Severity: 'Minor' } },
    },
    life: [
      ['2026-06-12T07:00:00Z', 'alice', { link: ['duplicates', 'WEB-12'] }],
      ['2026-06-12T07:01:00Z', 'alice', { transition: 'Decline' }],
    ],
  },
  {
    ...{ key: 'WEB-21', type: 'Task', by: 'alice', at: '2026-06-15T09:00:00Z' },
    fields: {
      title: 'Test the cart',
      description: 'Only amounts have tests. Wanted: adding twice, unknown products, quantities below one, totals.',
      ...{ labels: ['cart', 'good-first-change'], priority: 'Medium', custom: { Estimate: '2' } },
    },
  },
  {
    ...{ key: 'WEB-22', type: 'Bug', by: 'bob', at: '2026-06-16T08:00:00Z' },
    fields: {
      title: 'Totals of an empty cart are in euros, also in Japan',
      ...{ labels: ['cart', 'japan'], parent: 'WEB-14', custom: { Severity: 'Minor' } },
    },
    life: [['2026-06-16T08:05:00Z', 'bob', { link: ['is blocked by', 'WEB-13'] }]],
  },
  {
    ...{ key: 'WEB-23', type: 'Story', by: 'alice', at: '2026-06-17T08:00:00Z' },
    fields: {
      title: 'As a customer I see which order a message is about',
      description: 'Support asks for the number of the order in every second mail.',
      ...{ labels: ['checkout'], priority: 'Low', custom: { Estimate: '3' } },
    },
  },
  {
    ...{ key: 'WEB-24', type: 'Task', by: 'operator', at: '2026-06-18T08:00:00Z' },
    fields: {
      title: 'Update dependencies before the sale',
      ...{ labels: ['ci', 'release'], assignees: ['countersign'], due: '2026-07-10', custom: { Estimate: '1' } },
    },
  },
  {
    ...{ key: 'WEB-25', type: 'Task', by: 'alice', at: '2026-06-18T09:00:00Z' },
    fields: {
      title: 'Release 0.3.0 🚀',
      description: 'With WEB-12, WEB-13 and WEB-18.',
      ...{ labels: ['release'], assignees: ['alice'], due: '2026-07-15' },
    },
    life: [
      ['2026-06-18T09:05:00Z', 'alice', { link: ['is blocked by', 'WEB-12'] }],
      ['2026-06-18T09:06:00Z', 'alice', { link: ['is blocked by', 'WEB-13'] }],
    ],
  },
];
