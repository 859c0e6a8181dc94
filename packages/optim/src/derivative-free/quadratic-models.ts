// Derivative-free minimisation by quadratic models in a trust region: each interpolates 2 d + 1 values and changes as little as it can.
//
// M. Powell: The BOBYQA algorithm for bound constrained optimization without derivatives (2009). The matrices are dense and solved
// anew in every iteration, which for few variables costs less than values do, and loses no digits.
import type { Iterate, ObjectiveLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { converged, fault, Random, resolveOptions, runWith, stalled } from '@infimum/core';
import { dot, largestMagnitude, norm } from '@infimum/linalg/numerics';
import type { Bounds } from '../bounds.ts';
import { boundsOf, clip, lower, upper } from '../bounds.ts';
import { remembered } from '../differences/remembered.ts';
import { smoothStart } from '../smooth-minimization.ts';
import type { DerivativeFreeSolution } from './nelder-mead.ts';
import { moved, poll } from './poll.ts';

const quadraticModelsOptions = {
  tolerance: {
    type: 'number',
    above: 0,
    default: 1e-8,
    description: 'Radius of the trust region at which to stop, relative to the length of x or of the start',
  },
  initialRadius: {
    type: 'number',
    above: 0,
    default: 0.12,
    description: 'Initial radius of the trust region, relative to the coordinates of the start',
  },
  lower,
  upper,
  maxIterations: { type: 'integer', min: 0, default: 20_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `quadraticModels`. */
export type QuadraticModelsOptions = OptionsOf<typeof quadraticModelsOptions> & RunOptions<QuadraticModelsIterate>;

/** One iteration. */
export interface QuadraticModelsIterate extends Iterate<DerivativeFreeSolution> {
  /** The least value so far. */
  readonly value: number;
  /** The radius of the trust region. */
  readonly radius: number;
}

/**
 * Minimises a smooth f of a few variables from its values alone, within bounds: a quadratic that interpolates 2 d + 1 values, the one
 * whose Hessian differs least from the last, is minimised in a trust region, which shrinks as models come true. For up to some twenty
 * variables; a value an iteration, of which a smooth function of d variables takes some 10 d to 30 d.
 *
 * O(d³) an iteration. At the smallest radius the neighborhood is polled along random directions at several distances. If a lower value
 * is found, as at kinks, the search continues from it. `converged` if none is found and the spread is at most `tolerance`.
 *
 * @param objective - f; infinite or NaN where it is not defined
 * @param initial - where to start, d numbers; is moved into the box
 * @throws {InvalidInputError} for a start that is not finite, or where f is not, and for options out of range
 *
 * @example
 * ```ts
 * import { quadraticModels } from '@infimum/optim/smooth';
 *
 * const { x, status, evaluations } = quadraticModels(([a, b]) => (1 - a) ** 2 + 100 * (b - a * a) ** 2, [-1.2, 1]);
 * console.log(status, x.map((entry) => Math.round(1e4 * entry) / 1e4).join(' '), evaluations.value < 300); // converged 1 1 true
 * ```
 */
export function quadraticModels(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: QuadraticModelsOptions = {},
): Outcome<DerivativeFreeSolution, QuadraticModelsIterate> {
  return runWith(quadraticModelsOptions, options, quadraticModelsSteps(objective, initial, options));
}

/** Shares of the promised decrease below which the region shrinks, and above which it grows. */
const [POOR, GOOD] = [0.1, 0.7];

/** No coordinate of the start counts as smaller than this part of the largest. */
const LEAST_UNIT = 1e-6;

/** Values a variable after which a run was no easy one. */
const EASY = 100;

/** New models that lower the value by more than this part of it are followed by others. */
const CONFIRMED = 1e-10;

/** Polls that may find something lower before the method gives up. */
const MOST_POLLS = 40;

/** The steps of `quadraticModels`. */
export function* quadraticModelsSteps(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: QuadraticModelsOptions = {},
): Steps<DerivativeFreeSolution, QuadraticModelsIterate> {
  const settings = resolveOptions(quadraticModelsOptions, options);
  const [{ value }, given] = smoothStart(objective, initial);
  const box = boundsOf(given.length, settings.lower, settings.upper);
  // In units of the coordinates of the start.
  const largest = largestMagnitude(given) || 1;
  const units = given.map((entry) => (entry === 0 ? largest : Math.max(Math.abs(entry), LEAST_UNIT * largest)));
  const inUnits = (x: Float64Array) => x.map((entry, i) => entry / units[i]);
  const place = (z: Float64Array): Float64Array => {
    const x = z.map((entry, i) => entry * units[i]);
    clip(box, x);
    return x;
  };
  const bounds = { lower: inUnits(box.lower), upper: inUnits(box.upper), isBounded: box.isBounded };
  const start = inUnits(given);
  clip(bounds, start);
  let calls = 0;
  const known = new Float64Array(1);
  const called = remembered(1, (x, out) => {
    calls++;
    const found = value(x);
    out[0] = Number.isNaN(found) ? Infinity : found;
  });
  const f = (z: Float64Array): number => {
    called(place(z), known);
    return known[0];
  };
  const first = f(start);
  if (!Number.isFinite(first)) throw fault(`has the value ${first}`, 'initial', 'not-finite');
  const widest = bounds.upper.reduce((most, high, i) => Math.max(most, high - bounds.lower[i]), 0);
  const firstRadius = Math.min(settings.initialRadius, widest / 4);
  if (firstRadius === 0) {
    const solution = { x: place(start), value: first, spread: 0, evaluations: { value: calls } };
    yield { iteration: 0, value: first, radius: 0, solution: () => solution };
    return converged(solution, 'the bounds leave one point');
  }
  let points = new Interpolation(f, bounds, start, first, firstRadius);
  let [radius, scale] = [firstRadius, firstRadius];
  let polls = 0;
  let confirmed = Infinity;
  const random = new Random(1);
  for (let iteration = 0; ; iteration++) {
    const [x, best] = [points.best.slice(), points.value];
    const spread = points.spread();
    const solution = (): DerivativeFreeSolution => ({ x: place(x), value: best, spread, evaluations: { value: calls } });
    yield { iteration, value: best, radius, solution };
    if (iteration === 0) points.fill(radius);
    const least = settings.tolerance * Math.max(norm(points.best), Math.min(firstRadius, 1e-3));
    if (best === -Infinity) return stalled(solution(), 'f has no lower bound');
    const model = points.model();
    const step = model && minimizeInBox(model, bounds, points.best, radius);
    const length = step ? norm(step.move) : 0;
    let isTried = false;
    if (step && model && length >= 0.5 * scale && step.decrease > 0) {
      isTried = true;
      const trial = moved(points.best, step.move, bounds);
      const trialValue = f(trial);
      const ratio = (points.value - trialValue) / step.decrease;
      points.take(trial, trialValue, model, radius);
      if (ratio < POOR || !(trialValue < best)) radius = Math.max(scale, radius / 2);
      else if (ratio > GOOD) radius = Math.max(radius, Math.min(2 * length, 1e10 * firstRadius));
      if (ratio >= POOR) continue;
    }
    // The model may be poor because points are far away: one of them is moved to the most informative place.
    if (points.improve(2.0001 * Math.max(radius, scale), Math.max(radius, scale))) continue;
    if (isTried && radius > scale) continue;
    if (scale > least) {
      const before = scale;
      scale = scale > 250 * least ? scale / 10 : scale > 16 * least ? Math.sqrt(scale * least) : least;
      radius = Math.max(scale, before / 2);
      continue;
    }
    const found = poll(f, bounds, points, firstRadius, random);
    if (found.kind === 'lower' && polls < MOST_POLLS) {
      polls++;
      radius = found.distance;
      scale = Math.max(least, radius / 10);
      points = new Interpolation(f, bounds, found.x, found.value, radius);
      points.fill(radius);
      continue;
    }
    if (found.kind === 'lower') return stalled(solution(), 'there are lower values nearby that models do not reach');
    if (found.kind === 'kink') return stalled(solution(), 'f has a kink here: values cannot tell whether it is a minimum');
    // Narrow valleys may deceive models that grew up in them: new ones begin wide, and must find nothing lower.
    if (calls > EASY * start.length && best < confirmed - CONFIRMED * Math.abs(best) - 4 * Number.EPSILON * Math.abs(best)) {
      confirmed = best;
      radius = firstRadius * Math.max(1, norm(points.best) / Math.sqrt(start.length));
      scale = radius;
      points = new Interpolation(f, bounds, points.best, best, radius);
      points.fill(radius);
      continue;
    }
    return converged(solution(), `models are accurate to ${least.toExponential(1)}, and no point around x is lower`);
  }
}

/** q(s) = g's + s'Hs/2 around the best point, and the Lagrange functions of the points. */
interface Model {
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
  /** The values at x + s of the functions that are 1 at one point and 0 at the others. */
  lagrange(s: Float64Array): Float64Array;
  /** The gradient at the best point of one of them. */
  lagrangeGradient(index: number): Float64Array;
}

/** The points with their values, and the Hessian of the last model. */
class Interpolation {
  best: Float64Array;
  value: number;
  readonly #f: (x: Float64Array) => number;
  readonly #bounds: Bounds;
  readonly #n: number;
  #points: Float64Array[];
  #values: number[];
  #hessian: Float64Array;
  readonly #scale: number;

  constructor(f: (x: Float64Array) => number, bounds: Bounds, start: Float64Array, value: number, scale: number) {
    this.#f = f;
    this.#bounds = bounds;
    this.#n = start.length;
    this.best = start;
    this.value = value;
    this.#points = [start];
    this.#values = [value];
    this.#hessian = new Float64Array(this.#n ** 2);
    this.#scale = scale;
  }

  /** Adds points on both sides of the start in every coordinate, or two on the side that the bounds leave. */
  fill(radius: number): void {
    const center = this.best;
    for (let i = 0; i < this.#n; i++) {
      const [below, above] = [center[i] - this.#bounds.lower[i], this.#bounds.upper[i] - center[i]];
      const reach = Math.min(radius, (below + above) / 2);
      if (!(reach > 0)) continue;
      const side = below < reach ? Math.min(2 * reach, above) : -Math.min(2 * reach, below);
      const places = below < reach || above < reach ? [side / 2, side] : [reach, -reach];
      for (const place of places) {
        const x = center.slice();
        x[i] = Math.min(Math.max(x[i] + place, this.#bounds.lower[i]), this.#bounds.upper[i]);
        if (this.#points.every((other) => other.some((entry, k) => entry !== x[k]))) this.#add(x, this.#f(x));
      }
    }
  }

  #add(x: Float64Array, value: number): void {
    this.#points.push(x);
    this.#values.push(value);
    this.#note(x, value);
  }

  #note(x: Float64Array, value: number): void {
    if (value < this.value) [this.best, this.value] = [x, value];
  }

  /** How far the values of the points are apart. */
  spread(): number {
    const finite = this.#values.filter((value) => value < Infinity);
    return Math.max(...finite) - Math.min(...finite);
  }

  /** The quadratic through all values whose Hessian differs least from the last one; undefined where points are degenerate. */
  model(): Model | undefined {
    const n = this.#n;
    const m = this.#points.length;
    // In units of the largest distance.
    const moves = this.#points.map((point) => point.map((entry, i) => entry - this.best[i]));
    const unit = Math.max(...moves.map(norm)) || this.#scale;
    for (const move of moves) for (let i = 0; i < n; i++) move[i] /= unit;
    const size = m + n + 1;
    const system = new Float64Array(size * size);
    for (let j = 0; j < m; j++) {
      for (let k = 0; k < m; k++) system[j * size + k] = dot(moves[j], moves[k]) ** 2 / 2;
      system[j * size + m] = 1;
      system[m * size + j] = 1;
      for (let i = 0; i < n; i++) {
        system[j * size + m + 1 + i] = moves[j][i];
        system[(m + 1 + i) * size + j] = moves[j][i];
      }
    }
    const inverse = invert(system, size);
    if (!inverse) return undefined;
    const most = Math.max(...this.#values.filter((value) => value < Infinity));
    const right = Float64Array.from({ length: m }, (_, j) => {
      const value = this.#values[j] < Infinity ? this.#values[j] : most + Math.abs(most - this.value);
      return value - this.value - (unit * unit * quadratic(this.#hessian, moves[j])) / 2;
    });
    const coefficients = new Float64Array(size);
    for (let r = 0; r < size; r++) for (let j = 0; j < m; j++) coefficients[r] += inverse[r * size + j] * right[j];
    const hessian = this.#hessian.slice();
    for (let j = 0; j < m; j++) {
      for (let i = 0; i < n; i++) {
        const factor = (coefficients[j] * moves[j][i]) / unit / unit;
        for (let k = 0; k < n; k++) hessian[i * n + k] += factor * moves[j][k];
      }
    }
    const gradient = coefficients.slice(m + 1).map((entry) => entry / unit);
    if (!gradient.every(Number.isFinite) || !hessian.every(Number.isFinite)) return undefined;
    this.#hessian = hessian;
    return {
      gradient,
      hessian,
      lagrange: (s) => {
        const scaled = s.map((entry) => entry / unit);
        const w = new Float64Array(size);
        for (let j = 0; j < m; j++) w[j] = dot(moves[j], scaled) ** 2 / 2;
        w[m] = 1;
        w.set(scaled, m + 1);
        return Float64Array.from({ length: m }, (_, j) => {
          let sum = 0;
          for (let r = 0; r < size; r++) sum += inverse[r * size + j] * w[r];
          return sum;
        });
      },
      lagrangeGradient: (j) => Float64Array.from({ length: n }, (_, i) => inverse[(m + 1 + i) * size + j] / unit),
    };
  }

  /** Replaces the least informative point: one that is far away and not needed near the new one. */
  take(x: Float64Array, value: number, model: Model, radius: number): void {
    const weights = model.lagrange(x.map((entry, i) => entry - this.best[i]));
    const center = value < this.value ? x : this.best;
    let [drop, most] = [-1, 0];
    for (let j = 0; j < this.#points.length; j++) {
      const point = this.#points[j];
      if (point === this.best && !(value < this.value)) continue;
      const distance = norm(point.map((entry, i) => entry - center[i]));
      const loss = Math.abs(weights[j]) * Math.max(1, distance / radius) ** 4;
      if (loss > most) [drop, most] = [j, loss];
    }
    if (drop < 0) return;
    this.#points[drop] = x;
    this.#values[drop] = value;
    this.#note(x, value);
  }

  /** Moves the farthest point beyond a distance to where its Lagrange function is large; false if none is so far. */
  improve(beyond: number, radius: number): boolean {
    let [farthest, distance] = [-1, beyond];
    for (let j = 0; j < this.#points.length; j++) {
      const away = norm(this.#points[j].map((entry, i) => entry - this.best[i]));
      if (away > distance) [farthest, distance] = [j, away];
    }
    if (farthest < 0) return false;
    const model = this.model();
    if (!model) return this.#renew(radius);
    const towards = this.#points[farthest].map((entry, i) => entry - this.best[i]);
    const slope = model.lagrangeGradient(farthest);
    let [place, most] = [this.best, 1e-3];
    for (const way of [towards, slope]) {
      const length = norm(way);
      if (!(length > 0)) continue;
      for (const share of [radius / length, -radius / length]) {
        const x = moved(
          this.best,
          way.map((entry) => entry * share),
          this.#bounds,
        );
        const size = Math.abs(model.lagrange(x.map((entry, i) => entry - this.best[i]))[farthest]);
        if (size > most) [place, most] = [x, size];
      }
    }
    if (place === this.best) return this.#renew(radius);
    const value = this.#f(place);
    this.#points[farthest] = place;
    this.#values[farthest] = value;
    this.#note(place, value);
    return true;
  }

  /** New points around the best one. */
  #renew(radius: number): boolean {
    this.#points = [this.best];
    this.#values = [this.value];
    this.fill(radius);
    return true;
  }
}

function quadratic(hessian: Float64Array, s: Float64Array): number {
  const n = s.length;
  let sum = 0;
  for (let i = 0; i < n; i++) for (let k = 0; k < n; k++) sum += s[i] * hessian[i * n + k] * s[k];
  return sum;
}

/** The inverse by Gauss-Jordan steps with pivots from the column; undefined where there is none. */
function invert(matrix: Float64Array, n: number): Float64Array | undefined {
  const a = matrix.slice();
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) inverse[i * n + i] = 1;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i * n + k]) > Math.abs(a[pivot * n + k])) pivot = i;
    const size = a[pivot * n + k];
    if (!(Math.abs(size) > 1e-13)) return undefined;
    for (let j = 0; j < n; j++) {
      [a[k * n + j], a[pivot * n + j]] = [a[pivot * n + j], a[k * n + j]];
      [inverse[k * n + j], inverse[pivot * n + j]] = [inverse[pivot * n + j], inverse[k * n + j]];
    }
    for (let j = 0; j < n; j++) {
      a[k * n + j] /= size;
      inverse[k * n + j] /= size;
    }
    for (let i = 0; i < n; i++) {
      const factor = a[i * n + k];
      if (i === k || factor === 0) continue;
      for (let j = 0; j < n; j++) {
        a[i * n + j] -= factor * a[k * n + j];
        inverse[i * n + j] -= factor * inverse[k * n + j];
      }
    }
  }
  return inverse;
}

/**
 * Conjugate gradients for g's + s'Hs/2 within a ball and the bounds: variables that reach a bound are held there, and the directions begin
 * anew.
 */
function minimizeInBox(
  { gradient, hessian: curvature }: Model,
  { lower: low, upper: high }: Bounds,
  x: Float64Array,
  radius: number,
): { move: Float64Array; decrease: number } {
  const n = x.length;
  const move = new Float64Array(n);
  // In units of the gradient, whose squares may leave the range.
  const unit = 2 ** Math.round(Math.log2(largestMagnitude(gradient) || 1));
  const hessian = curvature.map((entry) => entry / unit);
  const slope = gradient.map((entry) => entry / unit); // at the move
  const held = new Uint8Array(n);
  const isOut = (i: number) =>
    (slope[i] > 0 && x[i] + move[i] <= low[i]) || (slope[i] < 0 && x[i] + move[i] >= high[i]) || low[i] === high[i];
  for (let round = 0; round <= 2 * n; round++) {
    for (let i = 0; i < n; i++) if (isOut(i)) held[i] = 1;
    const direction = slope.map((entry, i) => (held[i] ? 0 : -entry));
    let size = dot(direction, direction);
    const goal = 1e-20 * size;
    let isBlocked = false;
    for (let k = 0; k < 2 * n && size > goal && size > 0; k++) {
      const image = new Float64Array(n);
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) image[i] += hessian[i * n + j] * direction[j];
      const bend = dot(direction, image);
      const along = -dot(slope, direction);
      // To the minimum along the direction, the border of the ball, or a bound.
      const [a, b, c] = [dot(direction, direction), dot(move, direction), radius * radius - dot(move, move)];
      let step = (-b + Math.sqrt(Math.max(0, b * b + a * c))) / a;
      let isEnd = true;
      if (bend > 0 && along / bend < step) [step, isEnd] = [along / bend, false];
      let wall = -1;
      for (let i = 0; i < n; i++) {
        if (direction[i] === 0) continue;
        const room = ((direction[i] > 0 ? high[i] : low[i]) - x[i] - move[i]) / direction[i];
        if (room < step) [step, wall] = [Math.max(0, room), i];
      }
      for (let i = 0; i < n; i++) {
        move[i] += step * direction[i];
        slope[i] += step * image[i];
      }
      if (wall >= 0) {
        held[wall] = 1;
        move[wall] = (direction[wall] > 0 ? high[wall] : low[wall]) - x[wall];
        isBlocked = true;
        break;
      }
      if (isEnd) return { move, decrease: -dot(gradient, move) - quadratic(curvature, move) / 2 };
      let next = 0;
      for (let i = 0; i < n; i++) if (!held[i]) next += slope[i] * slope[i];
      for (let i = 0; i < n; i++) direction[i] = held[i] ? 0 : -slope[i] + (next / size) * direction[i];
      size = next;
    }
    if (!isBlocked) break;
  }
  return { move, decrease: -dot(gradient, move) - quadratic(curvature, move) / 2 };
}
