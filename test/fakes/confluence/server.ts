import { type Asked, FakeAtlassian, type Operation } from '../atlassian/service.ts';
import { find } from '../common/routes.ts';
import { Refusal } from './call.ts';
import { handlers } from './routes.ts';
import { problemOf, shapes } from './schema.ts';
import { ConfluenceSite } from './site.ts';

/** Confluence Cloud on loopback: what keeps pages. Each request is held against what Confluence publishes. */
export class FakeConfluence extends FakeAtlassian {
  readonly site = new ConfluenceSite();
  protected readonly product = 'confluence';

  protected override operation({ method, path, query, body }: Asked): Operation | null {
    const found = path.startsWith('/wiki/') ? find(handlers, method, path.slice('/wiki/'.length)) : null;
    const shape = found && shapes[found.name];
    if (!found || !shape) return null;
    const { name, parts, route } = found;
    return {
      name,
      writes: shape.writes ?? false,
      scopes: [shape.scope],
      answer: (account) => {
        const wrong = problemOf(shape, query, body);
        if (wrong === null) return route({ site: this.site, account, parts, query, body });
        this.violations.push(`${name}: ${wrong}`);
        throw new Refusal(400, wrong);
      },
    };
  }
}
