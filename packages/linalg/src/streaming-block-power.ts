// The block power method for rows in random order, with the heavy rows stored apart: in random order a block of light
// rows is a fair sample of all of them, so that a pass over a block is a power step with nearly the same matrix.
//
// On approximating the top eigenvector in random order streams (arXiv 2412.11963, 2024); the geometric
// blocks and the finish by combination are this library's.
import type { Random } from '@infimum/core';
import { lanczosSteps } from './lanczos.ts';
import { linalgKernels } from './linalg-kernels.ts';
import { streamingKernels } from './streaming-kernels.ts';
import {
  CompensatedSum,
  inner,
  orthonormaliseRows,
  type RowBatch,
  type SparseRow,
  type StreamEstimate,
  type StreamMethod,
  type StreamPlan,
  type StreamRoom,
} from './streaming-method.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

/** How the stream is cut into blocks, one power step each. */
export type BlockSchedule = 'geometric' | 'halves' | 'theory' | number;

/** Settings of the method, all of them decided. */
export interface BlockPowerSettings {
  /** Rows that will come, or an upper estimate; undefined if nobody knows. */
  readonly rows: number | undefined;
  readonly blocks: BlockSchedule;
  /** The gap that the theory's number of blocks is made for. */
  readonly expectedGap: number;
  /** p: a row is heavy if its squared norm is at least |A|_F² / (d p). */
  readonly heavyFactor: number;
  /** Rows that may be stored. */
  readonly maxHeavy: number;
  readonly finish: 'combine' | 'max';
  readonly storedPrecision: 64 | 32;
  /** s: light rows are kept with probability s |a|² / |A|_F², if that is less than one. */
  readonly oversampling: number;
}

/** Rows of the first block when nobody knows how many will come. */
const FIRST_BLOCK = 64;

/** Gram matrices beyond this size are not decomposed but multiplied with. */
const DENSE_GRAM = 300;

/** The block power method, ready to begin. */
export function blockPower(settings: BlockPowerSettings, dimension: number, components: number): StreamPlan {
  const vectors = components * dimension;
  const batch = Math.max(1, Math.floor(8192 / dimension));
  return {
    float64: [vectors, vectors, vectors, components * batch],
    begin: (room) => new BlockPower(settings, room),
  };
}

/** The last row of each block, for a stream of known length; the geometric blocks grow up to half of the stream. */
export function blockEnds(
  schedule: BlockSchedule,
  rows: number,
  dimension: number,
  expectedGap: number,
): number[] {
  const equal = (count: number, length: number): number[] =>
    Array.from({ length: count }, (_, j) => Math.round(((j + 1) * length) / count));
  const ends = (): number[] => {
    if (typeof schedule === 'number') return equal(schedule, rows);
    // sqrt(d) R^-T must be small, and the noise grows with sqrt(T).
    const theory = Math.ceil((3 * Math.log(dimension)) / Math.log(expectedGap)) + 1;
    if (schedule === 'theory') return equal(Math.min(12, Math.max(4, theory)), rows);
    const count = Math.min(10, Math.max(2, Math.round(Math.log2(rows)) - 6));
    if (schedule === 'halves') return [...equal(count - 1, Math.round(rows / 2)), rows];
    return Array.from({ length: count }, (_, j) => Math.round(rows / 2 ** (count - 1 - j)));
  };
  const rising = ends();
  return rising.filter((end, j) => end > (j === 0 ? 0 : rising[j - 1]));
}

/** A stored row: its values over a power of two, so that single precision has room for them. */
interface HeavyRow {
  readonly values: Float64Array | Float32Array;
  readonly factor: number;
  readonly square: number;
}

class BlockPower implements StreamMethod {
  readonly #settings: BlockPowerSettings;
  readonly #room: StreamRoom;
  readonly #random: Random;
  /** Fixed during a block. */
  readonly #v: Float64Array;
  /** What the block's rows make of it: sum a (a . v). */
  readonly #w: Float64Array;
  /** The same of the block before. */
  readonly #past: Float64Array;
  readonly #products: Float64Array;
  readonly #ends: number[];
  readonly #frobenius = new CompensatedSum();
  #heavy: HeavyRow[] = [];
  #seen = 0;
  #blockStart = 0;
  #blockEnd: number;
  #pastLength = 0;
  #blocks = 0;
  #largestEvicted = 0;

  constructor(settings: BlockPowerSettings, room: StreamRoom) {
    const { workspace, components, dimension, capacity } = room;
    this.#settings = settings;
    this.#room = room;
    this.#random = room.random.split(1);
    this.#v = workspace.float64From(room.start);
    this.#w = workspace.float64(components * dimension);
    this.#past = workspace.float64(components * dimension);
    this.#products = workspace.float64(components * capacity);
    const { blocks, rows, expectedGap } = settings;
    this.#ends = rows === undefined ? [] : blockEnds(blocks, rows, dimension, expectedGap);
    this.#blockEnd = this.#ends.shift() ?? FIRST_BLOCK;
  }

  take(batch: RowBatch, from: number, to: number): void {
    while (from < to) {
      const end = Math.min(to, from + this.#blockEnd - this.#seen);
      this.#takeWithinBlock(batch, from, end);
      from = end;
    }
  }

  takeSparse({ indices, values }: SparseRow, square: number): void {
    this.#seen++;
    this.#frobenius.add(square);
    if (this.#isToBeStored(square)) {
      const row = new Float64Array(this.#room.dimension);
      for (let k = 0; k < indices.length; k++) row[indices[k]] = values[k];
      this.#store(row, square);
    } else {
      const weight = this.#sampledWeight(square);
      const { dimension, components } = this.#room;
      for (let c = 0; weight > 0 && c < components; c++) {
        const shift = c * dimension;
        let product = 0;
        for (let k = 0; k < indices.length; k++) product += values[k] * this.#v[shift + indices[k]];
        product *= weight;
        for (let k = 0; k < indices.length; k++) this.#w[shift + indices[k]] += product * values[k];
      }
    }
    this.#demote();
    if (this.#seen === this.#blockEnd) this.#endBlock();
  }

  rescale(factor: number): void {
    for (let k = 0; k < this.#w.length; k++) {
      this.#w[k] *= factor * factor;
      this.#past[k] *= factor * factor;
    }
    this.#frobenius.scale(factor * factor);
    this.#largestEvicted *= factor * factor;
    this.#heavy = this.#heavy.map((row) => ({
      values: row.values,
      factor: row.factor * factor,
      square: row.square * factor * factor,
    }));
  }

  estimate(): StreamEstimate {
    const { components, dimension } = this.#room;
    const final = this.#frobenius.value / (dimension * this.#settings.heavyFactor);
    const [heavy, light] = [this.#heavy.filter(({ square }) => square >= final), this.#lightPart()];
    for (const row of this.#heavy) if (row.square < final) this.#addTo(light.sum, row);
    const vectors = light.sum;
    const norms = orthonormaliseRows(vectors, components, dimension);
    if (norms[0] === 0) vectors.set(this.#v);
    const values = norms.map((norm) => norm * light.scale);
    const shared = {
      heavyRows: heavy.length,
      lightEigenvalue: values[0],
      blocks: this.#blocks + (light.pending ? 1 : 0),
      overflow: this.#largestEvicted >= final && this.#largestEvicted > 0,
    };
    if (heavy.length === 0) return { vectors, values, ...shared };
    const ofHeavy = heavy.map(expanded);
    if (this.#settings.finish === 'max') {
      const top = topRightSingularVectors(ofHeavy, components, vectors);
      return values[0] >= top.values[0] ? { vectors, values, ...shared } : { ...top, ...shared };
    }
    const ofLight = Array.from({ length: components }, (_, c) =>
      vectors.slice(c * dimension, (c + 1) * dimension).map((value) => Math.sqrt(values[c]) * value),
    );
    return { ...topRightSingularVectors([...ofHeavy, ...ofLight], components, vectors), ...shared };
  }

  stored(): { doubles: number; singles: number } {
    const { components, dimension } = this.#room;
    const rows = this.#heavy.length * dimension;
    const single = this.#settings.storedPrecision === 32;
    return { doubles: 3 * components * dimension + (single ? 0 : rows), singles: single ? rows : 0 };
  }

  #takeWithinBlock(batch: RowBatch, from: number, to: number): void {
    const { workspace, dimension, components, capacity } = this.#room;
    const { gemv } = workspace.kernels(linalgKernels);
    const { accumulateRows } = workspace.kernels(streamingKernels);
    const at = (array: Float64Array, index: number): number => array.byteOffset + 8 * index;
    for (let c = 0; c < components; c++) {
      gemv(
        from,
        to,
        dimension,
        batch.rows.byteOffset,
        at(this.#v, c * dimension),
        at(this.#products, c * capacity),
      );
    }
    for (let i = from; i < to; i++) {
      const square = batch.squares[i];
      this.#seen++;
      this.#frobenius.add(square);
      const isHeavy = this.#isToBeStored(square);
      if (isHeavy) this.#store(batch.rows.subarray(i * dimension, (i + 1) * dimension), square);
      const weight = isHeavy ? 0 : this.#sampledWeight(square);
      if (weight !== 1) for (let c = 0; c < components; c++) this.#products[c * capacity + i] *= weight;
    }
    for (let c = 0; c < components; c++) {
      const weights = at(this.#products, c * capacity + from);
      accumulateRows(
        to - from,
        dimension,
        at(batch.rows, from * dimension),
        weights,
        at(this.#w, c * dimension),
      );
    }
    this.#demote();
    if (this.#seen === this.#blockEnd) this.#endBlock();
  }

  /** The squared norm from which on a row is heavy, as far as can be told now: |A|_F² n / t / (d p). */
  #threshold(): number {
    const rows = Math.max(this.#settings.rows ?? 0, this.#seen);
    return (this.#frobenius.value * rows) / this.#seen / (this.#room.dimension * this.#settings.heavyFactor);
  }

  /** Row-norm sampling: 0 or the inverse probability of being kept, so that the sum stays unbiased. */
  #sampledWeight(square: number): number {
    const { oversampling } = this.#settings;
    if (oversampling === Infinity) return 1;
    const probability = (oversampling * square) / this.#frobenius.value;
    if (probability >= 1) return 1;
    return this.#random.uniform() < probability ? 1 / probability : 0;
  }

  /** Whether a row is to be stored: it is heavy, and heavier than the lightest that is, if there is no more room. */
  #isToBeStored(square: number): boolean {
    if (square === 0 || square < this.#threshold()) return false;
    if (this.#heavy.length < this.#settings.maxHeavy) return true;
    if (this.#heavy.length > 0 && square > this.#heavy[0].square) return true;
    this.#largestEvicted = Math.max(this.#largestEvicted, square);
    return false;
  }

  #store(row: Float64Array, square: number): void {
    if (this.#heavy.length === this.#settings.maxHeavy) {
      const evicted = popHeap(this.#heavy);
      this.#largestEvicted = Math.max(this.#largestEvicted, evicted.square);
      this.#addTo(this.#w, evicted);
    }
    const factor = 2 ** Math.floor(Math.log2(square) / 2);
    const values = new (this.#settings.storedPrecision === 32 ? Float32Array : Float64Array)(row.length);
    for (let j = 0; j < row.length; j++) values[j] = row[j] / factor;
    pushHeap(this.#heavy, { values, factor, square });
  }

  /** Stored rows below the threshold join the light ones of this block: harmless in random order. */
  #demote(): void {
    const { rows } = this.#settings;
    if (rows !== undefined && this.#seen < rows / 64) return;
    const threshold = this.#threshold();
    while (this.#heavy.length > 0 && this.#heavy[0].square < threshold) {
      this.#addTo(this.#w, popHeap(this.#heavy));
    }
  }

  #addTo(sum: Float64Array, { values, factor }: HeavyRow): void {
    const { dimension, components } = this.#room;
    for (let c = 0; c < components; c++) {
      const shift = c * dimension;
      const product = inner(values, this.#v.subarray(shift, shift + dimension)) * factor * factor;
      for (let j = 0; j < dimension; j++) sum[shift + j] += product * values[j];
    }
  }

  #endBlock(): void {
    const { components, dimension } = this.#room;
    const length = this.#seen - this.#blockStart;
    const next = this.#w.slice();
    if (orthonormaliseRows(next, components, dimension)[0] > 0) {
      this.#past.set(this.#w);
      this.#v.set(next);
    } else {
      this.#past.fill(0); // no light row, or all of them orthogonal to v, which stays
    }
    this.#pastLength = length;
    this.#blocks++;
    this.#w.fill(0);
    this.#blockStart = this.#seen;
    // Beyond the rows that were announced, and when none were, blocks are as long as all rows before them.
    this.#blockEnd = this.#ends.shift() ?? 2 * this.#seen;
  }

  /** The last power step, scaled to all rows; a step that has just begun is added to the one before it. */
  #lightPart(): { sum: Float64Array; scale: number; pending: boolean } {
    const pending = this.#seen - this.#blockStart;
    const begun = this.#w.some((value) => value !== 0);
    const alone = begun && 2 * pending >= this.#pastLength;
    const sum = alone ? this.#w.slice() : this.#past.map((value, k) => value + this.#w[k]);
    const length = alone ? pending : this.#pastLength + (begun ? pending : 0);
    return { sum, scale: length === 0 ? 0 : this.#seen / length, pending: alone };
  }
}

function expanded({ values, factor }: HeavyRow): Float64Array {
  return Float64Array.from(values, (value) => value * factor);
}

/**
 * The top right singular vectors of a matrix with few rows: y from the Gram matrix of the rows, v = M'y / |M'y|, and
 * the squared singular values. Where the rank does not suffice, `fallback` does.
 */
export function topRightSingularVectors(
  rows: readonly Float64Array[],
  count: number,
  fallback: Float64Array,
): { vectors: Float64Array; values: Float64Array } {
  const size = rows.length;
  const dimension = rows[0].length;
  const found = Math.min(count, size);
  const { values: eigenvalues, weights } =
    size <= DENSE_GRAM ? denseTop(rows, found) : iteratedTop(rows, found);
  const vectors = fallback.slice();
  for (let c = 0; c < found; c++) {
    if (!(eigenvalues[c] > 1e-28 * eigenvalues[0])) continue;
    const vector = vectors.subarray(c * dimension, (c + 1) * dimension).fill(0);
    for (let i = 0; i < size; i++) {
      const weight = weights[c][i];
      for (let j = 0; j < dimension; j++) vector[j] += weight * rows[i][j];
    }
  }
  orthonormaliseRows(vectors, count, dimension);
  return {
    vectors,
    values: Float64Array.from({ length: count }, (_, c) => Math.max(0, eigenvalues[c] ?? 0)),
  };
}

interface Weights {
  readonly values: Float64Array;
  readonly weights: Float64Array[];
}

function denseTop(rows: readonly Float64Array[], count: number): Weights {
  const size = rows.length;
  const gram = new Float64Array(size * size);
  for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) gram[i * size + j] = inner(rows[i], rows[j]);
  const { values, vectors } = symmetricEigen({ rows: size, cols: size, values: gram });
  return {
    values: Float64Array.from({ length: count }, (_, c) => values[size - 1 - c]),
    weights: Array.from({ length: count }, (_, c) =>
      Float64Array.from({ length: size }, (_, i) => vectors.values[i * size + size - 1 - c]),
    ),
  };
}

function iteratedTop(rows: readonly Float64Array[], count: number): Weights {
  const size = rows.length;
  const image = new Float64Array(rows[0].length);
  const multiply = (x: Float64Array, out: Float64Array): void => {
    image.fill(0);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < image.length; j++) image[j] += x[i] * rows[i][j];
    }
    for (let i = 0; i < size; i++) out[i] = inner(rows[i], image);
  };
  const steps = lanczosSteps(multiply, { size, count, tolerance: 1e-12 });
  let solution = steps.next();
  for (let restart = 0; !solution.done && restart < 100; restart++) solution = steps.next();
  const { values, vectors } = solution.done ? solution.value.solution : solution.value.solution();
  steps.return(undefined as never);
  return {
    values,
    weights: Array.from({ length: count }, (_, c) =>
      Float64Array.from({ length: size }, (_, i) => vectors.values[i * count + c]),
    ),
  };
}

/** Puts a row into the heap, whose first row has the smallest norm. */
function pushHeap(heap: HeavyRow[], row: HeavyRow): void {
  let place = heap.length;
  heap.push(row);
  while (place > 0) {
    const parent = (place - 1) >> 1;
    if (heap[parent].square <= row.square) break;
    heap[place] = heap[parent];
    place = parent;
  }
  heap[place] = row;
}

/** Takes the row with the smallest norm from a heap that is not empty. */
function popHeap(heap: HeavyRow[]): HeavyRow {
  const smallest = heap[0];
  const last = heap.pop() as HeavyRow;
  if (heap.length === 0) return smallest;
  let place = 0;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1].square < heap[child].square) child++;
    if (heap[child].square >= last.square) break;
    heap[place] = heap[child];
    place = child;
  }
  heap[place] = last;
  return smallest;
}
