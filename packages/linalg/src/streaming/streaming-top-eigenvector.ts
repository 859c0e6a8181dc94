// The top eigenvectors of A'A from one pass over the rows of A, in far fewer than d² numbers.
import type { AsyncSteps, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { checkInteger, checkObject, converged, fault, runAsync, runOptionsOf, runWith, stalled } from '@infimum/core';
import type { AnyMatrix, CsrMatrix, DenseMatrix } from '../matrices.ts';
import { asMatrixOfRows, asPart, isMatrix, Stream } from './row-stream.ts';
import type {
  RowsOfStream,
  StreamedEigenvectors,
  StreamingIterate,
  StreamingTopEigenvector,
  StreamingTopEigenvectorOptions,
  StreamRow,
} from './streaming-options.ts';
import { streamingOptions } from './streaming-options.ts';

/**
 * Begins a stream of rows of length `dimension`. Time O(d) a row for `block-power`, and with the answer, which takes
 * four vectors, at most (h + 8) d numbers for h heavy rows. When the number of rows is unknown, every early row is
 * heavy beside those before it, and h is `maxHeavy` until they are given up.
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
 * import { createStreamingTopEigenvector } from '@infimum/linalg/streaming';
 *
 * const rows = [[3, 1], [1, 0], [6, 2], [0, 1]].map((row) => Float64Array.from(row));
 * using stream = createStreamingTopEigenvector({ dimension: 2, rows: 400 });
 * for (let k = 0; k < 100; k++) for (const row of rows) stream.push(row);
 * const { vector } = stream.finish();
 * console.log(Array.from(vector, (value) => value.toFixed(3)).join(' ')); // 0.949 0.316
 * ```
 */
export function createStreamingTopEigenvector(
  options: StreamingTopEigenvectorOptions & { readonly dimension: number },
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
  rows: AnyMatrix | Iterable<StreamRow>,
  options: StreamingTopEigenvectorOptions & { readonly dimension?: number } & RunOptions<StreamingIterate> = {},
): Outcome<StreamedEigenvectors, StreamingIterate> {
  return runWith(streamingOptions, options, streamingTopEigenvectorSteps(rows, options));
}

/** The steps of `streamingTopEigenvector`, to be driven by `run` or by your own loop. */
export function* streamingTopEigenvectorSteps(
  rows: AnyMatrix | Iterable<StreamRow>,
  options: StreamingTopEigenvectorOptions & { readonly dimension?: number } = {},
): Steps<StreamedEigenvectors, StreamingIterate> {
  checkIterable(rows, Symbol.iterator);
  if (!isMatrix(rows)) return yield* stepsOfRows(rows, options);
  const matrix = asMatrixOfRows(rows);
  using stream = new Stream({ rows: Math.max(1, matrix.rows), ...options, dimension: matrix.cols });
  for (let iteration = 0; ; iteration++) {
    yield iterateOf(stream, iteration);
    if (stream.rowsSeen === matrix.rows) return conclusion(stream.finish());
    stream.pushRows(matrix, stream.rowsSeen, Math.min(matrix.rows, stream.rowsSeen + stream.piece));
  }
}

/**
 * As `streamingTopEigenvector`, for rows, or matrices of some rows each, that come from a file or a network. The
 * memory does not depend on their number, and waiting for them does not block.
 *
 * @param rows - rows or matrices over time, such as the chunks of a readable stream, decoded
 * @throws {InvalidInputError} as there; the promise is rejected with it, as it is with what the source of rows throws
 *
 * @example
 * ```ts
 * import { matrixFromRows } from '@infimum/linalg';
 * import { streamingTopEigenvectorAsync } from '@infimum/linalg/streaming';
 *
 * async function* chunks() {
 *   for (let k = 0; k < 100; k++) yield matrixFromRows([[3, 1], [1, 0], [6, 2], [0, 1]]);
 * }
 * const { vector, rowsSeen } = await streamingTopEigenvectorAsync(chunks(), { method: 'frequent-directions' });
 * console.log(rowsSeen, Array.from(vector, (value) => value.toFixed(3)).join(' ')); // 400 0.949 0.316
 * ```
 */
export async function streamingTopEigenvectorAsync(
  rows: AsyncIterable<StreamRow | RowsOfStream>,
  options: StreamingTopEigenvectorOptions & { readonly dimension?: number } & RunOptions<StreamingIterate> = {},
): Promise<Outcome<StreamedEigenvectors, StreamingIterate>> {
  checkIterable(rows, Symbol.asyncIterator);
  checkObject(options, 'options');
  return runAsync(asyncSteps(rows, options), runOptionsOf(streamingOptions, options));
}

function* stepsOfRows(
  rows: Iterable<StreamRow>,
  options: StreamingTopEigenvectorOptions & { readonly dimension?: number },
): Steps<StreamedEigenvectors, StreamingIterate> {
  let stream: Stream | undefined;
  try {
    let iteration = 0;
    for (const row of rows) {
      stream ??= new Stream({ ...options, dimension: options.dimension ?? lengthOf(row) });
      if (stream.rowsSeen % stream.piece === 0) yield iterateOf(stream, iteration++);
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
  rows: AsyncIterable<StreamRow | RowsOfStream>,
  options: StreamingTopEigenvectorOptions & { readonly dimension?: number },
): AsyncSteps<StreamedEigenvectors, StreamingIterate> {
  let stream: Stream | undefined;
  try {
    let iteration = 0;
    for await (const given of untilAborted(rows, (options as RunOptions).signal)) {
      const part = isMatrix(given) ? asPart(given) : given;
      stream ??= new Stream({ ...options, dimension: options.dimension ?? lengthOf(part) });
      const rows = isMatrix(part) ? part.rows : 1;
      for (let from = 0; from < rows; ) {
        const left = stream.piece - (stream.rowsSeen % stream.piece);
        if (left === stream.piece) yield iterateOf(stream, iteration++);
        const to = Math.min(rows, from + left);
        if (isMatrix(part)) stream.pushRows(part as DenseMatrix | CsrMatrix, from, to);
        else stream.push(part);
        from = to;
      }
    }
    // After an abort before the first row, the length of a row is unknown.
    const aborted = (options as RunOptions).signal?.aborted ? 1 : undefined;
    stream ??= new Stream({ ...options, dimension: dimensionOfEmpty(options.dimension ?? aborted) });
    yield iterateOf(stream, iteration);
    return conclusion(stream.finish());
  } finally {
    stream?.[Symbol.dispose]();
  }
}

/** The same items; an abort ends them, also while one is awaited, so that `run` can note it at the next iterate. */
async function* untilAborted<Item>(items: AsyncIterable<Item>, signal: AbortSignal | undefined): AsyncGenerator<Item> {
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
  const { failed, rowsSeen } = solution;
  if (failed && failed !== 'zero-stream') return stalled(solution, FAILURES[failed]);
  return converged(solution, `all ${rowsSeen} rows have been read`);
}

const FAILURES = {
  'no-growth': 'no rate made its vector grow enough: the gap is too small, or the stream too short',
  'not-converged': 'the gap of the stored rows is too small to distinguish their top vectors',
  diverged: 'the vector overflowed: the rate is too large',
} as const;

function checkIterable(rows: object, symbol: symbol): void {
  const isObject = typeof rows === 'object' && rows !== null;
  if (isObject && !ArrayBuffer.isView(rows) && (symbol in rows || (symbol === Symbol.iterator && isMatrix(rows)))) return;
  throw fault('expected a matrix, or rows one after the other', 'rows', 'type');
}

/** The length of a row, or of the rows of a matrix, where that can be seen. */
function lengthOf(part: StreamRow | DenseMatrix | CsrMatrix): number {
  if (ArrayBuffer.isView(part) || Array.isArray(part)) return (part as VectorLike).length;
  if (typeof part !== 'object' || part === null) throw fault(`expected a row, got ${typeof part}`, 'row', 'type');
  if (isMatrix(part)) return part.cols;
  throw fault('is required for a stream of rows that begins with a sparse one', 'dimension', 'type');
}

function dimensionOfEmpty(dimension: number | undefined): number {
  checkInteger(dimension, 'dimension', { min: 1 });
  return dimension;
}
