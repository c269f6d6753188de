import type { SeedRepository } from './history.ts';

const readme = `# Billing

Invoices and payments of Acme. Only the billing team works here.
`;

const invoice = `/** The number of an invoice: year and a running number. */
export function invoiceNumber(year: number, running: number): string {
  return \`\${year}-\${String(running).padStart(6, '0')}\`;
}
`;

/** `acme/billing`: a second private repository, so that there is something outside the scope of most agents. */
export const billing: SeedRepository = {
  id: 9002,
  name: 'billing',
  description: 'Invoices and payments of Acme',
  commits: [
    { by: 'alice', at: '2026-02-10T10:00:00+01:00', message: 'Start billing\n', files: { 'README.md': readme } },
    {
      by: 'alice',
      at: '2026-02-12T13:15:00+01:00',
      message: 'Number the invoices\n',
      files: { 'src/invoice.ts': invoice },
    },
  ],
};
