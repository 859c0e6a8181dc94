// Runs a benchmark of a package, or lists what there is:
//
//   pnpm bench:package                                   all of them
//   pnpm bench:package ot small-epsilon [argument …]     packages/ot/bench/small-epsilon.bench.ts
//
// These measure what the registry's races do not: kernels, functions against a peer's, growth, tables of a paper. What
// compares solvers on instances belongs into a family or a claim and is run by `infimum-bench`.
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = fileURLToPath(new URL('../../../packages', import.meta.url));
const [packageName, name, ...options] = process.argv.slice(2);
const known = globSync(`${packageName ?? '*'}/bench/*.bench.ts`, { cwd: packages }).sort();
const chosen = known.find((path) => basename(path, '.bench.ts') === name);
if (packageName && name && chosen) {
  const folder = join(packages, packageName);
  // Some measure memory.
  const ended = spawnSync(process.execPath, ['--expose-gc', join('bench', basename(chosen)), ...options], {
    cwd: folder,
    stdio: 'inherit',
  });
  process.exitCode = ended.status ?? 1;
} else {
  if (name) console.error(`there is no packages/${packageName}/bench/${name}.bench.ts; there is:`);
  for (const path of known) {
    const [field] = path.split(/[\\/]/);
    console.log(`${field} ${basename(path, '.bench.ts')}: ${purpose(readFileSync(join(packages, path), 'utf8'))}`);
  }
  if (name) process.exitCode = 2;
}

/** The first sentence of a file's comment. */
function purpose(text: string): string {
  const comment =
    /^(?:\/\/.*\n)+/
      .exec(text)?.[0]
      .replaceAll(/^\/\/ ?/gm, '')
      .replaceAll('\n', ' ') ?? '';
  return comment.split(/[.:](?: |$)/)[0];
}
