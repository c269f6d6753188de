import { listed } from '#capabilities/common/listed.ts';
import { AppError } from '#shared/errors.ts';
import { namesOf, type Placeholder, shownOf, signOf, signsIn } from './placeholder.ts';

/**
 * A text of somebody with signs for its placeholders. Throws AppError `unsupported` where one is missing, twice there,
 * changed, or none of this text; `invalid_arguments` for what could be taken for a sign.
 */
export function contracted(text: string, placeholders: readonly Placeholder[]): string {
  if (signsIn(text).length > 0) throw new AppError('invalid_arguments', 'The text must not have a number in ⟦ and ⟧.');
  const { skeleton, counts, others } = found(text, placeholders);
  const names = namesOf(placeholders);
  const is = (test: (count: number) => boolean) => names.filter((_name, index) => test(counts.get(index) ?? 0));
  const changed = others.filter((name) => names.includes(name));
  const invented = others.filter((name) => !names.includes(name));
  const problems = [
    { says: 'changes', names: changed },
    { says: 'has, unlike the text there,', names: invented },
    { says: 'has more than once', names: is((count) => count > 1) },
    { says: 'drops', names: is((count) => count === 0) },
  ];
  const problem = problems.find((each) => each.names.length > 0);
  if (problem) throw refused(`${problem.says} ${listed(problem.names)}`);
  return skeleton;
}

function found(text: string, placeholders: readonly Placeholder[]) {
  const known = new Map(shownOf(placeholders).map((shown, index) => [shown, index]));
  const counts = new Map<number, number>();
  const others: string[] = [];
  let skeleton = '';
  let rest = 0;
  for (let at = text.indexOf('⟦adf:'); at !== -1; at = text.indexOf('⟦adf:', rest)) {
    const end = text.indexOf('⟧', at);
    const whole = text.slice(at, end === -1 ? undefined : end + 1);
    const index = known.get(whole);
    if (index === undefined) others.push(nameIn(whole));
    else counts.set(index, (counts.get(index) ?? 0) + 1);
    skeleton += text.slice(rest, at) + (index === undefined ? '' : signOf(index));
    rest = at + whole.length;
  }
  return { skeleton: skeleton + text.slice(rest), counts, others };
}

function nameIn(shown: string): string {
  return /^⟦adf:([A-Za-z0-9_:.-]{0,70})/u.exec(shown)?.[1] ?? '';
}

/** The refusal of a text in which placeholders are not as they were. */
function refused(what: string): AppError {
  return new AppError('unsupported', `The new text ${what}. What Markdown cannot say has to stay as it is.`, {
    next: 'Keep each ⟦adf:…⟧ of the text exactly as it stands there, once, in its place or another like it.',
  });
}

/** The refusal of a text that has a placeholder where its node cannot stand. */
export function misplaced({ node }: Placeholder): AppError {
  return refused(`has the ${JSON.stringify(node.type)} of a ⟦adf:…⟧ where it cannot stand`);
}
