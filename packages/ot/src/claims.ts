// The claims of the paper on Sinkhorn-Newton-Sparse, and the experiments that check them.
import type { Claim, Steps } from '@infimum/core';
import { defineClaim, Random } from '@infimum/core';
import type { MeasuredClaim } from '@infimum/core/claim';
import { powerExponent } from '@infimum/core/claim';
import { importData } from '@infimum/core/data';
import { costMatrix, gridPoints } from './cost-matrix.ts';
import type { NewtonIterate } from './entropic/newton/newton-iteration.ts';
import { sinkhornSteps } from './entropic/sinkhorn.ts';
import { sinkhornNewtonSparsePaper as paper, sinkhornNewtonSparseSteps } from './entropic/sinkhorn-newton-sparse.ts';
import type { EntropicPlan, SinkhornIterate } from './entropic/state/normalized-problem.ts';
import { randomAssignment } from './instances.ts';
import type { Transport } from './transport.ts';
import { total } from './transport.ts';

/** The paper's table: 500 points or 784 pixels, inverse temperature 1200. */
const OPTIONS = { epsilon: 1 / 1200, tolerance: 1e-10 };

/** A row of the paper's table, with the ratio of iterations that it must keep. */
interface Row extends Pick<Claim, 'id' | 'published' | 'budget'> {
  readonly subject: string;
  readonly ratio: number;
  readonly source: string;
  readonly warmup: number;
  instance(seed: number): Transport | Promise<Transport>;
}

const rows: readonly Row[] = [
  {
    id: 'ot/sns-random-assignment',
    subject: 'random assignment (n = 500)',
    published: '29 iterations (20 sweeps and 9 Newton steps) against 56 199 Sinkhorn sweeps; 0.34 s against 233.36 s',
    ratio: 100,
    source: 'the abstract: orders of magnitude, of which two are 100',
    budget: 60,
    warmup: 20,
    instance: (seed) => randomAssignment(500, seed),
  },
  {
    id: 'ot/sns-digits-squared-euclidean',
    subject: 'pairs of 28 x 28 digits with squared Euclidean cost',
    published: '53 iterations (20 and 33) against 2041 Sinkhorn sweeps; 2.33 s against 18.84 s',
    ratio: 38.5,
    source: 'the paper’s table: 2041 against 53',
    budget: 60,
    warmup: 20,
    instance: (seed) => digitPair('squared-euclidean', seed),
  },
  {
    id: 'ot/sns-digits-manhattan',
    subject: 'pairs of 28 x 28 digits with Manhattan cost',
    published: '777 iterations (700 and 77) against 5748 Sinkhorn sweeps; 12.22 s against 45.75 s',
    ratio: 7.4,
    source: 'the paper’s table: 5748 against 777',
    budget: 300,
    warmup: 700,
    instance: (seed) => digitPair('manhattan', seed),
  },
];

/** Sweeps are counted up to this much beyond the bar: a run that takes longer clears it. */
const BEYOND = 1.1;

/** More iterations than the paper has in any row, after which a run is given up. */
const LIMIT = 900;

const iterations = (row: Row): MeasuredClaim => ({
  id: row.id,
  paper,
  statement: `On ${row.subject}, Sinkhorn-Newton-Sparse needs a small fraction of Sinkhorn's iterations.`,
  published: row.published,
  budget: row.budget,
  null: 'Newton steps on a Hessian with only one entry kept besides its diagonal',
  bars: [{ figure: 'sweeps of Sinkhorn over iterations', atLeast: row.ratio, scale: 'log', source: row.source }],
  measure: async (seed) => {
    const instance = await row.instance(seed);
    const options = { ...OPTIONS, continuation: false, warmup: row.warmup };
    const own = lengthOf(sinkhornNewtonSparseSteps(instance, options), LIMIT);
    const sweeps = lengthOf(sinkhornSteps(instance, OPTIONS), Math.ceil(BEYOND * row.ratio * own));
    const broken = { ...options, sparsify: 'top-k', density: Number.MIN_VALUE } as const;
    const others = lengthOf(sinkhornNewtonSparseSteps(instance, broken), Math.ceil((2 * sweeps) / row.ratio));
    return {
      ours: {
        'sweeps of Sinkhorn over iterations': sweeps / own,
        iterations: own,
        'iterations with continuation': lengthOf(sinkhornNewtonSparseSteps(instance, OPTIONS), LIMIT),
        'sweeps, counted as far as the bar asks': sweeps,
      },
      null: { 'sweeps of Sinkhorn over iterations': sweeps / others },
    };
  },
});

const cost: MeasuredClaim = {
  id: 'ot/sns-step-cost',
  paper,
  statement: 'The Hessian is approximately sparse, so that an iteration takes O(n²) operations.',
  published: 'O(n²) an iteration',
  budget: 30,
  null: 'Newton’s method: elimination in the full Hessian',
  bars: [
    { figure: 'exponent in n of the multiplications of a Newton step', atMost: 2, source: 'the statement' },
    { figure: 'exponent in n of the share of entries that are kept', atMost: 0, source: 'sparse: the share does not grow' },
  ],
  measure: (seed) => {
    const sizes = [100, 200, 400];
    const steps = sizes.map((n) => {
      const { keptEntries, innerIterations, newtonSteps } = newtonPath(n, seed).at(-1) as NewtonIterate;
      return { n, kept: keptEntries, inner: innerIterations / newtonSteps };
    });
    const figures = (multiplications: readonly number[], kept: readonly number[]) => ({
      'exponent in n of the multiplications of a Newton step': powerExponent(sizes, multiplications),
      'exponent in n of the share of entries that are kept': powerExponent(sizes, kept),
    });
    // The gradient and the choice of entries go over all of them, every inner iteration over those that are kept, twice.
    const sparse = steps.map(({ n, kept, inner }) => n ** 2 + 2 * inner * kept);
    const curve = steps.map(({ n, kept }) => [`share of entries that are kept@${n}`, kept / n ** 2]);
    return {
      ours: {
        ...figures(
          sparse,
          steps.map(({ n, kept }) => kept / n ** 2),
        ),
        ...Object.fromEntries(curve),
      },
      null: figures(
        sizes.map((n) => (2 * n) ** 3 / 3),
        sizes.map(() => 1),
      ),
    };
  },
};

const order: MeasuredClaim = {
  id: 'ot/sns-superlinear',
  paper,
  statement: 'Newton steps converge superlinearly, in a few iterations to machine accuracy.',
  published: 'curves that fall off; no table',
  budget: 20,
  null: 'as many sweeps of Sinkhorn',
  bars: [
    {
      figure: 'factor of the error in a step: last half over first half',
      atMost: 1,
      scale: 'log',
      source: 'superlinear: the factor of the error in a step falls to 0',
    },
    { figure: 'factor of the error in the last step', atMost: 0.1, scale: 'log', source: 'superlinear: below any constant' },
  ],
  measure: (seed) => {
    const errors = newtonPath(500, seed).map(({ marginalError }) => marginalError);
    const swept: number[] = [];
    for (const { marginalError } of stepsOf(sinkhornSteps(randomAssignment(500, seed), OPTIONS))) {
      swept.push(marginalError);
      if (swept.length === 20 + errors.length) break;
    }
    const figures = (path: readonly number[]) => {
      const [last, half] = [path.length - 1, path.length >> 1];
      const factor = (from: number, to: number) => (path[to] / path[from]) ** (1 / (to - from));
      return {
        'factor of the error in a step: last half over first half': factor(half, last) / factor(0, half),
        'factor of the error in the last step': factor(last - 1, last),
      };
    };
    return { ours: { ...figures(errors), 'Newton steps': errors.length }, null: figures(swept.slice(20)) };
  },
};

/** All claims of the paper. */
export const sinkhornNewtonSparseClaims: readonly Claim[] = [...rows.map(iterations), cost, order].map((claim) =>
  defineClaim(claim),
);

/** The iterates of the paper's Newton steps on random assignment, 20 sweeps before them; at most 100. */
function newtonPath(n: number, seed: number): NewtonIterate[] {
  const path: NewtonIterate[] = [];
  for (const iterate of stepsOf(
    sinkhornNewtonSparseSteps(randomAssignment(n, seed), { ...OPTIONS, continuation: false, warmup: 20 }),
  )) {
    if (iterate.phase === 'newton') path.push(iterate);
    if (path.length === 100) break;
  }
  return path;
}

/** The iterates, without what comes out at the end. */
function* stepsOf<T>(steps: Iterator<T>): Generator<T> {
  for (let step = steps.next(); !step.done; step = steps.next()) yield step.value;
}

/** Iterations to the tolerance; the limit where it is not reached before. */
function lengthOf(steps: Steps<EntropicPlan, SinkhornIterate>, limit: number): number {
  let length = 0;
  let step = steps.next();
  for (; !step.done && length < limit; step = steps.next()) length = step.value.iteration;
  return step.done && step.value.solution.marginalError <= OPTIONS.tolerance ? length : limit;
}

/** Two digits of 28 x 28 pixels, of different classes, with a trace of ink everywhere. */
async function digitPair(metric: 'squared-euclidean' | 'manhattan', seed: number): Promise<Transport> {
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
  // 20 of each class, in order.
  const random = new Random(seed);
  const digit = random.integer(10);
  const [first, second] = [digit, (digit + 1 + random.integer(9)) % 10].map((of) => 20 * of + random.integer(20));
  return { a: ink(first), b: ink(second), cost: { ...cost, values: cost.values.map((value) => value / 2) } };
}
