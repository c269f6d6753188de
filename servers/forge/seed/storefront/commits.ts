import type { SeedRepository } from '../history.ts';
import { cart, cartWithDiscount, money, moneyTest, product, server } from './code.ts';
import { agents, architecture, readme, returnsJapanese, terms } from './documents.ts';
import { codeOwners, logo, packageJson, releaseScript, workflow } from './project.ts';

/** `acme/storefront`: a small web shop with everything that makes writing files hard. */
export const storefront: SeedRepository = {
  id: 9001,
  name: 'storefront',
  description: 'The web shop of Acme',
  commits: [
    {
      by: 'alice',
      at: '2026-03-02T09:12:00+01:00',
      message: 'Start the shop\n',
      files: {
        'package.json': packageJson('0.1.0'),
        'README.md': readme,
        '.nvmrc': '24',
        '.gitignore': 'node_modules\n',
      },
    },
    {
      by: 'alice',
      at: '2026-03-02T15:40:00+01:00',
      message: 'Keep amounts as whole numbers\n\nFractions of a cent got lost in sums.\n',
      files: { 'src/money.ts': money, 'src/product.ts': product },
    },
    { by: 'bob', at: '2026-03-05T10:05:00+01:00', message: 'Add the cart\n', files: { 'src/cart.ts': cart } },
    { by: 'bob', at: '2026-03-06T11:31:00+01:00', message: 'Answer over HTTP\n', files: { 'src/server.ts': server } },
    {
      by: 'carol',
      at: '2026-03-11T18:20:00+09:00',
      message: 'Explain returns in Japanese\n\n返品の手順を日本語で追加。\n',
      files: { 'docs/returns.ja.md': returnsJapanese, 'docs/architecture.md': architecture },
    },
    {
      by: 'alice',
      at: '2026-03-16T08:58:00+01:00',
      message: 'Run the tests on every push\n',
      files: {
        '.github/workflows/ci.yml': workflow,
        '.github/CODEOWNERS': codeOwners,
        'test/money.test.ts': moneyTest,
      },
    },
    {
      by: 'bob',
      at: '2026-04-01T14:02:00+02:00',
      message: 'Script the release\n',
      files: { 'scripts/release.sh': { executable: releaseScript } },
    },
    {
      by: 'carol',
      at: '2026-04-09T17:45:00+09:00',
      message: 'Add the logo and the terms of sale\n',
      files: { 'public/logo.png': logo, 'docs/legal/terms.txt': terms, 'docs/README.md': { symlink: '../README.md' } },
    },
    {
      by: 'bob',
      at: '2026-05-20T16:27:00+02:00',
      message: 'Allow discounts\n',
      files: { 'src/cart.ts': cartWithDiscount },
    },
    {
      by: 'alice',
      at: '2026-06-03T09:30:00+02:00',
      message: 'Release 0.2.0, and say how agents should work here\n',
      files: { 'package.json': packageJson('0.2.0'), 'AGENTS.md': agents },
    },
  ],
};
