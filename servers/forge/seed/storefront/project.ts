/** Everything of the demo shop that is neither source nor document. */

export const packageJson = (version: string): string => `{
  "name": "storefront",
  "version": "${version}",
  "private": true,
  "type": "module",
  "scripts": {
    "start": "node src/server.ts",
    "test": "node --test test/*.test.ts"
  },
  "dependencies": {},
  "devDependencies": {
    "typescript": "5.9.3"
  }
}
`;

export const workflow = `name: ci
on: [push, pull_request]
permissions:
  contents: read
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@v5
        with:
          node-version: 24
      - run: npm ci
      - run: npm test
`;

export const codeOwners = `*             @alice
/src/         @alice @bob
/docs/        @bob @carol
/docs/legal/  @alice
`;

export const releaseScript = `#!/bin/sh
# Tags a release. Usage: scripts/release.sh 1.2.0
set -eu
version=\${1:?"say which version"}
npm version --no-git-tag-version "$version"
git commit --all --message "Release $version"
git tag "v$version"
`;

/** A picture of 8 by 8 pixels. */
export const logo = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAGUlEQVR42mP48OCDgp4CJsmAVRRIMgxKHQDCEWXBlKuloAAAAABJRU5ErkJggg==',
  'base64',
);
