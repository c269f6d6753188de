import { type Asked, FakeAtlassian, type Operation } from '../atlassian/service.ts';
import { find } from '../common/routes.ts';
import { Refusal } from './refusal.ts';
import { routes } from './routes.ts';
import { jiraContract } from './schema.ts';
import { JiraSite } from './site.ts';
import { viewsOf } from './views.ts';

/**
 * Jira Cloud on loopback: what keeps tickets. Where the document that Jira publishes is at hand, each request and each
 * answer is held against it.
 */
export class FakeJira extends FakeAtlassian {
  readonly site = new JiraSite();
  protected readonly product = 'jira';

  protected override operation({ method, path, query, body }: Asked): Operation | null {
    const found = find(routes, method, path);
    if (found === null) return null;
    const { name, template, parts, route } = found;
    const contract = jiraContract();
    const asked = { method, template, query, body };
    return {
      name,
      writes: route.writes,
      scopes: contract?.scopes(asked) ?? [],
      answer: (account) => {
        const wrong = contract?.request(asked) ?? null;
        if (wrong !== null) {
          this.violations.push(wrong);
          throw new Refusal(400, wrong);
        }
        const views = viewsOf(this.site, this.origin);
        const answer = route.handler({ site: this.site, views, account, parts, query, body });
        const strange = contract?.response(asked, answer) ?? null;
        if (strange !== null) this.violations.push(`answered: ${strange}`);
        return answer;
      },
    };
  }
}
