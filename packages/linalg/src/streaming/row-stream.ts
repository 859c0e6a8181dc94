// The front of all streaming methods: checks rows, keeps them in a safe range, and gathers them to batches.
import type { VectorLike } from '@infimum/core';
import { allocateVector, asMatrix, asVector, checkInteger, InvalidInputError, Random, resolveOptions } from '@infimum/core';
import { asCsr, asDense, isSparse } from '../inputs.ts';
import type { AnyMatrix, CsrMatrix, DenseMatrix } from '../matrices.ts';
import { allFinite } from '../numerics/vectors.ts';
import { orthonormaliseRows } from '../orthonormal-rows.ts';
import { exponentOf } from '../power-of-two.ts';
import { layout } from '../webassembly/layout.ts';
import { linalgKernels } from '../webassembly/linalg-kernels.ts';
import type { Workspace } from '../webassembly/workspace.ts';
import { streamingKernels } from './streaming-kernels.ts';
import type { RowBatch, SparseRow, StreamEstimate, StreamMethod } from './streaming-method.ts';
import { batchCapacity, orient } from './streaming-method.ts';
import type {
  RowsOfStream,
  StreamedEigenvectors,
  StreamingTopEigenvector,
  StreamingTopEigenvectorOptions,
  StreamRow,
} from './streaming-options.ts';
import { streamingOptions } from './streaming-options.ts';
import { planOf } from './streaming-plan.ts';

/** Rows pass through unscaled as long as their entries lie between these powers of two. */
const [LEAST_EXPONENT, MOST_EXPONENT] = [-190, 190];

/** Pieces of a stream whose length is known, and rows of a piece of one whose length is not. */
const PIECES = 64;
const ROWS_A_PIECE = 256;

/** A stream in progress, with what its drivers need besides. */
export class Stream implements StreamingTopEigenvector {
  /**
   * Rows of a piece. A batch ends with its piece, so that an estimate there, between two steps, changes no bit of what follows,
   * however many rows come at a time.
   */
  readonly piece: number;
  readonly #dimension: number;
  readonly #components: number;
  readonly #expectedRows: number | undefined;
  readonly #workspace: Workspace;
  readonly #batch: RowBatch;
  readonly #capacity: number;
  readonly #method: StreamMethod;
  /** A sparse row as a dense one, for methods that need it so. */
  #dense: Float64Array | undefined;
  #pending = 0;
  #seen = 0;
  #scale = 1;
  #hasEntries = false;
  #finished = false;
  #mostDoubles = 0;
  #mostSingles = 0;

  constructor(options: StreamingTopEigenvectorOptions & { readonly dimension: number }) {
    const resolved = resolveOptions(streamingOptions, options);
    const { dimension, components, rows, seed, initial } = resolved;
    checkInteger(dimension, 'dimension', { min: 1 });
    allocateVector(2 * dimension, 'dimension'); // the least that a method holds
    checkInteger(components, 'components', { min: 1, max: dimension });
    const plan = planOf({ ...resolved, dimension });
    const random = new Random(seed);
    const start = startVectors(initial, components, dimension, random);
    this.#dimension = dimension;
    this.#components = components;
    this.#expectedRows = rows;
    this.piece = rows === undefined ? ROWS_A_PIECE : Math.ceil(rows / PIECES);
    this.#capacity = batchCapacity(dimension, components);
    const { workspace, ...batch } = layout(
      { rows: this.#capacity * dimension, squares: this.#capacity },
      { extra: { float64: plan.float64 } },
    );
    this.#workspace = workspace;
    this.#batch = batch;
    const room = { workspace, dimension, components, capacity: this.#capacity, random };
    this.#method = plan.begin(room, start);
  }

  get rowsSeen(): number {
    return this.#seen;
  }

  push(row: StreamRow): void {
    this.#checkOpen();
    if (ArrayBuffer.isView(row) || Array.isArray(row)) {
      const dense = row instanceof Float64Array ? row : asVector(row as VectorLike, 'row');
      if (dense.length !== this.#dimension) throw wrongLength(this.#dimension, dense.length);
      this.#pushDense(dense);
    } else {
      checkSparseRow(row as SparseRow, this.#dimension);
      this.#takeSparse(row as SparseRow);
    }
  }

  pushMatrix(matrix: AnyMatrix): void {
    const rows = asPart(matrix);
    this.pushRows(rows, 0, rows.rows);
  }

  /** Takes the rows `from` <= i < `to` of a matrix whose shape, and columns where it is sparse, have been checked. */
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
        this.#takeSparse({ indices: columnIndices.subarray(start, end), values: values.subarray(start, end) });
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
    const diverged = !allFinite(estimate.vectors) || !estimate.values.every((value) => value >= 0);
    const values = diverged ? new Float64Array(components) : estimate.values;
    const vectors = this.#hasEntries && !diverged ? estimate.vectors : unitVectors(components, dimension);
    for (let c = 0; c < components; c++) orient(vectors.subarray(c * dimension, (c + 1) * dimension));
    const unscaled = (value: number): number => value / this.#scale / this.#scale;
    const gap = components > 1 ? values[0] / values[1] : undefined;
    const failed = !this.#hasEntries
      ? 'zero-stream'
      : diverged
        ? 'diverged'
        : estimate.noGrowth
          ? 'no-growth'
          : estimate.notConverged
            ? 'not-converged'
            : undefined;
    return {
      vector: vectors.subarray(0, dimension),
      eigenvalue: unscaled(values[0]),
      singularValue: Math.sqrt(values[0]) / this.#scale,
      vectors: { rows: components, cols: dimension, values: vectors },
      eigenvalues: values.map(unscaled),
      rowsSeen: this.#seen,
      heavyRows: estimate.heavyRows ?? 0,
      lightEigenvalue: unscaled(estimate.lightEigenvalue ?? 0),
      blocks: estimate.blocks ?? 0,
      overflow: estimate.overflow ?? false,
      floatsStored: this.#mostDoubles + this.#mostSingles,
      bitsStored: 64 * this.#mostDoubles + 32 * this.#mostSingles,
      ...(gap !== undefined && Number.isFinite(gap) && { estimatedGap: gap }),
      ...(failed && { failed }),
      warnings: this.#warnings(gap, estimate),
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

  #warnings(gap: number | undefined, { overflow, leftOut = 0 }: StreamEstimate): string[] {
    const warnings: string[] = [];
    if (this.#expectedRows !== undefined && this.#seen > this.#expectedRows) {
      warnings.push(`${this.#seen} rows have arrived, but ${this.#expectedRows} were announced`);
    }
    if (gap !== undefined && gap < 1.5) {
      warnings.push(`the gap is about ${gap.toFixed(2)}: below 1.5 no method with so little memory has a guarantee`);
    }
    if (overflow) warnings.push('heavy rows were dropped: raise maxHeavy');
    if (leftOut > 0) {
      warnings.push(`${leftOut} rows are not in the sample but represented by others: raise sketchSize`);
    }
    return warnings;
  }

  /** Takes a row; `start` is its first place in the values of the matrix that it comes from, if there is one. */
  #pushDense(row: Float64Array, start?: number): void {
    const place = this.#pending;
    this.#batch.rows.set(row, place * this.#dimension);
    this.#scaleRows(place, 1);
    const { squareNorms } = this.#workspace.kernels(streamingKernels);
    const [x, out] = [this.#rowAddress(place), this.#batch.squares.byteOffset + 8 * place];
    squareNorms(1, this.#dimension, x, out);
    if (isSafe(this.#batch.squares[place])) this.#hasEntries = true;
    else this.#scaleFor(row, start);
    this.#admit(1);
  }

  /** As many rows of a dense matrix as the batch has room for, or just the next one; where to go on. */
  #pushSeveral({ values }: DenseMatrix, from: number, to: number): number {
    const [dimension, place] = [this.#dimension, this.#pending];
    const count = Math.min(to - from, this.#capacity - place, this.piece - (this.#seen % this.piece));
    this.#batch.rows.set(values.subarray(from * dimension, (from + count) * dimension), place * dimension);
    this.#scaleRows(place, count);
    const { squareNorms } = this.#workspace.kernels(streamingKernels);
    squareNorms(count, dimension, this.#rowAddress(place), this.#batch.squares.byteOffset + 8 * place);
    let safe = 0;
    while (safe < count && isSafe(this.#batch.squares[place + safe])) safe++;
    if (safe === 0) {
      this.#pushDense(values.subarray(from * dimension, (from + 1) * dimension), from * dimension);
      return from + 1;
    }
    this.#hasEntries = true;
    this.#admit(safe);
    return from + safe;
  }

  #takeSparse(row: SparseRow): void {
    const values = this.#scale === 1 ? row.values : row.values.map((value) => value * this.#scale);
    let square = 0;
    for (const value of values) square += value * value;
    if (!this.#method.takeSparse || !isSafe(square)) {
      this.#dense ??= new Float64Array(this.#dimension);
      this.#dense.fill(0);
      for (let k = 0; k < row.indices.length; k++) this.#dense[row.indices[k]] = row.values[k];
      this.#pushDense(this.#dense);
      return;
    }
    this.#flush();
    this.#method.takeSparse({ indices: row.indices, values }, square);
    this.#measure();
    this.#hasEntries = true;
    this.#seen++;
  }

  /** Looks at a row that is zero, not finite, or so large or small that its square is not to be trusted. */
  #scaleFor(row: Float64Array, start: number | undefined): void {
    let largest = 0;
    for (let j = 0; j < row.length; j++) {
      if (!Number.isFinite(row[j])) {
        const problem = `row ${this.#seen} is ${row[j]} at index ${j}`;
        const argument = start === undefined ? 'row' : 'rows.values';
        throw new InvalidInputError(problem, { argument, code: 'not-finite', index: (start ?? 0) + j });
      }
      largest = Math.max(largest, Math.abs(row[j]));
    }
    if (largest === 0) return;
    const exponent = exponentOf(largest);
    if (!this.#hasEntries || exponent + exponentOf(this.#scale) > MOST_EXPONENT) this.#changeScale(exponent);
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
    if (this.#pending === this.#capacity || this.#seen % this.piece === 0) this.#flush();
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
    throw new InvalidInputError('the stream is finished', { argument: 'stream', code: 'unsupported' });
  }
}

/** Whether a sum of squares lost nothing to over- or underflow: entries of about 2^±190, or the sum of many such. */
function isSafe(square: number): boolean {
  return square >= 2 ** (2 * LEAST_EXPONENT) && square <= 2 ** (2 * MOST_EXPONENT);
}

function wrongLength(expected: number, length: number): InvalidInputError {
  return new InvalidInputError(`expected ${expected} entries, got ${length}`, { argument: 'row', code: 'shape' });
}

function checkSparseRow(row: SparseRow, dimension: number): void {
  const { indices, values } = row ?? {};
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
      const problem = `index ${indices[k]} at position ${k} does not increase or is not below ${dimension}`;
      throw new InvalidInputError(problem, { argument: 'row', code: 'out-of-range', index: k });
    }
    if (!Number.isFinite(values[k])) {
      throw new InvalidInputError(`is ${values[k]} at place ${k}`, { argument: 'row', code: 'not-finite', index: k });
    }
  }
}

/** Orthonormal vectors to start from. */
function startVectors(initial: VectorLike | undefined, components: number, dimension: number, random: Random): Float64Array {
  const given = initial && asVector(initial, 'initial', components * dimension);
  const start = given?.slice() ?? random.normals(new Float64Array(components * dimension));
  if (orthonormaliseRows(start, components, dimension).every((norm) => norm > 0)) return start;
  throw new InvalidInputError('must be linearly independent', { argument: 'initial', code: 'out-of-range' });
}

function unitVectors(components: number, dimension: number): Float64Array {
  const vectors = new Float64Array(components * dimension);
  for (let c = 0; c < components; c++) vectors[c * dimension + c] = 1;
  return vectors;
}

/** Checks some rows of a stream. What is not finite is found by their norms, so that a dense matrix is read but once. */
export function asPart(matrix: AnyMatrix): DenseMatrix | CsrMatrix {
  if (isSparse(matrix)) return asCsr(matrix, 'rows');
  if (Array.isArray(matrix) || !((matrix as DenseMatrix).values instanceof Float64Array)) return asDense(matrix, 'rows');
  checkShape(matrix as DenseMatrix);
  return matrix as DenseMatrix;
}

/** Checks what a dense matrix is, but not its entries. */
function checkShape({ rows, cols, values }: DenseMatrix): void {
  checkInteger(rows, 'rows.rows', { min: 0 });
  checkInteger(cols, 'rows.cols', { min: 0 });
  if (values instanceof Float64Array && values.length === rows * cols) return;
  const problem = `${rows}x${cols} needs ${rows * cols} values in a Float64Array, got ${values?.length ?? 'none'}`;
  throw new InvalidInputError(problem, { argument: 'rows.values', code: 'shape' });
}

/** Whether rows come as a matrix. */
export function isMatrix(rows: object): rows is RowsOfStream {
  return 'rows' in rows && 'cols' in rows;
}

/**
 * A matrix whose rows are to be streamed.
 *
 * @throws {InvalidInputError} naming the argument `rows` or a part of it
 */
export function asMatrixOfRows(matrix: AnyMatrix): DenseMatrix | CsrMatrix {
  return isSparse(matrix) ? asCsr(matrix, 'rows') : asMatrix(matrix, 'rows');
}
