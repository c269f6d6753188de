import type { Script } from './script.ts';

/** The first tickets of the shop, most of them done. */
export const webBegun: readonly Script[] = [
  {
    ...{ key: 'WEB-1', type: 'Epic', by: 'alice', at: '2026-03-02T08:05:00Z' },
    fields: {
      title: 'Open the shop',
      description: 'Everything that customers need for a first order: catalogue, cart, checkout, returns.',
      ...{ priority: 'High', assignees: ['alice'], custom: { 'Release day': '2026-06-03' } },
    },
    life: [
      ['2026-03-02T08:10:00Z', 'alice', { transition: 'Start' }],
      ['2026-06-03T07:40:00Z', 'alice', { transition: 'Finish' }],
    ],
  },
  {
    ...{ key: 'WEB-2', type: 'Task', by: 'alice', at: '2026-03-02T08:20:00Z' },
    fields: {
      title: 'Keep amounts as whole numbers',
      description: 'Fractions of a cent got lost in sums. `Money` holds the smallest unit of its currency.',
      ...{ labels: ['money'], parent: 'WEB-1', assignees: ['alice'], custom: { Estimate: '1' } },
    },
    life: [
      ['2026-03-02T13:00:00Z', 'alice', { transition: 'Start' }],
      ['2026-03-02T14:45:00Z', 'alice', { transition: 'Send to review' }],
      ['2026-03-03T08:30:00Z', 'bob', { comment: 'Sums of EUR and JPY throw now, which is what we want.' }],
      ['2026-03-03T08:31:00Z', 'bob', { transition: 'Accept' }],
    ],
  },
  {
    ...{ key: 'WEB-3', type: 'Story', by: 'alice', at: '2026-03-03T09:00:00Z' },
    fields: {
      title: 'As a customer I collect products in a cart',
      description: 'Adding the same product twice raises its quantity. The cart shows its total.',
      ...{ labels: ['cart'], parent: 'WEB-1', assignees: ['bob'], priority: 'High', custom: { Estimate: '3' } },
    },
    life: [
      ['2026-03-04T08:00:00Z', 'bob', { transition: 'Start' }],
      ['2026-03-05T09:10:00Z', 'bob', { transition: 'Send to review' }],
      ['2026-03-05T13:20:00Z', 'alice', { transition: 'Accept' }],
    ],
  },
  {
    ...{ key: 'WEB-4', type: 'Task', by: 'bob', at: '2026-03-05T10:00:00Z' },
    fields: {
      title: 'Answer over HTTP',
      description: 'One process, no state of its own. `/health` says ok.',
      ...{ labels: ['server'], parent: 'WEB-1', assignees: ['bob'], custom: { Estimate: '2' } },
    },
    life: [
      ['2026-03-06T08:00:00Z', 'bob', { transition: 'Start' }],
      ['2026-03-06T10:35:00Z', 'bob', { transition: 'Send to review' }],
      ['2026-03-06T15:00:00Z', 'alice', { transition: 'Accept' }],
    ],
  },
  {
    ...{ key: 'WEB-5', type: 'Story', by: 'carol', at: '2026-03-09T06:00:00Z' },
    fields: {
      title: 'Explain returns in Japanese (返品の手順)',
      description:
        '日本のお客様からの返品に関する問い合わせが多いため、手順を日本語で用意する。\n\nGoes to `docs/returns.ja.md`.',
      ...{ labels: ['docs', 'japan'], parent: 'WEB-1', assignees: ['carol'] },
    },
    life: [
      ['2026-03-10T01:00:00Z', 'carol', { transition: 'Start' }],
      ['2026-03-11T09:25:00Z', 'carol', { transition: 'Send to review' }],
      ['2026-03-12T08:10:00Z', 'alice', { comment: 'I cannot read it, but @bob knows somebody who can.' }],
      ['2026-03-13T09:00:00Z', 'bob', { comment: 'Yuki has read it: 問題ありません。' }],
      ['2026-03-13T09:01:00Z', 'bob', { transition: 'Accept' }],
    ],
  },
  {
    ...{ key: 'WEB-6', type: 'Task', by: 'alice', at: '2026-03-13T10:00:00Z' },
    fields: {
      title: 'Run the tests on every push',
      ...{ labels: ['ci'], assignees: ['alice'], custom: { Estimate: '1' } },
    },
    life: [
      ['2026-03-16T07:00:00Z', 'alice', { transition: 'Start' }],
      ['2026-03-16T08:00:00Z', 'alice', { transition: 'Send to review' }],
      ['2026-03-16T09:00:00Z', 'bob', { transition: 'Accept' }],
    ],
  },
  {
    ...{ key: 'WEB-7', type: 'Task', by: 'bob', at: '2026-03-30T08:00:00Z' },
    fields: { title: 'Script the release', labels: ['ci'], assignees: ['bob'], priority: 'Low' },
    life: [
      ['2026-03-31T08:00:00Z', 'bob', { transition: 'Start' }],
      ['2026-04-01T12:05:00Z', 'bob', { transition: 'Send to review' }],
      ['2026-04-02T08:00:00Z', 'alice', { transition: 'Accept' }],
    ],
  },
  {
    ...{ key: 'WEB-8', type: 'Story', by: 'carol', at: '2026-04-06T05:30:00Z' },
    fields: {
      title: 'Logo and terms of sale',
      description: 'Legal has signed off version 3 of the terms. The logo is final.',
      ...{ labels: ['docs', 'legal'], parent: 'WEB-1', assignees: ['carol'] },
    },
    life: [
      ['2026-04-08T06:00:00Z', 'carol', { transition: 'Start' }],
      ['2026-04-09T08:50:00Z', 'carol', { transition: 'Send to review' }],
      ['2026-04-10T08:00:00Z', 'alice', { transition: 'Accept' }],
    ],
  },
  {
    ...{ key: 'WEB-9', type: 'Story', by: 'alice', at: '2026-05-04T08:00:00Z' },
    fields: {
      title: 'As a customer I get a discount',
      description: 'A percentage off the price of a product, for the sale in summer.',
      ...{ labels: ['cart', 'money'], assignees: ['bob'], due: '2026-05-29', custom: { Estimate: '2' } },
    },
    life: [
      ['2026-05-18T08:00:00Z', 'bob', { transition: 'Start' }],
      ['2026-05-20T14:30:00Z', 'bob', { transition: 'Send to review' }],
      ['2026-05-21T08:00:00Z', 'alice', { transition: 'Accept' }],
    ],
  },
  {
    ...{ key: 'WEB-10', type: 'Task', by: 'alice', at: '2026-06-02T08:00:00Z' },
    fields: { title: 'Release 0.2.0', labels: ['release'], assignees: ['alice'], due: '2026-06-03' },
    life: [
      ['2026-06-03T07:00:00Z', 'alice', { transition: 'Start' }],
      ['2026-06-03T07:31:00Z', 'alice', { transition: 'Send to review' }],
      ['2026-06-03T07:35:00Z', 'bob', { transition: 'Accept' }],
    ],
  },
  {
    ...{ key: 'WEB-11', type: 'Task', by: 'bob', at: '2026-06-03T12:00:00Z' },
    fields: {
      title: 'Pay with carrier pigeons',
      description: 'Somebody had to write it down.',
      ...{ labels: ['checkout'], priority: 'Low' },
    },
    life: [['2026-06-04T07:00:00Z', 'alice', { transition: 'Decline' }]],
  },
];
