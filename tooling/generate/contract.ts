// Runs the contract of one solver, or of a problem with all its solvers, alone: `pnpm contract optim/lbfgs`.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [id = ''] = process.argv.slice(2);
const [packageName] = id.split('/');
const sources = `packages/${packageName}/src`;
if (!/^[a-z-]+\/[a-z0-9-]+$/.test(id) || !existsSync(`${root}${sources}`)) {
  console.error('usage: pnpm contract PACKAGE/SOLVER');
  process.exit(2);
}
// Other tests of the package would be loaded for nothing.
const files = globSync(`${sources}/**/*.test.ts`, { cwd: root }).filter((path) =>
  /\b(describeContract|solverChecks|checkSolver)\b/.test(readFileSync(`${root}${path}`, 'utf8')),
);
if (files.length === 0) {
  console.error(`no test of ${sources} runs a contract`);
  process.exit(2);
}
const ended = spawnSync('vitest', ['run', ...files, '-t', `(^| )${id}( |$)`], { cwd: root, stdio: 'inherit' });
process.exit(ended.status ?? 1);
