// A sequence of linear systems, each solved by a method whose relaxation factor must be chosen beforehand: only the iterations with the
// chosen factor are observed.
import type { Iterate, VectorLike } from '@infimum/core';
import { asVector, checkInteger, fault } from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import type { RelaxedMethod } from './relaxed-solve.ts';
import { relaxedSolve } from './relaxed-solve.ts';

/**
 * Systems A_t x = b_t with A_t = i_t I + s_t B, and b_t = sources_t + (p_t I + q_t B) x_{t-1}: shifted systems, and steps of
 * an implicit simulation.
 */
export interface RelaxationInstance {
  /** B, square, sparse; the A_t must be symmetric positive definite. */
  readonly base: CsrMatrix;
  /** i_t, one a system. */
  readonly identity: Float64Array;
  /** s_t. */
  readonly scale: Float64Array;
  /** p_t; none by default. */
  readonly previousIdentity?: Float64Array;
  /** q_t; none by default. */
  readonly previousScale?: Float64Array;
  /** One row a system, or one row for all. */
  readonly sources: DenseMatrix;
  /** The context before each choice. */
  readonly contexts: Float64Array;
  /** Which method solves them. */
  readonly method: RelaxedMethod;
  /** Whether a solve starts at the last solution. */
  readonly warmStart: boolean;
  /** Residual at which a system counts as solved, over |b|. */
  readonly tolerance: number;
  /** x before the first system; zero by default. */
  readonly initial?: Float64Array;
}

/** What was chosen. */
export interface RelaxationPlay {
  /** The factor for every system so far. */
  readonly relaxations: Float64Array;
  /** Iterations that each took. */
  readonly counts: Int32Array;
}

/** A moment of the run: `iteration` counts systems begun and iterations of all. */
export interface RelaxationIterate extends Iterate<RelaxationPlay> {
  /** Systems solved. */
  readonly systems: number;
  /** Iterations of all systems. */
  readonly total: number;
}

/** Iterations after which a solve is given up. */
export const SOLVE_CAP = 10_000;

/** The systems of an instance, one after the other. */
export class SystemSequence {
  readonly #instance: RelaxationInstance;
  readonly #diagonal: Int32Array;
  readonly #b: Float64Array;
  readonly count: number;

  constructor(instance: RelaxationInstance) {
    this.#instance = instance;
    this.#diagonal = diagonalPlaces(instance.base);
    this.#b = new Float64Array(instance.base.rows);
    this.count = instance.identity.length;
  }

  /** A_t. */
  matrix(t: number): CsrMatrix {
    const { base, identity, scale } = this.#instance;
    const values = base.values.map((value) => scale[t] * value);
    for (const place of this.#diagonal) values[place] += identity[t];
    return { ...base, values };
  }

  /** b_t after x; valid until the next call. */
  rightHandSide(t: number, x: Float64Array): Float64Array {
    const { base, sources, previousIdentity, previousScale } = this.#instance;
    const row = sources.rows === 1 ? 0 : t;
    const b = this.#b;
    for (let i = 0; i < b.length; i++) b[i] = sources.values[row * b.length + i];
    const [p, q] = [previousIdentity?.[t] ?? 0, previousScale?.[t] ?? 0];
    if (p === 0 && q === 0) return b;
    for (let i = 0; i < b.length; i++) {
      let sum = 0;
      for (let k = base.rowPointers[i]; k < base.rowPointers[i + 1]; k++) sum += base.values[k] * x[base.columnIndices[k]];
      b[i] += p * x[i] + q * sum;
    }
    return b;
  }
}

/** Where the diagonal entries of a matrix are stored. */
export function diagonalPlaces({ rows, rowPointers, columnIndices }: CsrMatrix): Int32Array {
  const places = new Int32Array(rows).fill(-1);
  for (let i = 0; i < rows; i++) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) if (columnIndices[k] === i) places[i] = k;
  }
  return places;
}

/** The result of solving again with the chosen factors: iterations of each system, and the largest residual. */
export function replay(
  instance: RelaxationInstance,
  relaxations: ArrayLike<number>,
): { iterations: Int32Array; residual: number } {
  const sequence = new SystemSequence(instance);
  const { method, tolerance, warmStart } = instance;
  const iterations = new Int32Array(relaxations.length);
  let x = (instance.initial ?? new Float64Array(instance.base.rows)).slice();
  let residual = 0;
  for (let t = 0; t < relaxations.length; t++) {
    const solve = relaxedSolve(sequence.matrix(t), sequence.rightHandSide(t, x), {
      method,
      relaxation: relaxations[t],
      tolerance,
      cap: SOLVE_CAP,
      initial: warmStart ? x : undefined,
    });
    let step = solve.next();
    while (!step.done) step = solve.next();
    iterations[t] = step.value.iterations;
    residual = Math.max(residual, step.value.relativeResidual);
    x = step.value.x as Float64Array<ArrayBuffer>;
  }
  return { iterations, residual };
}

/** Checks a grid of factors. */
export function checkGrid(grid: unknown, argument: string): asserts grid is VectorLike {
  const values = asVector(grid as VectorLike, argument);
  checkInteger(values.length, `${argument}.length`, { min: 1, max: 10_000 });
  const index = values.findIndex((value) => !(value > 0 && value < 2));
  if (index < 0) return;
  throw fault(`is ${values[index]} at index ${index}, outside (0, 2)`, argument, 'out-of-range', index);
}
