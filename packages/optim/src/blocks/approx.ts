// Accelerated randomised coordinate descent.
//
// O. Fercoq, P. Richtárik: Accelerated, parallel and proximal coordinate descent (arXiv 1312.5799), algorithm 2 with one
// coordinate at a time; restarts: O. Fercoq, Z. Qu: Adaptive restart of accelerated gradient methods (arXiv 1709.02300).
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { converged, defineSolver, fault, Random, resolveOptions, runWith, stalled } from '@infimum/core';
import type { CompositeData, CompositeIterate, CompositeSolution } from '../composite/composite-minimization.ts';
import { checkComposite, compositeSolution, someIterations, tolerance } from '../composite/composite-minimization.ts';
import { composite } from '../composite/composite-problem.ts';
import type { BlockLoss, MarginParts } from '../losses/block-loss.ts';

const approxOptions = {
  tolerance,
  restart: { type: 'boolean', default: true, description: 'Restart the acceleration when F has risen in an epoch' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the order of coordinates' },
  maxIterations: someIterations,
} as const satisfies OptionSpecs;

/** Options of APPROX. */
export type ApproxOptions = OptionsOf<typeof approxOptions> & RunOptions<CompositeIterate>;

/**
 * Minimises F = f + g by steps on single random coordinates with acceleration: d of them make an iteration (an epoch), and
 * after k epochs F - F* is of order 1/k². Two sequences u and z represent the extrapolated point theta² u + z, so that a step
 * costs only the entries of one column.
 *
 * For losses of linear models (`blockLeastSquares`, `blockLogistic`) and sparse quadratics.
 *
 * @param data - f, g and where to start
 * @param options - method and limits; `maxIterations` is 10 000 epochs by default
 * @throws {InvalidInputError} for data that do not fit, options out of range, and other losses (`unsupported`)
 *
 * @example
 * ```ts
 * import { matrixFromRows } from '@infimum/linalg';
 * import { blockLeastSquares } from '@infimum/optim';
 * import { approx } from '@infimum/optim/blocks';
 *
 * const loss = blockLeastSquares(matrixFromRows([[1, 0, 1], [0, 1, 1], [1, 1, 0]]), Float64Array.of(3, 0.5, 2.5));
 * const { x, status } = approx({ loss, l1: 1 / 3 });
 * console.log(status, x.map((value) => Math.round(1e4 * value) / 1e4).join(' ')); // converged 2.1667 0 0.1667
 * ```
 */
export function approx(data: CompositeData, options: ApproxOptions = {}): Outcome<CompositeSolution, CompositeIterate> {
  return runWith(approxOptions, options, approxSteps(data, options));
}

/** The steps of `approx`, to be driven by `run` or by your own loop. */
export function* approxSteps(data: CompositeData, options: ApproxOptions = {}): Steps<CompositeSolution, CompositeIterate> {
  const { tolerance, restart, seed } = resolveOptions(approxOptions, options);
  const checked = checkComposite(data);
  const { loss, term, start } = checked;
  const pair = extrapolated(loss);
  if (!pair) throw fault(UNSUPPORTED, 'loss', 'unsupported');
  const n = loss.dimension;
  const random = new Random(seed);
  const weights = loss.coordinateLipschitz;
  const x = start.slice();
  pair.reset(x);
  let theta = 1 / n;
  let target = -1;
  let lowest = Infinity; // F of the average, an epoch ago
  let epochs = 0; // since the last restart
  for (let iteration = 0; ; iteration++) {
    // Averages are never exactly at a kink; z is, and converges too.
    const [average, last] = [compositeSolution(checked, x), compositeSolution(checked, pair.z)];
    const found = last.stationarity < average.stationarity ? last : average;
    const { value, stationarity } = found;
    const solution = () => ({ ...found, x: found.x.slice(), activeSet: found.activeSet.slice() });
    yield { iteration, value, stationarity, solution };
    if (target < 0) target = tolerance * stationarity;
    if (stationarity <= target) return converged(solution(), `the stationarity is at most ${target}`);
    if (!Number.isFinite(value)) return stalled(solution(), 'F is not finite');
    if (restart && average.value > lowest && epochs > 1) {
      pair.reset(found.x);
      theta = 1 / n;
      epochs = 0;
    }
    lowest = average.value;

    let weight = theta * theta;
    for (let step = 0; step < n; step++) {
      const i = random.integer(n);
      if (!(weights[i] > 0)) continue;
      const curvature = n * theta * weights[i];
      const z = pair.z[i];
      const d = term.prox(z - pair.slope(i, weight) / curvature, 1 / curvature) - z;
      if (d !== 0) pair.move(i, d, -(1 - n * theta) / weight);
      // The point after this step is weighed with this theta.
      const used = weight;
      theta = (Math.sqrt(weight * weight + 4 * weight) - weight) / 2;
      weight = theta * theta;
      if (step === n - 1) for (let j = 0; j < n; j++) x[j] = within(used * pair.u[j] + pair.z[j]);
    }
    epochs++;
  }

  /** Extrapolation may leave the bounds by rounding. */
  function within(value: number): number {
    return Math.min(Math.max(value, term.lower), term.upper);
  }
}

const UNSUPPORTED = 'APPROX is for losses of linear models and quadratic functions with a sparse matrix';

/** Why APPROX does not take a loss; undefined when it does. */
function approxDeclines(loss: BlockLoss): string | undefined {
  return extrapolated(loss) ? undefined : UNSUPPORTED;
}

/** The sequences u and z with what is needed for partial derivatives at weight u + z. */
interface ExtrapolatedPair {
  readonly u: Float64Array;
  readonly z: Float64Array;
  /** u <- 0, z <- x */
  reset(x: Float64Array): void;
  /** The partial derivative of f at weight u + z. */
  slope(i: number, weight: number): number;
  /** z_i <- z_i + d, u_i <- u_i + factor d */
  move(i: number, d: number, factor: number): void;
}

function extrapolated(loss: BlockLoss): ExtrapolatedPair | undefined {
  if (loss.margins) return linearPair(loss, loss.margins);
  if (loss.graph && loss.quadratic) return quadraticPair(loss, loss.graph);
  return undefined;
}

function linearPair({ dimension }: BlockLoss, { matrix, loss }: MarginParts): ExtrapolatedPair {
  const { columnPointers, rowIndices, values } = matrix.byColumn;
  const [u, z] = [new Float64Array(dimension), new Float64Array(dimension)];
  const [imageU, imageZ] = [new Float64Array(matrix.rows), new Float64Array(matrix.rows)];
  return {
    u,
    z,
    reset: (x) => {
      u.fill(0);
      z.set(x);
      imageU.fill(0);
      imageZ.fill(0);
      for (let j = 0; j < dimension; j++) {
        for (let k = columnPointers[j]; k < columnPointers[j + 1]; k++) imageZ[rowIndices[k]] += values[k] * z[j];
      }
    },
    slope: (i, weight) => {
      let sum = 0;
      for (let k = columnPointers[i]; k < columnPointers[i + 1]; k++) {
        const row = rowIndices[k];
        sum += values[k] * loss.derivative(row, weight * imageU[row] + imageZ[row]);
      }
      return sum;
    },
    move: (i, d, factor) => {
      z[i] += d;
      u[i] += factor * d;
      for (let k = columnPointers[i]; k < columnPointers[i + 1]; k++) {
        imageZ[rowIndices[k]] += values[k] * d;
        imageU[rowIndices[k]] += factor * values[k] * d;
      }
    },
  };
}

function quadraticPair(loss: BlockLoss, graph: NonNullable<BlockLoss['graph']>): ExtrapolatedPair {
  const { rowPointers, columnIndices, values } = graph;
  const [u, z] = [new Float64Array(loss.dimension), new Float64Array(loss.dimension)];
  const atZero = new Float64Array(loss.dimension);
  loss.gradient(z, atZero);
  return {
    u,
    z,
    reset: (x) => {
      u.fill(0);
      z.set(x);
    },
    slope: (i, weight) => {
      let sum = atZero[i];
      for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
        const j = columnIndices[k];
        sum += values[k] * (weight * u[j] + z[j]);
      }
      return sum;
    },
    move: (i, d, factor) => {
      z[i] += d;
      u[i] += factor * d;
    },
  };
}

export const approxSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/approx',
  title: 'APPROX',
  summary: 'Accelerated descent on single random coordinates, with restarts.',
  problem: composite,
  role: 'baseline',
  paper: { title: 'Accelerated, parallel and proximal coordinate descent', arxiv: '1312.5799', year: 2013 },
  cost: 'O(\\text{entries}) \\text{ for } d \\text{ coordinates}',
  options: approxOptions,
  declines: ({ loss }) => approxDeclines(loss),
  steps: (problem, options) => approxSteps(problem, options),
});
