import { allCapabilities } from '#capabilities/index.ts';

/** What docs/restoring.md says, from what each write tool declares in its own file. */
export function restoringPage(): string {
  const tools = allCapabilities.flatMap((capability) => [...capability.tools]).filter(({ kind }) => kind === 'write');
  return `# What can be put back

Made by \`node test/capabilities/draw.ts\` from what each write tool declares in its own file (\`restoring\`). The same is
sealed with every change and shown before it is decided; what a change itself says can be lost is always among this.

${tools.map((tool) => (tool.kind === 'write' ? section(tool) : '')).join('\n')}`;
}

type Declared = {
  readonly name: string;
  readonly title: string;
  readonly restoring: { readonly [part in 'kept' | 'back' | 'cannot']: readonly string[] };
};

function section({ name, title, restoring: { kept, back, cannot } }: Declared): string {
  return `## ${name}: ${title.charAt(0).toLowerCase()}${title.slice(1)}

Kept:

${list(kept)}

A restore brings back:

${list(back)}

It cannot bring back:

${list(cannot)}
`;
}

function list(sentences: readonly string[]): string {
  return sentences.length === 0 ? '- Nothing.' : sentences.map((one) => `- ${one}`).join('\n');
}
