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
 * // f = 2 x² at 2: after one step the model is f itself, which is least at 0, or at 1 where x is to be at least 1.
 * const model = new BoundedModel(1, 5);
 * const at = (x: number) => Float64Array.of(x);
 * model.add(at(3), at(2), at(12), at(8), 1);
 * const leastAbove = (lower: number) => model.minimum({ lower: at(lower), upper: at(9) }, at(2), at(8))[0];
 * console.log(leastAbove(-9), leastAbove(1)); // 0 1
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
  add(x: Float64Array, next: Float64Array, gradient: Float64Array, nextGradient: Float64Array, scale: number): void {
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
  /** Rows of [Y, S]', 2 k of them. */
  rows: Float64Array[] = [];
  /** What they are multiplied by in W'. */
  scales = new Float64Array(0);
  readonly #memory: number;
  readonly #steps: Float64Array[] = [];
  readonly #changes: Float64Array[] = [];
  /** S' S and S' Y, a row a step. */
  #squares: number[][] = [];
  #products: number[][] = [];
  /** M, row by row. */
  #middle = new Float64Array(0);
  /** Where the next step is written, before it is known whether it will do. */
  #step: Float64Array;
  #change: Float64Array;

  constructor(size: number, memory: number) {
    this.#memory = memory;
    this.#step = new Float64Array(size);
    this.#change = new Float64Array(size);
  }

  get isEmpty(): boolean {
    return this.#steps.length === 0;
  }

  clear(): void {
    this.#steps.length = 0;
    this.#changes.length = 0;
    this.#squares = [];
    this.#products = [];
    this.#refresh();
  }

  /** Remembers a step, unless its curvature is not positive beyond rounding. */
  add(x: Float64Array, next: Float64Array, gradient: Float64Array, nextGradient: Float64Array, scale: number): void {
    const [step, change] = [this.#step, this.#change];
    for (let i = 0; i < step.length; i++) {
      step[i] = next[i] - x[i];
      change[i] = nextGradient[i] / scale - gradient[i] / scale;
    }
    const curvature = dot(step, change);
    if (!(curvature > Number.EPSILON * norm(step) * norm(change)) || !(dot(step, step) > 0)) return;
    [this.#step, this.#change] = this.#forget() ?? [new Float64Array(step.length), new Float64Array(step.length)];
    for (const [k, other] of this.#steps.entries()) {
      this.#squares[k].push(dot(other, step));
      this.#products[k].push(dot(other, change));
    }
    this.#steps.push(step);
    this.#changes.push(change);
    this.#squares.push(this.#steps.map((other) => dot(step, other)));
    this.#products.push(this.#changes.map((other) => dot(step, other)));
    this.theta = dot(change, change) / curvature;
    this.#refresh();
  }

  /** Drops the oldest step where there is no room; returns its arrays. */
  #forget(): [Float64Array, Float64Array] | undefined {
    if (this.#steps.length < this.#memory) return undefined;
    for (const table of [this.#squares, this.#products]) {
      table.shift();
      for (const row of table) row.shift();
    }
    return [this.#steps.shift() as Float64Array, this.#changes.shift() as Float64Array];
  }

  #refresh(): void {
    const [squares, products, theta] = [this.#squares, this.#products, this.theta];
    const k = this.#steps.length;
    this.rows = [...this.#changes, ...this.#steps];
    this.scales = new Float64Array(2 * k).fill(1, 0, k).fill(theta, k);
    const inverse = new Float64Array(4 * k * k);
    for (let i = 0; i < k; i++) {
      inverse[i * 2 * k + i] = -products[i][i];
      for (let j = 0; j < k; j++) {
        inverse[(k + i) * 2 * k + k + j] = theta * squares[i][j];
        if (i <= j) continue;
        const entry = products[i][j]; // L
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

  /** out <- M v */
  middle(v: Float64Array, out = new Float64Array(v.length)): Float64Array {
    const matrix = this.#middle;
    for (let i = 0, k = 0; i < v.length; i++) {
      let sum = 0;
      for (let j = 0; j < v.length; j++, k++) sum += matrix[k] * v[j];
      out[i] = sum;
    }
    return out;
  }

  /** W' v */
  project(v: Float64Array): Float64Array {
    const out = new Float64Array(this.rows.length);
    for (let k = 0; k < out.length; k++) out[k] = this.scales[k] * dot(this.rows[k], v);
    return out;
  }

  /** out <- row i of W */
  column(i: number, out: Float64Array): Float64Array {
    for (let k = 0; k < out.length; k++) out[k] = this.scales[k] * this.rows[k][i];
    return out;
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
  const order: number[] = [];
  for (let i = 0; i < d; i++) if (breaks[i] > 0 && breaks[i] < Infinity) order.push(i);
  order.sort((a, b) => breaks[a] - breaks[b]);
  const { theta } = memory;
  const p = memory.project(direction);
  const c = new Float64Array(p.length);
  let slope = -dot(direction, direction);
  let bend = -theta * slope - dot(p, memory.middle(p));
  const least = Number.EPSILON * bend;
  const w = new Float64Array(p.length);
  const image = new Float64Array(p.length);
  let reached = 0;
  let further = -slope / bend;
  for (const b of order) {
    const width = breaks[b] - reached;
    if (further < width) break;
    point[b] = direction[b] > 0 ? upper[b] : lower[b];
    const z = point[b] - x[b];
    for (let k = 0; k < c.length; k++) c[k] += width * p[k];
    const g = gradient[b];
    memory.middle(memory.column(b, w), image);
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
  const { theta, rows, scales } = memory;
  const free: number[] = [];
  for (let i = 0; i < x.length; i++) if (point[i] > lower[i] && point[i] < upper[i]) free.push(i);
  if (free.length === 0) return;
  const image = memory.middle(c);
  for (let k = 0; k < image.length; k++) image[k] *= scales[k];
  const r = new Float64Array(free.length);
  for (let at = 0; at < r.length; at++) {
    const i = free[at];
    let sum = gradient[i] + theta * (point[i] - x[i]);
    for (let k = 0; k < rows.length; k++) sum -= rows[k][i] * image[k];
    r[at] = sum;
  }
  // (theta I - Z'W M W'Z)^-1 r by Sherman, Morrison and Woodbury.
  const size = rows.length;
  const reduced = rows.map((row, k) => {
    const part = new Float64Array(free.length);
    for (let at = 0; at < part.length; at++) part[at] = scales[k] * row[free[at]];
    return part;
  });
  const products = new Float64Array(size);
  for (let k = 0; k < size; k++) products[k] = dot(reduced[k], r);
  const v = memory.middle(products);
  const system = new Float64Array(size * size);
  const column = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    for (let k = 0; k < size; k++) products[k] = dot(reduced[k], reduced[j]) / theta;
    memory.middle(products, column);
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
