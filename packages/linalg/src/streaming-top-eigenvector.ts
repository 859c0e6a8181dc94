// The top eigenvectors of A'A from one pass over the rows of A, in far fewer than d² numbers.
import {
  type AsyncSteps,
  checkChoice,
  checkInteger,
  checkMatrix,
  checkNumber,
  checkVector,
  converged,
  InvalidInputError,
  type Iterate,
  type Outcome,
  Random,
  type RunOptions,
  run,
  runAsync,
  type Steps,
  stalled,
} from '@infimum/core';
import { type CsrMatrix, checkCsr } from './csr-matrix.ts';
import type { DenseMatrix } from './dense-matrix.ts';
import { linalgKernels } from './linalg-kernels.ts';
import { blockOja } from './streaming-block-oja.ts';
import { type BlockSchedule, blockPower } from './streaming-block-power.ts';
import { covariance } from './streaming-covariance.ts';
import { frequentDirections } from './streaming-frequent-directions.ts';
import { streamingKernels } from './streaming-kernels.ts';
import { krasulina } from './streaming-krasulina.ts';
import {
  orient,
  orthonormaliseRows,
  type RowBatch,
  type SparseRow,
  type StreamMethod,
  type StreamPlan,
} from './streaming-method.ts';
import { oja } from './streaming-oja.ts';
import { ojaLadder } from './streaming-oja-ladder.ts';
import { longestRow, rowSampling } from './streaming-row-sampling.ts';
import { Workspace } from './workspace.ts';

/** The streaming methods. */
export type StreamingMethod =
  | 'block-power'
  | 'oja-ladder'
  | 'oja'
  | 'krasulina'
  | 'block-oja'
  | 'frequent-directions'
  | 'incremental-pca'
  | 'row-sampling'
  | 'uniform-sampling'
  | 'longest-row'
  | 'covariance';

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
  /** The first of the vectors: norm one, its largest entry positive. */
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
  /** The most numbers that the method's state held, beside an input buffer of at most 64 KiB or one row. */
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

/**
 * Begins a stream of rows of length `dimension`. Time O(d) a row for `block-power`, with a few numbers more than the
 * heavy rows stored: (h + 3) d.
 *
 * With the rows in random order and a gap R = σ1²/σ2², `block-power` reaches a squared correlation of
 * 1 - O(1/R² + ε²) with the top eigenvector, ε being the noise of a sample of half of the rows. No method with so
 * little memory can do better than 1 - Ω(1/R²).
 *
 * @param options - method and settings, and `dimension`, the length of a row
 * @throws {InvalidInputError} for options out of range
 *
 * @example
 * ```ts
 * import { createStreamingTopEigenvector } from '@infimum/linalg';
 *
 * const rows = [[3, 1], [1, 0], [6, 2], [0, 1]].map((row) => Float64Array.from(row));
 * using stream = createStreamingTopEigenvector({ dimension: 2, rows: 400 });
 * for (let k = 0; k < 400; k++) stream.push(rows[k % 4]);
 * const { vector } = stream.finish();
 * console.log(Array.from(vector, (value) => value.toFixed(3)).join(' ')); // 0.949 0.316
 * ```
 */
export function createStreamingTopEigenvector(
  options: StreamingOptions & { readonly dimension: number },
): StreamingTopEigenvector {
  return new Stream(options);
}

/**
 * The top eigenvectors of A'A from one pass over the rows of A, in the order in which they stand or come.
 *
 * @param rows - a matrix, or rows one at a time
 * @param options - method, settings and limits; an iteration is a piece of the stream. `dimension` is needed only for
 *   rows that come one at a time and begin with a sparse one
 * @throws {InvalidInputError} for bad rows and for options out of range
 *
 * @example
 * ```ts
 * import { matrixFromRows, streamingTopEigenvector } from '@infimum/linalg';
 *
 * const { vector, eigenvalue } = streamingTopEigenvector(matrixFromRows([[2, 0], [0, 1], [2, 0]]), { method: 'covariance' });
 * console.log(vector.join(' '), eigenvalue); // 1 0 8
 * ```
 */
export function streamingTopEigenvector(
  rows: DenseMatrix | CsrMatrix | Iterable<StreamRow>,
  options: StreamingOptions & { readonly dimension?: number } & RunOptions<StreamingIterate> = {},
): Outcome<StreamedEigenvectors, StreamingIterate> {
  return run(streamingTopEigenvectorSteps(rows, options), options);
}

/** The steps of `streamingTopEigenvector`, for those who drive them. */
export function* streamingTopEigenvectorSteps(
  rows: DenseMatrix | CsrMatrix | Iterable<StreamRow>,
  options: StreamingOptions & { readonly dimension?: number } = {},
): Steps<StreamedEigenvectors, StreamingIterate> {
  if (!isMatrix(rows)) return yield* stepsOfRows(rows, options);
  checkMatrixOfRows(rows);
  using stream = new Stream({ rows: Math.max(1, rows.rows), ...options, dimension: rows.cols });
  const piece = Math.max(1, Math.ceil(rows.rows / PIECES));
  for (let iteration = 0, from = 0; ; iteration++) {
    yield { iteration, rowsSeen: from, solution: () => stream.estimate() };
    if (from === rows.rows) return conclusion(stream.finish());
    const to = Math.min(rows.rows, from + piece);
    stream.pushRows(rows, from, to);
    from = to;
  }
}

/**
 * As `streamingTopEigenvector`, for rows, or matrices of some rows each, that come from a file or a network. The
 * memory does not depend on their number, and waiting for them blocks nothing.
 *
 * @param rows - rows or matrices over time, such as the chunks of a readable stream, decoded
 * @param options - as there; an abort also ends the wait for the next rows
 *
 * @example
 * ```ts
 * import { matrixFromRows, streamingTopEigenvectorAsync } from '@infimum/linalg';
 *
 * async function* chunks() {
 *   for (let k = 0; k < 100; k++) yield matrixFromRows([[3, 1], [1, 0], [6, 2], [0, 1]]);
 * }
 * const { vector, rowsSeen } = await streamingTopEigenvectorAsync(chunks(), { method: 'frequent-directions' });
 * console.log(rowsSeen, Array.from(vector, (value) => value.toFixed(3)).join(' ')); // 400 0.949 0.316
 * ```
 */
export async function streamingTopEigenvectorAsync(
  rows: AsyncIterable<StreamRow | DenseMatrix | CsrMatrix>,
  options: StreamingOptions & { readonly dimension?: number } & RunOptions<StreamingIterate> = {},
): Promise<Outcome<StreamedEigenvectors, StreamingIterate>> {
  return runAsync(asyncSteps(rows, options), options);
}

/** Iterations into which a matrix is divided. */
const PIECES = 64;

/** Rows of an iteration when they come one at a time. */
const ROWS_A_STEP = 256;

function* stepsOfRows(
  rows: Iterable<StreamRow>,
  options: StreamingOptions & { readonly dimension?: number },
): Steps<StreamedEigenvectors, StreamingIterate> {
  let stream: Stream | undefined;
  try {
    let iteration = 0;
    for (const row of rows) {
      stream ??= new Stream({ ...options, dimension: options.dimension ?? lengthOf(row) });
      if (stream.rowsSeen % ROWS_A_STEP === 0) yield iterateOf(stream, iteration++);
      stream.push(row);
    }
    stream ??= new Stream({ ...options, dimension: dimensionOfEmpty(options.dimension) });
    yield iterateOf(stream, iteration);
    return conclusion(stream.finish());
  } finally {
    stream?.[Symbol.dispose]();
  }
}

async function* asyncSteps(
  rows: AsyncIterable<StreamRow | DenseMatrix | CsrMatrix>,
  options: StreamingOptions & { readonly dimension?: number },
): AsyncSteps<StreamedEigenvectors, StreamingIterate> {
  let stream: Stream | undefined;
  try {
    let iteration = 0;
    let next = 0;
    for await (const part of untilAborted(rows, (options as RunOptions).signal)) {
      stream ??= new Stream({ ...options, dimension: options.dimension ?? lengthOf(part) });
      if (stream.rowsSeen >= next) {
        yield iterateOf(stream, iteration++);
        next = stream.rowsSeen + ROWS_A_STEP;
      }
      if (isMatrix(part)) stream.pushMatrix(part);
      else stream.push(part);
    }
    // An abort before the first row leaves nobody to ask for its length.
    const aborted = (options as RunOptions).signal?.aborted ? 1 : undefined;
    stream ??= new Stream({ ...options, dimension: dimensionOfEmpty(options.dimension ?? aborted) });
    yield iterateOf(stream, iteration);
    return conclusion(stream.finish());
  } finally {
    stream?.[Symbol.dispose]();
  }
}

/** The same items; an abort ends them, also while one is awaited, so that `run` can note it at the next iterate. */
async function* untilAborted<Item>(
  items: AsyncIterable<Item>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Item> {
  if (!signal) {
    yield* items;
    return;
  }
  const iterator = items[Symbol.asyncIterator]();
  const { promise: aborted, resolve } = Promise.withResolvers<undefined>();
  const onAbort = (): void => resolve(undefined);
  signal.addEventListener('abort', onAbort);
  try {
    while (!signal.aborted) {
      const item = await Promise.race([iterator.next(), aborted]);
      if (item === undefined || item.done) return;
      yield item.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    void iterator.return?.();
  }
}

function iterateOf(stream: Stream, iteration: number): StreamingIterate {
  return { iteration, rowsSeen: stream.rowsSeen, solution: () => stream.estimate() };
}

function conclusion(solution: StreamedEigenvectors) {
  return solution.failed === 'no-growth'
    ? stalled(solution, 'no rate made its vector grow enough: the gap is too small, or the stream too short')
    : converged(solution, `all ${solution.rowsSeen} rows have been read`);
}

function isMatrix(rows: object): rows is DenseMatrix | CsrMatrix {
  return 'rows' in rows && 'cols' in rows;
}

function checkMatrixOfRows(matrix: DenseMatrix | CsrMatrix): void {
  if ('rowPointers' in matrix) checkCsr(matrix, 'rows');
  else checkMatrix(matrix, 'rows');
}

/** The length of a row, or of the rows of a matrix, where that can be seen. */
function lengthOf(part: StreamRow | DenseMatrix | CsrMatrix): number {
  if (part instanceof Float64Array) return part.length;
  if (isMatrix(part)) return part.cols;
  const problem = 'is needed for rows that come one at a time and begin with a sparse one';
  throw new InvalidInputError(problem, { argument: 'dimension', code: 'type' });
}

function dimensionOfEmpty(dimension: number | undefined): number {
  checkInteger(dimension, 'dimension', { min: 1 });
  return dimension;
}

/** Rows pass through unscaled as long as their entries lie between these powers of two. */
const [LEAST_EXPONENT, MOST_EXPONENT] = [-190, 190];

/** The front of all methods: checks rows, keeps them in a safe range, and gathers them to batches. */
class Stream implements StreamingTopEigenvector {
  readonly #dimension: number;
  readonly #components: number;
  readonly #expectedRows: number | undefined;
  readonly #workspace: Workspace;
  readonly #batch: RowBatch;
  readonly #capacity: number;
  readonly #method: StreamMethod;
  #pending = 0;
  #seen = 0;
  #scale = 1;
  #hasEntries = false;
  #finished = false;
  #mostDoubles = 0;
  #mostSingles = 0;

  constructor(options: StreamingOptions & { readonly dimension: number }) {
    const { dimension, components = 1, rows, seed = 0, initialVectors } = options;
    checkInteger(dimension, 'dimension', { min: 1 });
    checkInteger(components, 'components', { min: 1, max: dimension });
    if (rows !== undefined) checkInteger(rows, 'rows', { min: 1 });
    const plan = planOf(options);
    const random = new Random(seed);
    const start = startVectors(initialVectors, components, dimension, random);
    this.#dimension = dimension;
    this.#components = components;
    this.#expectedRows = rows;
    this.#capacity = Math.max(1, Math.floor(8192 / dimension));
    const batch = [this.#capacity * dimension, this.#capacity];
    this.#workspace = Workspace.for({ float64: [...batch, ...plan.float64] });
    this.#batch = {
      rows: this.#workspace.float64(this.#capacity * dimension),
      squares: this.#workspace.float64(this.#capacity),
    };
    const workspace = this.#workspace;
    this.#method = plan.begin({ workspace, dimension, components, capacity: this.#capacity, random, start });
  }

  get rowsSeen(): number {
    return this.#seen;
  }

  push(row: StreamRow): void {
    this.#checkOpen();
    if (row instanceof Float64Array) this.#pushDense(row);
    else this.#pushSparse(row);
  }

  pushMatrix(matrix: DenseMatrix | CsrMatrix): void {
    checkMatrixOfRows(matrix);
    this.pushRows(matrix, 0, matrix.rows);
  }

  /** Takes the rows `from` <= i < `to` of a matrix that has been checked. */
  pushRows(matrix: DenseMatrix | CsrMatrix, from: number, to: number): void {
    this.#checkOpen();
    if (matrix.cols !== this.#dimension) {
      const problem = `expected ${this.#dimension} columns, got ${matrix.cols}`;
      throw new InvalidInputError(problem, { argument: 'matrix', code: 'shape' });
    }
    if ('rowPointers' in matrix) {
      const { rowPointers, columnIndices, values } = matrix;
      for (let i = from; i < to; i++) {
        const [start, end] = [rowPointers[i], rowPointers[i + 1]];
        this.#pushSparse({
          indices: columnIndices.subarray(start, end),
          values: values.subarray(start, end),
        });
      }
    } else {
      while (from < to) from = this.#pushSeveral(matrix, from, to);
    }
  }

  estimate(): StreamedEigenvectors {
    this.#flush();
    const estimate = this.#method.estimate();
    this.#measure();
    const [dimension, components] = [this.#dimension, this.#components];
    const vectors = this.#hasEntries ? estimate.vectors : unitVectors(components, dimension);
    for (let c = 0; c < components; c++) orient(vectors.subarray(c * dimension, (c + 1) * dimension));
    const unscaled = (value: number): number => value / this.#scale / this.#scale;
    const gap = components > 1 ? estimate.values[0] / estimate.values[1] : undefined;
    const failed = !this.#hasEntries ? 'zero-stream' : estimate.noGrowth ? 'no-growth' : undefined;
    return {
      vector: vectors.slice(0, dimension),
      eigenvalue: unscaled(estimate.values[0]),
      singularValue: Math.sqrt(estimate.values[0]) / this.#scale,
      vectors: { rows: components, cols: dimension, values: vectors },
      eigenvalues: estimate.values.map(unscaled),
      rowsSeen: this.#seen,
      heavyRows: estimate.heavyRows ?? 0,
      lightEigenvalue: unscaled(estimate.lightEigenvalue ?? 0),
      blocks: estimate.blocks ?? 0,
      overflow: estimate.overflow ?? false,
      floatsStored: this.#mostDoubles + this.#mostSingles,
      bitsStored: 64 * this.#mostDoubles + 32 * this.#mostSingles,
      ...(gap !== undefined && Number.isFinite(gap) && { estimatedGap: gap }),
      ...(failed && { failed }),
      warnings: this.#warnings(gap, estimate.overflow ?? false),
    };
  }

  finish(): StreamedEigenvectors {
    this.#checkOpen();
    const answer = this.estimate();
    this[Symbol.dispose]();
    return answer;
  }

  [Symbol.dispose](): void {
    this.#finished = true;
    this.#workspace.release();
  }

  #warnings(gap: number | undefined, overflow: boolean): string[] {
    const warnings: string[] = [];
    if (this.#expectedRows !== undefined && this.#seen > this.#expectedRows) {
      warnings.push(`${this.#seen} rows have come, ${this.#expectedRows} were announced`);
    }
    if (gap !== undefined && gap < 1.5) {
      warnings.push(
        `the gap is about ${gap.toFixed(2)}: below 1.5 no method with so little memory can promise anything`,
      );
    }
    if (overflow) warnings.push('heavy rows were given up: raise maxHeavy');
    return warnings;
  }

  #pushDense(row: Float64Array): void {
    if (row.length !== this.#dimension) throw wrongLength(this.#dimension, row.length);
    const place = this.#pending;
    this.#batch.rows.set(row, place * this.#dimension);
    this.#scaleRows(place, 1);
    const { squareNorms } = this.#workspace.kernels(streamingKernels);
    const [x, out] = [this.#rowAddress(place), this.#batch.squares.byteOffset + 8 * place];
    squareNorms(1, this.#dimension, x, out);
    if (isSafe(this.#batch.squares[place])) this.#hasEntries = true;
    else this.#scaleFor(row);
    this.#admit(1);
  }

  /** As many rows of a dense matrix as the batch has room for, or just the next one; where to go on. */
  #pushSeveral({ values }: DenseMatrix, from: number, to: number): number {
    const [dimension, place] = [this.#dimension, this.#pending];
    const count = Math.min(to - from, this.#capacity - place);
    this.#batch.rows.set(values.subarray(from * dimension, (from + count) * dimension), place * dimension);
    this.#scaleRows(place, count);
    const { squareNorms } = this.#workspace.kernels(streamingKernels);
    squareNorms(count, dimension, this.#rowAddress(place), this.#batch.squares.byteOffset + 8 * place);
    let safe = 0;
    while (safe < count && isSafe(this.#batch.squares[place + safe])) safe++;
    if (safe === 0) {
      this.#pushDense(values.subarray(from * dimension, (from + 1) * dimension));
      return from + 1;
    }
    this.#hasEntries = true;
    this.#admit(safe);
    return from + safe;
  }

  #pushSparse(row: SparseRow): void {
    checkSparseRow(row, this.#dimension);
    const values = this.#scale === 1 ? row.values : row.values.map((value) => value * this.#scale);
    let square = 0;
    for (const value of values) square += value * value;
    if (!this.#method.takeSparse || !isSafe(square)) {
      const dense = new Float64Array(this.#dimension);
      for (let k = 0; k < row.indices.length; k++) dense[row.indices[k]] = row.values[k];
      this.#pushDense(dense);
      return;
    }
    this.#flush();
    this.#method.takeSparse({ indices: row.indices, values }, square);
    this.#measure();
    this.#hasEntries = true;
    this.#seen++;
  }

  /** Looks at a row that is zero, not finite, or so large or small that its square is not to be trusted. */
  #scaleFor(row: Float64Array): void {
    let largest = 0;
    for (let j = 0; j < row.length; j++) {
      if (!Number.isFinite(row[j])) {
        const problem = `row ${this.#seen} is ${row[j]} at index ${j}`;
        throw new InvalidInputError(problem, { argument: 'row', code: 'not-finite', index: j });
      }
      largest = Math.max(largest, Math.abs(row[j]));
    }
    if (largest === 0) return;
    const exponent = Math.floor(Math.log2(largest));
    if (!this.#hasEntries || exponent + Math.log2(this.#scale) > MOST_EXPONENT) this.#changeScale(exponent);
    this.#hasEntries = true;
    // The rows before it may have been flushed.
    const place = this.#pending;
    this.#batch.rows.set(row, place * this.#dimension);
    this.#scaleRows(place, 1);
    const { squareNorms } = this.#workspace.kernels(streamingKernels);
    squareNorms(1, this.#dimension, this.#rowAddress(place), this.#batch.squares.byteOffset + 8 * place);
  }

  /** From now on rows are multiplied by the power of two that brings a largest entry of 2^exponent to about one. */
  #changeScale(exponent: number): void {
    this.#flush();
    const scale = 2 ** Math.max(-1000, Math.min(1000, -exponent));
    this.#method.rescale(Math.max(2 ** -500, Math.min(2 ** 500, scale / this.#scale)));
    this.#scale = scale;
  }

  #scaleRows(place: number, count: number): void {
    if (this.#scale === 1) return;
    const { scal } = this.#workspace.kernels(linalgKernels);
    scal(count * this.#dimension, this.#scale, this.#rowAddress(place));
  }

  #rowAddress(place: number): number {
    return this.#batch.rows.byteOffset + 8 * place * this.#dimension;
  }

  /** Counts rows that have been put at the end of the batch. */
  #admit(count: number): void {
    this.#pending += count;
    this.#seen += count;
    if (this.#pending === this.#capacity) this.#flush();
  }

  #flush(): void {
    if (this.#pending === 0) return;
    const count = this.#pending;
    this.#pending = 0;
    this.#method.take(this.#batch, 0, count);
    this.#measure();
  }

  #measure(): void {
    const { doubles, singles } = this.#method.stored();
    this.#mostDoubles = Math.max(this.#mostDoubles, doubles);
    this.#mostSingles = Math.max(this.#mostSingles, singles);
  }

  #checkOpen(): void {
    if (!this.#finished) return;
    throw new InvalidInputError('the stream has been finished', { argument: 'stream', code: 'unsupported' });
  }
}

/** Whether a sum of squares lost nothing to over- or underflow: entries of about 2^±190, or the sum of many such. */
function isSafe(square: number): boolean {
  return square >= 2 ** (2 * LEAST_EXPONENT) && square <= 2 ** (2 * MOST_EXPONENT);
}

function wrongLength(expected: number, length: number): InvalidInputError {
  return new InvalidInputError(`expected ${expected} entries, got ${length}`, {
    argument: 'row',
    code: 'shape',
  });
}

function checkSparseRow({ indices, values }: SparseRow, dimension: number): void {
  if (!(indices instanceof Int32Array) || !(values instanceof Float64Array)) {
    const problem = 'expected a Float64Array, or { indices, values } with an Int32Array and a Float64Array';
    throw new InvalidInputError(problem, { argument: 'row', code: 'type' });
  }
  if (indices.length !== values.length) {
    const problem = `has ${indices.length} indices and ${values.length} values`;
    throw new InvalidInputError(problem, { argument: 'row', code: 'shape' });
  }
  for (let k = 0; k < indices.length; k++) {
    if (indices[k] < 0 || indices[k] >= dimension || (k > 0 && indices[k] <= indices[k - 1])) {
      const problem = `index ${indices[k]} at place ${k} does not rise or is not below ${dimension}`;
      throw new InvalidInputError(problem, { argument: 'row', code: 'out-of-range', index: k });
    }
    if (!Number.isFinite(values[k])) {
      throw new InvalidInputError(`is ${values[k]} at place ${k}`, {
        argument: 'row',
        code: 'not-finite',
        index: k,
      });
    }
  }
}

/** Orthonormal vectors to start from. */
function startVectors(
  initial: Float64Array | undefined,
  components: number,
  dimension: number,
  random: Random,
): Float64Array {
  if (initial !== undefined) checkVector(initial, 'initialVectors', components * dimension);
  const start = initial?.slice() ?? random.normals(new Float64Array(components * dimension));
  if (orthonormaliseRows(start, components, dimension).every((norm) => norm > 0)) return start;
  throw new InvalidInputError('must be linearly independent', {
    argument: 'initialVectors',
    code: 'out-of-range',
  });
}

function unitVectors(components: number, dimension: number): Float64Array {
  const vectors = new Float64Array(components * dimension);
  for (let c = 0; c < components; c++) vectors[c * dimension + c] = 1;
  return vectors;
}

/** Methods that follow a single vector. */
const SINGLE: readonly StreamingMethod[] = ['oja-ladder', 'krasulina', 'longest-row'];

const METHODS: readonly StreamingMethod[] = [
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
];

/** The method with all of its settings decided and checked. */
function planOf(options: StreamingOptions & { readonly dimension: number }): StreamPlan {
  const { dimension, components = 1, method = 'block-power', rows, learningRate = 1 } = options;
  checkChoice(method, 'method', METHODS);
  if (components > 1 && SINGLE.includes(method)) {
    const problem = `${method} follows one vector only`;
    throw new InvalidInputError(problem, { argument: 'components', code: 'unsupported' });
  }
  const size = (fallback: number): number => {
    const sketchSize = options.sketchSize ?? Math.max(fallback, components);
    checkInteger(sketchSize, 'sketchSize', { min: components });
    return sketchSize;
  };
  switch (method) {
    case 'block-power':
      return blockPower(blockPowerSettings(options), dimension, components);
    case 'oja-ladder':
      return ojaLadder(ladderSettings(options), dimension);
    case 'oja':
    case 'krasulina':
      checkNumber(learningRate, 'learningRate', { above: 0 });
      return method === 'oja' ? oja(learningRate, dimension, components) : krasulina(learningRate, dimension);
    case 'block-oja': {
      const { batchSize = dimension } = options;
      checkNumber(learningRate, 'learningRate', { above: 0 });
      checkInteger(batchSize, 'batchSize', { min: 1 });
      return blockOja({ learningRate, batchSize }, dimension, components);
    }
    case 'frequent-directions':
    case 'incremental-pca':
      return frequentDirections(
        { sketchSize: size(10), shrink: method === 'frequent-directions' },
        dimension,
      );
    case 'row-sampling':
    case 'uniform-sampling':
      return rowSampling({ sketchSize: size(64), weighting: method === 'row-sampling' ? 'norm' : 'uniform' });
    case 'longest-row':
      return longestRow();
    case 'covariance':
      return covariance(dimension);
  }

  function blockPowerSettings(given: StreamingOptions) {
    const { blocks = 'geometric', expectedGap = 2, finish = 'combine', storedPrecision = 64 } = given;
    const { heavyFactor = Math.max(20, 4 * Math.log(dimension)) } = given;
    const { maxHeavy = 64 + Math.ceil(dimension / 8), oversampling = Infinity } = given;
    if (typeof blocks === 'number') checkInteger(blocks, 'blocks', { min: 1 });
    else checkChoice(blocks, 'blocks', ['geometric', 'halves', 'theory']);
    checkNumber(expectedGap, 'expectedGap', { above: 1 });
    checkNumber(heavyFactor, 'heavyFactor', { above: 0 });
    checkInteger(maxHeavy, 'maxHeavy', { min: 0 });
    if (oversampling !== Infinity) checkNumber(oversampling, 'oversampling', { above: 0 });
    checkChoice(finish, 'finish', ['combine', 'max']);
    if (storedPrecision !== 64 && storedPrecision !== 32) {
      throw new InvalidInputError('expected 64 or 32', { argument: 'storedPrecision', code: 'unknown' });
    }
    return { rows, blocks, expectedGap, heavyFactor, maxHeavy, finish, storedPrecision, oversampling };
  }

  function ladderSettings(given: StreamingOptions) {
    const { update = 'linear', growth = 3, rates } = given;
    checkChoice(update, 'update', ['linear', 'exp']);
    checkNumber(growth, 'growth', { above: 0 });
    if (rates !== undefined && rates.length === 0) {
      throw new InvalidInputError('must not be empty', { argument: 'rates', code: 'empty' });
    }
    for (const rate of rates ?? []) checkNumber(rate, 'rates', { above: 0 });
    return { update, growth, rates, rows };
  }
}
