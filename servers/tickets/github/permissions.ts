/** What a read may do. GitHub adds `metadata: read` to every token, so it is asked for by name. */
export const readPermissions = { issues: 'read', metadata: 'read' } as const;

/** What a write may do: to the issues of its one repository, and to nothing else there. */
export const writePermissions = { issues: 'write', metadata: 'read' } as const;
