// `infimum-bench create`: a plug-in to start from.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { print } from '../output.ts';
import { UsageError } from '../usage-error.ts';
import type { SetExitCode } from './arguments.ts';

/** What is written, and the template of each; the test has another name there, so that ours do not run it. */
const FILES = { 'plugin.ts': 'plugin.ts', 'plugin.test.ts': 'contract.ts', 'peer.py': 'peer.py' };

/** Builds the command. */
export function createCommand(_setExitCode: SetExitCode): Command {
  return new Command('create')
    .description('Writes a plug-in with a problem, two solvers, a contract test and a Python peer.')
    .argument('<folder>', 'a new or empty folder')
    .action(create);
}

function create(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new UsageError(`${folder} is not empty`);
  const versionOf = (manifest: string) =>
    (JSON.parse(readFileSync(new URL(manifest, import.meta.url), 'utf8')) as { version: string }).version;
  try {
    mkdirSync(folder, { recursive: true });
    for (const [name, template] of Object.entries(FILES)) {
      writeFileSync(path.join(folder, name), readFileSync(new URL(`../templates/${template}`, import.meta.url)));
    }
    const manifest = {
      name: path.basename(path.resolve(folder)).toLowerCase(),
      private: true,
      type: 'module',
      scripts: { test: 'node --test' },
      devDependencies: { '@infimum/core': `^${versionOf(import.meta.resolve('@infimum/core/package.json'))}` },
    };
    writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  } catch (error) {
    throw new UsageError(`${folder} cannot be written: ${(error as Error).message}`);
  }
  print(`${[...Object.keys(FILES), 'package.json'].map((name) => path.join(folder, name)).join('\n')}

  cd ${folder}
  infimum-bench run --plugin ./plugin.ts --problem mine/linear-system --peers
  infimum-bench race mine/jacobi mine/gauss-seidel --plugin ./plugin.ts
  npm install && npm test`);
}
