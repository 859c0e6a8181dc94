// Processor time until no error is left, ours and the peers' by turns, on digits and on a set 50 times larger:
//
//   pnpm bench:package learn separable
//
// scikit-learn (with libsvm and liblinear in it) is taken from INFIMUM_PYTHON, or from the peers' environment, or left out.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { batchPerceptron } from '../src/separable/batch-perceptron.ts';
import { normalizedBatchPerceptron, normalizedLogisticDescent } from '../src/separable/normalized-lr-gd.ts';
import { perceptron } from '../src/separable/perceptron.ts';
import { digitPair, hardSeparable, separatedSphere } from '../src/separable/separable-families.ts';
import type { SeparableInstance } from '../src/separable/signed-rows.ts';
import { smoothPerceptron } from '../src/separable/smooth-perceptron.ts';

const TURNS = 3;
const ROUNDS = 5;

/** Microseconds of each method before it is timed. */
const WARM_UP = 300_000;
const python = [process.env['INFIMUM_PYTHON'], file('../../../tooling/peers/.venv/bin/python')].find(
  (candidate) => candidate && existsSync(candidate),
);
const folder = mkdtempSync(path.join(tmpdir(), 'infimum-separable-'));

interface Time {
  readonly name: string;
  readonly milliseconds: number;
  readonly errors: number;
}

const methods = {
  'normalised LR+GD': normalizedLogisticDescent,
  'normalised batch perceptron': normalizedBatchPerceptron,
  'smooth perceptron': smoothPerceptron,
  'cyclic perceptron': perceptron,
} as const;

function ours(instance: SeparableInstance): Time[] {
  return Object.entries(methods).map(([name, method]) => {
    const times: number[] = [];
    let errors = -1;
    // Compiled first, as the peers are before they are imported.
    for (const start = process.cpuUsage(); spent(start) < WARM_UP; ) method(instance);
    for (let round = 0; round <= ROUNDS; round++) {
      // Short runs are repeated: the clock of the processor ticks in microseconds.
      const start = process.cpuUsage();
      let runs = 0;
      do {
        errors = method(instance).errors;
        runs++;
      } while (spent(start) < 2000);
      if (round > 0) times.push(spent(start) / 1000 / runs);
    }
    return { name, milliseconds: median(times), errors };
  });
}

function spent(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return user + system;
}

function theirs(instance: SeparableInstance, place: string): Time[] {
  if (!python) return [];
  const { points, labels } = instance;
  if (!('cols' in points) || 'rowPointers' in points) return [];
  writeFileSync(`${place}.points`, new Uint8Array(Float64Array.from(points.values).buffer));
  writeFileSync(`${place}.labels`, new Uint8Array(Float64Array.from(labels).buffer));
  const { stdout, stderr, status } = spawnSync(python, [file('separable_peers.py')], {
    input: JSON.stringify({ place, rows: points.rows, rounds: ROUNDS }),
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

function file(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

async function contest(name: string, instance: SeparableInstance): Promise<void> {
  const turns: Time[][] = [];
  for (let turn = 0; turn < TURNS; turn++) turns.push([...ours(instance), ...theirs(instance, path.join(folder, 'data'))]);
  const rows = turns[0].map(({ name, errors }, k) => ({
    name,
    errors,
    milliseconds: median(turns.map((turn) => turn[k].milliseconds)),
  }));
  console.log(`${name}: ${instance.points.rows} x ${instance.points.cols}`);
  for (const { name, errors, milliseconds } of rows)
    console.log(`  ${name.padEnd(30)} ${milliseconds.toFixed(2).padStart(9)} ms  ${errors} errors`);
}

console.log(`${cpus()[0].model}, Node ${process.versions.node}, load ${loadavg()[0].toFixed(1)}\n`);
try {
  for (const [a, b] of [
    [3, 8],
    [1, 8],
    [4, 9],
    [0, 1],
  ])
    await contest(`digits ${a} v ${b}`, await digitPair(a, b));
  await contest('sphere', separatedSphere(20_000, 64, 0.02, 2026));
  await contest('sphere', separatedSphere(50_000, 30, 0.01, 2027));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log('\nhard(n, 0.1): iterations of the batch perceptron, of its normalised form, updates of the cyclic one');
for (const n of [1e3, 1e4, 1e5]) {
  const instance = hardSeparable(n, 0.1);
  const [plain, normalized] = [batchPerceptron(instance), normalizedBatchPerceptron(instance)];
  console.log(
    `  n = ${n}: ${plain.iterations}, ${normalized.iterations}, ${perceptron(instance).iterations}; ${(plain.iterations / normalized.iterations).toFixed(0)} times fewer`,
  );
}
