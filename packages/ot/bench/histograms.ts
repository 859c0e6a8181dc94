// Random histograms against every entropic solver: who converges, truly, and who says why not.
//
// Bells, spikes, sparse weights and weights down to the smallest denormal number, n = 2 to 200 places, epsilon from 1 to 1e-6
// of the range. A `converged` is checked from the plan with sums of doubled precision.
//
//   pnpm exec node packages/ot/bench/histograms.ts [count] [seconds a solve] [solver …]
import { createRegistry, InvalidInputError, Random, solve } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { plugin } from '../src/plugin.ts';
import { solveTransport } from '../src/solve-transport.ts';
import { type Transport, total } from '../src/transport.ts';

const [count = '1000', seconds = '0.5', ...names] = process.argv.slice(2);
const TOLERANCE = 1e-6;
const registry = createRegistry(plugin);
const entropic = registry.solvers.filter(
  ({ variant, problem }) => variant === 'entropic' && problem.id === 'ot/transport',
);

interface Solved {
  readonly status: string;
  readonly reason: string;
  readonly plan: DenseMatrix;
}

const limits = { maxSeconds: Number(seconds) };
const solvers: [name: string, solve: (problem: Transport & { epsilon: number }) => Solved][] = [
  [
    'solveTransport',
    (problem) =>
      solveTransport(problem, {
        epsilon: problem.epsilon,
        tolerance: TOLERANCE,
        plan: 'dense',
        ...limits,
      }) as Solved,
  ],
  ...entropic.map(({ id }): (typeof solvers)[number] => [
    id,
    (problem) =>
      solve(registry.solver(id), problem, {
        options: { tolerance: TOLERANCE },
        ...limits,
      }) as unknown as Solved,
  ]),
];

/** One histogram of a random kind. */
function histogram(n: number, random: Random): Float64Array {
  const kind = random.integer(4);
  const weights = new Float64Array(n);
  if (kind === 0) {
    const [mean, deviation] = [random.uniform() * n, 0.2 + (random.uniform() * n) / 4];
    for (let i = 0; i < n; i++) weights[i] = Math.exp(-(((i - mean) / deviation) ** 2) / 2);
  } else if (kind === 1) {
    for (let k = 0; k < 3; k++) weights[random.integer(n)] += random.uniform();
  } else if (kind === 2) {
    for (let i = 0; i < n; i++) if (random.uniform() < 0.3) weights[i] = random.uniform();
  } else for (let i = 0; i < n; i++) weights[i] = 10 ** (-324 * random.uniform() ** 3);
  if (!(total(weights) > 0)) weights[random.integer(n)] = 1;
  const mass = total(weights);
  return weights.map((weight) => weight / mass);
}

function instanceOf(random: Random): Transport & { epsilon: number } {
  const n = 2 + random.integer(199);
  const m = random.uniform() < 0.5 ? n : 2 + random.integer(199);
  const values = new Float64Array(n * m);
  for (let i = 0, k = 0; i < n; i++)
    for (let j = 0; j < m; j++, k++) values[k] = (i / (n - 1) - j / (m - 1)) ** 2;
  const epsilon = 10 ** (-6 * random.uniform());
  return { a: histogram(n, random), b: histogram(m, random), cost: { rows: n, cols: m, values }, epsilon };
}

/** Adds with what rounding took away (T. Dekker, 1971). */
class DoubledSum {
  #high = 0;
  #low = 0;

  add(value: number): void {
    const sum = this.#high + value;
    const part = sum - this.#high;
    this.#low += this.#high - (sum - part) + (value - part);
    this.#high = sum;
  }

  get value(): number {
    return this.#high + this.#low;
  }
}

function marginalError({ a, b }: Transport, { rows, cols, values }: DenseMatrix): number {
  const error = new DoubledSum();
  for (let i = 0; i < rows; i++) {
    const row = new DoubledSum();
    for (let j = 0; j < cols; j++) row.add(values[i * cols + j]);
    row.add(-a[i]);
    error.add(Math.abs(row.value));
  }
  for (let j = 0; j < cols; j++) {
    const column = new DoubledSum();
    for (let i = 0; i < rows; i++) column.add(values[i * cols + j]);
    column.add(-b[j]);
    error.add(Math.abs(column.value));
  }
  return error.value;
}

console.log(`${count} histograms, tolerance ${TOLERANCE}, ${seconds} s a solve`);
console.log('solver                         converged   false  stalled  limit  thrown  processor s');
for (const [name, run] of solvers) {
  if (names.length > 0 && !names.includes(name)) continue;
  const tally = { converged: 0, false: 0, stalled: 0, limit: 0, thrown: 0 };
  const reasons = new Map<string, number>();
  const before = process.cpuUsage();
  for (let k = 0; k < Number(count); k++) {
    const problem = instanceOf(new Random(1).split(k));
    try {
      const { status, reason, plan } = run(problem);
      const error = marginalError(problem, plan);
      if (status === 'converged' && !(error <= 1.0001 * TOLERANCE)) {
        tally.false++;
        console.log(`  ${name}: false at ${k}, error ${error}`);
      } else if (status === 'converged') tally.converged++;
      else if (status === 'stalled') tally.stalled++;
      else tally.limit++;
      if (status === 'stalled') {
        const what = reason.replace(/[\d.]+e[+-]?\d+/g, '#');
        reasons.set(what, (reasons.get(what) ?? 0) + 1);
      }
    } catch (error) {
      tally.thrown++;
      console.log(`  ${name}: threw at ${k}: ${error instanceof InvalidInputError ? error.message : error}`);
    }
  }
  const { user, system } = process.cpuUsage(before);
  const share = `${((100 * tally.converged) / Number(count)).toFixed(2)} %`;
  console.log(
    `${name.padEnd(30)} ${share.padStart(9)} ${String(tally.false).padStart(7)} ${String(tally.stalled).padStart(8)} ${String(tally.limit).padStart(6)} ${String(tally.thrown).padStart(7)}  ${((user + system) / 1e6).toFixed(1)}`,
  );
  for (const [what, times] of reasons) console.log(`    ${times} x ${what}`);
}
