// Random histograms against every entropic solver: who converges, truly, and who says why not.
//
// Bells, spikes, sparse weights and weights down to the smallest denormal number, n = 2 to 200 places, epsilon from 1 to 1e-6
// of the range. A `converged` is checked from the plan with sums of doubled precision.
//
//   pnpm bench:package ot histograms [count] [processor seconds a solve] [solver …]
import { createRegistry, InvalidInputError, solve } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { plugin } from '../src/plugin.ts';
import { solveTransport } from '../src/solve-transport.ts';
import { doubledMarginalError, randomHistograms } from '../src/testing/random-histograms.ts';
import type { Transport } from '../src/transport.ts';

const [count = '1000', seconds = '0.5', ...names] = process.argv.slice(2);
const TOLERANCE = 1e-6;
const registry = createRegistry(plugin);
const entropic = registry.solvers.filter(({ variant, problem }) => variant === 'entropic' && problem.id === 'ot/transport');

interface Solved {
  readonly status: string;
  readonly reason: string;
  readonly plan: DenseMatrix;
}

/** Options that end a run once it has taken so much processor time: by the clock others would be timed, too. */
function limits() {
  const controller = new AbortController();
  const before = process.cpuUsage();
  let count = 0;
  const onIteration = () => {
    if (++count % 16 !== 0) return;
    const { user, system } = process.cpuUsage(before);
    if (user + system > 1e6 * Number(seconds)) controller.abort();
  };
  return { signal: controller.signal, onIteration };
}

const solvers: [name: string, solve: (problem: Transport & { epsilon: number }) => Solved][] = [
  [
    'solveTransport',
    (problem) =>
      solveTransport(problem.a, problem.b, problem.cost, {
        epsilon: problem.epsilon,
        tolerance: TOLERANCE,
        plan: 'dense',
        ...limits(),
      }) as Solved,
  ],
  ...entropic.map(({ id }): (typeof solvers)[number] => [
    id,
    (problem) => solve(registry.solver(id), problem, { options: { tolerance: TOLERANCE }, ...limits() }) as unknown as Solved,
  ]),
];

console.log(`${count} histograms, tolerance ${TOLERANCE}, ${seconds} s of processor time a solve`);
console.log('solver                         converged   false  stalled  limit  thrown  processor s');
for (const [name, run] of solvers) {
  if (names.length > 0 && !names.includes(name)) continue;
  const tally = { converged: 0, false: 0, stalled: 0, limit: 0, thrown: 0 };
  const reasons = new Map<string, number>();
  const before = process.cpuUsage();
  for (let k = 0; k < Number(count); k++) {
    const problem = randomHistograms(k);
    try {
      const { status, reason, plan } = run(problem);
      const error = doubledMarginalError(problem, plan);
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
