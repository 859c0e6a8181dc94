// The claims of the papers of this package, and the experiments that check them.
import type { Claim, ClaimContext, ClaimResult } from '@infimum/core';
import { defineClaim } from '@infimum/core';
import { importData } from '@infimum/core/data';
import { costMatrix, gridPoints } from './cost-matrix.ts';
import { sinkhornSteps } from './entropic/sinkhorn.ts';
import { sinkhornNewtonSparsePaper, sinkhornNewtonSparseSteps } from './entropic/sinkhorn-newton-sparse.ts';
import { randomAssignment } from './instances.ts';
import type { Transport } from './transport.ts';
import { total } from './transport.ts';

/** The paper's table: 500 points or 784 pixels, inverse temperature 1200. */
const EPSILON = 1 / 1200;
const TOLERANCE = 1e-10;
const MAX_SWEEPS = 60_000;

/** The paper's figures for one row of its table, and the ratio that the row must keep. */
interface Row {
  readonly id: string;
  readonly subject: string;
  readonly published: string;
  readonly ratio: number;
  readonly budget: number;
  readonly warmup: number;
  instance(): Transport | Promise<Transport>;
}

const rows: readonly Row[] = [
  {
    id: 'ot/sns-random-assignment',
    subject: 'random assignment (n = 500)',
    published: '29 iterations (20 sweeps and 9 Newton steps) against 56 199 Sinkhorn sweeps; 0.34 s against 233.36 s',
    ratio: 100,
    budget: 60,
    warmup: 20,
    instance: () => randomAssignment(500, 1),
  },
  {
    id: 'ot/sns-digits-squared-euclidean',
    subject: 'a pair of 28 x 28 digits with squared Euclidean cost',
    published: '53 iterations (20 and 33) against 2041 Sinkhorn sweeps; 2.33 s against 18.84 s',
    ratio: 10,
    budget: 30,
    warmup: 20,
    instance: () => digitPair('squared-euclidean'),
  },
  {
    id: 'ot/sns-digits-manhattan',
    subject: 'a pair of 28 x 28 digits with Manhattan cost',
    published: '777 iterations (700 and 77) against 5748 Sinkhorn sweeps; 12.22 s against 45.75 s',
    ratio: 5,
    budget: 60,
    warmup: 700,
    instance: () => digitPair('manhattan'),
  },
];

/** One claim for each row of the paper's table of iterations. */
export const sinkhornNewtonSparseClaims: readonly Claim[] = rows.map((row) =>
  defineClaim({
    id: row.id,
    paper: sinkhornNewtonSparsePaper,
    statement: `On ${row.subject} Sinkhorn-Newton-Sparse needs a small fraction of Sinkhorn's iterations: at most one in ${row.ratio}.`,
    published: row.published,
    budget: row.budget,
    run: (context) => rerun(row, context),
  }),
);

async function rerun(row: Row, { signal, onProgress }: ClaimContext): Promise<ClaimResult> {
  const instance = await row.instance();
  onProgress?.('Sinkhorn-Newton-Sparse as in the paper');
  const options = { epsilon: EPSILON, tolerance: TOLERANCE };
  const newton = count(
    sinkhornNewtonSparseSteps(instance, { ...options, continuation: false, warmup: row.warmup }),
    2000,
    signal,
  );
  onProgress?.('Sinkhorn-Newton-Sparse with continuation');
  const robust = count(sinkhornNewtonSparseSteps(instance, options), 2000, signal);
  onProgress?.('Sinkhorn');
  const sinkhorn = count(sinkhornSteps(instance, options), MAX_SWEEPS, signal);
  const ratio = sinkhorn.iterations / newton.iterations;
  const reached = newton.error <= TOLERANCE;
  const more = sinkhorn.error <= TOLERANCE ? '' : ' (not yet at the tolerance)';
  return {
    measured:
      `${newton.iterations} iterations in ${newton.seconds.toFixed(2)} s` +
      `${reached ? '' : ` (error ${newton.error.toExponential(1)})`}, with continuation ${robust.iterations} in ` +
      `${robust.seconds.toFixed(2)} s, against ${sinkhorn.iterations} sweeps${more} in ${sinkhorn.seconds.toFixed(2)} s`,
    verdict: reached && ratio >= row.ratio ? 'reproduced' : 'not reproduced',
    figures: {
      iterations: newton.iterations,
      seconds: newton.seconds,
      error: newton.error,
      continuationIterations: robust.iterations,
      continuationSeconds: robust.seconds,
      continuationError: robust.error,
      sinkhornSweeps: sinkhorn.iterations,
      sinkhornSeconds: sinkhorn.seconds,
      sinkhornError: sinkhorn.error,
      iterationRatio: ratio,
    },
  };
}

/** Runs steps to their end or to a limit, without computing a plan. */
function count(
  steps: Iterator<{ readonly iteration: number; readonly marginalError: number }, { solution: { marginalError: number } }>,
  maxIterations: number,
  signal: AbortSignal | undefined,
): { iterations: number; seconds: number; error: number } {
  const start = performance.now();
  let iterations = 0;
  let error = Infinity;
  for (let step = steps.next(); ; step = steps.next()) {
    signal?.throwIfAborted();
    if (step.done) error = step.value.solution.marginalError;
    else ({ iteration: iterations, marginalError: error } = step.value);
    if (step.done || iterations >= maxIterations) break;
  }
  steps.return?.();
  return { iterations, seconds: (performance.now() - start) / 1000, error };
}

/** A zero and a one of the 28 x 28 digits, with a trace of ink everywhere. */
async function digitPair(metric: 'squared-euclidean' | 'manhattan'): Promise<Transport> {
  const { loadDigits28 } = await importData(() => import('@infimum/datasets/digits-28'));
  const { images } = loadDigits28();
  const ink = (row: number) => {
    const values = images.values.subarray(row * images.cols, (row + 1) * images.cols);
    const floored = values.map((value) => value + 1e-6 * 255);
    const mass = total(floored);
    return floored.map((value) => value / mass);
  };
  const grid = gridPoints(28);
  const cost = costMatrix(grid, grid, metric);
  return { a: ink(0), b: ink(100), cost: { ...cost, values: cost.values.map((value) => value / 2) } };
}
