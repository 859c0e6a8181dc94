// Functions of a weighted graph that vanish exactly where there is no cycle, with their gradients.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { fault, resolveOptions } from '@infimum/core';
import type { WeightsLike } from './dag-graph.ts';
import { asWeights, nodesOf } from './dag-graph.ts';

const acyclicityOptions = {
  method: {
    type: 'choice',
    was: 'kind',
    choices: ['exp', 'poly', 'logdet'],
    default: 'exp',
    description: 'tr e^B − d, tr (I + B/d)^d − d, or −log det(sI − B) + d log s',
  },
  base: { type: 'choice', choices: ['square', 'abs'], default: 'square', description: 'B is W∘W or |W|' },
  s: { type: 'number', above: 0, default: 1, description: 's of logdet, above the spectral radius of B' },
} as const satisfies OptionSpecs;

/** Options of `acyclicity`. */
export type AcyclicityOptions = OptionsOf<typeof acyclicityOptions>;

/**
 * A measure h ≥ 0 of the cycles of a graph and its gradient with respect to W. Time O(d³), times log |B| for `exp` and log d
 * for `poly`.
 *
 * @throws {InvalidInputError} for a matrix that is not square and finite; for logdet where s does not exceed the spectral
 *   radius
 *
 * @example
 * ```ts
 * import { acyclicity } from '@infimum/graphs/dags';
 *
 * console.log(acyclicity(Float64Array.of(0, 0.5, 0.5, 0)).value.toFixed(8)); // 0.06282620
 * ```
 */
export function acyclicity(weights: WeightsLike, options: AcyclicityOptions = {}): { value: number; gradient: Float64Array } {
  const { method, base, s } = resolveOptions(acyclicityOptions, options);
  const entries = asWeights(weights, 'weights');
  const d = nodesOf(entries);
  if (method === 'exp' && base === 'square') {
    const measure = new ExponentialOfSquares(d);
    return { value: measure.at(entries), gradient: measure.gradient };
  }
  const b = entries.map((weight) => (base === 'square' ? weight * weight : Math.abs(weight)));
  const { value, gradient } =
    method === 'exp' ? exponential(b, d) : method === 'poly' ? polynomial(b, d) : logDeterminant(b, d, s);
  return {
    value,
    gradient: gradient.map((entry, at) => entry * (base === 'square' ? 2 * entries[at] : Math.sign(entries[at]))),
  };
}

/** The measure that NOTEARS and GOLEM use, tr e^(W∘W) − d, without checks, in reused memory. */
export class ExponentialOfSquares {
  /** The gradient at the last weights. */
  readonly gradient: Float64Array;
  readonly #squares: Float64Array;
  readonly #exponential: MatrixExponential;

  constructor(d: number) {
    this.gradient = new Float64Array(d * d);
    this.#squares = new Float64Array(d * d);
    this.#exponential = new MatrixExponential(d);
  }

  /** The value; its gradient goes to `gradient`. */
  at(weights: Float64Array): number {
    const squares = this.#squares;
    for (let at = 0; at < squares.length; at++) squares[at] = weights[at] * weights[at];
    const value = this.#exponential.of(squares, this.gradient);
    for (let at = 0; at < squares.length; at++) this.gradient[at] *= 2 * weights[at];
    return value;
  }
}

/** As many as the range of exponents allows; infinite entries stay infinite. */
const MOST_SQUARINGS = 1100;

/** 1/k! of the series, four by four. */
const GROUPS = [
  [1, 1, 1 / 2, 1 / 6],
  [1 / 24, 1 / 120, 1 / 720, 1 / 5040],
  [1 / 40_320, 1 / 362_880, 1 / 3_628_800, 1 / 39_916_800],
  [1 / 479_001_600, 1 / 6_227_020_800, 1 / 87_178_291_200, 1 / 1_307_674_368_000],
] as const;

/** tr e^B − d and (e^B)'. By scaling, the series, and squaring. */
class MatrixExponential {
  readonly #d: number;
  readonly #scaled: Float64Array;
  readonly #second: Float64Array;
  readonly #third: Float64Array;
  readonly #fourth: Float64Array;
  #sum: Float64Array;
  #next: Float64Array;

  constructor(d: number) {
    this.#d = d;
    const matrix = () => new Float64Array(d * d);
    [this.#scaled, this.#second, this.#third, this.#fourth] = [matrix(), matrix(), matrix(), matrix()];
    [this.#sum, this.#next] = [matrix(), matrix()];
  }

  of(b: Float64Array, gradient: Float64Array): number {
    const d = this.#d;
    const [scaled, second, third, fourth] = [this.#scaled, this.#second, this.#third, this.#fourth];
    let norm = 0;
    for (let i = 0; i < d; i++) {
      let row = 0;
      for (let j = 0; j < d; j++) row += b[i * d + j];
      norm = Math.max(norm, row);
    }
    const squarings = norm > 0.5 ? Math.min(MOST_SQUARINGS, Math.ceil(Math.log2(norm / 0.5))) : 0;
    const factor = 2 ** squarings;
    for (let at = 0; at < scaled.length; at++) scaled[at] = b[at] / factor;
    multiply(scaled, scaled, d, second);
    multiply(second, scaled, d, third);
    multiply(second, second, d, fourth);
    // Sixteen terms in groups of four, by Horner's rule in the fourth power (Paterson and Stockmeyer): six products.
    this.#sum.fill(0);
    for (let group = GROUPS.length - 1; group >= 0; group--) {
      const [one, c1, c2, c3] = GROUPS[group];
      if (group < GROUPS.length - 1) this.#multiplySum(fourth);
      const sum = this.#sum;
      for (let at = 0; at < sum.length; at++) sum[at] += c1 * scaled[at] + c2 * second[at] + c3 * third[at];
      for (let i = 0; i < d; i++) sum[i * d + i] += one;
    }
    for (let k = 0; k < squarings; k++) this.#multiplySum(this.#sum);
    let trace = 0;
    for (let i = 0; i < d; i++) trace += this.#sum[i * d + i] - 1;
    transposed(this.#sum, d, gradient);
    return Math.max(0, trace);
  }

  #multiplySum(other: Float64Array): void {
    multiply(this.#sum, other, this.#d, this.#next);
    [this.#sum, this.#next] = [this.#next, this.#sum];
  }
}

function exponential(b: Float64Array, d: number): { value: number; gradient: Float64Array } {
  const gradient = new Float64Array(d * d);
  return { value: new MatrixExponential(d).of(b, gradient), gradient };
}

/** tr (I + B/d)^d − d and ((I + B/d)^(d−1))'. */
function polynomial(b: Float64Array, d: number): { value: number; gradient: Float64Array } {
  const factor = b.map((entry, at) => entry / d + (Math.floor(at / d) === at % d ? 1 : 0));
  let power = identity(d);
  let square: Float64Array = factor;
  for (let exponent = d - 1; exponent > 0; exponent >>= 1) {
    if (exponent & 1) power = multiply(power, square, d);
    square = multiply(square, square, d);
  }
  const whole = multiply(power, factor, d);
  let trace = 0;
  for (let i = 0; i < d; i++) trace += whole[i * d + i] - 1;
  return { value: Math.max(0, trace), gradient: transposed(power, d) };
}

/** −log det(sI − B) + d log s and (sI − B)^-T. */
function logDeterminant(b: Float64Array, d: number, s: number): { value: number; gradient: Float64Array } {
  const matrix = b.map((entry, at) => (Math.floor(at / d) === at % d ? s : 0) - entry);
  const inverse = invert(matrix, d);
  if (!inverse || inverse.sign <= 0 || inverse.values.some((entry) => entry < -1e-12)) {
    throw fault('must exceed the spectral radius', 's', 'out-of-range');
  }
  return { value: d * Math.log(s) - inverse.logDeterminant, gradient: transposed(inverse.values, d) };
}

/** The unit matrix. */
function identity(d: number): Float64Array {
  const unit = new Float64Array(d * d);
  for (let i = 0; i < d; i++) unit[i * d + i] = 1;
  return unit;
}

/** A B, row by row. */
function multiply(a: Float64Array, b: Float64Array, d: number, product: Float64Array = new Float64Array(d * d)): Float64Array {
  product.fill(0);
  for (let i = 0; i < d; i++) {
    for (let k = 0; k < d; k++) {
      const factor = a[i * d + k];
      if (factor === 0) continue;
      for (let j = 0; j < d; j++) product[i * d + j] += factor * b[k * d + j];
    }
  }
  return product;
}

/** A'. */
function transposed(a: Float64Array, d: number, result: Float64Array = new Float64Array(d * d)): Float64Array {
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) result[j * d + i] = a[i * d + j];
  return result;
}

/** The inverse by Gauss and Jordan with pivots; log |det| and its sign. Nothing for a singular matrix. */
export function invert(matrix: Float64Array, d: number): Inverse | undefined {
  return new Inverse(d).of(matrix);
}

/** Inverses of matrices of one size, in reused memory. */
export class Inverse {
  /** The inverse. */
  readonly values: Float64Array;
  /** log |det|. */
  logDeterminant = 0;
  /** Sign of the determinant. */
  sign = 1;
  readonly #d: number;
  readonly #matrix: Float64Array;

  constructor(d: number) {
    this.#d = d;
    this.values = new Float64Array(d * d);
    this.#matrix = new Float64Array(d * d);
  }

  /** Returns this object with the inverse of a matrix; undefined for a singular one. */
  of(matrix: Float64Array): this | undefined {
    const d = this.#d;
    const a = this.#matrix;
    const inverse = this.values;
    a.set(matrix);
    inverse.fill(0);
    for (let i = 0; i < d; i++) inverse[i * d + i] = 1;
    [this.logDeterminant, this.sign] = [0, 1];
    for (let k = 0; k < d; k++) {
      let pivot = k;
      for (let i = k + 1; i < d; i++) if (Math.abs(a[i * d + k]) > Math.abs(a[pivot * d + k])) pivot = i;
      const value = a[pivot * d + k];
      if (!(Math.abs(value) > 0 && Math.abs(value) < Infinity)) return undefined;
      if (pivot !== k) {
        this.sign = -this.sign;
        for (let j = 0; j < d; j++) {
          [a[k * d + j], a[pivot * d + j]] = [a[pivot * d + j], a[k * d + j]];
          [inverse[k * d + j], inverse[pivot * d + j]] = [inverse[pivot * d + j], inverse[k * d + j]];
        }
      }
      this.logDeterminant += Math.log(Math.abs(value));
      this.sign *= Math.sign(value);
      for (let j = 0; j < d; j++) {
        a[k * d + j] /= value;
        inverse[k * d + j] /= value;
      }
      for (let i = 0; i < d; i++) {
        const factor = a[i * d + k];
        if (i === k || factor === 0) continue;
        for (let j = 0; j < d; j++) {
          a[i * d + j] -= factor * a[k * d + j];
          inverse[i * d + j] -= factor * inverse[k * d + j];
        }
      }
    }
    return this;
  }
}
