// The runtimes that the published packages promise to run in, and a program run in one of them.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** A runtime: what runs a file of TypeScript. */
export interface Runtime {
  readonly name: string;
  /** The program and what stands before the file. */
  readonly command: readonly string[];
}

/** The runtime of the repository itself. */
export const ownNode: Runtime = { name: `Node ${process.versions.node}`, command: [process.execPath] };

/** Others come as packages of npm, and only where the long tests run. */
const PACKAGES = { 'node-22': 'npm:node@22.23.3', bun: '1.4.5', deno: '2.9.6' };

/** Installs the other runtimes into a folder. */
export function installRuntimes(folder: string): Runtime[] {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies: PACKAGES }));
  // The packages' own scripts put the programs where they belong.
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const program = (name: string, path: string) => {
    const manifest = createRequire(join(folder, 'package.json')).resolve(`${name}/package.json`);
    return join(manifest, '..', path);
  };
  return [
    { name: 'Node 22', command: [program('node-22', 'bin/node')] },
    { name: 'Bun', command: [join(folder, 'node_modules/.bin/bun'), 'run'] },
    {
      name: 'Deno',
      command: [join(folder, 'node_modules/.bin/deno'), 'run', '--allow-all', '--no-check', '--node-modules-dir=manual'],
    },
  ];
}

/** The lines that a program prints in a runtime. */
export function printedIn({ command: [program, ...parameters] }: Runtime, file: string, cwd: string): string[] {
  const output = execFileSync(program, [...parameters, file], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1' },
  });
  return output.trimEnd().split('\n');
}
