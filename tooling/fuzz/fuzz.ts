// `pnpm fuzz [--solver ID] [--functions [PACKAGE]] [--seed N] [--count N] [--jobs N]`: every solver of the registry on
// mutated instances and options, or every exported function with hostile arguments. Each runs in a process of its own:
// a loop without an end, a trap or a crash costs the attempt that it happened in, which is a fault that is reported.
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { createInfimumRegistry } from 'infimum';
import type { Message, Request } from './fuzz-cell.ts';

const { values } = parseArgs({
  options: {
    solver: { type: 'string', multiple: true },
    functions: { type: 'string', multiple: true },
    'all-functions': { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '200' },
    jobs: { type: 'string', default: '2' },
  },
});

/** Wall-clock seconds without a new attempt after which a process is taken for hung; the machine may be loaded. */
const PATIENCE = 20;

interface Tally {
  tried: number;
  rejected: number;
  converged: number;
  readonly faults: string[];
}

const [seed, count, jobs] = [Number(values.seed), Number(values.count), Number(values.jobs)];
const queue = subjects();
const total: Tally = { tried: 0, rejected: 0, converged: 0, faults: [] };
await Promise.all(Array.from({ length: jobs }, work));
console.log(
  `${total.tried} attempts with seed ${seed}: ${total.rejected} rejected, ${total.converged} converged, ${total.faults.length} faults`,
);
process.exitCode = total.faults.length > 0 ? 1 : 0;

function subjects(): ({ solver: string } | { module: string })[] {
  if (values.functions || values['all-functions'])
    return modules(values.functions ?? []).map((module) => ({ module }));
  const ids = values.solver ?? createInfimumRegistry().solvers.map(({ id }) => id);
  return ids.map((solver) => ({ solver }));
}

/** The entries of all packages, but for plug-ins and test helpers, as addresses of built files. */
function modules(names: readonly string[]): string[] {
  const root = resolve(fileURLToPath(import.meta.url), '../../../packages');
  return readdirSync(root)
    .filter((name) => names.length === 0 || names.includes(name))
    .flatMap((name) => {
      const manifest = join(root, name, 'package.json');
      if (!existsSync(manifest)) return [];
      const { exports = {} } = JSON.parse(readFileSync(manifest, 'utf8'));
      return Object.entries(exports as Record<string, { default?: string }>)
        .filter(([key, entry]) => !/plugin|testing|package\.json/.test(key) && entry.default)
        .map(([, entry]) => pathToFileURL(join(root, name, entry.default as string)).href);
    });
}

async function work(): Promise<void> {
  for (let subject = queue.shift(); subject; subject = queue.shift()) {
    const name = 'solver' in subject ? subject.solver : subject.module.replace(/^.*packages\//, '');
    const faults: string[] = [];
    for (let first = 0; first < count; ) {
      first = await attempts({ ...subject, seed, first, count: count - first }, faults);
    }
    total.faults.push(...faults);
    console.log(`${faults.length === 0 ? 'ok  ' : 'FAIL'} ${name}`);
    for (const fault of faults) console.log(`     ${fault}`);
  }
}

/** Runs one process until it ends or hangs; the number of the attempt to go on with. */
async function attempts(request: Request, faults: string[]): Promise<number> {
  const child = fork(fileURLToPath(new URL('./fuzz-cell.ts', import.meta.url)), {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let current = request.first;
  let isDone = false;
  let words = '';
  child.stderr?.on('data', (text) => {
    words = (words + text).slice(-2000);
  });
  let watchdog = setTimeout(() => child.kill('SIGKILL'), PATIENCE * 1000);
  child.on('message', (message: Message) => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => child.kill('SIGKILL'), PATIENCE * 1000);
    if ('attempt' in message) {
      current = message.attempt;
      return;
    }
    isDone = true;
    total.tried += message.tried;
    total.rejected += message.rejected;
    total.converged += message.converged;
    for (const { number, fault, mutation, message: text } of message.failures) {
      faults.push(`#${number} ${fault}: ${mutation} -> ${text}`);
    }
  });
  child.send(request);
  const signal = await ended(child);
  clearTimeout(watchdog);
  if (isDone) return Number.POSITIVE_INFINITY;
  const cause =
    signal === 'SIGKILL' ? 'hang' : `the process ended: ${words.trim().split('\n').at(-1) ?? signal}`;
  faults.push(`#${current} ${cause}`);
  return current + 1;
}

function ended(child: ChildProcess): Promise<string | null> {
  return new Promise((resolve) => child.on('close', (_, signal) => resolve(signal)));
}
