/** A route that a request took. */
export type Taken<Route> = {
  /** As its table calls it: `GET /pages/{id}`. */
  readonly name: string;
  readonly template: string;
  /** The parts of the path that the template names. */
  readonly parts: Readonly<Record<string, string>>;
  readonly route: Route;
};

/** The route whose template a path fits, the one with the most fixed parts first; null where there is none. */
export function find<Route>(
  routes: Readonly<Record<string, Route>>,
  method: string,
  path: string,
): Taken<Route> | null {
  const segments = path.split('/');
  const fits = Object.entries(routes).flatMap(([name, route]): Taken<Route>[] => {
    const [wanted = '', template = ''] = name.split(' ');
    const names = template.split('/');
    if (wanted !== method || names.length !== segments.length) return [];
    const pairs = names.map((part, index) => [part, decodeURIComponent(segments[index] ?? '')] as const);
    if (pairs.some(([part, text]) => (part.startsWith('{') ? text === '' : part !== text))) return [];
    const named = pairs.filter(([part]) => part.startsWith('{'));
    const parts = Object.fromEntries(named.map(([part, text]) => [part.slice(1, -1), text]));
    return [{ name, template, parts, route }];
  });
  const open = ({ parts }: Taken<Route>): number => Object.keys(parts).length;
  return fits.toSorted((one, other) => open(one) - open(other))[0] ?? null;
}
