/** Documents of the demo shop. The README names an outdated Node version on purpose: a demo can mend it. */

export const readme = `# Storefront

The web shop of Acme: catalogue, cart and checkout.

## Getting started

You need Node 16 or newer.

\`\`\`
npm ci
npm start
\`\`\`

The shop answers on http://localhost:8080.

## Documents

- [Architecture](docs/architecture.md)
- [Returns (Japanese)](docs/returns.ja.md)
`;

export const architecture = `# Architecture

The shop is one Node process. It keeps no state of its own: prices and stock come from the catalogue service,
orders go to the order service.

| part | file |
|---|---|
| amounts and currencies | src/money.ts |
| products | src/product.ts |
| the cart | src/cart.ts |
| HTTP | src/server.ts |

Amounts are whole numbers of the smallest unit (cents, yen). Never use fractions for money.
`;

export const returnsJapanese = `# 返品について

商品の到着後14日以内であれば、未使用の商品を返品できます。

1. 注文番号を用意してください。
2. [お問い合わせフォーム](https://shop.acme.example/contact)から返品を申請してください。
3. 返送用ラベルを印刷し、箱に貼って発送してください。

返金は、商品が倉庫に届いてから5営業日以内に行います。
`;

export const terms = [
  'TERMS OF SALE',
  '',
  '1. Prices include value added tax.',
  '2. Orders are shipped within two working days.',
  '3. Goods stay the property of Acme until they are paid.',
  '',
].join('\r\n');

export const agents = `# For agents and people who change this code

- Run \`npm test\` before you propose a change.
- Amounts are whole numbers of cents. No fractions.
- Keep one idea to a pull request.
- Do not touch \`docs/legal/\` without the legal team.
`;
