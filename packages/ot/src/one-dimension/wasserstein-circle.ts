// Optimal transport on a circle: transport on the line once the best place to cut has been found.
//
// J. Delon, J. Salomon, A. Sobolevski: Fast transport optimization for Monge costs on the circle (2010), arXiv 0902.3527.
import type { OptionSpecs, OptionsOf, VectorLike } from '@infimum/core';
import { asVector, resolveOptions } from '@infimum/core';
import type { CsrMatrix } from '@infimum/linalg';
import { a, b } from '../options.ts';
import { planOf } from '../sparse-plan.ts';
import { asMarginals, total } from '../transport.ts';

const wassersteinCircleOptions = {
  a,
  b,
  p: { type: 'number', min: 1, default: 1, description: 'Exponent of the distance' },
  circumference: { type: 'number', above: 0, default: 1, description: 'Length of the circle' },
} as const satisfies OptionSpecs;

/** Options of `wassersteinCircle`. */
export type WassersteinCircleOptions = OptionsOf<typeof wassersteinCircleOptions>;

/** A plan on the circle. */
export interface WassersteinCircle {
  /** Mass moved from i to j, n x m. */
  readonly plan: CsrMatrix;
  /** W_p^p. */
  readonly cost: number;
  /** W_p, in units of the points. */
  readonly distance: number;
}

/** Halvings of the interval of the cut: down to the rounding of a sum of masses of one. */
const HALVINGS = 56;

/** Mass, of a total of one, that rounding makes at the ends of overlaps. */
const SLIVER = 1e-14;

/**
 * The Wasserstein distance of weighted points on a circle, with its plan.
 *
 * With F^-1 and G^-1 the quantile functions, continued beyond a turn, W_p^p = min over theta of the integral of
 * |F^-1(t) - G^-1(t + theta)|^p over a turn. The integral is convex and piecewise linear in theta; its least value is
 * found by bisection on the slope. O((n + m) log(1 / rounding) + n log n + m log m).
 *
 * @param x - source points, length n, positions along the circle, in any order and of any number of turns
 * @param y - target points, length m
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Source: J. Delon, J. Salomon, A. Sobolevski (arXiv 0902.3527).
 *
 * @example
 * ```ts
 * import { wassersteinCircle } from '@infimum/ot';
 *
 * const { distance } = wassersteinCircle(Float64Array.of(0.125), Float64Array.of(0.875));
 * console.log(distance); // 0.25
 * ```
 */
export function wassersteinCircle(x: VectorLike, y: VectorLike, options: WassersteinCircleOptions = {}): WassersteinCircle {
  const { circle, mass, p, circumference } = cutCircle(x, y, options);
  const shipments = circle.overlaps(circle.bestShift());
  let cost = 0;
  for (const { share, length } of shipments) cost += share * length ** p;
  const kept = shipments.filter(({ share }) => share > SLIVER);
  return {
    plan: planOf(merged(kept, mass), x.length, y.length),
    cost: mass * cost * circumference ** p,
    distance: (mass * cost) ** (1 / p) * circumference,
  };
}

/** W_p^p on the circle without a plan; checks the arguments as `wassersteinCircle` does. */
export function wassersteinCircleCost(x: VectorLike, y: VectorLike, options: WassersteinCircleOptions): number {
  const { circle, mass, p, circumference } = cutCircle(x, y, options);
  return mass * circle.cost(circle.bestShift()) * circumference ** p;
}

/** The checked problem on a circle of circumference and mass one. */
function cutCircle(sources: VectorLike, targets: VectorLike, options: WassersteinCircleOptions) {
  const [x, y] = [asVector(sources, 'x'), asVector(targets, 'y')];
  const { p, circumference, ...weights } = resolveOptions(wassersteinCircleOptions, options);
  const { a, b } = asMarginals(weights, x.length, y.length);
  const source = sortedOnCircle(x, a, circumference);
  const target = sortedOnCircle(y, b, circumference);
  return { circle: new CutCircle(source, target, p), mass: total(a), p, circumference };
}

/** Points in [0, 1), sorted, with the distribution function after each; points without mass left out. */
interface CircleMeasure {
  readonly order: Int32Array;
  readonly positions: Float64Array;
  /** Ends with one. */
  readonly cumulated: Float64Array;
}

/** A piece of mass with the way that it goes. */
interface Overlap {
  readonly source: number;
  readonly target: number;
  readonly share: number;
  readonly length: number;
}

function sortedOnCircle(points: Float64Array, weights: Float64Array, circumference: number): CircleMeasure {
  const turned = points.map((point) => {
    const turn = point / circumference;
    // A tiny negative number less its floor rounds to one.
    return Math.min(turn - Math.floor(turn), 1 - Number.EPSILON / 2);
  });
  const order = Int32Array.from(points.keys())
    .filter((i) => weights[i] > 0)
    .sort((i, j) => turned[i] - turned[j]);
  const mass = total(weights);
  const cumulated = new Float64Array(order.length);
  let sum = 0;
  order.forEach((i, k) => {
    sum += weights[i] / mass;
    cumulated[k] = sum;
  });
  cumulated[order.length - 1] = 1;
  return { order, positions: Float64Array.from(order, (i) => turned[i]), cumulated };
}

class CutCircle {
  readonly #source: CircleMeasure;
  readonly #target: CircleMeasure;
  readonly #p: number;

  constructor(source: CircleMeasure, target: CircleMeasure, p: number) {
    this.#source = source;
    this.#target = target;
    this.#p = p;
  }

  /** The shift theta in [-1, 1] of least cost. */
  bestShift(): number {
    let low = -1;
    let high = 1;
    for (let halving = 0; halving < HALVINGS; halving++) {
      const middle = (low + high) / 2;
      if (this.#slope(middle) < 0) low = middle;
      else high = middle;
    }
    return this.cost(low) < this.cost(high) ? low : high;
  }

  /** The pieces of mass between consecutive jumps of F^-1(t) and G^-1(t + shift), t from 0 to 1. */
  overlaps(shift: number): Overlap[] {
    const { order, positions, cumulated } = this.#source;
    const target = this.#target;
    const pieces: Overlap[] = [];
    let { j, turns } = this.#start(shift);
    for (let i = 0, t = 0; t < 1; ) {
      const sourceEnd = cumulated[i];
      const targetEnd = target.cumulated[j] + turns - shift;
      const end = Math.min(sourceEnd, targetEnd, 1);
      pieces.push({
        source: order[i],
        target: target.order[j],
        share: Math.max(0, end - t),
        length: Math.abs(positions[i] - target.positions[j] - turns),
      });
      t = end;
      if (sourceEnd <= end) i = Math.min(i + 1, positions.length - 1);
      if (targetEnd <= end && ++j === target.positions.length) {
        j = 0;
        turns++;
      }
    }
    return pieces;
  }

  /** The cost of a shift, of mass one. */
  cost(shift: number): number {
    return this.overlaps(shift).reduce((sum, { share, length }) => sum + share * length ** this.#p, 0);
  }

  /**
   * The right derivative of the cost: where G^-1 jumps from one target to the next, mass passes from the one to the
   * other as the shift grows.
   */
  #slope(shift: number): number {
    const { positions, cumulated } = this.#source;
    const target = this.#target;
    const count = target.positions.length;
    let slope = 0;
    let { j, turns } = this.#start(shift);
    for (let jump = 0, i = 0; jump < count; jump++) {
      const t = target.cumulated[j] + turns - shift;
      while (i < positions.length - 1 && cumulated[i] < t) i++;
      const [next, nextTurns] = j + 1 < count ? [j + 1, turns] : [0, turns + 1];
      slope += this.#price(Math.abs(positions[i] - target.positions[next] - nextTurns));
      slope -= this.#price(Math.abs(positions[i] - target.positions[j] - turns));
      j = next;
      turns = nextTurns;
    }
    return slope;
  }

  /** length^p, without a power where none is needed: the bisection spends its time here. */
  #price(length: number): number {
    if (this.#p === 2) return length * length;
    return this.#p === 1 ? length : length ** this.#p;
  }

  /** Target and number of turns of G^-1(shift). */
  #start(shift: number): { j: number; turns: number } {
    let turns = Math.floor(shift);
    let j = this.#target.cumulated.findIndex((sum) => sum + turns > shift);
    if (j < 0) {
      j = 0;
      turns++;
    }
    return { j, turns };
  }
}

/** Pieces of one pair added up, in units of mass. */
function merged(pieces: readonly Overlap[], mass: number) {
  const masses = new Map<string, Overlap>();
  for (const piece of pieces) {
    const key = `${piece.source} ${piece.target}`;
    masses.set(key, { ...piece, share: piece.share + (masses.get(key)?.share ?? 0) });
  }
  const all = [...masses.values()];
  return {
    sources: Int32Array.from(all, ({ source }) => source),
    targets: Int32Array.from(all, ({ target }) => target),
    masses: Float64Array.from(all, ({ share }) => share * mass),
  };
}
