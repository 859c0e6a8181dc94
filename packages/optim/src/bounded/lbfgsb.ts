// Limited-memory BFGS with bounds: the generalised Cauchy point, the minimum of the model on the face that it finds, and a
// line search between.
//
// R. Byrd, P. Lu, J. Nocedal, C. Zhu: A limited memory algorithm for bound constrained optimization (1995).
import {
  converged,
  type Objective,
  type OptionSpecs,
  type OptionsOf,
  type Outcome,
  type RunOptions,
  resolveOptions,
  run,
  runOptionsOf,
  type Steps,
  stalled,
} from '@infimum/core';
import { dot, type LinePoint, norm, solveSmall, wolfeLineSearch } from '@infimum/linalg/numerics';
import { multiplySquare } from '../multiply-square.ts';
import {
  checkSmooth,
  counted,
  gradientTest,
  gradientTolerance,
  type SmoothIterate,
  type SmoothSolution,
  tolerance,
  valueTolerance,
} from '../smooth-minimization.ts';
import { type Bounds, boundsOf, clip, isHeld, lower, upper } from './bounds.ts';

/** Options of `lbfgsb`. */
const lbfgsbOptions = {
  tolerance,
  gradientTolerance,
  valueTolerance,
  lower,
  upper,
  memory: {
    type: 'integer',
    min: 1,
    max: 1000,
    default: 10,
    description: 'Pairs of steps and gradient changes to remember',
  },
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of L-BFGS with bounds. */
export type LbfgsbOptions = OptionsOf<typeof lbfgsbOptions>;

/**
 * Minimises a smooth f over lower <= x <= upper. The model is the limited-memory BFGS matrix; its first minimum along the
 * projected gradient path says which bounds hold, its minimum over the other variables gives the direction, and a line search
 * for the strong Wolfe conditions, inside of the box, the step. Without bounds it makes the steps of `lbfgs`.
 *
 * O(memory d + d log d) an iteration besides a gradient, mostly; 2 memory d numbers. `gradientNorm` is that of the projected
 * gradient, without the coordinates at a bound that they are pushed against. `converged` when it is at most tolerance
 * min(1, its norm at the start), or changes f by less than 1e-4 tolerance |f|; `stalled` when no step decreases f any more.
 *
 * @param objective - f with its gradient, which is never asked for outside of the box
 * @param initial - where to start, d numbers; is moved into the box
 * @param options - bounds, method and limits; `maxIterations` is 10 000 by default
 * @throws {InvalidInputError} for a starting point that does not fit or is not finite, and for options out of range
 *
 * @example
 * ```ts
 * import { lbfgsb, rosenbrock } from '@infimum/optim';
 *
 * const { x, status } = lbfgsb(rosenbrock(), Float64Array.of(-1.2, 1), { upper: Float64Array.of(0.5, Infinity) });
 * console.log(status, x.map((entry) => Math.round(1e6 * entry) / 1e6).join(' ')); // converged 0.5 0.25
 * ```
 */
export function lbfgsb(
  objective: Objective,
  initial: Float64Array,
  options: LbfgsbOptions & RunOptions<SmoothIterate> = {},
): Outcome<SmoothSolution, SmoothIterate> {
  return run(lbfgsbSteps(objective, initial, options), runOptionsOf(lbfgsbOptions, options));
}

/** The steps of `lbfgsb`. */
function* lbfgsbSteps(
  objective: Objective,
  initial: Float64Array,
  options: LbfgsbOptions = {},
): Steps<SmoothSolution, SmoothIterate> {
  const settings = resolveOptions(lbfgsbOptions, options);
  checkSmooth(objective, initial);
  const f = counted(objective);
  const d = objective.dimension;
  const bounds = boundsOf(d, settings.lower, settings.upper);
  let [x, next] = [Float64Array.from(initial), new Float64Array(d)];
  clip(bounds, x);
  let [gradient, nextGradient] = [new Float64Array(d), new Float64Array(d)];
  const direction = new Float64Array(d);
  const memory = new CompactMatrix(d, settings.memory);
  f.gradient(x, gradient);
  let last: LinePoint = { step: 0, value: f.value(x), slope: 0 };
  let gradientNorm = projectedNorm(bounds, x, gradient);
  const isDone = gradientTest(settings, gradientNorm);
  // Products of gradients must neither over- nor underflow.
  const scale = gradientNorm > 0 && Number.isFinite(gradientNorm) ? gradientNorm : 1;
  const scaled = new Float64Array(d);
  for (let iteration = 0; ; iteration++) {
    const here = () => f.solution(x, gradientNorm, last.value);
    yield { iteration, gradientNorm, solution: here };
    const done = isDone(gradientNorm, last.value, x);
    if (done) return converged(here(), done);
    if (!Number.isFinite(last.value)) return stalled(here(), 'the value at the start is not finite');
    if (!Number.isFinite(gradientNorm)) return stalled(here(), 'the gradient is not finite here');
    for (let i = 0; i < d; i++) scaled[i] = gradient[i] / scale;
    const target = cauchyPoint(memory, bounds, x, scaled);
    minimizeOnFace(memory, bounds, x, scaled, target);
    for (let i = 0; i < d; i++) direction[i] = target.point[i] - x[i];
    const slope = dot(direction, gradient);
    const most = longestStep(bounds, x, direction);
    const evaluate = (step: number): LinePoint => {
      if (!(step <= most)) return { step, value: Infinity, slope: Infinity };
      for (let i = 0; i < d; i++) next[i] = x[i] + step * direction[i];
      clip(bounds, next);
      const value = f.value(next);
      if (!Number.isFinite(value)) return { step, value: Infinity, slope: Infinity };
      f.gradient(next, nextGradient);
      return { step, value, slope: dot(nextGradient, direction) };
    };
    const first = memory.isEmpty ? Math.min(1, Math.max(1, norm(x)) / norm(direction)) : 1;
    const start = { step: 0, value: last.value, slope };
    // At the end of the box a step may be good although the slope is still steep: no further one is allowed.
    const found =
      slope < 0
        ? (wolfeLineSearch({ evaluate, start, firstStep: Math.min(first, most) }) ??
          backtracked(evaluate, start, Math.min(first, most)))
        : undefined;
    if (!found) {
      if (memory.isEmpty) return stalled(here(), 'no step within the bounds decreases the value any further');
      memory.clear();
      continue;
    }
    memory.add(x, next, gradient, nextGradient, scale);
    [x, next] = [next, x];
    [gradient, nextGradient] = [nextGradient, gradient];
    last = found;
    gradientNorm = projectedNorm(bounds, x, gradient);
  }
}

/** The norm of the gradient without the coordinates that a bound holds. */
export function projectedNorm(bounds: Bounds, x: Float64Array, gradient: Float64Array): number {
  return norm(gradient.map((entry, i) => (isHeld(bounds, x, gradient, i) ? 0 : entry)));
}

/** How far a direction can be followed within the box, rounding included. */
function longestStep({ lower, upper }: Bounds, x: Float64Array, direction: Float64Array): number {
  let most = Infinity;
  for (let i = 0; i < x.length; i++) {
    const end = direction[i] > 0 ? upper[i] : direction[i] < 0 ? lower[i] : Infinity;
    if (Number.isFinite(end)) most = Math.min(most, Math.max((end - x[i]) / direction[i], 0));
  }
  return Math.max(most, 1);
}

/** A step of sufficient decrease, by halving; the last point that is evaluated. */
function backtracked(
  evaluate: (step: number) => LinePoint,
  start: LinePoint,
  first: number,
): LinePoint | undefined {
  for (let step = first, tries = 0; tries < 40; step /= 2, tries++) {
    const trial = evaluate(step);
    if (trial.value < start.value && trial.value <= start.value + 1e-4 * step * start.slope) return trial;
  }
  return undefined;
}

/** B = theta I - W M W' with W = [Y, theta S], of the last steps S and gradient changes Y. */
class CompactMatrix {
  theta = 1;
  /** Rows of W', 2 k of them. */
  readonly rows: Float64Array[] = [];
  readonly #size: number;
  readonly #memory: number;
  readonly #steps: Float64Array[] = [];
  readonly #changes: Float64Array[] = [];
  /** M, row by row. */
  #middle = new Float64Array(0);

  constructor(size: number, memory: number) {
    this.#size = size;
    this.#memory = memory;
  }

  get isEmpty(): boolean {
    return this.#steps.length === 0;
  }

  clear(): void {
    this.#steps.length = 0;
    this.#changes.length = 0;
    this.#refresh();
  }

  /** Remembers a step, unless its curvature is not positive beyond rounding. */
  add(
    x: Float64Array,
    next: Float64Array,
    gradient: Float64Array,
    nextGradient: Float64Array,
    scale: number,
  ): void {
    const step = new Float64Array(this.#size);
    const change = new Float64Array(this.#size);
    for (let i = 0; i < step.length; i++) {
      step[i] = next[i] - x[i];
      change[i] = nextGradient[i] / scale - gradient[i] / scale;
    }
    const curvature = dot(step, change);
    if (!(curvature > Number.EPSILON * norm(step) * norm(change)) || !(dot(step, step) > 0)) return;
    if (this.#steps.length === this.#memory) {
      this.#steps.shift();
      this.#changes.shift();
    }
    this.#steps.push(step);
    this.#changes.push(change);
    this.theta = dot(change, change) / curvature;
    this.#refresh();
  }

  #refresh(): void {
    const [steps, changes, theta] = [this.#steps, this.#changes, this.theta];
    const k = steps.length;
    this.rows.length = 0;
    for (const change of changes) this.rows.push(change);
    for (const step of steps) this.rows.push(step.map((entry) => theta * entry));
    const inverse = new Float64Array(4 * k * k);
    for (let i = 0; i < k; i++) {
      inverse[i * 2 * k + i] = -dot(steps[i], changes[i]);
      for (let j = 0; j < k; j++) {
        inverse[(k + i) * 2 * k + k + j] = theta * dot(steps[i], steps[j]);
        if (i <= j) continue;
        const entry = dot(steps[i], changes[j]); // L
        inverse[(k + i) * 2 * k + j] = entry;
        inverse[j * 2 * k + k + i] = entry;
      }
    }
    this.#middle = new Float64Array(4 * k * k);
    const column = new Float64Array(2 * k);
    for (let j = 0; j < 2 * k; j++) {
      column.fill(0);
      column[j] = 1;
      solveSmall(inverse.slice(), 2 * k, column);
      for (let i = 0; i < 2 * k; i++) this.#middle[i * 2 * k + j] = column[i];
    }
  }

  /** M v */
  middle(v: Float64Array): Float64Array {
    const out = new Float64Array(v.length);
    multiplySquare(this.#middle, v, out);
    return out;
  }

  /** W' v */
  project(v: Float64Array): Float64Array {
    return Float64Array.from(this.rows, (row) => dot(row, v));
  }

  /** Row i of W. */
  column(i: number): Float64Array {
    return Float64Array.from(this.rows, (row) => row[i]);
  }
}

/** A point, and W' (point - x). */
interface Target {
  readonly point: Float64Array;
  readonly c: Float64Array;
}

/** The first minimum of the model along the projected gradient path (algorithm CP). */
function cauchyPoint(memory: CompactMatrix, bounds: Bounds, x: Float64Array, gradient: Float64Array): Target {
  const { lower, upper } = bounds;
  const d = x.length;
  const point = x.slice();
  const direction = new Float64Array(d);
  const breaks = new Float64Array(d).fill(Infinity);
  for (let i = 0; i < d; i++) {
    if (gradient[i] < 0) breaks[i] = (x[i] - upper[i]) / gradient[i];
    else if (gradient[i] > 0) breaks[i] = (x[i] - lower[i]) / gradient[i];
    if (breaks[i] > 0) direction[i] = -gradient[i];
  }
  const order = Array.from({ length: d }, (_, i) => i)
    .filter((i) => breaks[i] > 0 && breaks[i] < Infinity)
    .sort((a, b) => breaks[a] - breaks[b]);
  const { theta } = memory;
  const p = memory.project(direction);
  const c = new Float64Array(p.length);
  let slope = -dot(direction, direction);
  let bend = -theta * slope - dot(p, memory.middle(p));
  const least = Number.EPSILON * bend;
  let reached = 0;
  let further = -slope / bend;
  for (const b of order) {
    const width = breaks[b] - reached;
    if (further < width) break;
    point[b] = direction[b] > 0 ? upper[b] : lower[b];
    const z = point[b] - x[b];
    for (let k = 0; k < c.length; k++) c[k] += width * p[k];
    const g = gradient[b];
    const w = memory.column(b);
    const image = memory.middle(w);
    slope += width * bend + g * g + theta * g * z - g * dot(image, c);
    bend += -theta * g * g - 2 * g * dot(image, p) - g * g * dot(image, w);
    bend = Math.max(bend, least);
    for (let k = 0; k < p.length; k++) p[k] += g * w[k];
    direction[b] = 0;
    reached = breaks[b];
    further = slope < 0 ? -slope / bend : 0;
    if (slope >= 0) break;
  }
  reached += Math.max(further, 0);
  for (let i = 0; i < d; i++) if (direction[i] !== 0) point[i] = x[i] + reached * direction[i];
  clip(bounds, point);
  for (let k = 0; k < c.length; k++) c[k] += Math.max(further, 0) * p[k];
  return { point, c };
}

/** Moves the point to the model's minimum over the variables that are at no bound, as far as the box allows. */
function minimizeOnFace(
  memory: CompactMatrix,
  { lower, upper }: Bounds,
  x: Float64Array,
  gradient: Float64Array,
  { point, c }: Target,
): void {
  if (memory.isEmpty) return;
  const { theta, rows } = memory;
  const free: number[] = [];
  for (let i = 0; i < x.length; i++) if (point[i] > lower[i] && point[i] < upper[i]) free.push(i);
  if (free.length === 0) return;
  const image = memory.middle(c);
  const r = Float64Array.from(free, (i) => {
    let sum = gradient[i] + theta * (point[i] - x[i]);
    for (let k = 0; k < rows.length; k++) sum -= rows[k][i] * image[k];
    return sum;
  });
  // (theta I - Z'W M W'Z)^-1 r by Sherman, Morrison and Woodbury.
  const size = rows.length;
  const reduced = rows.map((row) => Float64Array.from(free, (i) => row[i]));
  const v = memory.middle(Float64Array.from(reduced, (row) => dot(row, r)));
  const system = new Float64Array(size * size);
  for (let j = 0; j < size; j++) {
    const column = memory.middle(Float64Array.from(reduced, (row) => dot(row, reduced[j]) / theta));
    for (let i = 0; i < size; i++) system[i * size + j] = (i === j ? 1 : 0) - column[i];
  }
  solveSmall(system, size, v);
  let share = 1;
  const step = r.map((entry, k) => {
    let sum = -entry / theta;
    for (let j = 0; j < size; j++) sum -= (reduced[j][k] * v[j]) / (theta * theta);
    return sum;
  });
  step.forEach((entry, k) => {
    const i = free[k];
    const end = entry > 0 ? upper[i] : lower[i];
    if (entry !== 0 && Number.isFinite(end)) share = Math.min(share, (end - point[i]) / entry);
  });
  if (!step.every(Number.isFinite)) return;
  for (let k = 0; k < free.length; k++) {
    const i = free[k];
    point[i] = Math.min(Math.max(point[i] + share * step[k], lower[i]), upper[i]);
  }
}
