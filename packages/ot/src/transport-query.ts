// What `solveTransport` can be asked: costs, points or images, each with weights.
import { checkMatrix, InvalidInputError } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import type { PointMetric } from './cost-matrix.ts';
import { costMatrix, gridPoints } from './cost-matrix.ts';
import type { Transport } from './transport.ts';
import { total } from './transport.ts';

/** Weights in double or in single precision. */
export type AnyWeights = Float64Array | Float32Array;

/** Weights of both sides; uniform, of total one, by default. */
export interface TransportWeights<Weights = Float64Array> {
  /** Source weights, length n, non-negative. */
  readonly a?: Weights | undefined;
  /** Target weights, length m, non-negative. */
  readonly b?: Weights | undefined;
}

/** A transport problem by its costs. */
export interface CostQuery<Weights = Float64Array> extends TransportWeights<Weights> {
  /** Costs, n x m, finite. */
  readonly cost: DenseMatrix;
}

/** A transport problem by its points. */
export interface PointQuery<Weights = Float64Array> extends TransportWeights<Weights> {
  /** Source points, n x d. */
  readonly x: DenseMatrix;
  /** Target points, m x d. */
  readonly y: DenseMatrix;
  /** Ground cost; `squared-euclidean` by default. */
  readonly metric?: PointMetric;
}

/** A transport problem between two images, for squared distances between the pixels of `gridPoints`. */
export interface ImageQuery {
  /** Weights of the sources and of the targets, both rows x cols, non-negative. */
  readonly images: readonly [DenseMatrix, DenseMatrix];
}

/** Pairs of points beyond which costs are not stored: 256 MB for them and as much for the plan. */
const MAX_STORED_PAIRS = 2 ** 25;

/**
 * Checks the form of a problem.
 *
 * @throws {InvalidInputError} naming `query`, `x`, `y`, `cost` or `images`
 */
export function checkQuery(query: CostQuery<AnyWeights> | PointQuery<AnyWeights> | ImageQuery): void {
  const isQuery = typeof query === 'object' && query !== null;
  if (isQuery && 'x' in query) {
    checkMatrix(query.x, 'x');
    checkMatrix(query.y, 'y');
  } else if (isQuery && 'cost' in query) checkShape(query.cost);
  else if (isQuery && 'images' in query) checkPair(query.images);
  else {
    throw new InvalidInputError('expected { cost }, { x, y } or { images }', {
      argument: 'query',
      code: 'type',
    });
  }
}

/** Checks that costs are a matrix; their entries are checked by whatever method takes them. */
function checkShape(cost: DenseMatrix): void {
  const isFlat = cost?.values instanceof Float64Array && cost.values.length === cost.rows * cost.cols;
  if (!(isFlat && Number.isInteger(cost.rows) && cost.rows > 0)) checkMatrix(cost, 'cost');
}

function checkPair(images: readonly [DenseMatrix, DenseMatrix]): void {
  if (!Array.isArray(images) || images.length !== 2) {
    throw new InvalidInputError('expected two images', { argument: 'images', code: 'shape' });
  }
  images.forEach((image: DenseMatrix, k) => {
    checkMatrix(image, `images[${k}]`);
  });
  const [{ rows, cols }, other] = images;
  if (other.rows === rows && other.cols === cols) return;
  throw new InvalidInputError(`is ${other.rows} x ${other.cols}, images[0] is ${rows} x ${cols}`, {
    argument: 'images[1]',
    code: 'shape',
  });
}

/** Relative difference of masses that rounding in single precision explains. */
const SINGLE_TOLERANCE = 1e-5;

/**
 * The problem with weights in double precision. Those that were given in single precision get the mass of the others, of
 * which it differs by rounding; of two such sides the targets do.
 */
export function inDoublePrecision(
  query: CostQuery<AnyWeights> | PointQuery<AnyWeights> | ImageQuery,
): CostQuery | PointQuery | ImageQuery {
  if ('images' in query) return query;
  const { a, b, ...rest } = query;
  if (b instanceof Float32Array) {
    const sources = a instanceof Float32Array ? Float64Array.from(a) : a;
    return { ...rest, a: sources, b: withMassOf(Float64Array.from(b), sources) };
  }
  if (a instanceof Float32Array) return { ...rest, a: withMassOf(Float64Array.from(a), b), b };
  return query as CostQuery | PointQuery;
}

/** Weights times what makes their mass that of others, one if those are the default, where rounding explains it. */
function withMassOf(weights: Float64Array, others: Float64Array | undefined): Float64Array {
  const [mass, wanted] = [total(weights), others ? total(others) : 1];
  const isRounding = Math.abs(mass - wanted) <= SINGLE_TOLERANCE * mass;
  return isRounding ? weights.map((weight) => weight * (wanted / mass)) : weights;
}

/** Images as weighted points of the grid; other problems as they are. */
export function withoutImages(query: CostQuery | PointQuery | ImageQuery): CostQuery | PointQuery {
  if (!('images' in query)) return query;
  const [a, b] = query.images;
  const points = gridPoints(a.rows, a.cols);
  return { x: points, y: points, a: a.values, b: b.values };
}

/** The problem with its costs. */
export function problemOf(query: CostQuery | PointQuery): Transport {
  const cost = 'x' in query ? costMatrix(query.x, query.y, query.metric) : query.cost;
  return {
    a: query.a ?? new Float64Array(cost.rows).fill(1 / cost.rows),
    b: query.b ?? new Float64Array(cost.cols).fill(1 / cost.cols),
    cost,
  };
}

/** Whether costs are not to be stored. */
export function isTooLarge({ x, y }: PointQuery): boolean {
  return x.rows * y.rows > MAX_STORED_PAIRS;
}

/** Says so. */
export function tooMany({ x, y }: PointQuery): string {
  return `${x.rows} x ${y.rows} costs are too many to store`;
}

/** The exponent of a cost that on the line depends on |x - y| alone; nothing for others, and for what is no metric. */
export function exponentOnLine(metric: PointMetric = 'squared-euclidean'): number | undefined {
  if (metric === 'squared-euclidean') return 2;
  if (typeof metric === 'string')
    return ['euclidean', 'manhattan', 'chebyshev'].includes(metric) ? 1 : undefined;
  return typeof metric === 'object' && metric !== null && metric.minkowski >= 1 ? 1 : undefined;
}
