// The model of limited-memory BFGS with bounds, and its minimum within a box.
//
// R. Byrd, P. Lu, J. Nocedal, C. Zhu: A limited memory algorithm for bound constrained optimization (1995).
import { solveSmall } from './small-lu.ts';
import { dot, norm } from './vectors.ts';

/** A box; its ends may be infinite. */
export interface Box {
  /** Least values, one a coordinate. */
  readonly lower: Float64Array;
  /** Largest values, one a coordinate. */
  readonly upper: Float64Array;
}

/**
 * The limited-memory BFGS matrix of the last steps and gradient changes, and where the quadratic model that it makes with a
 * gradient is least within a box. Time O(memory n + n log n) a minimum as a rule, 4 memory n numbers.
 *
 * @example
 * ```ts
 * import { BoundedModel } from '@infimum/linalg/numerics';
 *
 * // f = (x² + 4 y²) / 2 from (2, 1), where x is to be at least 1: after two steps along the axes the model is f itself.
 * const model = new BoundedModel(2, 5);
 * const origin = new Float64Array(2);
 * model.add(origin, Float64Array.of(1, 0), origin, Float64Array.of(1, 0), 1);
 * model.add(origin, Float64Array.of(0, 1), origin, Float64Array.of(0, 4), 1);
 * const box = { lower: Float64Array.of(1, -9), upper: Float64Array.of(9, 9) };
 * const least = model.minimum(box, Float64Array.of(2, 1), Float64Array.of(2, 4));
 * console.log(least.map((entry) => Math.round(1e6 * entry) / 1e6).join(' ')); // 1 0
 * ```
 */
export class BoundedModel {
  readonly #matrix: CompactMatrix;

  /**
   * @param size - length of the points
   * @param memory - how many steps are remembered
   */
  constructor(size: number, memory: number) {
    this.#matrix = new CompactMatrix(size, memory);
  }

  /** Whether nothing is remembered: the matrix is the identity then. */
  get isEmpty(): boolean {
    return this.#matrix.isEmpty;
  }

  /** Forgets all steps. */
  clear(): void {
    this.#matrix.clear();
  }

  /** Remembers a step, unless its curvature is not positive beyond rounding; gradients are divided by `scale`. */
  add(
    x: Float64Array,
    next: Float64Array,
    gradient: Float64Array,
    nextGradient: Float64Array,
    scale: number,
  ): void {
    this.#matrix.add(x, next, gradient, nextGradient, scale);
  }

  /**
   * Where the model is least over the face of the box that the projected gradient path leads to, as far as the box allows.
   *
   * @param box - where to stay
   * @param x - a point of the box
   * @param gradient - the gradient there, in the unit of those that were added
   */
  minimum(box: Box, x: Float64Array, gradient: Float64Array): Float64Array {
    const target = cauchyPoint(this.#matrix, box, x, gradient);
    minimizeOnFace(this.#matrix, box, x, gradient, target);
    return target.point;
  }
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
    for (let i = 0, k = 0; i < v.length; i++) {
      for (let j = 0; j < v.length; j++, k++) out[i] += this.#middle[k] * v[j];
    }
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
function cauchyPoint(memory: CompactMatrix, box: Box, x: Float64Array, gradient: Float64Array): Target {
  const { lower, upper } = box;
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
  for (let i = 0; i < d; i++) point[i] = Math.min(Math.max(point[i], lower[i]), upper[i]);
  for (let k = 0; k < c.length; k++) c[k] += Math.max(further, 0) * p[k];
  return { point, c };
}

/** Moves the point to the model's minimum over the variables that are at no bound, as far as the box allows. */
function minimizeOnFace(
  memory: CompactMatrix,
  { lower, upper }: Box,
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
