import { invalidAdf, textOf } from './adf.ts';
import { Refusal } from './refusal.ts';
import type { JiraSite } from './site.ts';
import type { JiraProject } from './state.ts';

const longest = 32_767;

export function assertDocument(field: string, value: unknown): void {
  if (value === null) return;
  const invalid = invalidAdf(value);
  if (invalid !== null) throw new Refusal(400, '', { [field]: 'Operation value must be an Atlassian Document' });
  if (textOf(value).length > longest) {
    throw new Refusal(400, '', {
      [field]: 'The entered text is too long. It exceeds the allowed limit of 32,767 characters.',
    });
  }
}

export type Given = Readonly<Record<string, unknown>>;
export const idOf = (value: unknown, key: string): unknown => (value as Given | null)?.[key] ?? null;

/** The fields of a request as they are kept. Throws for what the screen does not have or no value fits. */
export function kept(site: JiraSite, project: JiraProject, given: Given): Given {
  const refuse = (field: string, message: string): never => {
    throw new Refusal(400, '', { [field]: message });
  };
  const readers: Readonly<Record<string, (value: unknown) => unknown>> = {
    summary: (value) => {
      if (typeof value !== 'string' || value.trim() === '')
        return refuse('summary', 'You must specify a summary of the issue.');
      if (value.length > 255 || value.includes('\n'))
        return refuse('summary', 'Summary must be less than 255 characters.');
      return value;
    },
    description: (value) => {
      assertDocument('description', value);
      return value;
    },
    labels: (value) => {
      const labels = value as readonly string[];
      const bad = labels.find((label) => /\s/.test(label) || label.length > 255);
      return bad === undefined
        ? [...new Set(labels)]
        : refuse('labels', `The label '${bad}' contains spaces which is invalid.`);
    },
    assignee: (value) => {
      const accountId = idOf(value, 'accountId') as string | null;
      if (accountId === null || site.may(accountId, project, 'ASSIGNABLE_USER')) return accountId;
      return refuse('assignee', `User '${accountId}' cannot be assigned issues.`);
    },
    priority: (value) => {
      const id = idOf(value, 'id');
      return site.priorities.some((one) => one.id === id)
        ? id
        : refuse('priority', 'The priority selected is invalid.');
    },
    parent: (value) => {
      const id = String(idOf(value, 'id'));
      return site.issues.has(id) ? id : refuse('parent', 'Could not find issue by id or key.');
    },
    duedate: (value) =>
      value === null || /^\d{4}-\d{2}-\d{2}$/.test(String(value))
        ? value
        : refuse('duedate', 'Error parsing date string.'),
  };
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const field = site.fields.find(({ id }) => id === name);
      const read = readers[name] ?? (field && ((of: unknown) => keptCustom(field, of)));
      if (read === undefined)
        return refuse(name, `Field '${name}' cannot be set. It is not on the appropriate screen, or unknown.`);
      return [name, read(value)];
    }),
  );
}

function keptCustom({ id, custom, options = [] }: JiraSite['fields'][number], value: unknown): unknown {
  const refuse = (message: string): never => {
    throw new Refusal(400, '', { [id]: message });
  };
  if (value === null) return null;
  if (custom === 'float') return typeof value === 'number' ? value : refuse('Operation value must be a number');
  if (custom === 'select' || custom === 'radiobuttons') {
    const option = idOf(value, 'value');
    return options.includes(String(option)) ? option : refuse(`Option value '${option}' is not valid`);
  }
  if (custom === 'datepicker')
    return /^\d{4}-\d{2}-\d{2}$/.test(String(value)) ? value : refuse('Error parsing date string');
  return typeof value === 'string' ? value : refuse('Operation value must be a string');
}
