// An adapter of one layer: a sparse update of high rank from two thin matrices, with nothing stored that is as large as the layer.
//
// S. Shen, J. Sun, X. Ji, Q. Huang, S. Wang: Expanding sparse tuning for low memory usage (2024), arXiv 2411.01800.
import type { OptionSpecs, OptionsOf, ResolvedOptions } from '@infimum/core';
import { checkInteger, checkOutput, checkVector, fault, Random, resolveOptions } from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import type { MergeShape } from './kernelized-merge.ts';
import { mergeRow, mergeRowGradient } from './kernelized-merge.ts';
import { listBeyond, magnitudeQuantile, sparseSlope, sparseValue } from './sparsify.ts';

export const snellAdapterOptions = {
  rank: { type: 'integer', min: 1, max: 1024, default: 8, description: 'Numbers per row of the thin matrices, over all heads' },
  heads: { type: 'integer', min: 1, max: 64, default: 2, description: 'Heads, whose kernels are added with alternating signs' },
  kernel: {
    type: 'choice',
    choices: ['distance', 'manhattan', 'linear', 'sigmoid', 'polynomial', 'rbf', 'mixed'],
    default: 'distance',
    description: 'Kernel that merges two rows; `linear` is LoRA',
  },
  scale: { type: 'number', above: 0, default: 0.1, description: 'Factor of the kernels' },
  sparsity: { type: 'number', min: 0, below: 1, default: 0.9, description: 'Share of entries that are zero' },
  thresholding: {
    type: 'choice',
    was: 'mode',
    choices: ['soft', 'reference', 'hard', 'shrink'],
    default: 'soft',
    description: 'Rule for entries beyond the threshold',
  },
  exactZeroStart: { type: 'boolean', default: false, description: 'Subtract the initial update: nothing changes at first' },
  recompute: { type: 'boolean', default: true, description: 'Recompute K in the backward pass instead of storing it' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the thin matrices' },
} as const satisfies OptionSpecs;

/** Options of `createSnellAdapter`. */
export type SnellAdapterOptions = OptionsOf<typeof snellAdapterOptions>;

/** An adapter of a layer with n inputs and m outputs, y = x (W + S). */
export interface SnellAdapter {
  /** Inputs n. */
  readonly rows: number;
  /** Outputs m. */
  readonly cols: number;
  /** Heads H. */
  readonly heads: number;
  /** Numbers of a row in a head, rank / H. */
  readonly width: number;
  /** Share of entries that are zero; may be changed between passes. */
  sparsity: number;
  /** The trainable numbers: A, then B. */
  readonly parameters: readonly [Float64Array, Float64Array];
  /**
   * out <- S + base; the threshold and how many entries are kept. With a scratch array of n m numbers nothing as large as the
   * layer is allocated.
   */
  mergeInto(
    out: Float64Array,
    base?: Float64Array,
    scratch?: Float64Array,
  ): {
    /** The threshold. */
    readonly tau: number;
    /** Entries that are not zero. */
    readonly kept: number;
  };
  /**
   * Adds the gradients of A and B that belong to the gradient of S, n m numbers. The update is recomputed, so nothing is kept from the
   * forward pass. It is done row by row, with nothing as large as the layer beside the gradient; the threshold, if it is known from a merge
   * of the same numbers, need not be found again.
   */
  backward(gradient: Float64Array, ofA: Float64Array, ofB: Float64Array, tau?: number): void;
  /**
   * `backward` and `mergeInto` in one: the update is computed once for both.
   *
   * @param tau - the threshold of a merge of the same numbers
   */
  backwardInto(
    out: Float64Array,
    base: Float64Array,
    gradient: Float64Array,
    ofA: Float64Array,
    ofB: Float64Array,
    tau: number,
  ): void;
  /** The mean of |K_ij G_ij| over all entries, by the gradient of S: the contribution of the layer. */
  importance(gradient: Float64Array): number;
  /** y <- y + x S for `tokens` rows of x, tile by tile: a row of S at a time, never the whole. */
  apply(x: Float64Array, tokens: number, y: Float64Array): void;
  /** S as a sparse matrix. */
  toCsr(): CsrMatrix;
  /** S as a dense one. */
  toDense(): DenseMatrix;
  /** Numbers that training keeps for this layer: A and B, their gradients and two moments of each; K if it is not recomputed. */
  trainingNumbers(): number;
}

/**
 * Makes an adapter for a layer of n inputs and m outputs: A of H x n x q and B of H x m x q numbers, q = rank / H, uniform in
 * (-1, 1) / sqrt(n q) and (-1, 1) / sqrt(m q).
 *
 * The threshold tau is the `sparsity` quantile of the magnitudes, so that n m - 1 - floor(sparsity (n m - 1)) entries are kept;
 * it is found again in every pass, and no mask is stored.
 *
 * @throws {InvalidInputError} for sizes below 1, a rank that heads do not divide, and options out of range
 *
 * Cost: O(n m rank) a pass; memory O((n + m) rank) and, for the threshold, n m numbers while a pass lasts.
 *
 * @example
 * ```ts
 * import { createSnellAdapter } from '@infimum/learn';
 *
 * const adapter = createSnellAdapter(64, 32, { rank: 8, sparsity: 0.9 });
 * const out = new Float64Array(64 * 32);
 * console.log(adapter.mergeInto(out).kept, adapter.parameters[0].length + adapter.parameters[1].length); // 205 768
 * ```
 */
export function createSnellAdapter(rows: number, cols: number, options: SnellAdapterOptions = {}): SnellAdapter {
  checkInteger(rows, 'rows', { min: 1, max: 65_536 });
  checkInteger(cols, 'cols', { min: 1, max: 65_536 });
  const settings = resolveOptions(snellAdapterOptions, options);
  const { rank, heads, kernel, scale, seed } = settings;
  if (rank % heads !== 0) throw fault(`must be a multiple of the ${heads} heads, got ${rank}`, 'rank', 'out-of-range');
  const width = rank / heads;
  const random = new Random(seed);
  const uniform = (length: number, bound: number) => Float64Array.from({ length }, () => bound * (2 * random.uniform() - 1));
  const a = uniform(heads * rows * width, 1 / Math.sqrt(rows * width));
  // LoRA starts with a B of zeros: its product is zero then.
  const b =
    kernel === 'linear' ? new Float64Array(heads * cols * width) : uniform(heads * cols * width, 1 / Math.sqrt(cols * width));
  return new Adapter({ rows, cols, heads, width, kernel, scale }, a, b, settings);
}

class Adapter implements SnellAdapter {
  readonly rows: number;
  readonly cols: number;
  readonly heads: number;
  readonly width: number;
  readonly parameters: readonly [Float64Array, Float64Array];
  readonly #shape: MergeShape;
  sparsity: number;
  readonly #thresholding: 'soft' | 'reference' | 'hard' | 'shrink';
  readonly #initial: readonly [Float64Array, Float64Array] | undefined;
  /** A row's columns beyond the threshold, while a pass lasts. */
  readonly #list: Int32Array;
  /** K of the last merge, if it is kept. */
  readonly #latest: Float64Array | undefined;
  #hasLatest = false;
  /** A first guess of the next threshold, which does not affect the result. */
  #lastThreshold = 0;

  constructor(
    shape: MergeShape,
    a: Float64Array,
    b: Float64Array,
    { sparsity, thresholding, exactZeroStart, recompute }: ResolvedOptions<typeof snellAdapterOptions>,
  ) {
    this.rows = shape.rows;
    this.cols = shape.cols;
    this.heads = shape.heads;
    this.width = shape.width;
    this.parameters = [a, b];
    this.#shape = shape;
    this.sparsity = sparsity;
    this.#thresholding = thresholding;
    this.#list = new Int32Array(shape.cols);
    this.#latest = recompute ? undefined : new Float64Array(shape.rows * shape.cols);
    this.#initial = exactZeroStart ? [a.slice(), b.slice()] : undefined;
  }

  /** out <- K, n x m. */
  #merge(out: Float64Array): void {
    for (let i = 0; i < this.rows; i++) this.#row(i, out, i * this.cols);
  }

  #row(i: number, out: Float64Array, at: number): void {
    const [a, b] = this.parameters;
    mergeRow(this.#shape, a, b, i, out, at);
    if (!this.#initial) return;
    const start = new Float64Array(this.cols);
    mergeRow(this.#shape, this.#initial[0], this.#initial[1], i, start);
    for (let j = 0; j < this.cols; j++) out[at + j] -= start[j];
  }

  /** A row of K for the backward pass: of the last merge, or computed anew. */
  #rowBack(i: number, out: Float64Array): void {
    const { cols } = this;
    if (this.#latest && this.#hasLatest) for (let j = 0; j < cols; j++) out[j] = this.#latest[i * cols + j];
    else this.#row(i, out, 0);
  }

  /** Below 0 for adapters that keep everything. */
  #threshold(values: Float64Array, scratch?: Float64Array): number {
    if (this.sparsity === 0) return -1;
    this.#lastThreshold = magnitudeQuantile(values, this.sparsity, scratch, this.#lastThreshold);
    return this.#lastThreshold;
  }

  mergeInto(out: Float64Array, base?: Float64Array, scratch?: Float64Array) {
    checkOutput(out, 'out', this.rows * this.cols);
    if (base) checkVector(base, 'base', out.length);
    if (scratch) checkOutput(scratch, 'scratch', out.length);
    this.#merge(out);
    this.#latest?.set(out);
    this.#hasLatest = this.#latest !== undefined;
    const tau = this.#threshold(out, scratch);
    let kept = 0;
    const row = new Float64Array(this.cols);
    for (let at = 0; at < out.length; at += this.cols) {
      for (let j = 0; j < row.length; j++) row[j] = out[at + j];
      kept += this.#place(row, tau, base, out, at);
    }
    return { tau: Math.max(0, tau), kept };
  }

  /** out <- base + S for a row of K; lists the kept columns, and returns their number. Dense adapters keep K itself. */
  #place(row: Float64Array, tau: number, base: Float64Array | undefined, out: Float64Array, at: number): number {
    const { cols } = this;
    const list = this.#list;
    const count = listBeyond(row, tau, list);
    // Plain loops: views of rows would create garbage.
    if (base) for (let j = at; j < at + cols; j++) out[j] = base[j];
    else out.fill(0, at, at + cols);
    for (let k = 0; k < count; k++) {
      const value = row[list[k]];
      out[at + list[k]] += tau < 0 ? value : sparseValue(this.#thresholding, value, tau);
    }
    return count;
  }

  backward(gradient: Float64Array, ofA: Float64Array, ofB: Float64Array, tau?: number): void {
    checkVector(gradient, 'gradient', this.rows * this.cols);
    const threshold = this.sparsity === 0 ? -1 : (tau ?? this.#tiledThreshold());
    const row = new Float64Array(this.cols);
    for (let i = 0; i < this.rows; i++) {
      this.#rowBack(i, row);
      this.#pullRow(i, row, threshold, listBeyond(row, threshold, this.#list), gradient, ofA, ofB);
    }
  }

  backwardInto(
    out: Float64Array,
    base: Float64Array,
    gradient: Float64Array,
    ofA: Float64Array,
    ofB: Float64Array,
    tau: number,
  ): void {
    const { rows, cols } = this;
    for (const [name, values] of Object.entries({ out, base, gradient })) checkVector(values, name, rows * cols);
    const threshold = this.sparsity === 0 ? -1 : tau;
    const row = new Float64Array(cols);
    for (let i = 0; i < rows; i++) {
      this.#rowBack(i, row);
      const count = this.#place(row, threshold, base, out, i * cols);
      this.#pullRow(i, row, threshold, count, gradient, ofA, ofB);
    }
  }

  importance(gradient: Float64Array): number {
    const { rows, cols } = this;
    const row = new Float64Array(cols);
    let sum = 0;
    for (let i = 0; i < rows; i++) {
      this.#rowBack(i, row);
      for (let j = 0; j < cols; j++) sum += Math.abs(row[j] * gradient[i * cols + j]);
    }
    return sum / (rows * cols);
  }

  /** Adds the gradients that belong to row i, whose merged values are given and overwritten where they are listed. */
  #pullRow(
    i: number,
    row: Float64Array,
    threshold: number,
    count: number,
    gradient: Float64Array,
    ofA: Float64Array,
    ofB: Float64Array,
  ): void {
    const at = i * this.cols;
    const list = this.#list;
    for (let k = 0; k < count; k++) {
      const j = list[k];
      row[j] = gradient[at + j] * (threshold < 0 ? 1 : sparseSlope(this.#thresholding, row[j], threshold));
    }
    const [a, b] = this.parameters;
    mergeRowGradient(this.#shape, a, b, i, row, list, count, ofA, ofB);
  }

  apply(x: Float64Array, tokens: number, y: Float64Array): void {
    const { rows, cols } = this;
    checkVector(x, 'x', tokens * rows);
    checkVector(y, 'y', tokens * cols);
    const tau = this.sparsity === 0 ? -1 : this.#tiledThreshold();
    const row = new Float64Array(cols);
    for (let i = 0; i < rows; i++) {
      this.#row(i, row, 0);
      const count = listBeyond(row, tau, this.#list);
      for (let k = 0; k < count; k++) {
        const j = this.#list[k];
        const value = tau < 0 ? row[j] : sparseValue(this.#thresholding, row[j], tau);
        for (let t = 0; t < tokens; t++) y[t * cols + j] += x[t * rows + i] * value;
      }
    }
  }

  /** The threshold from two passes over the rows: a histogram of magnitudes, then the values of the one bin that matters. */
  #tiledThreshold(): number {
    const { rows, cols } = this;
    const row = new Float64Array(cols);
    let largest = 0;
    for (let i = 0; i < rows; i++) {
      this.#row(i, row, 0);
      for (let j = 0; j < cols; j++) largest = Math.max(largest, Math.abs(row[j]));
    }
    if (!(largest > 0)) return 0;
    const bins = new Float64Array(BINS);
    const binOf = (value: number) => Math.min(BINS - 1, Math.floor((Math.abs(value) / largest) * BINS));
    for (let i = 0; i < rows; i++) {
      this.#row(i, row, 0);
      for (let j = 0; j < cols; j++) bins[binOf(row[j])]++;
    }
    const total = rows * cols;
    const place = this.sparsity * (total - 1);
    let [first, before] = [0, 0];
    while (before + bins[first] <= Math.floor(place)) before += bins[first++];
    let last = first;
    for (let seen = before + bins[first]; seen <= Math.floor(place) + 1 && last + 1 < BINS; ) seen += bins[++last];
    const inside: number[] = [];
    for (let i = 0; i < rows; i++) {
      this.#row(i, row, 0);
      for (let j = 0; j < cols; j++) {
        const bin = binOf(row[j]);
        if (bin >= first && bin <= last) inside.push(Math.abs(row[j]));
      }
    }
    inside.sort((a, b) => a - b);
    const at = Math.floor(place) - before;
    const [low, high] = [inside[at], inside[Math.min(at + 1, inside.length - 1)]];
    return low + (place - Math.floor(place)) * (high - low);
  }

  toDense(): DenseMatrix {
    const values = new Float64Array(this.rows * this.cols);
    this.mergeInto(values);
    return { rows: this.rows, cols: this.cols, values };
  }

  toCsr(): CsrMatrix {
    const { values } = this.toDense();
    const { rows, cols } = this;
    const rowPointers = new Int32Array(rows + 1);
    const columns: number[] = [];
    const entries: number[] = [];
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < cols; j++) {
        if (values[i * cols + j] === 0) continue;
        columns.push(j);
        entries.push(values[i * cols + j]);
      }
      rowPointers[i + 1] = columns.length;
    }
    return { rows, cols, rowPointers, columnIndices: Int32Array.from(columns), values: Float64Array.from(entries) };
  }

  trainingNumbers(): number {
    const [a, b] = this.parameters;
    return 4 * (a.length + b.length) + (this.#latest?.length ?? 0);
  }
}

/** Bins of the histogram of magnitudes. */
const BINS = 4096;
