// Code shared by all streaming methods: batches of rows, answers, and small helpers.
import type { Random } from '@infimum/core';
import { linalgKernels } from '../webassembly/linalg-kernels.ts';
import type { Workspace } from '../webassembly/workspace.ts';

/** A few rows of the stream on the workspace, already scaled to a safe range, with their squared norms. */
export interface RowBatch {
  /** The rows, one after the other. */
  readonly rows: Float64Array;
  /** |row|² of each. */
  readonly squares: Float64Array;
}

/** A row by its entries that are not zero. */
export interface SparseRow {
  /** Their columns, rising. */
  readonly indices: Int32Array;
  /** Their values. */
  readonly values: Float64Array;
}

/** Where a method lives: memory for its state, its size and its randomness. */
export interface StreamRoom {
  readonly workspace: Workspace;
  /** Length of a row. */
  readonly dimension: number;
  /** Vectors that are asked for. */
  readonly components: number;
  /** Rows that a batch holds at most. */
  readonly capacity: number;
  readonly random: Random;
}

/** Rows of a batch: with a squared norm and a product with each vector, they take 64 KiB, or are one. */
export function batchCapacity(dimension: number, components: number): number {
  return Math.max(1, Math.floor(8192 / (dimension + components + 1)));
}

/** What a method knows at some moment, in the scaled units of the batches. */
export interface StreamEstimate {
  /** Orthonormal vectors, the first the best, one after the other. */
  readonly vectors: Float64Array;
  /** Estimates of their eigenvalues of A'A. */
  readonly values: Float64Array;
  /** Rows that are stored because of their norm, at this moment. */
  readonly heavyRows?: number;
  /** Estimate of the largest eigenvalue of the other rows. */
  readonly lightEigenvalue?: number;
  /** Power steps done. */
  readonly blocks?: number;
  /** Whether a row was given up that should have been stored. */
  readonly overflow?: boolean;
  /** Whether no rate of a ladder grew enough. */
  readonly noGrowth?: boolean;
  /** Rows of which a sample does not know any more. */
  readonly leftOut?: number;
  /** Whether the search for the top vectors of stored rows was given up. */
  readonly notConverged?: boolean;
}

/** A streaming method: takes rows, answers at any time. */
export interface StreamMethod {
  /** Takes the rows `from` <= i < `to` of the batch. */
  take(batch: RowBatch, from: number, to: number): void;
  /** Takes a sparse row; methods without it get the row as a dense one. */
  takeSparse?(row: SparseRow, square: number): void;
  /** Every row was, and will be, `factor` times what it was: a power of two. */
  rescale(factor: number): void;
  /** The answer for the rows so far. */
  estimate(): StreamEstimate;
  /** Numbers in the state and in what the last answer took, at 64 bits, and at 32 bits. */
  stored(): { readonly doubles: number; readonly singles: number };
}

/** A method that has not begun: how much room its state takes, and how it begins. */
export interface StreamPlan {
  /** Lengths of its arrays on the workspace. */
  readonly float64: readonly number[];
  /** `start`: orthonormal vectors, one after the other, to copy or to keep. */
  begin(room: StreamRoom, start: Float64Array): StreamMethod;
}

/** A sum that is right to the last digits, by A. Neumaier (1974). */
export class CompensatedSum {
  #sum = 0;
  #correction = 0;

  add(value: number): void {
    const next = this.#sum + value;
    this.#correction += this.#sum >= value ? this.#sum - next + value : value - next + this.#sum;
    this.#sum = next;
  }

  scale(factor: number): void {
    this.#sum *= factor;
    this.#correction *= factor;
  }

  get value(): number {
    return this.#sum + this.#correction;
  }
}

/** Makes the entry of largest magnitude positive, so that the answer is unique. */
export function orient(vector: Float64Array): void {
  let largest = 0;
  for (const value of vector) if (Math.abs(value) > Math.abs(largest)) largest = value;
  if (largest < 0) for (let j = 0; j < vector.length; j++) vector[j] = -vector[j];
}

/** The sum of (row . v)² over the rows of a batch, for a vector v of norm one. */
export function energyAlong(
  { workspace, dimension }: StreamRoom,
  batch: RowBatch,
  from: number,
  to: number,
  vector: number,
  products: Float64Array,
): number {
  const { dot, gemv } = workspace.kernels(linalgKernels);
  gemv(from, to, dimension, batch.rows.byteOffset, vector, products.byteOffset);
  const address = products.byteOffset + 8 * from;
  return dot(to - from, address, address);
}

/**
 * The mean of a quantity over the last rows of the stream: it starts anew whenever the number of rows has doubled, and
 * looks back at the window before until the new one is half as long.
 */
export class DoublingMean {
  #total = 0;
  #sum = 0;
  #count = 0;
  #pastSum = 0;
  #pastCount = 0;

  add(sum: number, count: number): void {
    this.#sum += sum;
    this.#count += count;
    this.#total += count;
    if (2 * this.#count <= this.#total) return;
    if (this.#count < 2 * this.#pastCount) return;
    [this.#pastSum, this.#pastCount] = [this.#sum, this.#count];
    [this.#sum, this.#count] = [0, 0];
  }

  scale(factor: number): void {
    this.#sum *= factor;
    this.#pastSum *= factor;
  }

  /** The mean times the number of all rows. */
  get extrapolated(): number {
    const count = this.#count + this.#pastCount;
    return count === 0 ? 0 : ((this.#sum + this.#pastSum) / count) * this.#total;
  }
}
