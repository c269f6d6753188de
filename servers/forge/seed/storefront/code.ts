/** Source files of the demo shop. `formatPrice` and `discounted` have small faults on purpose: a demo can mend them. */

export const money = `/** An amount in the smallest unit of its currency, e.g. cents. */
export type Money = { amount: number; currency: 'EUR' | 'JPY' };

export function add(a: Money, b: Money): Money {
  if (a.currency !== b.currency) throw new Error('cannot add amounts of different currencies');
  return { amount: a.amount + b.amount, currency: a.currency };
}

/** Shows an amount to a customer. */
export function formatPrice(price: Money): string {
  if (price.currency === 'JPY') return \`¥\${price.amount}\`;
  return \`€\${price.amount / 100}\`;
}
`;

export const product = `import type { Money } from './money.ts';

export type Product = {
  sku: string;
  name: string;
  price: Money;
  stock: number;
};

export const catalogue: Product[] = [
  { sku: 'MUG-01', name: 'Enamel mug', price: { amount: 1250, currency: 'EUR' }, stock: 40 },
  { sku: 'TEE-07', name: 'T-shirt, forest green', price: { amount: 2490, currency: 'EUR' }, stock: 12 },
  { sku: 'BAG-03', name: 'Canvas bag', price: { amount: 1900, currency: 'EUR' }, stock: 0 },
];

export function findProduct(sku: string): Product | undefined {
  return catalogue.find((product) => product.sku === sku);
}
`;

export const cart = `import { add, type Money } from './money.ts';
import { findProduct } from './product.ts';

export type Line = { sku: string; quantity: number };

export function addLine(lines: Line[], sku: string, quantity: number): Line[] {
  if (quantity < 1) throw new Error('quantity must be at least 1');
  const known = lines.find((line) => line.sku === sku);
  if (!known) return [...lines, { sku, quantity }];
  return lines.map((line) => (line === known ? { ...line, quantity: line.quantity + quantity } : line));
}

export function total(lines: Line[]): Money {
  return lines.reduce<Money>(
    (sum, line) => {
      const product = findProduct(line.sku);
      if (!product) throw new Error(\`unknown product \${line.sku}\`);
      return add(sum, { ...product.price, amount: product.price.amount * line.quantity });
    },
    { amount: 0, currency: 'EUR' },
  );
}
`;

export const cartWithDiscount = `${cart}
/** Takes a percentage off. */
export function discounted(price: Money, percent: number): Money {
  return { ...price, amount: price.amount - percent };
}
`;

export const server = `import { createServer } from 'node:http';
import { formatPrice } from './money.ts';
import { catalogue } from './product.ts';

const port = Number(process.env['PORT'] ?? 8080);

createServer((request, response) => {
  if (request.url === '/health') {
    response.end('ok');
    return;
  }
  const rows = catalogue.map((product) => \`\${product.sku}\\t\${product.name}\\t\${formatPrice(product.price)}\`);
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.end(rows.join('\\n'));
}).listen(port);
`;

export const moneyTest = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { add, formatPrice } from '../src/money.ts';

test('amounts of one currency add up', () => {
  const sum = add({ amount: 100, currency: 'EUR' }, { amount: 250, currency: 'EUR' });
  assert.deepEqual(sum, { amount: 350, currency: 'EUR' });
});

test('a price is shown with its sign', () => {
  assert.equal(formatPrice({ amount: 1999, currency: 'EUR' }), '€19.99');
});
`;
