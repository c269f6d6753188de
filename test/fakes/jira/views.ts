import type { JiraSite } from './site.ts';
import type { JiraChange, JiraComment, JiraField, JiraIssue, JiraLink, JiraProject } from './state.ts';

const time = (ms: number): string => new Date(ms).toISOString().replace('Z', '+0000');

/** What Jira shows of its things, for one account. */
export function viewsOf(site: JiraSite, origin: string) {
  const user = (accountId: string | null | undefined) => {
    const found = site.users.get(accountId ?? '');
    if (found === undefined) return null;
    const { emailAddress, ...others } = found;
    return { ...others, ...(emailAddress !== undefined && { emailAddress }), active: true };
  };
  const status = (id: string) => {
    const { name = '', category } = site.statuses.find((one) => one.id === id) ?? {};
    return { id, name, self: `${origin}/status/${id}`, statusCategory: category };
  };
  const type = (id: string) => site.types.find((one) => one.id === id);
  const project = ({ id, key, name, projectTypeKey }: JiraProject) => ({ id, key, name, projectTypeKey });
  const other = (id: string) => {
    const found = site.issues.get(id);
    return found && { id, key: found.key, fields: { summary: found.fields['summary'] } };
  };
  const link = ({ id, typeId, from, to }: JiraLink) => ({
    ...{ id, type: site.linkTypes.find((one) => one.id === typeId) },
    ...{ inwardIssue: other(from), outwardIssue: other(to) },
  });
  const custom = (field: JiraField, value: unknown) =>
    (field.custom === 'select' || field.custom === 'radiobuttons') && value != null ? { value } : (value ?? null);

  const fieldsOf = (issue: JiraIssue): Record<string, unknown> => {
    const { fields } = issue;
    const links = [...site.links.values()].filter(({ from, to }) => from === issue.id || to === issue.id);
    return {
      summary: fields['summary'],
      description: fields['description'] ?? null,
      labels: fields['labels'] ?? [],
      assignee: user(fields['assignee'] as string),
      reporter: user(fields['reporter'] as string),
      creator: user(issue.creator),
      priority: site.priorities.find(({ id }) => id === fields['priority']) ?? null,
      duedate: fields['duedate'] ?? null,
      ...(fields['parent'] != null && { parent: other(String(fields['parent'])) }),
      project: project(site.projectOf(issue)),
      issuetype: type(issue.typeId),
      status: status(issue.statusId),
      created: time(issue.created),
      updated: time(issue.updated),
      issuelinks: links.map((each) => {
        const { inwardIssue, outwardIssue, ...seen } = link(each);
        return each.from === issue.id ? { ...seen, outwardIssue } : { ...seen, inwardIssue };
      }),
      comment: { comments: issue.comments.map((one) => comment(issue, one)), total: issue.comments.length },
      ...Object.fromEntries(site.fields.map((field) => [field.id, custom(field, fields[field.id])])),
    };
  };

  const comment = (issue: JiraIssue, one: JiraComment, withProperties = false) => ({
    id: one.id,
    author: user(one.author),
    updateAuthor: user(one.updateAuthor),
    body: one.body,
    created: time(one.created),
    updated: time(one.updated),
    ...(site.projectOf(issue).projectTypeKey === 'service_desk' && { jsdPublic: isPublic(one) }),
    ...(one.visibility !== undefined && { visibility: one.visibility }),
    ...(withProperties && { properties: [...one.properties].map(([key, value]) => ({ key, value })) }),
  });

  const schemaOf = ({ custom: kind, type: what }: JiraField) => ({
    ...{ type: what, custom: `com.atlassian.jira.plugin.system.customfieldtypes:${kind}` },
  });
  const metaOf = (field: JiraField, typeId: string) => ({
    ...{ key: field.id, name: field.name, operations: ['set'], schema: schemaOf(field), hasDefaultValue: false },
    required: field.requiredBy.includes(type(typeId)?.name ?? ''),
    ...(field.options !== undefined && { allowedValues: field.options.map((value) => ({ value })) }),
  });

  return {
    ...{ user, status, type, project, link, comment, schemaOf, metaOf },
    /** An issue with the fields that were asked for. */
    issue: (issue: JiraIssue, wanted: readonly string[], expand: readonly string[] = []) => {
      const out = new Set(wanted.filter((name) => name.startsWith('-')).map((name) => name.slice(1)));
      const whole = wanted.length === 0 || wanted.some((name) => ['*all', '*navigable'].includes(name));
      const shown = Object.entries(fieldsOf(issue)).filter(
        ([name]) => !out.has(name) && (whole || wanted.includes(name)),
      );
      const names = Object.fromEntries(site.fields.map(({ id, name }) => [id, name]));
      const schema = Object.fromEntries(site.fields.map((field) => [field.id, schemaOf(field)]));
      const editable = Object.fromEntries(site.fields.map((field) => [field.id, metaOf(field, issue.typeId)]));
      return {
        ...{ id: issue.id, key: issue.key, self: `${origin}/rest/api/3/issue/${issue.id}` },
        fields: Object.fromEntries(shown),
        ...(expand.includes('names') && { names }),
        ...(expand.includes('schema') && { schema }),
        ...(expand.includes('editmeta') && { editmeta: { fields: editable } }),
      };
    },
    change: ({ id, author, created, items }: JiraChange) => ({
      ...{ id, author: user(author), created: time(created) },
      items: items.map((item) => Object.fromEntries(Object.entries(item).filter(([, value]) => value !== null))),
    }),
  };
}
export type Views = ReturnType<typeof viewsOf>;

/** Everybody sees it but where it says that it is internal. */
function isPublic({ properties }: JiraComment): boolean {
  const value = properties.get('sd.public.comment') as { internal?: boolean } | undefined;
  return value?.internal !== true;
}
