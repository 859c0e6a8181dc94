// Instances and solutions of the tester-learner, their checks, and the common part of all learners.
import type {
  DenseLike,
  Iterate,
  Listed,
  MatrixLike,
  OptionSpecs,
  OptionsOf,
  ResolvedOptions,
  Steps,
  VectorLike,
} from '@infimum/core';
import { asMatrix, asVector, checkChoice, checkNumber, checkNumbers, checkObject, fault, resolveOptions } from '@infimum/core';

/** Labeled points. */
export interface HalfspaceInstance {
  /** A point a row. */
  readonly points: DenseLike;
  /** Labels -1 and 1. */
  readonly labels: Int8Array;
  /**
   * The assumption on the labels: `massart`, each is that of a halfspace, flipped with a probability of at most `eta`;
   * `adversarial`, anything.
   */
  readonly noise: 'massart' | 'adversarial';
  /** The rate of Massart noise, below 1/2. */
  readonly eta?: number;
  /** The target law of the points, for which completeness holds. `gaussian` by default. */
  readonly target?: 'gaussian' | 'log-concave' | 'quartic';
  /** The true halfspace of planted instances, for the metrics. */
  readonly planted?: Float64Array;
}

/** One test of the tester. */
export interface TestResult {
  /** Which test. */
  readonly name: string;
  /** What was measured. */
  readonly statistic: number;
  /** The limit: an upper one, or a lower one for mass and concentration. */
  readonly threshold: number;
  /** Whether the test passes. */
  readonly passed: boolean;
}

/** A halfspace and its certificate. */
export interface HalfspaceSolution {
  /** Whether the learner certifies its bound. */
  readonly accepted: boolean;
  /** The unit vector w of the halfspace sign(w · x). */
  readonly weights: Float64Array;
  /** The share of the points that it misclassifies. */
  readonly error: number;
  /** An upper bound on the excess error over the best halfspace, on the second half of the points; 1 if nothing is known. */
  readonly certifiedExcess: number;
  /** Certified angle to the best halfspace, in radians; pi if nothing is known. */
  readonly angle: number;
  /** All tests, of rejected samples too. */
  readonly tests: readonly TestResult[];
  /** Multiplications and additions of the moments. */
  readonly operations: number;
  /** For adversarial labels: error rates of the best halfspace, … */
  readonly rates: Float64Array;
  /** … and the certified upper bound of the error for each. */
  readonly bounds: Float64Array;
  /** For adversarial labels: a certified lower bound of the error rate of every halfspace; 0 if nothing is known. */
  readonly optLowerBound: number;
}

/** The state of a learner. */
export interface HalfspaceIterate extends Iterate<HalfspaceSolution> {
  /** The current width of the band; 0 if there is none. */
  readonly width: number;
  /** The error so far. */
  readonly error: number;
}

/** Labeled points as rows or any matrix, with labels in any list. */
export interface HalfspaceInstanceLike extends Omit<Listed<HalfspaceInstance>, 'points' | 'labels'> {
  /** A point a row. */
  readonly points: MatrixLike;
  /** Labels -1 and 1. */
  readonly labels: VectorLike;
}

/** An instance in typed arrays, checked: @throws {InvalidInputError} naming the field and the index. */
export function asHalfspaceInstance(instance: HalfspaceInstanceLike): HalfspaceInstance {
  checkObject(instance, 'instance');
  const { noise, eta, target } = instance;
  const points = asMatrix(instance.points, 'points');
  if (points.cols < 2) throw fault('needs at least two columns', 'points', 'shape');
  if (points.rows < 100 * points.cols) {
    throw fault(`needs 100 rows per column, ${100 * points.cols}, got ${points.rows}`, 'points', 'shape');
  }
  checkNumbers(instance.labels, 'labels', points.rows);
  const given = Array.from(instance.labels);
  const index = given.findIndex((y) => y !== 1 && y !== -1);
  if (index >= 0) {
    const hint = given[index] === 0 ? '; convert labels 0 and 1 to -1 and 1' : '';
    throw fault(`is ${given[index]} at index ${index}, neither -1 nor 1${hint}`, 'labels', 'out-of-range', index);
  }
  const labels = Int8Array.from(given);
  checkChoice(noise, 'noise', ['massart', 'adversarial']);
  if (noise === 'massart') {
    if (eta === undefined) throw fault('is required for massart noise', 'eta', 'missing');
    checkNumber(eta, 'eta', { min: 0, below: 0.5 });
  }
  if (target !== undefined) checkChoice(target, 'target', ['gaussian', 'log-concave', 'quartic']);
  const planted = instance.planted === undefined ? undefined : asVector(instance.planted, 'planted', points.cols);
  return { points, labels, noise, ...(eta !== undefined && { eta }), ...(target && { target }), ...(planted && { planted }) };
}

/** Some of the points: rows of them, in one array. */
export interface Sample {
  readonly count: number;
  readonly dimension: number;
  readonly points: Float64Array;
  readonly labels: Int8Array;
}

/** The points in the given order, cut in two halves. */
export function halves({ points, labels }: HalfspaceInstance, order: Int32Array): [Sample, Sample] {
  const half = Math.floor(order.length / 2);
  return [order.subarray(0, half), order.subarray(half)].map((rows): Sample => {
    const { cols, values } = points;
    const chosen = new Float64Array(rows.length * cols);
    const signs = new Int8Array(rows.length);
    rows.forEach((row, r) => {
      for (let j = 0; j < cols; j++) chosen[r * cols + j] = values[row * cols + j];
      signs[r] = labels[row];
    });
    return { count: rows.length, dimension: cols, points: chosen, labels: signs };
  }) as [Sample, Sample];
}

/** All points as they are. */
export function wholeSample({ points, labels }: HalfspaceInstance): Sample {
  return { count: points.rows, dimension: points.cols, points: Float64Array.from(points.values), labels };
}

/** Points whose columns are processed together, so that they stay in the cache. */
const BLOCK = 256;

/** w · x for all points, four columns at a time, with their weights in registers; terms are added in the order of the columns. */
export function projections({ count, dimension, points }: Sample, w: Float64Array, out?: Float64Array): Float64Array {
  const z = out?.fill(0) ?? new Float64Array(count);
  for (let from = 0; from < count; from += BLOCK) {
    const to = Math.min(count, from + BLOCK);
    for (let j = 0; j < dimension; j += 4) {
      const [w0, w1, w2, w3] = [w[j], w[j + 1], w[j + 2], w[j + 3]];
      const columns = dimension - j;
      let at = from * dimension + j;
      if (columns >= 4) {
        for (let i = from; i < to; i++, at += dimension)
          z[i] = z[i] + points[at] * w0 + points[at + 1] * w1 + points[at + 2] * w2 + points[at + 3] * w3;
      } else if (columns === 3) {
        for (let i = from; i < to; i++, at += dimension)
          z[i] = z[i] + points[at] * w0 + points[at + 1] * w1 + points[at + 2] * w2;
      } else if (columns === 2) {
        for (let i = from; i < to; i++, at += dimension) z[i] = z[i] + points[at] * w0 + points[at + 1] * w1;
      } else {
        for (let i = from; i < to; i++, at += dimension) z[i] += points[at] * w0;
      }
    }
  }
  return z;
}

/** The share of points with y w · x < 0; points on the boundary count half. */
export function errorOf(sample: Sample, w: Float64Array): number {
  return shareOfErrors(sample, projections(sample, w));
}

/** The same, from w · x of all points. */
export function shareOfErrors({ labels }: Sample, z: Float64Array): number {
  let errors = 0;
  for (let i = 0; i < z.length; i++) {
    const agreement = z[i] * labels[i];
    errors += agreement < 0 ? 1 : agreement > 0 ? 0 : 0.5;
  }
  return errors / Math.max(1, z.length);
}

/** Divides by the length; false for a vector without one. */
export function normalize(w: Float64Array): boolean {
  const scale = w.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  if (!(scale > 0 && Number.isFinite(scale))) return false;
  let square = 0;
  for (let j = 0; j < w.length; j++) {
    w[j] /= scale;
    square += w[j] * w[j];
  }
  const length = Math.sqrt(square);
  for (let j = 0; j < w.length; j++) w[j] /= length;
  return true;
}

/** The mean of y x: Chow's vector; the first axis where it is zero. */
export function chowVector({ count, dimension, points, labels }: Sample): Float64Array {
  const w = new Float64Array(dimension);
  for (let i = 0, at = 0; i < count; i++) for (let j = 0; j < dimension; j++) w[j] += labels[i] * (points[at++] / count);
  if (!normalize(w)) w.fill(0).fill(1, 0, 1);
  return w;
}

/** The solution of a learner without certificate. */
export function plainSolution(sample: Sample, w: Float64Array): HalfspaceSolution {
  return {
    accepted: false,
    weights: w.slice(),
    error: errorOf(sample, w),
    certifiedExcess: 1,
    angle: Math.PI,
    tests: [],
    operations: 0,
    rates: new Float64Array(0),
    bounds: new Float64Array(0),
    optLowerBound: 0,
  };
}

/** The start of a learner without certificate: all points, the first axis, and its iterate. */
export class PlainLearner {
  readonly instance: HalfspaceInstance;
  readonly sample: Sample;
  /** The halfspace so far. */
  readonly weights: Float64Array;
  error: number;
  /** The current width of the band. */
  width = 0;
  #iteration = 0;

  constructor(instance: HalfspaceInstanceLike, weights?: (sample: Sample) => Float64Array) {
    this.instance = asHalfspaceInstance(instance);
    this.sample = wholeSample(this.instance);
    this.weights = weights?.(this.sample) ?? new Float64Array(this.sample.dimension).fill(1, 0, 1);
    this.error = errorOf(this.sample, this.weights);
  }

  /** Sets the halfspace to a nonzero vector of any length. */
  take(candidate: Float64Array): void {
    const unit = candidate.slice();
    if (normalize(unit)) this.weights.set(unit);
    this.error = errorOf(this.sample, this.weights);
  }

  solution(): HalfspaceSolution {
    return plainSolution(this.sample, this.weights);
  }

  iterate(): HalfspaceIterate {
    const { width, error } = this;
    return { iteration: this.#iteration++, width, error, solution: () => this.solution() };
  }
}

/** The options of a plain learner and its steps, which begin with the iterate at the start of `weights`, the first axis by default. */
export function plainLearner<const Specs extends OptionSpecs>(
  options: Specs,
  learn: (learner: PlainLearner, settings: ResolvedOptions<Specs>) => Steps<HalfspaceSolution, HalfspaceIterate>,
  weights?: (sample: Sample) => Float64Array,
) {
  function* steps(instance: HalfspaceInstanceLike, given: OptionsOf<Specs> = {} as OptionsOf<Specs>): ReturnType<typeof learn> {
    const settings = resolveOptions(options, given);
    return yield* learn(new PlainLearner(instance, weights), settings);
  }
  return { options, steps };
}
