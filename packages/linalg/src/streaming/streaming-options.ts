// What streams of rows are told and what they tell: the types of the streaming methods.
import type { Iterate } from '@infimum/core';
import type { DenseMatrix } from '../dense/dense-matrix.ts';
import type { CsrMatrix } from '../sparse/csr-matrix.ts';
import type { BlockSchedule } from './block-schedule.ts';
import type { SparseRow } from './streaming-method.ts';

/** All methods. */
export const STREAMING_METHODS = [
  'block-power',
  'oja-ladder',
  'oja',
  'krasulina',
  'block-oja',
  'frequent-directions',
  'incremental-pca',
  'row-sampling',
  'uniform-sampling',
  'longest-row',
  'covariance',
] as const;

/** The streaming methods. */
export type StreamingMethod = (typeof STREAMING_METHODS)[number];

/** A row of the stream: dense, or by its entries that are not zero. */
export type StreamRow = Float64Array | SparseRow;

/** Options of streaming methods; each method reads those that it names. */
export interface StreamingOptions {
  /**
   * `block-power` (the default) for rows in random order; `oja-ladder` for any order; `oja`, `krasulina` and
   * `block-oja` for comparison; `frequent-directions` and `incremental-pca` keep a sketch of `sketchSize` rows;
   * `row-sampling`, `uniform-sampling` and `longest-row` keep rows; `covariance` keeps all of A'A and is exact.
   */
  readonly method?: StreamingMethod;
  /** Vectors that are wanted; 1 by default, and always 1 for `oja-ladder`, `krasulina` and `longest-row`. */
  readonly components?: number;
  /** How many rows will come, or an upper estimate, where that is known. A matrix knows it by itself. */
  readonly rows?: number;
  /** Where to start: `components` vectors of length d, one after the other; random by default. */
  readonly initialVectors?: Float64Array;
  /** Seed of everything random; 0 by default. */
  readonly seed?: number;
  /**
   * `block-power`, when the number of rows is known: `geometric` blocks that double up to half of the stream (the
   * default), `halves` (short blocks in the first half, then one), `theory` (equal blocks, as many as the paper's
   * analysis wants), or a number of equal blocks.
   */
  readonly blocks?: BlockSchedule;
  /** `block-power` with `blocks: 'theory'`: the gap σ1²/σ2² to reckon with, above 1; 2 by default. */
  readonly expectedGap?: number;
  /** `block-power`: p, a row is heavy from |A|_F² / (d p) on; by default the larger of 20 and 4 ln d. */
  readonly heavyFactor?: number;
  /**
   * `block-power`: heavy rows that may be stored; 64 + d / 8 by default, for with many more A'A would be as small. The
   * lightest are given up first. In a stream of fewer than d p rows, all are heavy by their definition.
   */
  readonly maxHeavy?: number;
  /** `block-power`: `combine` heavy rows and power step (the default), or take the better of both, `max`. */
  readonly finish?: 'combine' | 'max';
  /** `block-power`: bits of the numbers in stored rows; 64 by default. */
  readonly storedPrecision?: 64 | 32;
  /** `block-power`: s, light rows are kept with probability s |a|² / |A|_F² only; all are by default. */
  readonly oversampling?: number;
  /** `oja-ladder`: v + rate a (a . v), `linear` (the default), or exp(rate a a') v, `exp`. */
  readonly update?: 'linear' | 'exp';
  /** `oja-ladder`: fixed rates, in units of one over a squared norm; by default powers of two that follow the stream. */
  readonly rates?: readonly number[];
  /** `oja-ladder`: C, a norm has grown enough from d^C on; 3 by default. */
  readonly growth?: number;
  /** `oja`, `krasulina`, `block-oja`: c, the rate after t rows is c d / |A_t|_F²; 1 by default. */
  readonly learningRate?: number;
  /** `block-oja`: rows in a mini-batch; d by default. */
  readonly batchSize?: number;
  /** Rows of the sketch or sample; 10 for sketches (more if more components are wanted), 64 for samples. */
  readonly sketchSize?: number;
}

/** What a stream has told. */
export interface StreamedEigenvectors {
  /** The first of the vectors, in the same memory: norm one, its largest entry positive. */
  readonly vector: Float64Array;
  /** Estimate of its eigenvalue of A'A; Infinity or 0 if that is beyond the range of doubles. */
  readonly eigenvalue: number;
  /** Estimate of the singular value of A: the square root of the eigenvalue, with a range of its own. */
  readonly singularValue: number;
  /** All vectors, orthonormal, one a row. */
  readonly vectors: DenseMatrix;
  /** Estimates of all eigenvalues. */
  readonly eigenvalues: Float64Array;
  /** Rows of the stream so far. */
  readonly rowsSeen: number;
  /** `block-power`: rows that are stored because of their norm. */
  readonly heavyRows: number;
  /** `block-power`: estimate of the largest eigenvalue of the light rows alone. */
  readonly lightEigenvalue: number;
  /** `block-power`: power steps that were made. */
  readonly blocks: number;
  /** `block-power`: whether a heavy row had to be given up. */
  readonly overflow: boolean;
  /**
   * The most numbers that were held at a time: the method's state, and what the answer was computed with and in. An
   * input buffer of 64 KiB (of one row, if that is longer) comes on top, and for sparse rows a dense one.
   */
  readonly floatsStored: number;
  /** The same in bits. */
  readonly bitsStored: number;
  /** With two or more components: the first eigenvalue over the second. */
  readonly estimatedGap?: number;
  /** Why the answer is none: `zero-stream`, or `no-growth` of any rate (then the best is given all the same). */
  readonly failed?: 'no-growth' | 'zero-stream';
  /** What else the user should know. */
  readonly warnings: readonly string[];
}

/** A stream in progress. */
export interface StreamingTopEigenvector extends Disposable {
  /**
   * Takes a row.
   *
   * @throws {InvalidInputError} for a row of another length or with entries that are not finite; it is not counted
   */
  push(row: StreamRow): void;
  /**
   * Takes all rows of a matrix.
   *
   * @throws {InvalidInputError} as `push`, with the index into the matrix's values
   */
  pushMatrix(matrix: DenseMatrix | CsrMatrix): void;
  /** The answer for the rows so far; the stream goes on. */
  estimate(): StreamedEigenvectors;
  /** The answer; nothing can be pushed afterwards. */
  finish(): StreamedEigenvectors;
}

/** News of a stream. */
export interface StreamingIterate extends Iterate<StreamedEigenvectors> {
  /** Rows of the stream so far. */
  readonly rowsSeen: number;
}
