// The terms of Gromov-Wasserstein losses, L(x, y) = f1(x) + f2(y) - 2 h1(x) h2(y), and their products with plans.
//
// G. Peyré, M. Cuturi, J. Solomon: Gromov-Wasserstein averaging of kernel and distance matrices (2016), Proposition 1.
import type { MatrixLike } from '@infimum/core';
import { asMatrix, fault } from '@infimum/core';
import { portableLog } from '@infimum/core/portable-math';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import type { Workspace } from '@infimum/linalg/kernels';
import { GEMM_SCRATCH, layout, matrixPlace, placedProduct, scratch, transposedPlace } from '@infimum/linalg/kernels';
import { largestOf } from '../exact/arc-costs.ts';

export const loss = {
  type: 'choice',
  choices: ['square', 'kl'],
  default: 'square',
  description:
    "What matched distances x and y cost: 'square', the default, (x - y)^2, or 'kl', x log(x / y) - x + y, for similarities: then the first must be non-negative and the second positive",
} as const;

/** Name of a loss. */
export type GromovLoss = (typeof loss)['choices'][number];

/**
 * Products with the terms of two spaces, symmetric or not. With A T = h1(C) T h2(D)' the loss of a plan is quadratic in
 * it, and only the symmetric part S = (A + A') / 2 counts: T -> (h1(C) T h2(D)' + h1(C)' T h2(D)) / 2. The creator must
 * release it.
 */
export class GromovTerms {
  readonly #rows: number;
  readonly #cols: number;
  readonly #isSymmetric: boolean;
  readonly #workspace: Workspace;
  readonly #first: Float64Array;
  readonly #second: Float64Array;
  readonly #plan: Float64Array;
  readonly #half: Float64Array;
  readonly #cross: Float64Array;
  readonly #gemmScratch: Float64Array;
  readonly #ownFirst: Float64Array;
  readonly #ownSecond: Float64Array;

  /** @throws {InvalidInputError} naming `first` or `second` and the first place at fault */
  constructor(first: DenseMatrix, second: DenseMatrix, loss: GromovLoss) {
    if (loss === 'kl') checkSimilarities(first.values, second.values);
    const [n, m] = [first.rows, second.rows];
    this.#rows = n;
    this.#cols = m;
    this.#isSymmetric = asymmetryOf(first) < 0 && asymmetryOf(second) < 0;
    this.#ownFirst = this.#symmetrized(ownOfFirst(first.values, loss), n);
    this.#ownSecond = this.#symmetrized(loss === 'kl' ? second.values : squares(second.values), m);
    const { workspace, ...arrays } = layout({
      first: first.values,
      second: loss === 'kl' ? second.values.map((value) => portableLog(value) / 2) : second.values,
      plan: scratch(n * m),
      half: scratch(n * m),
      cross: scratch(n * m),
      gemmScratch: scratch(GEMM_SCRATCH),
    });
    this.#workspace = workspace;
    this.#first = arrays.first;
    this.#second = arrays.second;
    this.#plan = arrays.plan;
    this.#half = arrays.half;
    this.#cross = arrays.cross;
    this.#gemmScratch = arrays.gemmScratch;
  }

  /** The symmetric part of f1(C), times weights. */
  ofFirst(weights: Float64Array): Float64Array {
    return timesSquare(this.#ownFirst, weights);
  }

  /** The symmetric part of f2(D), times weights. */
  ofSecond(weights: Float64Array): Float64Array {
    return timesSquare(this.#ownSecond, weights);
  }

  /** S T, valid until the next call; O(nm (n + m)). */
  crossOf(plan: Float64Array): Float64Array {
    this.#plan.set(plan);
    this.#timesFirst(false);
    this.#timesSecond(false);
    if (!this.#isSymmetric) {
      this.#timesFirst(true);
      this.#timesSecond(true);
    }
    return this.#cross;
  }

  /** S T for a sparse T; O((n + m) (entries + nm)) with one product of dense matrices less. */
  sparseCrossOf(plan: CsrMatrix): Float64Array {
    this.#sparseTimesFirst(plan, !this.#isSymmetric);
    this.#timesSecond(false);
    if (!this.#isSymmetric) {
      this.#sparseTimesFirst(plan, false);
      this.#timesSecond(true);
    }
    return this.#cross;
  }

  /** Hands the memory on. */
  release(): void {
    this.#workspace.release();
  }

  #symmetrized(values: Float64Array, n: number): Float64Array {
    if (this.#isSymmetric) return values;
    return values.map((value, k) => (value + values[(k % n) * n + Math.floor(k / n)]) / 2);
  }

  /** half <- h1(C) T, or h1(C)' T. */
  #timesFirst(isTransposed: boolean): void {
    const [n, m] = [this.#rows, this.#cols];
    const first = matrixPlace(this.#first, n);
    placedProduct(this.#workspace, {
      rows: n,
      cols: m,
      inner: n,
      a: isTransposed ? transposedPlace(first) : first,
      b: matrixPlace(this.#plan, m),
      c: matrixPlace(this.#half, m),
      scratch: this.#gemmScratch,
    });
  }

  /** Row k of h1(C)' or of h1(C) times the entries of row k of T; of a symmetric C both are the same. */
  #sparseTimesFirst(plan: CsrMatrix, isTransposed: boolean): void {
    const { rows, cols, rowPointers, columnIndices, values } = plan;
    const half = this.#half.fill(0);
    const first = this.#first;
    const [start, step] = isTransposed ? [1, rows] : [rows, 1];
    for (let k = 0; k < rows; k++) {
      for (let at = rowPointers[k]; at < rowPointers[k + 1]; at++) {
        const mass = values[at];
        for (let i = 0, from = k * start, to = columnIndices[at]; i < rows; i++, from += step, to += cols) {
          half[to] += first[from] * mass;
        }
      }
    }
  }

  /** cross <- half h2(D), or half h2(D)' and of both the mean. */
  #timesSecond(isLast: boolean): void {
    const [n, m] = [this.#rows, this.#cols];
    const second = matrixPlace(this.#second, m);
    placedProduct(this.#workspace, {
      rows: n,
      cols: m,
      inner: m,
      alpha: this.#isSymmetric ? 1 : 0.5,
      a: matrixPlace(this.#half, m),
      b: this.#isSymmetric || isLast ? second : transposedPlace(second),
      beta: isLast ? 1 : 0,
      c: matrixPlace(this.#cross, m),
      scratch: this.#gemmScratch,
    });
  }
}

/** x log x - x. */
function entropyTerm(value: number): number {
  return value > 0 ? value * portableLog(value) - value : 0;
}

/** f1 of the distances of the first space. */
function ownOfFirst(values: Float64Array, loss: GromovLoss): Float64Array {
  return loss === 'kl' ? values.map(entropyTerm) : squares(values);
}

/** A loop, as `map` takes ten times as long. */
function squares(values: Float64Array): Float64Array {
  const out = new Float64Array(values.length);
  for (let k = 0; k < out.length; k++) out[k] = values[k] * values[k];
  return out;
}

function timesSquare(matrix: Float64Array, weights: Float64Array): Float64Array {
  const out = new Float64Array(weights.length);
  for (let i = 0, k = 0; i < out.length; i++) {
    for (let j = 0; j < out.length; j++, k++) out[i] += matrix[k] * weights[j];
  }
  return out;
}

/**
 * The distances within a space, checked.
 *
 * @throws {InvalidInputError} naming the argument and the first place at fault
 */
export function asSpace(given: MatrixLike, argument: string): DenseMatrix {
  const space = asMatrix(given, argument);
  const { rows, cols } = space;
  if (rows === cols) return space;
  throw fault(`must be square, got ${rows} x ${cols}`, argument, 'shape');
}

/** The place of the first entry below the diagonal that has no equal above it, or -1. */
export function asymmetryOf({ rows, values }: DenseMatrix): number {
  const slack = 1e-9 * largestOf(values);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < i; j++) {
      if (!(Math.abs(values[i * rows + j] - values[j * rows + i]) <= slack)) return i * rows + j;
    }
  }
  return -1;
}

function checkSimilarities(first: Float64Array, second: Float64Array): void {
  const negative = first.findIndex((value) => value < 0);
  if (negative >= 0) {
    throw fault(`is negative at index ${negative}: loss 'kl' needs similarities`, 'first', 'out-of-range', negative);
  }
  const place = second.findIndex((value) => !(value > 0));
  if (place < 0) return;
  throw fault(`is not positive at index ${place}: loss 'kl' takes its logarithms`, 'second', 'out-of-range', place);
}
