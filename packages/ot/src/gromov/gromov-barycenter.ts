// Gromov-Wasserstein barycentres: the space that is nearest to several spaces, optionally fused with features of their points.
//
// G. Peyré, M. Cuturi, J. Solomon: Gromov-Wasserstein averaging of kernel and distance matrices (2016), Section 4; fused after
// T. Vayer, L. Chapel, R. Flamary, R. Tavenard, N. Courty: Optimal transport for structured data with application on graphs
// (2019), arXiv 1805.09114, Section 4.2.
import type { Iterate, MatrixLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { asMatrix, checkInteger, converged, fault, Random, resolveOptions, stalled } from '@infimum/core';
import { portableExp, portableLog } from '@infimum/core/portable-math';
import type { DenseMatrix } from '@infimum/linalg';
import { matmul, transpose } from '@infimum/linalg';
import { mixingWeights } from '../barycenters/mixing-weights.ts';
import { costMatrix } from '../cost-matrix.ts';
import type { InnerLimits } from '../inner-runs.ts';
import { InnerRuns } from '../inner-runs.ts';
import { checkIsMatrices, checkIsMatrix, checkIsVector, checkIsVectors, weights } from '../options.ts';
import { runAdvised } from '../progress.ts';
import { asWeights, checkEqualMass, total } from '../transport.ts';
import { largestChange } from '../vectors.ts';
import { entropicGromovWassersteinSteps } from './entropic-gromov-wasserstein.ts';
import { alpha } from './gromov-objective.ts';
import { asSpace, loss } from './gromov-terms.ts';
import { gromovWassersteinSteps } from './gromov-wasserstein.ts';

const gromovBarycenterOptions = {
  pointWeights: {
    type: 'value',
    check: checkIsVector,
    description: "Weights of the barycentre's points, one each, positive; equal, of the spaces' total, by default",
  },
  spaceWeights: { type: 'value', check: checkIsVectors, description: 'Point weights of each space; 1/n' },
  weights,
  loss,
  features: {
    type: 'value',
    check: checkIsMatrices,
    description: 'Features of the points of every space, each n_k x d: fuses the problem; none by default',
  },
  alpha: {
    ...alpha,
    description:
      'Weight of the Gromov-Wasserstein term against squared distances of features; 0.5 by default with features, otherwise 1',
  },
  epsilon: { type: 'number', above: 0, unit: 'distortion', description: 'Regularisation; none by default' },
  initial: {
    type: 'value',
    check: checkIsMatrix,
    description: 'Initial distances, size x size; by default those of random points, scaled to the mean size of the spaces',
  },
  initialFeatures: {
    type: 'value',
    check: checkIsMatrix,
    description: 'Initial features, size x d; by default those of random points of the spaces',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the random start' },
  tolerance: { type: 'number', min: 0, default: 1e-9, description: 'Largest relative change' },
  maxIterations: { type: 'integer', min: 0, default: 1000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `gromovBarycenter`. */
export type GromovBarycenterOptions = OptionsOf<typeof gromovBarycenterOptions> & RunOptions<GromovBarycenterIterate>;

/** A barycentre of spaces. */
export interface GromovBarycenter {
  /** Its distances, size x size. */
  readonly distances: DenseMatrix;
  /** Its features, size x d, if the spaces have any. */
  readonly features?: DenseMatrix;
  /** The plans from the barycentre to the spaces, each size x n_k. */
  readonly plans: readonly DenseMatrix[];
  /** The mean distortion of the plans, weighted, fused with the features where there are some; without entropy. */
  readonly regularizedCost: number;
}

/** News of an iteration. */
export interface GromovBarycenterIterate extends Iterate<GromovBarycenter> {
  /** Objective of the current plans. */
  readonly regularizedCost: number;
  /** Largest change that the plans ask of a distance or feature, relative to the largest of its kind. */
  readonly change: number;
}

/**
 * The Gromov-Wasserstein barycentre of spaces, and fused.
 *
 * Minimises `sum_k w_k [(1 - alpha) <M_k, T_k> + alpha sum_ijlm L(D_il, C_k,jm) T_k,ij T_k,lm]` over the distances D of
 * `size` points, their features X, and the plans T_k, with M_k the squared distances between X and the `features` of space
 * k. In turn the plans are improved, by `gromovWasserstein` or with `epsilon` by `entropicGromovWasserstein`, each from its
 * last one and until it is stationary to a millionth of its distortion, and D and X set to the best for the plans: weighted means of what
 * their points are matched with, or for the loss
 * `kl` geometric means. Without entropy the objective never rises; it is not convex, and the answer a stationary point that
 * depends on the start.
 *
 * @param spaces - distances within every space, each n_k x n_k, symmetric or not
 * @param size - points of the barycentre, from 1 to 10 000
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: one `gromovWasserstein` a space and iteration.
 *
 * Source: G. Peyré, M. Cuturi, J. Solomon, Gromov-Wasserstein averaging (2016); T. Vayer et al. (arXiv 1805.09114).
 *
 * @example
 * ```ts
 * import { costMatrix } from '@infimum/ot';
 * import { gromovBarycenter } from '@infimum/ot/gromov';
 *
 * const line = (...x: number[]) => {
 *   const points = { rows: x.length, cols: 1, values: Float64Array.from(x) };
 *   return costMatrix(points, points, 'euclidean');
 * };
 * const { distances } = gromovBarycenter([line(0, 1, 5), line(0, 3, 11)], 3, { initial: line(0, 1, 5) });
 * console.log(distances.values.subarray(0, 3).join(' ')); // 0 2 8
 * ```
 */
export function gromovBarycenter(
  spaces: readonly MatrixLike[],
  size: number,
  options: GromovBarycenterOptions = {},
): Outcome<GromovBarycenter, GromovBarycenterIterate> {
  const steps = gromovBarycenterSteps(spaces, size, options);
  return runAdvised(gromovBarycenterOptions, options, steps, 'tolerance');
}

/** Gap of the linearisation of plans, relative to their distortion; change of entropic ones; their iterations in a step. */
const PLAN_GAP = 1e-6;
const PLAN_CHANGE = 1e-9;
const MOST_INNER = 1000;

/** The alternation of plans and barycentre as steps. Limits among the options end the plans of a step too. */
export function* gromovBarycenterSteps(
  spaces: readonly MatrixLike[],
  size: number,
  options: GromovBarycenterOptions & InnerLimits,
): Steps<GromovBarycenter, GromovBarycenterIterate> {
  const settings = resolveOptions(gromovBarycenterOptions, options);
  const problem = problemOf(spaces, size, settings);
  const inner = new InnerRuns(options);
  let { distances, features } = problem;
  let plans: readonly DenseMatrix[] | undefined;
  for (let iteration = 0; ; iteration++) {
    const found = matched(problem, distances, features, plans, inner);
    plans = found.plans;
    const nextDistances = meanDistances(problem, plans);
    const nextFeatures = features && meanFeatures(problem, plans);
    const change = Math.max(
      changeOf(distances, nextDistances),
      features && nextFeatures ? changeOf(features, nextFeatures) : 0,
    );
    const { objective: regularizedCost } = found;
    const current = { distances, ...(features && { features }), plans, regularizedCost };
    const solution = () => current;
    yield { iteration, regularizedCost, change, solution };
    if (found.unfinished !== undefined) {
      return stalled(current, `the plans of a step ended unsolved: ${found.unfinished}`);
    }
    if (change <= settings.tolerance && found.isStationary) {
      return converged(current, `the barycentre changes by ${change.toExponential(1)} of its size`);
    }
    distances = nextDistances;
    features = nextFeatures;
  }
}

/** Largest change, relative to the largest entry. */
function changeOf(before: DenseMatrix, after: DenseMatrix): number {
  const change = largestChange(before.values, after.values);
  if (change === 0) return 0;
  return change / after.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** The spaces with their weights, and what to start from. */
interface BarycenterOfSpaces {
  readonly spaces: readonly DenseMatrix[];
  readonly masses: readonly Float64Array[];
  readonly shares: Float64Array;
  readonly p: Float64Array;
  readonly loss: 'square' | 'kl';
  readonly alpha: number;
  readonly epsilon: number | undefined;
  readonly ofSpaces: readonly DenseMatrix[] | undefined;
  readonly distances: DenseMatrix;
  readonly features: DenseMatrix | undefined;
}

/** The plans to the spaces, each from its last one, their objective, and why one is not solved, if one is not. */
function matched(
  { spaces, masses, shares, p, loss, alpha, epsilon, ofSpaces }: BarycenterOfSpaces,
  distances: DenseMatrix,
  features: DenseMatrix | undefined,
  plans: readonly DenseMatrix[] | undefined,
  inner: InnerRuns,
) {
  let objective = 0;
  let isStationary = true;
  let unfinished: string | undefined;
  const found = spaces.map((space, k) => {
    const cost = features && ofSpaces && costMatrix(features, ofSpaces[k]);
    const options = {
      a: p,
      b: masses[k],
      loss,
      ...(cost && { cost, alpha }),
      ...(plans && { initial: plans[k] }),
      tolerance: epsilon === undefined ? PLAN_GAP : PLAN_CHANGE,
    };
    const result =
      epsilon === undefined
        ? inner.run(gromovWassersteinSteps(distances, space, options), MOST_INNER)
        : inner.run(entropicGromovWassersteinSteps(distances, space, { ...options, epsilon }), MOST_INNER);
    isStationary &&= result.status === 'converged';
    // Plans that need more steps have them in the next round.
    if (result.status !== 'converged' && result.status !== 'iteration-limit') unfinished = result.reason;
    objective += shares[k] * result.distortion;
    return result.plan;
  });
  return { plans: found, objective, isStationary, unfinished };
}

/** sum_k w_k T_k C_k T_k' / (p p'), or the geometric mean of the same. */
function meanDistances({ spaces, shares, p, loss }: BarycenterOfSpaces, plans: readonly DenseMatrix[]): DenseMatrix {
  const n = p.length;
  const values = new Float64Array(n * n);
  spaces.forEach((space, k) => {
    const ofRows = rowShares(plans[k], p);
    const terms = loss === 'kl' ? { ...space, values: space.values.map(portableLog) } : space;
    const mean = matmul(matmul(ofRows, terms), transpose(ofRows)).values;
    for (let at = 0; at < values.length; at++) values[at] += shares[k] * mean[at];
  });
  return { rows: n, cols: n, values: loss === 'kl' ? values.map(portableExp) : values };
}

/** sum_k w_k T_k Y_k / p. */
function meanFeatures({ shares, p, ofSpaces = [] }: BarycenterOfSpaces, plans: readonly DenseMatrix[]): DenseMatrix {
  const means = ofSpaces.map((features, k) => matmul(rowShares(plans[k], p), features));
  const values = means[0].values.map((_, at) => means.reduce((sum, mean, k) => sum + shares[k] * mean.values[at], 0));
  return { ...means[0], values };
}

/** The rows of a plan over their weights. */
function rowShares(plan: DenseMatrix, p: Float64Array): DenseMatrix {
  return { ...plan, values: plan.values.map((mass, k) => mass / p[Math.floor(k / plan.cols)]) };
}

function problemOf(
  given: readonly MatrixLike[],
  size: number,
  options: GromovBarycenterOptions & { readonly loss: 'square' | 'kl'; readonly seed: number },
): BarycenterOfSpaces {
  if (!Array.isArray(given) || given.length === 0) throw fault('must not be empty', 'spaces', 'empty');
  checkInteger(size, 'size', { min: 1, max: MOST_POINTS });
  const spaces = Array.from(given, (space: MatrixLike, k) => asSpace(space, `spaces[${k}]`));
  const masses = massesOf(spaces, options.spaceWeights);
  const shares = mixingWeights(options.weights, spaces.length);
  const p = asPointWeights(options.pointWeights ?? new Float64Array(size).fill(total(masses[0]) / size), size);
  for (const mass of masses) checkEqualMass(p, mass);
  if (options.loss === 'kl') for (const [k, space] of spaces.entries()) checkPositive(space, `spaces[${k}]`);
  const ofSpaces = featuresOf(spaces, options.features);
  const { alpha = ofSpaces ? 0.5 : 1, epsilon, loss } = options;
  if (!ofSpaces && alpha < 1) throw fault('is below 1, but there are no features', 'alpha', 'unsupported');
  const random = new Random(options.seed);
  const distances = options.initial
    ? asMatrix(options.initial, 'initial')
    : randomDistances(spaces, masses, shares, size, random);
  checkSize(distances, size, size, 'initial');
  if (loss === 'kl') {
    const negative = distances.values.findIndex((value) => value < 0);
    if (negative >= 0) {
      throw fault(`is negative at index ${negative}: loss 'kl' needs similarities`, 'initial', 'out-of-range', negative);
    }
  }
  const start = options.initialFeatures && asMatrix(options.initialFeatures, 'initialFeatures');
  const features = ofSpaces && (start ?? randomFeatures(ofSpaces, size, random));
  if (features && ofSpaces) checkSize(features, size, ofSpaces[0].cols, 'initialFeatures');
  return { spaces, masses, shares, p, loss, alpha, epsilon, ofSpaces, distances, features };
}

/** Beyond these a matrix of distances takes more than a gigabyte. */
const MOST_POINTS = 10_000;

function massesOf(spaces: readonly DenseMatrix[], spaceWeights: readonly VectorLike[] | undefined): Float64Array[] {
  if (spaceWeights !== undefined && spaceWeights.length !== spaces.length) {
    throw fault(`expected ${spaces.length} vectors, got ${spaceWeights.length}`, 'spaceWeights', 'shape');
  }
  return spaces.map(({ rows }, k) =>
    spaceWeights ? asWeights(spaceWeights[k], `spaceWeights[${k}]`, rows) : new Float64Array(rows).fill(1 / rows),
  );
}

function featuresOf(
  spaces: readonly DenseMatrix[],
  features: readonly MatrixLike[] | undefined,
): readonly DenseMatrix[] | undefined {
  if (features === undefined) return undefined;
  if (features.length !== spaces.length) {
    throw fault(`expected ${spaces.length} matrices, got ${features.length}`, 'features', 'shape');
  }
  const matrices = Array.from(features, (matrix, k) => asMatrix(matrix, `features[${k}]`));
  matrices.forEach((matrix, k) => {
    checkSize(matrix, spaces[k].rows, matrices[0].cols, `features[${k}]`);
  });
  return matrices;
}

function checkSize(matrix: DenseMatrix, rows: number, cols: number, argument: string): void {
  if (matrix.rows === rows && matrix.cols === cols) return;
  throw fault(`must be ${rows} x ${cols}, got ${matrix.rows} x ${matrix.cols}`, argument, 'shape');
}

function asPointWeights(given: VectorLike, size: number): Float64Array {
  const p = asWeights(given, 'pointWeights', size);
  const index = p.indexOf(0);
  if (index < 0) return p;
  throw fault(`is zero at index ${index}: such a point has no distances`, 'pointWeights', 'mass', index);
}

function checkPositive({ values }: DenseMatrix, argument: string): void {
  const index = values.findIndex((value) => !(value > 0));
  if (index < 0) return;
  throw fault(`is not positive at index ${index}: loss 'kl' takes its logarithms`, argument, 'out-of-range', index);
}

/** Distances of random points in the plane, with the mean of those of the spaces. */
function randomDistances(
  spaces: readonly DenseMatrix[],
  masses: readonly Float64Array[],
  shares: Float64Array,
  size: number,
  random: Random,
): DenseMatrix {
  const points = { rows: size, cols: 2, values: Float64Array.from({ length: 2 * size }, () => random.normal()) };
  const distances = costMatrix(points, points, 'euclidean');
  const mean = distances.values.reduce((sum, value) => sum + value, 0) / size ** 2;
  let target = 0;
  spaces.forEach(({ cols, values }, k) => {
    const mass = total(masses[k]);
    values.forEach((value, at) => {
      target += ((shares[k] * masses[k][Math.floor(at / cols)]) / mass) * (masses[k][at % cols] / mass) * Math.abs(value);
    });
  });
  const scale = mean > 0 ? target / mean : 0;
  return { ...distances, values: distances.values.map((value) => scale * value) };
}

/** Features of random points, of one space after the other. */
function randomFeatures(ofSpaces: readonly DenseMatrix[], size: number, random: Random): DenseMatrix {
  const [{ cols }] = ofSpaces;
  const values = new Float64Array(size * cols);
  for (let i = 0; i < size; i++) {
    const { rows, values: features } = ofSpaces[i % ofSpaces.length];
    const place = random.integer(rows);
    values.set(features.subarray(place * cols, (place + 1) * cols), i * cols);
  }
  return { rows: size, cols, values };
}
