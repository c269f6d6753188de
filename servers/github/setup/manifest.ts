import type { Permissions } from '#shared/github/permissions.ts';

/** What a browser posts to GitHub, which makes the App from it once a person there agrees. */
export function manifestOf(wanted: {
  readonly name: string;
  /** What the App's page links to. */
  readonly homepage: string;
  readonly redirectUrl: string;
  readonly permissions: Permissions;
}): object {
  return {
    name: wanted.name,
    url: wanted.homepage,
    description: 'Carries out what people approved in Countersign.',
    // GitHub wants an address here; nothing is ever sent to it.
    hook_attributes: { url: 'https://example.com/', active: false },
    redirect_url: wanted.redirectUrl,
    public: false,
    default_permissions: wanted.permissions,
    default_events: [],
  };
}
