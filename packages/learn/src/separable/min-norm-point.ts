// The point of a polytope that is nearest to the origin, by Wolfe's algorithm: finite, exact up to rounding.
//
// P. Wolfe: Finding the nearest point in a polytope, Mathematical Programming 11 (1976).
import { dot, smallCholesky, solveSmallCholesky } from '@infimum/linalg/numerics';

/** A vertex of the polytope. */
export interface Vertex {
  /** Names it among the others. */
  readonly key: number;
  readonly point: Float64Array;
}

/** The state after an exchange of vertices. */
export interface NearestPoint {
  /** The nearest point of the vertices so far. */
  readonly point: Float64Array;
  /** Its weights, by the key of the vertex; non-negative, sum 1. */
  readonly weights: ReadonlyMap<number, number>;
  /** |x|² - min_v x . v: 0 exactly at the nearest point of the whole polytope. */
  readonly gap: number;
}

/**
 * Yields after every vertex that enters, until the gap is at most `tolerance` |x|² or rounding allows no further progress.
 *
 * @param nearest - a vertex v with the least x . v, for any x
 * @param dimension - of the space
 */
export function* nearestPoints(
  nearest: (x: Float64Array) => Vertex,
  dimension: number,
  tolerance: number,
): Generator<NearestPoint, NearestPoint> {
  let corral: Vertex[] = [nearest(new Float64Array(dimension))];
  let weights = [1];
  const x = corral[0].point.slice();
  let least = Infinity;
  let inVain = 0;
  for (;;) {
    const entering = nearest(x);
    const square = dot(x, x);
    inVain = square < least ? 0 : inVain + 1;
    least = Math.min(least, square);
    const gap = square - dot(x, entering.point);
    const state = (): NearestPoint => ({
      point: x.slice(),
      weights: new Map(corral.map(({ key }, k) => [key, weights[k]])),
      gap: Math.max(0, gap),
    });
    // A vertex that is there already cannot bring the point nearer: the gap left is rounding. Every exchange shortens x except for
    // rounding: if the origin is in the hull, x is finally only rounding, and the gap is never small relative to it.
    const isOver =
      !(gap > tolerance * square) || corral.some(({ key }) => key === entering.key) || inVain > 2 * (dimension + 10);
    if (isOver) return state();
    yield state();
    corral.push(entering);
    weights.push(0);
    while (!project(corral, weights, x)) {
      // The nearest point of the affine hull lies outside: move towards it until a vertex is dropped.
      const kept = corral.map((_, k) => weights[k] > 0);
      corral = corral.filter((_, k) => kept[k]);
      weights = weights.filter((_, k) => kept[k]);
    }
  }
}

/**
 * Moves x towards the nearest point of the affine hull of the corral, as far as the weights allow.
 *
 * @returns whether it reached that point; if not, some weight is now 0
 */
function project(corral: readonly Vertex[], weights: number[], x: Float64Array): boolean {
  const target = affineWeights(corral);
  let share = 1;
  if (target) {
    for (let k = 0; k < weights.length; k++) {
      if (target[k] < 0) share = Math.min(share, weights[k] / (weights[k] - target[k]));
    }
    let total = 0;
    for (let k = 0; k < weights.length; k++) {
      const moved = (1 - share) * weights[k] + share * target[k];
      const drops = share < 1 && target[k] < 0 && weights[k] / (weights[k] - target[k]) <= share;
      weights[k] = drops ? 0 : Math.max(0, moved);
      total += weights[k];
    }
    for (let k = 0; k < weights.length; k++) weights[k] /= total;
  } else {
    // The hull's vertices depend on each other: the one with the least weight is redundant.
    const lightest = weights.indexOf(Math.min(...weights));
    const rest = 1 - weights[lightest];
    for (let k = 0; k < weights.length; k++) weights[k] = k === lightest ? 0 : weights[k] / (rest || 1);
    share = 0;
  }
  x.fill(0);
  for (let k = 0; k < corral.length; k++) {
    const { point } = corral[k];
    for (let j = 0; j < x.length; j++) x[j] += weights[k] * point[j];
  }
  return share === 1;
}

/** The weights, of sum 1, of the nearest point of the affine hull: (G + 1 1') u = 1, u over its sum; G the Gram matrix. */
function affineWeights(corral: readonly Vertex[]): Float64Array | undefined {
  const k = corral.length;
  const gram = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++) {
      gram[i * k + j] = dot(corral[i].point, corral[j].point) + 1;
      gram[j * k + i] = gram[i * k + j];
    }
  }
  if (!smallCholesky(gram, k)) return undefined;
  const u = new Float64Array(k).fill(1);
  solveSmallCholesky(gram, k, u);
  const total = u.reduce((sum, value) => sum + value, 0);
  return total > 0 && Number.isFinite(total) ? u.map((value) => value / total) : undefined;
}
