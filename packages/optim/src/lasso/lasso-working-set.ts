// The lasso by working sets: solve it exactly on few columns, check all columns, and add more until the dual gap is small
// enough.
//
// M. Massias, A. Gramfort, J. Salmon: Celer: a fast solver for the lasso with dual extrapolation (arXiv 1802.07481); safe
// screening: O. Fercoq, A. Gramfort, J. Salmon: Mind the duality gap: safer rules for the lasso (arXiv 1505.03410).
import type { MatrixLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import {
  asMatrix,
  asVector,
  checkNumber,
  checkObject,
  converged,
  defineSolver,
  fault,
  resolveOptions,
  runWith,
  stalled,
} from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { dot, largestMagnitude } from '@infimum/linalg/numerics';
import { largestEntries } from '../blocks/selection/largest-entries.ts';
import { GrowingArray } from '../blocks/state/small-dense.ts';
import type { CompositeIterate, CompositeSolution } from '../composite/composite-minimization.ts';
import { composite } from '../composite/composite-problem.ts';
import type { BlockLeastSquares } from '../losses/block-margin-loss.ts';
import { separableTerm } from '../losses/separable-term.ts';
import type { LassoColumns } from './lasso-columns.ts';
import { lassoDenseColumns } from './lasso-dense-columns.ts';
import { createLassoDescent } from './lasso-descent.ts';
import { lassoSparseColumns } from './lasso-sparse-columns.ts';

/** The lasso, |A x - b|² / (2n) + l1 |x|_1. */
export interface LassoData {
  /** A, samples by features, dense or sparse. */
  readonly design: MatrixLike | CsrMatrix;
  /** b, a number for every sample. */
  readonly targets: VectorLike;
  /** Factor of the l1 norm, above 0. */
  readonly l1: number;
}

/** The result of the method. */
export interface LassoSolution extends CompositeSolution {
  /** F(x) less the value of the best dual point: an upper bound of F(x) - F*. */
  readonly dualGap: number;
}

/** One iteration. */
export interface LassoIterate extends CompositeIterate {
  /** The dual gap over F(0) = |b|² / (2n). */
  readonly relativeGap: number;
  /** Columns of the working set. */
  readonly workingSetSize: number;
  /** Columns that are known to be zero at every minimum; they are only looked for where A is sparse and that saves work. */
  readonly screened: number;
  solution(): LassoSolution;
}

const lassoWorkingSetOptions = {
  tolerance: { type: 'number', min: 0, default: 1e-6, description: 'Dual gap at which to stop, relative to the value at zero' },
  workingSetSize: { type: 'integer', min: 1, max: 100_000, default: 200, description: 'Columns in the first working set' },
  maxIterations: { type: 'integer', min: 0, default: 1000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of the working-set method. */
export type LassoWorkingSetOptions = OptionsOf<typeof lassoWorkingSetOptions> & RunOptions<LassoIterate>;

/**
 * Solves the lasso with many more columns than matter. Every iteration computes all correlations A'r once, takes the columns
 * nearest to their constraint in the dual, and solves the lasso on them by coordinate descent with Anderson extrapolation,
 * until their own dual gap is small. The dual point r / max(n l1, |A'r|_inf) bounds the distance to the minimum. Columns that the
 * gap proves to be zero are dropped for good (where A is sparse: a dense pass takes as long without them).
 *
 * An iteration costs a product with A' and, for p columns, the entries of these for every sweep.
 *
 * @param data - A, b and l1
 * @param options - method and limits; `maxIterations` is 1000 by default
 * @throws {InvalidInputError} for shapes that do not fit, entries that are not finite, and an l1 that is not above 0
 *
 * @example
 * ```ts
 * import { matrixFromRows } from '@infimum/linalg';
 * import { lassoWorkingSet } from '@infimum/optim';
 *
 * const design = matrixFromRows([[1, 0, 1], [0, 1, 1], [1, 1, 0]]);
 * const { x, status, dualGap } = lassoWorkingSet({ design, targets: Float64Array.of(3, 0.5, 2.5), l1: 1 / 3 });
 * console.log(status, x.map((value) => Math.round(1e6 * value) / 1e6).join(' '), dualGap < 1e-6); // converged 2.166667 0 0.166667 true
 * ```
 */
export function lassoWorkingSet(data: LassoData, options: LassoWorkingSetOptions = {}): Outcome<LassoSolution, LassoIterate> {
  checkObject(data, 'data');
  checkObject(options, 'options');
  return runWith(lassoWorkingSetOptions, options, lassoWorkingSetSteps(data, options));
}

/** The steps of `lassoWorkingSet`, to be driven by `run` or by your own loop. */
export function* lassoWorkingSetSteps(
  { design: given, targets: numbers, l1 }: LassoData,
  options: LassoWorkingSetOptions = {},
): Steps<LassoSolution, LassoIterate> {
  const { tolerance, workingSetSize } = resolveOptions(lassoWorkingSetOptions, options);
  checkNumber(l1, 'l1', { above: 0 });
  // Entries of what is kept as it is are looked at in the products.
  const isKept = Object(given).values instanceof Float64Array;
  const columns = lassoColumns(isKept ? (given as DenseMatrix | CsrMatrix) : asMatrix(given as MatrixLike, 'design'));
  const targets = asVector(numbers, 'targets', columns.rows);
  try {
    // From here on everything is n times as much: sums instead of means.
    return yield* workingSetSteps(columns, { targets, l1: columns.rows * l1, tolerance, workingSetSize });
  } finally {
    columns.release();
  }
}

/** What is left of data and options once the design is prepared. */
interface Plan {
  readonly targets: Float64Array;
  readonly l1: number;
  readonly tolerance: number;
  readonly workingSetSize: number;
}

function* workingSetSteps(
  columns: LassoColumns,
  { targets, l1, tolerance, workingSetSize }: Plan,
): Steps<LassoSolution, LassoIterate> {
  const { rows, cols } = columns;
  const term = separableTerm({ l1 });

  const x = new Float64Array(cols);
  const correlations = new Float64Array(cols); // A' (b - A x)
  const norms = columns.begin(targets, correlations);
  const descend = createLassoDescent();
  const pointRoom = new GrowingArray();
  const scale = dot(targets, targets) / 2;
  const working = new WorkingSet(cols);
  let bestDual = -Infinity;
  let l1Norm = 0;
  let lastValue = Infinity;
  let screened = 0;
  for (let iteration = 0; ; iteration++) {
    if (iteration > 0) columns.multiplyTransposed(correlations);
    const { residual } = columns;
    const squared = dot(residual, residual);
    const value = squared / 2 + l1 * l1Norm;
    const most = largestMagnitude(correlations);
    // D(theta) = |b|² / 2 - |l1 theta - b|² / 2 with l1 theta = factor r
    const factor = l1 / Math.max(l1, most);
    const dual = factor * dot(residual, targets) - (factor * factor * squared) / 2;
    bestDual = Math.max(bestDual, dual);
    const dualGap = Math.max(0, value - bestDual);
    let stationarity = 0;
    for (let j = 0; j < cols; j++)
      stationarity = Math.max(stationarity, Math.abs(term.leastSubgradient(x[j], -correlations[j])));
    const solution = (): LassoSolution => ({
      x: x.slice(),
      value: value / rows,
      stationarity: stationarity / rows,
      activeSet: Int32Array.from(x.keys()).filter((j) => x[j] === 0),
      dualGap: dualGap / rows,
    });
    const relativeGap = scale > 0 ? dualGap / scale : 0;
    yield {
      iteration,
      value: value / rows,
      stationarity: stationarity / rows,
      relativeGap,
      workingSetSize: working.size,
      screened,
      solution,
    };
    if (dualGap <= tolerance * scale) return converged(solution(), `the dual gap is at most ${tolerance} of the value at zero`);
    if (!Number.isFinite(value)) return stalled(solution(), 'F is not finite');

    const radius = Math.sqrt(2 * dualGap) / l1;
    const screening: Screening = { correlations, norms, x, most: Math.max(l1, most), radius };
    screened = working.screen(screening);
    const grown = working.grow(screening, { l1, least: workingSetSize });
    if (!grown && value >= lastValue) return stalled(solution(), 'rounding keeps the dual gap above the tolerance');

    columns.take(working.members.subarray(columns.size, working.size));
    lastValue = value;
    const point = pointRoom.of(working.size);
    for (let b = 0; b < working.size; b++) point[b] = x[working.members[b]];
    const goal = Math.max(0.3 * tolerance * scale, columns.gapShare * dualGap);
    descend(columns, { targets, l1, goal, point });
    l1Norm = 0;
    for (let b = 0; b < working.size; b++) {
      x[working.members[b]] = point[b];
      l1Norm += Math.abs(point[b]);
    }
  }
}

/** What screening looks at. */
interface Screening {
  readonly correlations: Float64Array;
  readonly norms: Float64Array | undefined;
  readonly x: Float64Array;
  /** What the residual is divided by to be a dual point. */
  readonly most: number;
  /** Distance within which the dual optimum lies. */
  readonly radius: number;
}

/** Columns that are solved on, and those that are out for good. */
class WorkingSet {
  readonly members: Int32Array;
  size = 0;
  readonly #isMember: Uint8Array;
  readonly #isOut: Uint8Array;
  readonly #nearness: Float64Array; // minus the distance to the constraint
  readonly #room: Float64Array;
  #out = 0;

  constructor(cols: number) {
    this.members = new Int32Array(cols);
    this.#isMember = new Uint8Array(cols);
    this.#isOut = new Uint8Array(cols);
    this.#nearness = new Float64Array(cols);
    this.#room = new Float64Array(cols);
  }

  /** Ranks the columns and throws out those whose constraint cannot be met within the radius; their number so far. */
  screen({ correlations, norms, x, most, radius }: Screening): number {
    for (let j = 0; j < x.length; j++) {
      if (this.#isOut[j] === 1) continue;
      const slack = 1 - Math.abs(correlations[j]) / most;
      const distance = norms ? (norms[j] > 0 ? slack / norms[j] : Infinity) : slack;
      this.#nearness[j] = -distance;
      if (norms && distance > radius && x[j] === 0 && this.#isMember[j] === 0) {
        this.#isOut[j] = 1;
        this.#nearness[j] = -Infinity;
        this.#out++;
      }
    }
    return this.#out;
  }

  /**
   * Adds the nearest columns: twice as many as break their constraint, for others will follow, but no more than there are;
   * and until there are twice as many as x has entries. Whether any was added.
   */
  grow({ x, correlations }: Screening, { l1, least }: { l1: number; least: number }): boolean {
    let [support, broken] = [0, 0];
    for (let j = 0; j < x.length; j++) {
      if (x[j] !== 0) support++;
      if (Math.abs(correlations[j]) > l1 && this.#isMember[j] === 0) broken++;
    }
    const available = x.length - this.#out;
    const wanted = this.size + Math.max(least >> 1, Math.min(2 * broken, this.size));
    const target = Math.min(available, Math.max(least, 2 * support, wanted));
    const added = target - this.size;
    if (added <= 0) return false;
    for (let k = 0; k < this.size; k++) this.#nearness[this.members[k]] = -Infinity;
    const chosen = this.members.subarray(this.size, target);
    largestEntries(this.#nearness, chosen, this.#room);
    for (const j of chosen) this.#isMember[j] = 1;
    this.size = target;
    return true;
  }
}

export const lassoWorkingSetSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/lasso-working-set',
  title: 'Lasso by working sets',
  summary: 'Coordinate descent on few columns until the dual gap closes: for many columns of which few matter.',
  problem: composite,
  variant: 'dual gap',
  role: 'baseline',
  paper: { title: 'Celer: a fast solver for the lasso with dual extrapolation', arxiv: '1802.07481', year: 2018 },
  cost: 'O(n d) \\text{ per iteration, and } O(n p) \\text{ per sweep over the } p \\text{ columns in the set}',
  options: lassoWorkingSetOptions,
  declines: ({ loss, initial: _, ...term }) => {
    const { l1, lower, upper } = separableTerm(term);
    const isLasso = l1 > 0 && lower === -Infinity && upper === Infinity && 'design' in loss;
    return isLasso ? undefined : 'working sets are for least squares with l1 and without bounds';
  },
  steps: ({ loss, l1 = 0 }, options) => {
    const { design, targets } = loss as BlockLeastSquares;
    return lassoWorkingSetSteps({ design, targets, l1 }, options);
  },
});

/**
 * Checks a design.
 *
 * @throws {InvalidInputError} naming `design`
 */
function lassoColumns(design: DenseMatrix | CsrMatrix): LassoColumns {
  if (typeof design !== 'object' || design === null) throw fault('expected a dense or sparse matrix', 'design', 'type');
  return 'rowPointers' in design ? lassoSparseColumns(design) : lassoDenseColumns(design);
}
