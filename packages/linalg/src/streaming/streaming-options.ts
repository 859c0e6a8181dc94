// Types of the streaming methods: options, iterates and solutions.
import type { Iterate, OptionSpecs, OptionsOf, ResolvedOptions, VectorLike } from '@infimum/core';
import { checkNumber, checkNumbers, fault } from '@infimum/core';
import type { AnyMatrix, CsrMatrix, DenseMatrix } from '../matrices.ts';
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

/** A stream: the rows of a matrix in the order in which they come. */
export interface RowStream {
  /** The matrix. */
  readonly rows: DenseMatrix | CsrMatrix;
}

/** A row of the stream: dense, or by its entries that are not zero. */
export type StreamRow = VectorLike | SparseRow;

/** Some rows of a stream as a matrix. */
export type RowsOfStream = Exclude<AnyMatrix, readonly VectorLike[]>;

/** Options of streaming methods; each method reads those that it names. */
export const streamingOptions = {
  method: {
    type: 'choice',
    choices: STREAMING_METHODS,
    default: 'block-power',
    description:
      "`block-power` for rows in random order; `oja-ladder` for any order; `oja`, `krasulina` and `block-oja` for comparison; `frequent-directions` and `incremental-pca` keep a sketch of `sketchSize` rows; `row-sampling`, `uniform-sampling` and `longest-row` keep rows; `covariance` keeps all of A'A and is exact",
  },
  dimension: {
    type: 'integer',
    min: 1,
    description: 'Length of a row; required if the first row or matrix does not determine it',
  },
  components: {
    type: 'integer',
    min: 1,
    default: 1,
    description: 'Number of vectors; always 1 for `oja-ladder`, `krasulina` and `longest-row`',
  },
  rows: {
    type: 'integer',
    min: 1,
    description: 'Number of rows to come, or an upper estimate, if known; a matrix determines it',
  },
  initial: {
    type: 'value',
    was: 'initial',
    check: checkNumbers,
    description: 'Initial point: `components` vectors of length d, one after the other; random by default',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of everything random' },
  blocks: {
    type: 'choice',
    choices: ['geometric', 'halves', 'theory'],
    orInteger: { min: 1, max: 1000 },
    default: 'geometric',
    description:
      '`block-power`: partition of the stream if the number of rows is known: doubling blocks, short ones and a half, as in the analysis, or this many equal ones',
  },
  expectedGap: {
    type: 'number',
    above: 1,
    default: 2,
    description: "`block-power` with `blocks: 'theory'`: the assumed gap σ1²/σ2²",
  },
  heavyFactor: {
    type: 'number',
    above: 0,
    description:
      '`block-power`: p, a row is heavy if its squared norm is at least |A|_F² / (d p); by default the larger of 20 and 4 ln d',
  },
  maxHeavy: {
    type: 'integer',
    min: 0,
    description:
      "`block-power`: maximum number of stored heavy rows; 64 + d / 8 by default, beyond which A'A would be as small. The lightest are dropped first",
  },
  finish: {
    type: 'choice',
    choices: ['combine', 'max'],
    default: 'combine',
    description: '`block-power`: combine heavy rows and power step, or take the better of both',
  },
  storedPrecision: {
    type: 'choice',
    choices: [64, 32],
    default: 64,
    description: '`block-power`: bits of the numbers in stored rows',
  },
  oversampling: {
    type: 'number',
    above: 0,
    description: '`block-power`: s, light rows are kept with probability s |a|² / |A|_F² only; all are by default',
  },
  update: {
    type: 'choice',
    choices: ['linear', 'exp'],
    default: 'linear',
    description: "`oja-ladder`: v + rate a (a . v), or exp(rate a a') v",
  },
  stepSizes: {
    type: 'value',
    was: 'rates',
    check: checkRates,
    description:
      '`oja-ladder`: fixed rates, in units of one over a squared norm; by default powers of two that follow the stream',
  },
  growth: { type: 'number', above: 0, default: 3, description: '`oja-ladder`: C, growth of a norm by d^C is enough' },
  stepSize: {
    type: 'number',
    was: 'learningRate',
    above: 0,
    max: 1e100,
    default: 1,
    description: '`oja`, `krasulina`, `block-oja`: c, the rate after t rows is c d over the sum of their squared norms',
  },
  batchSize: { type: 'integer', min: 1, description: '`block-oja`: rows per mini-batch; by default the length of a row' },
  sketchSize: {
    type: 'integer',
    min: 1,
    description:
      'Rows of the sketch or sample; 10 for sketches (more if more components are wanted), 64 for samples by default',
  },
} as const satisfies OptionSpecs;

function checkRates(value: unknown, argument: string): asserts value is readonly number[] {
  if (!Array.isArray(value)) throw fault('expected an array of numbers', argument, 'type');
  if (value.length === 0) throw fault('must not be empty', argument, 'empty');
  for (const rate of value) checkNumber(rate, argument, { above: 0 });
}

/** Options of streaming methods; each method reads those that it names. */
export type StreamingTopEigenvectorOptions = Omit<OptionsOf<typeof streamingOptions>, 'dimension'>;

/** The options with their defaults. */
export type ResolvedStreamingOptions = ResolvedOptions<typeof streamingOptions> & { readonly dimension: number };

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
  /**
   * Why the answer is none: `zero-stream`; or not to be relied on: `no-growth` of any rate, `not-converged` when the search among
   * the stored rows was given up (the best result so far is still returned), `diverged` when a rate led to overflow.
   */
  readonly failed?: 'no-growth' | 'zero-stream' | 'not-converged' | 'diverged';
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
   * Takes all rows of a matrix, which is read once.
   *
   * @throws {InvalidInputError} as `push`, with the index into the matrix's values; the rows before it have been taken
   */
  pushMatrix(matrix: AnyMatrix): void;
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
