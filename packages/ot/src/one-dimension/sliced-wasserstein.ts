// Sliced Wasserstein distances: transport on the line, averaged or maximised over directions.
//
// N. Bonneel, J. Rabin, G. Peyré, H. Pfister: Sliced and Radon Wasserstein barycenters of measures (2015);
// I. Deshpande et al.: Max-sliced Wasserstein distance and its use for GANs (2019), arXiv 1904.05877.
import type { MatrixLike, OptionSpecs, OptionsOf, ResolvedOptions } from '@infimum/core';
import { Random, resolveOptions } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { asPoints } from '../cost-matrix.ts';
import { a, b } from '../options.ts';
import type { LocationGradient } from '../plan-entries.ts';
import { forEachEntry } from '../plan-entries.ts';
import { wasserstein1d, wasserstein1dDistance } from './wasserstein-1d.ts';

export const slicedWassersteinOptions = {
  a,
  b,
  p: { type: 'number', min: 1, default: 2, description: 'Exponent of the distance' },
  projections: { type: 'integer', min: 1, max: 2 ** 24, default: 50, description: 'Random directions' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the directions' },
  gradient: { type: 'boolean', default: false, description: 'Also compute the gradient' },
} as const satisfies OptionSpecs;

/** Options of `slicedWasserstein`. */
export type SlicedWassersteinOptions = OptionsOf<typeof slicedWassersteinOptions>;

/** A sliced distance. */
export interface SlicedWasserstein {
  /** The distance, in units of the points. */
  readonly distance: number;
  /** Standard error of the mean of W_p^p over the directions; 0 for a single one. */
  readonly standardError: number;
  /** Gradient of the distance in the points, where it was asked for. */
  readonly locations?: LocationGradient;
  /** Gradient of the distance in the source weights, up to a constant. */
  readonly sourcePotential?: Float64Array;
  /** Gradient of the distance in the target weights, up to a constant. */
  readonly targetPotential?: Float64Array;
}

/** The largest distance over the directions that were tried. */
export interface MaxSlicedWasserstein {
  /** The distance, in units of the points; a lower bound of the maximum over all directions. */
  readonly distance: number;
  /** The direction, a unit vector of length d. */
  readonly direction: Float64Array;
}

/**
 * The sliced Wasserstein distance, by random directions.
 *
 * SW_p^p = E W_p^p(<theta, x>, <theta, y>) over uniform unit vectors theta, here the mean over `projections` of them. In
 * one dimension it is W_p itself. O(projections (n + m) (d + log(n + m))).
 *
 * @param x - source points, n x d
 * @param y - target points, m x d
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Source: N. Bonneel et al., Sliced and Radon Wasserstein barycenters of measures (2015).
 *
 * @example
 * ```ts
 * import { slicedWasserstein } from '@infimum/ot';
 *
 * console.log(slicedWasserstein([[0], [1]], [[3], [4]], { projections: 4 }).distance); // 3
 * ```
 */
export function slicedWasserstein(x: MatrixLike, y: MatrixLike, options: SlicedWassersteinOptions = {}): SlicedWasserstein {
  const settings = resolveOptions(slicedWassersteinOptions, options);
  const costs = new Float64Array(settings.projections);
  let count = 0;
  if (settings.gradient) return withGradient(x, y, settings);
  for (const { cost } of slices(x, y, settings)) costs[count++] = cost;
  return meanOfSlices(costs, settings.p);
}

/** The distance with its gradient: the mean over the directions of the plans' pulls along each, by the power's derivative. */
function withGradient(
  sources: MatrixLike,
  targets: MatrixLike,
  settings: ResolvedOptions<typeof slicedWassersteinOptions>,
): SlicedWasserstein {
  const { a, b, p, projections } = settings;
  const [x, y] = asPoints(sources, targets);
  const { cols } = x;
  const costs: number[] = [];
  const [pullX, pullY] = [new Float64Array(x.values.length), new Float64Array(y.values.length)];
  const [source, target] = [new Float64Array(x.rows), new Float64Array(y.rows)];
  for (const { direction } of slices(x, y, settings)) {
    const [from, to] = [project(x, direction), project(y, direction)];
    const line = wasserstein1d(from, to, { a, b, p });
    costs.push(line.cost);
    for (let i = 0; i < source.length; i++) source[i] += line.sourcePotential[i];
    for (let j = 0; j < target.length; j++) target[j] += line.targetPotential[j];
    forEachEntry(line.plan, (i, j, mass) => {
      const gap = from[i] - to[j];
      const pull = mass * p * Math.sign(gap) * Math.abs(gap) ** (p - 1);
      for (let k = 0; k < cols; k++) {
        pullX[i * cols + k] += pull * direction[k];
        pullY[j * cols + k] -= pull * direction[k];
      }
    });
  }
  const mean = meanOfSlices(costs, p);
  const factor = mean.distance > 0 ? mean.distance ** (1 - p) / p / projections : 0;
  const scaled = (values: Float64Array) => values.map((value) => factor * value);
  return {
    ...mean,
    locations: { x: { ...x, values: scaled(pullX) }, y: { ...y, values: scaled(pullY) } },
    sourcePotential: scaled(source),
    targetPotential: scaled(target),
  };
}

/** The distance whose power p is the mean of the costs W_p^p, with the standard error of that mean. */
export function meanOfSlices(costs: ArrayLike<number>, p: number): SlicedWasserstein {
  const count = costs.length;
  let mean = 0;
  for (let k = 0; k < count; k++) mean += costs[k] / count;
  let squares = 0;
  for (let k = 0; k < count; k++) squares += (costs[k] - mean) ** 2;
  return { distance: mean ** (1 / p), standardError: count > 1 ? Math.sqrt(squares / (count - 1) / count) : 0 };
}

/**
 * The max-sliced Wasserstein distance: the largest over random directions, and the direction that shows it.
 *
 * @param x - source points, n x d
 * @param y - target points, m x d
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Source: I. Deshpande et al., Max-sliced Wasserstein distance and its use for GANs (arXiv 1904.05877).
 *
 * @example
 * ```ts
 * import { maxSlicedWasserstein } from '@infimum/ot/one-dimension';
 *
 * console.log(maxSlicedWasserstein([[0, 0]], [[3, 4]], { projections: 500 }).distance.toFixed(2)); // 5.00
 * ```
 */
export function maxSlicedWasserstein(
  x: MatrixLike,
  y: MatrixLike,
  options: SlicedWassersteinOptions = {},
): MaxSlicedWasserstein {
  const settings = resolveOptions(slicedWassersteinOptions, options);
  let best = { cost: Number.NEGATIVE_INFINITY, direction: new Float64Array(0) };
  for (const slice of slices(x, y, settings)) if (slice.cost > best.cost) best = slice;
  return { distance: best.cost ** (1 / settings.p), direction: best.direction };
}

/** W_p^p along random directions, one after the other. */
function* slices(
  sources: MatrixLike,
  targets: MatrixLike,
  { a, b, p, projections, seed }: ResolvedOptions<typeof slicedWassersteinOptions>,
) {
  const [x, y] = asPoints(sources, targets);
  const random = new Random(seed);
  for (let slice = 0; slice < projections; slice++) {
    const direction = random.sphere(new Float64Array(x.cols));
    const [from, to] = [project(x, direction), project(y, direction)];
    yield { direction, cost: wasserstein1dDistance(from, to, { a, b, p }).cost };
  }
}

function project({ rows, cols, values }: DenseMatrix, direction: Float64Array): Float64Array {
  const projected = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < cols; k++) projected[i] += values[i * cols + k] * direction[k];
  }
  return projected;
}
