import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { toolbox, withoutTools } from '#shared/changes/toolbox.ts';
import { assertTool, type Capability, contentRef, defineCapability } from '#shared/tools/index.ts';
import { type NoteAsk, notesTools } from '#test/fakes/accept-note.ts';
import type { NoteReader, NotesTarget, NoteWriter } from '#test/fakes/notes.ts';
import { type NotesCapability, notesCapability } from '#test/fakes/notes-tool.ts';

const [made] = notesCapability().tools;
if (made?.kind !== 'write') throw new Error('set_notes is a write tool');
const scope = { name: 'x', description: 'x', scope: z.strictObject({}), denies: () => null };

describe('a tool', () => {
  test.each<[string, object]>([
    ['a copy of one', { ...made }],
    ['something that inherits from one', Object.create(made)],
    ['one seen through a proxy', new Proxy(made, {})],
    ['an empty object', {}],
  ])('is not %s, whatever a cast says', (_what, forged) => {
    expect(() => assertTool(forged)).toThrow('not made by toolsFor()');
    expect(() => defineCapability({ ...scope, tools: [forged as typeof made] })).toThrow('not made by toolsFor()');
    const capability = { ...notesCapability(), tools: [forged as typeof made] };
    expect(() => toolbox([capability])).toThrow('not made by toolsFor()');
  });

  test('a tool that its backend cannot serve is not among those of its server', () => {
    const capability = notesCapability();
    expect(toolbox([capability]).find('set_notes')).not.toBeNull();
    const without = toolbox(withoutTools([capability], ['set_notes']));
    expect(without.find('set_notes')).toBeNull();
    expect(() => without.contract('set_notes')).toThrow('not a write tool');
    expect(capability.tools.map(({ name }) => name)).toContain('set_notes');
  });

  test('cannot be altered once it is made', () => {
    expect(() => Object.assign(made, { steps: () => [] })).toThrow(TypeError);
    expect(() => assertTool(made)).not.toThrow();
  });

  test('does not follow the object that it was made from', () => {
    const spec = { ...made, name: 'first' };
    const tool = notesTools.write(spec as never);
    spec.name = 'second';
    expect(tool.name).toBe('first');
  });

  test('shares its name with no other of its server', () => {
    expect(() => toolbox([notesCapability(), notesCapability()])).toThrow('two tools are named set_notes');
  });
});

describe('the contract of a tool', () => {
  const contractOf = (other: object): string => {
    const tool = notesTools.write({ ...made, ...other } as never);
    const capability: Capability<NoteReader, NoteWriter, NoteAsk, NotesTarget> = defineCapability({
      ...scope,
      tools: [tool],
    });
    return toolbox([capability]).contract(tool.name);
  };
  const same: string = toolbox([notesCapability() satisfies NotesCapability]).contract('set_notes');

  test('is the same for the same tool', () => {
    expect(contractOf({})).toBe(same);
  });

  test.each<[string, object]>([
    ['name', { name: 'other' }],
    ['description', { description: 'other' }],
    ['input', { input: z.strictObject({ reason: z.string() }) }],
    ['state', { state: z.strictObject({}) }],
    ['plan', { plan: z.strictObject({}) }],
  ])('is another when its %s is', (_what, other) => {
    expect(contractOf(other)).not.toBe(same);
  });

  test('is asked for write tools alone', () => {
    expect(() => toolbox([notesCapability()]).contract('other')).toThrow('not a write tool');
  });
});

test.each<unknown>([
  { sha256: 'f'.repeat(63), bytes: 1 },
  { sha256: 'F'.repeat(64), bytes: 1 },
  { sha256: 'f'.repeat(64), bytes: -1 },
  { sha256: 'f'.repeat(64), bytes: 0.5 },
  { sha256: 'f'.repeat(64), bytes: 1, path: '/etc/passwd' },
])('what names no contents is refused (%#)', (ref) => {
  expect(contentRef.safeParse(ref).success).toBe(false);
});
