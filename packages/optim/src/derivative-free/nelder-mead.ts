// The simplex method of Nelder and Mead with coefficients that fit the dimension, oriented restarts, and bounds.
//
// J. Nelder, R. Mead: A simplex method for function minimization (1965); F. Gao, L. Han: Implementing the Nelder-Mead simplex
// algorithm with adaptive parameters (2012).
import type { Iterate, ObjectiveLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { converged, fault, Random, resolveOptions, runWith, stalled } from '@infimum/core';
import { largestMagnitude } from '@infimum/linalg/numerics';
import type { Bounds } from '../bounds.ts';
import { boundsOf, clip, lower, upper } from '../bounds.ts';
import type { OracleCalls } from '../smooth-minimization.ts';
import { smoothStart } from '../smooth-minimization.ts';
import { lowerAround, poll } from './poll.ts';

const nelderMeadOptions = {
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-8,
    description: 'Size of the simplex at which to stop, relative to its best point; values must agree as well',
  },
  lower,
  upper,
  initialStep: {
    type: 'number',
    above: 0,
    default: 0.05,
    description: 'Edges of the initial simplex, relative to the coordinates; a tenth of it for zero coordinates',
  },
  restarts: {
    type: 'integer',
    min: 0,
    max: 100,
    default: 2,
    description: 'Number of restarts around the best point, to tell a minimum from a collapsed simplex',
  },
  maxIterations: { type: 'integer', min: 0, default: 100_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of the simplex method. */
export type NelderMeadOptions = OptionsOf<typeof nelderMeadOptions> & RunOptions<NelderMeadIterate>;

/** The solution. */
export interface DerivativeFreeSolution {
  /** The best point. */
  readonly x: Float64Array;
  /** Its value. */
  readonly value: number;
  /** The size of the last simplex, over that of x. */
  readonly spread: number;
  /** Values that it took. */
  readonly evaluations: Pick<OracleCalls, 'value'>;
}

/** One step of the simplex. */
export interface NelderMeadIterate extends Iterate<DerivativeFreeSolution> {
  /** The best value. */
  readonly value: number;
  /** The size of the simplex, over that of its best point. */
  readonly spread: number;
}

/**
 * Minimises f of d variables from its values alone, by moving the worst point of a simplex of d + 1 through the others:
 * reflected, expanded, contracted, or all points drawn to the best, with the coefficients 1, 1 + 2/d, 3/4 - 1/(2d) and
 * 1 - 1/d. Points are moved into the box of the bounds. When the simplex has become small, a new one is made around the best
 * point; if that finds nothing better, the point is accepted as a minimum. For up to about ten variables, and for
 * functions with noise or kinks; where gradients exist, methods that use them are much faster.
 *
 * A value or two an iteration, d after a shrinkage; O(d²) numbers. `converged` when simplices of size `tolerance` |x| have
 * values that agree to `tolerance`, or to its square relative to the value at the start, restarts have gained nothing, and no point
 * around is lower; `stalled` at kinks in three and more variables, where descent directions can be too narrow to be found.
 *
 * @param value - f; infinite or NaN where it is not defined
 * @param initial - where to start, d numbers; is moved into the box
 * @param options - method and limits; `maxIterations` is 100 000 by default
 * @throws {InvalidInputError} for a start that is not finite, or where f is not, and for options out of range
 *
 * @example
 * ```ts
 * import { nelderMead } from '@infimum/optim';
 *
 * const { x, status } = nelderMead(([a = 0, b = 0]) => Math.abs(a - 1) + (b + 2) ** 2, Float64Array.of(0, 0));
 * console.log(status, x.map((entry) => Math.round(1e5 * entry) / 1e5).join(' ')); // converged 1 -2
 * ```
 */
export function nelderMead(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: NelderMeadOptions = {},
): Outcome<DerivativeFreeSolution, NelderMeadIterate> {
  return runWith(nelderMeadOptions, options, nelderMeadSteps(objective, initial, options));
}

/** The steps of `nelderMead`. */
export function* nelderMeadSteps(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: NelderMeadOptions = {},
): Steps<DerivativeFreeSolution, NelderMeadIterate> {
  const settings = resolveOptions(nelderMeadOptions, options);
  const { tolerance, initialStep, restarts } = settings;
  const [{ value }, given] = smoothStart(objective, initial);
  const start = given.slice();
  const bounds = boundsOf(start.length, settings.lower, settings.upper);
  clip(bounds, start);
  const simplex = new Simplex(value, bounds, start);
  if (!Number.isFinite(simplex.best)) throw fault(`has the value ${simplex.best}`, 'initial', 'not-finite');
  // A value is needed for every corner before the first step: nothing is yielded yet but the start.
  let [left, polls] = [restarts, 0];
  const random = new Random(1);
  let lastBest = Infinity;
  yield simplex.iterate(0);
  simplex.spreadRound(initialStep);
  for (let iteration = 1; ; iteration++) {
    const current = simplex.iterate(iteration);
    yield current;
    const isSmall = simplex.spread <= Math.max(tolerance, 4 * Number.EPSILON);
    if (isSmall && simplex.agrees(tolerance)) {
      const gained = !simplex.isAsGood(lastBest, tolerance);
      if (left === 0 || (lastBest < Infinity && !gained)) {
        const solution = current.solution();
        if (simplex.isOutside) return stalled(solution, 'all points around it are outside the domain');
        // Simplices collapse at kinks: from there many directions are tried.
        const at = { best: solution.x, value: solution.value, noise: simplex.allowance(tolerance) };
        const unit = 1e-3 * largestMagnitude(at.best) || 1;
        const around = poll(simplex.evaluate, bounds, at, unit, random);
        const lower =
          around.kind === 'lower' ? around : around.kind === 'kink' && lowerAround(simplex.evaluate, bounds, at, random);
        if (lower && polls++ < MOST_POLLS) {
          left = restarts;
          lastBest = Infinity;
          simplex.spreadAlong(lower);
          continue;
        }
        if (lower) return stalled(solution, 'there are lower values nearby that simplices do not reach');
        if (around.kind === 'kink' && start.length > PLANE) {
          return stalled(solution, 'f has a kink here: values cannot tell whether it is a minimum');
        }
        return converged(
          solution,
          `the simplex is ${simplex.spread.toExponential(1)} of x, its values agree, and a new one finds no better`,
        );
      }
      left--;
      lastBest = simplex.best;
      simplex.spreadRound(initialStep / 10);
      continue;
    }
    if (simplex.isPoint()) return stalled(current.solution(), 'the simplex is lost in the rounding of x');
    simplex.step();
  }
}

/** Lower values that may be found around the end of a run before it gives up. */
const MOST_POLLS = 40;

/** Variables up to which a few hundred directions at a kink leave none out. */
const PLANE = 2;

/** The corners with their values, the best one first. */
class Simplex {
  calls = 0;
  readonly #value: (x: Float64Array) => number;
  readonly #bounds: Bounds;
  readonly #corners: { x: Float64Array; value: number }[];
  readonly #center: Float64Array;
  readonly #scale: number;

  constructor(value: (x: Float64Array) => number, bounds: Bounds, start: Float64Array) {
    this.#value = value;
    this.#bounds = bounds;
    this.#center = new Float64Array(start.length);
    this.#corners = [{ x: start, value: this.evaluate(start) }];
    this.#scale = Math.abs(this.best);
  }

  get best(): number {
    return this.#corners[0].value;
  }

  /** Whether only the best corner has a value. */
  get isOutside(): boolean {
    return this.#corners.length > 1 && this.#corners[1].value === Infinity;
  }

  /** The largest difference of a coordinate from the best corner's, over the size of that corner. */
  get spread(): number {
    const [{ x: best }, ...others] = this.#corners;
    let [size, width] = [0, 0];
    for (let i = 0; i < best.length; i++) size = Math.max(size, Math.abs(best[i]));
    for (const { x } of others) for (let i = 0; i < x.length; i++) width = Math.max(width, Math.abs(x[i] - best[i]));
    return width === 0 ? 0 : size > 1e-9 * width && size > 0 ? width / Math.max(size, SMALLEST) : width;
  }

  /** Whether the values differ by at most the tolerance, or by its square beside the value at the start. */
  agrees(tolerance: number): boolean {
    const last = this.#corners.at(-1)?.value as number;
    const rounding = 8 * Number.EPSILON;
    const allowed = Math.max(tolerance, rounding) * Math.abs(this.best) + tolerance ** 2 * this.#scale + SMALLEST;
    return this.isOutside || last - this.best <= allowed;
  }

  /** By how much values may differ and agree. */
  allowance(tolerance: number): number {
    return tolerance * Math.abs(this.best) + tolerance ** 2 * this.#scale + SMALLEST;
  }

  /** Whether another value is no worse than the best, to the same tolerance. */
  isAsGood(value: number, tolerance: number): boolean {
    return value - this.best <= this.allowance(tolerance);
  }

  /** Whether all corners are the same point. */
  isPoint(): boolean {
    const [{ x: best }, ...others] = this.#corners;
    return others.every(({ x }) => x.every((entry, i) => entry === best[i]));
  }

  iterate(iteration: number): NelderMeadIterate {
    const [{ x, value }] = this.#corners;
    const [spread, evaluations] = [this.spread, { value: this.calls }];
    return { iteration, value, spread, solution: () => ({ x: x.slice(), value, spread, evaluations }) };
  }

  /** A new simplex round the best corner, with edges along the axes, inwards where a bound is near. */
  spreadRound(share: number): void {
    const [best] = this.#corners;
    const { lower, upper } = this.#bounds;
    this.#corners.length = 1;
    for (let i = 0; i < best.x.length; i++) {
      const x = best.x.slice();
      const edge = share * (Math.abs(x[i]) || 0.1);
      x[i] += x[i] + edge > upper[i] ? -edge : edge;
      x[i] = Math.min(Math.max(x[i], lower[i]), upper[i]);
      this.#corners.push({ x, value: this.evaluate(x) });
    }
    this.#sort();
  }

  /** A new simplex round a better point, as wide as that is far. */
  spreadAlong({ x, value, distance }: { readonly x: Float64Array; readonly value: number; readonly distance: number }): void {
    this.#corners[0] = { x, value };
    this.spreadRound(distance / (largestMagnitude(x) || 1));
  }

  step(): void {
    const corners = this.#corners;
    const d = this.#center.length;
    const worst = corners[d];
    this.#center.fill(0);
    for (let k = 0; k < d; k++) for (let i = 0; i < d; i++) this.#center[i] += corners[k].x[i] / d;
    const [expansion, contraction] = d > 1 ? [1 + 2 / d, 0.75 - 0.5 / d] : [2, 0.5];
    const reflected = this.#along(worst.x, 1);
    if (reflected.value < corners[0].value) {
      const expanded = this.#along(worst.x, expansion);
      corners[d] = expanded.value < reflected.value ? expanded : reflected;
    } else if (reflected.value < (corners[d - 1]?.value ?? Infinity)) corners[d] = reflected;
    else {
      const outside = reflected.value < worst.value;
      const contracted = this.#along(worst.x, outside ? contraction : -contraction);
      if (contracted.value < Math.min(reflected.value, worst.value)) corners[d] = contracted;
      else this.#shrink(d > 1 ? 1 - 1 / d : 0.5);
    }
    this.#sort();
  }

  /** The point through the centre from the worst one, so far beyond. */
  #along(worst: Float64Array, share: number): { x: Float64Array; value: number } {
    const x = this.#center.map((entry, i) => entry + share * (entry - worst[i]));
    clip(this.#bounds, x);
    return { x, value: this.evaluate(x) };
  }

  #shrink(share: number): void {
    const [{ x: best }] = this.#corners;
    for (const corner of this.#corners.slice(1)) {
      for (let i = 0; i < best.length; i++) corner.x[i] = best[i] + share * (corner.x[i] - best[i]);
      corner.value = this.evaluate(corner.x);
    }
  }

  readonly evaluate = (x: Float64Array): number => {
    this.calls++;
    const value = this.#value(x);
    return Number.isNaN(value) ? Infinity : value;
  };

  #sort(): void {
    // Stable: of equal corners the older is the better.
    this.#corners.sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0));
  }
}

/** Values and points below this are zero for all that simplices can tell. */
const SMALLEST = 1e-300;
