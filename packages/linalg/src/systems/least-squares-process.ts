// What LSQR and LSMR share: the bidiagonalisation of (A; λ I), begun anew from where x is, and when it is over.
//
// G. Golub, W. Kahan: Calculating the singular values and pseudo-inverse of a matrix (1965).
import type { Conclusion } from '@infimum/core';
import { converged, stalled } from '@infimum/core';
import type { LinearMap } from '../linear-operator.ts';
import { isLinearMap, products, sizesOf } from '../linear-operator.ts';
import type { CsrMatrix, DenseMatrix } from '../matrices.ts';
import { norm as frobenius } from '../numerics/vectors.ts';
import { layout } from '../webassembly/layout.ts';
import type { LinalgKernels } from '../webassembly/linalg-kernels.ts';
import { linalgKernels } from '../webassembly/linalg-kernels.ts';
import type { LinearSolution } from './linear-system.ts';

/** How far a method has come. */
export interface LeastSquaresAccuracy {
  /** |A x - b| over |b|. */
  readonly relativeResidual: number;
  /** |A' r| over an estimate of |A| |r|: zero where least squares is solved, whether the residual is zero or not. */
  readonly relativeGradient: number;
}

/** What is solved, and from where. */
export interface LeastSquaresProblem {
  readonly a: DenseMatrix | CsrMatrix | LinearMap;
  readonly b: Float64Array;
  readonly start: Float64Array | undefined;
  readonly tolerance: number;
  /** λ. */
  readonly damping: number;
}

/** On the system (A; λ I) x = (b; 0), whose second half is only there for λ > 0. */
export class LeastSquaresProcess implements Disposable {
  /** x. */
  readonly x: Float64Array;
  /** The right vector of the step. */
  readonly v: Float64Array;
  /** As long as x: for the method. */
  readonly directions: readonly Float64Array[];
  /** |b|, or 1. */
  readonly norm: number;
  /** Kernels that work on all of them. */
  readonly kernels: LinalgKernels;
  /** On the diagonal of the bidiagonal matrix, in this step. */
  alpha = 0;
  /** Below it. */
  beta = 0;
  /** Sum of the squares of the bidiagonal matrix: an estimate of |A|_F² from below. */
  squares = 0;
  readonly #problem: LeastSquaresProblem;
  readonly #memory;
  readonly #products;
  readonly #height: number;
  /** |A|_F; 0 for a map, of which nothing is known but what the process has seen. */
  readonly #known: number;
  #seen = 0;
  #last: LeastSquaresAccuracy = { relativeResidual: Infinity, relativeGradient: Infinity };

  /** @param directions - how many vectors the method takes */
  constructor(problem: LeastSquaresProblem, directions: number) {
    const { a, b, start, damping } = problem;
    const { rows, cols } = a;
    this.#problem = problem;
    this.#height = damping > 0 ? rows + cols : rows;
    const [height, vectors] = [this.#height, new Array<number>(directions).fill(cols)];
    this.#memory = layout(
      { target: b, u: height, image: height, x: start ?? cols, v: cols, back: cols, vectors },
      { extra: sizesOf(a, true) },
    );
    this.#products = products(this.#memory.workspace, a);
    this.kernels = this.#memory.workspace.kernels(linalgKernels);
    this.x = this.#memory.x;
    this.v = this.#memory.v;
    this.directions = this.#memory.vectors;
    this.norm = this.kernels.nrm2(rows, this.#memory.target.byteOffset) || 1;
    this.#known = isLinearMap(a) ? 0 : Math.hypot(frobenius(a.values), damping * Math.sqrt(cols));
  }

  [Symbol.dispose](): void {
    this.#memory.workspace.release();
  }

  /** Residual and gradient anew; from here on u_1 = r / |r| and v_1 = A'r / |A'r|, and the process begins again. */
  begin(): LeastSquaresAccuracy {
    const { u, image, target, v } = this.#memory;
    const { axpy, nrm2 } = this.kernels;
    const height = this.#height;
    this.#forward(this.x, image);
    u.fill(0);
    u.set(target);
    axpy(height, -1, image.byteOffset, u.byteOffset);
    const relativeResidual = nrm2(target.length, u.byteOffset) / this.norm;
    this.beta = this.#unit(u);
    this.#backward(u, v);
    this.alpha = this.#unit(v);
    this.squares = this.alpha * this.alpha;
    // An estimate from below: the gradient is not taken for smaller than it is.
    const size = this.#known || Math.max(this.#seen, this.alpha);
    return { relativeResidual, relativeGradient: size > 0 && this.beta > 0 ? this.alpha / size : 0 };
  }

  /** How the run ends where the process began again, if it does. */
  end(accuracy: LeastSquaresAccuracy): Conclusion<LinearSolution> | undefined {
    const { tolerance, damping } = this.#problem;
    const { relativeResidual, relativeGradient } = accuracy;
    const solution = this.solution(relativeResidual);
    if (damping === 0 && relativeResidual <= tolerance) {
      return converged(solution(), `the relative residual is at most ${tolerance}`);
    }
    if (relativeGradient <= tolerance) {
      return converged(solution(), `the relative gradient is at most ${tolerance}`);
    }
    const last = this.#last;
    this.#last = accuracy;
    if (relativeResidual <= last.relativeResidual / 2 || relativeGradient <= last.relativeGradient / 2) {
      return undefined;
    }
    const [residual, gradient] = [relativeResidual, relativeGradient].map((value) => value.toExponential(1));
    const reason = `rounding limits the relative residual to ${residual} and the relative gradient to ${gradient}`;
    return stalled(solution(), reason);
  }

  /** A step: beta u <- A v - alpha u, alpha v <- A' u - beta v. */
  advance(): void {
    const { u, v, image, back } = this.#memory;
    const { axpy, scal } = this.kernels;
    this.#forward(v, image);
    scal(u.length, -this.alpha, u.byteOffset);
    axpy(u.length, 1, image.byteOffset, u.byteOffset);
    this.beta = this.#unit(u);
    this.#backward(u, back);
    scal(v.length, -this.beta, v.byteOffset);
    axpy(v.length, 1, back.byteOffset, v.byteOffset);
    this.alpha = this.#unit(v);
    this.squares += this.alpha * this.alpha + this.beta * this.beta;
    this.#seen = Math.max(this.#seen, Math.sqrt(this.squares));
  }

  /** Whether the recurrences say that it is over, or say nothing any more: then residual and gradient are computed anew. */
  isNear({ relativeResidual, relativeGradient }: LeastSquaresAccuracy): boolean {
    const { tolerance, damping } = this.#problem;
    const least = Math.max(tolerance, Number.EPSILON);
    return (damping === 0 && relativeResidual <= tolerance) || !(relativeGradient > least);
  }

  /** x as it is when it is asked for. */
  solution(relativeResidual: number): () => LinearSolution {
    return () => ({ x: this.x.slice(), relativeResidual });
  }

  #forward(from: Float64Array, out: Float64Array): void {
    const { rows } = this.#problem.a;
    this.#products.multiply(from, out.subarray(0, rows));
    for (let j = rows; j < out.length; j++) out[j] = this.#problem.damping * from[j - rows];
  }

  #backward(from: Float64Array, out: Float64Array): void {
    const { rows } = this.#problem.a;
    this.#products.multiplyTransposed(from.subarray(0, rows), out);
    for (let j = rows; j < from.length; j++) out[j - rows] += this.#problem.damping * from[j];
  }

  /** Divides a vector by its length, which it returns. */
  #unit(vector: Float64Array): number {
    const { nrm2, scal } = this.kernels;
    const size = nrm2(vector.length, vector.byteOffset);
    if (size > 0) scal(vector.length, 1 / size, vector.byteOffset);
    return size;
  }
}
