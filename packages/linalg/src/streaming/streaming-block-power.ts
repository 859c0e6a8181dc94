// The block power method for rows in random order, with the heavy rows stored apart: in random order a block of light
// rows is a fair sample of all of them, so that a pass over a block is a power step with nearly the same matrix.
//
// On approximating the top eigenvector in random order streams (arXiv 2412.11963, 2024); the geometric
// blocks and the finish by combination are this library's.
import type { Random } from '@infimum/core';
import { orthonormaliseRows } from '../orthonormal-rows.ts';
import { linalgKernels } from '../webassembly/linalg-kernels.ts';
import type { BlockSchedule } from './block-schedule.ts';
import { blockEnds } from './block-schedule.ts';
import { HeavyRows } from './heavy-rows.ts';
import { streamingKernels } from './streaming-kernels.ts';
import type { RowBatch, SparseRow, StreamEstimate, StreamMethod, StreamPlan, StreamRoom } from './streaming-method.ts';
import { batchCapacity, CompensatedSum } from './streaming-method.ts';
import type { FactoredRow } from './top-right-vectors.ts';
import { topRightSingularVectors } from './top-right-vectors.ts';

/** Settings of the method, all of them decided. */
export interface BlockPowerSettings {
  /** Rows that will come, or an upper estimate; undefined if unknown. */
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

/** Rows of the first block when their total number is unknown. */
const FIRST_BLOCK = 64;

/** The block power method, ready to begin. */
export function blockPower(settings: BlockPowerSettings, dimension: number, components: number): StreamPlan {
  const vectors = components * dimension;
  return {
    float64: [vectors, vectors, vectors, components * batchCapacity(dimension, components)],
    begin: (room, start) => new BlockPower(settings, room, start),
  };
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
  readonly #heavy: HeavyRows;
  #seen = 0;
  #blockStart = 0;
  #blockEnd: number;
  #pastLength = 0;
  #blocks = 0;
  #largestEvicted = 0;
  /** Numbers that the answer took beside the state. */
  #forAnswer = 0;

  constructor(settings: BlockPowerSettings, room: StreamRoom, start: Float64Array) {
    const { workspace, components, dimension, capacity } = room;
    this.#settings = settings;
    this.#room = room;
    this.#random = room.random.split(1);
    this.#v = workspace.float64From(start);
    this.#w = workspace.float64(components * dimension);
    this.#past = workspace.float64(components * dimension);
    this.#products = workspace.float64(components * capacity);
    this.#heavy = new HeavyRows(dimension, settings.storedPrecision);
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
    const isHeavy = this.#isToBeStored(square);
    this.#seen++;
    this.#frobenius.add(square);
    if (isHeavy) {
      this.#store(values, square, indices);
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
    this.#heavy.rescale(factor);
  }

  estimate(): StreamEstimate {
    const { components, dimension } = this.#room;
    const final = this.#frobenius.value / (dimension * this.#settings.heavyFactor);
    const [heavy, light] = [this.#heavy.rows.filter(({ square }) => square >= final), this.#lightPart()];
    for (const row of this.#heavy.rows) if (row.square < final) this.#addTo(light.sum, row);
    const vectors = light.sum;
    const norms = orthonormaliseRows(vectors, components, dimension);
    if (norms[0] === 0) vectors.set(this.#v);
    const values = norms.map((norm) => norm * light.scale);
    const rowsToJoin = heavy.length === 0 ? 0 : 3;
    this.#forAnswer = (1 + rowsToJoin) * components * dimension;
    const shared = {
      heavyRows: heavy.length,
      lightEigenvalue: values[0],
      blocks: this.#blocks + (light.pending ? 1 : 0),
      overflow: this.#largestEvicted >= final && this.#largestEvicted > 0,
    };
    if (heavy.length === 0) return { vectors, values, ...shared };
    const joined: FactoredRow[] = [...heavy];
    if (this.#settings.finish === 'combine') {
      for (let c = 0; c < components; c++) {
        const row = vectors.subarray(c * dimension, (c + 1) * dimension);
        joined.push({ values: row, factor: Math.sqrt(values[c]) });
      }
    }
    const top = topRightSingularVectors(joined, components, dimension);
    this.#forAnswer += top.extra;
    if (this.#settings.finish === 'max' && values[0] >= top.values[0]) return { vectors, values, ...shared };
    // The light vectors are not needed any more: what is returned must not keep the room of the search alive.
    vectors.set(top.vectors);
    return { vectors, values: top.values, notConverged: !top.converged, ...shared };
  }

  stored(): { doubles: number; singles: number } {
    const { components, dimension } = this.#room;
    const single = this.#settings.storedPrecision === 32;
    const state = 3 * components * dimension + this.#forAnswer;
    const rows = this.#heavy.numbers;
    return { doubles: state + (single ? 0 : rows), singles: single ? rows : 0 };
  }

  #takeWithinBlock(batch: RowBatch, from: number, to: number): void {
    const { workspace, dimension, components, capacity } = this.#room;
    const { gemv } = workspace.kernels(linalgKernels);
    const { accumulateRows } = workspace.kernels(streamingKernels);
    const at = (array: Float64Array, index: number): number => array.byteOffset + 8 * index;
    for (let c = 0; c < components; c++) {
      gemv(from, to, dimension, batch.rows.byteOffset, at(this.#v, c * dimension), at(this.#products, c * capacity));
    }
    for (let i = from; i < to; i++) {
      const square = batch.squares[i];
      const isHeavy = this.#isToBeStored(square);
      this.#seen++;
      this.#frobenius.add(square);
      if (isHeavy) this.#store(batch.rows.subarray(i * dimension, (i + 1) * dimension), square);
      const weight = isHeavy ? 0 : this.#sampledWeight(square);
      if (weight !== 1) for (let c = 0; c < components; c++) this.#products[c * capacity + i] *= weight;
    }
    for (let c = 0; c < components; c++) {
      const weights = at(this.#products, c * capacity + from);
      accumulateRows(to - from, dimension, at(batch.rows, from * dimension), weights, at(this.#w, c * dimension));
    }
    this.#demote();
    if (this.#seen === this.#blockEnd) this.#endBlock();
  }

  /** The squared norm from which on a row is heavy, as estimated so far: |A|_F² n / t / (d p). */
  #threshold(): number {
    if (this.#seen === 0) return 0;
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

  /**
   * Whether the next row is to be stored: it is heavy beside the rows before it (its own norm would hide a heavy row
   * among the first), and heavier than the lightest that is stored, if there is no more room.
   */
  #isToBeStored(square: number): boolean {
    if (square === 0 || square < this.#threshold()) return false;
    if (this.#heavy.length < this.#settings.maxHeavy) return true;
    if (this.#heavy.length > 0 && square > this.#heavy.least) return true;
    this.#largestEvicted = Math.max(this.#largestEvicted, square);
    return false;
  }

  #store(entries: Float64Array, square: number, indices?: Int32Array): void {
    if (this.#heavy.length === this.#settings.maxHeavy) {
      const evicted = this.#heavy.pop();
      this.#largestEvicted = Math.max(this.#largestEvicted, evicted.square);
      this.#addTo(this.#w, evicted);
    }
    this.#heavy.push(entries, square, indices);
  }

  /** Stored rows below the threshold join the light ones of this block: harmless in random order. */
  #demote(): void {
    const { rows } = this.#settings;
    if (rows !== undefined && this.#seen < rows / 64) return;
    const threshold = this.#threshold();
    while (this.#heavy.least < threshold) this.#addTo(this.#w, this.#heavy.pop());
  }

  #addTo(sum: Float64Array, { values, factor }: FactoredRow): void {
    const { dimension, components } = this.#room;
    for (let c = 0; c < components; c++) {
      const shift = c * dimension;
      let product = 0;
      for (let j = 0; j < dimension; j++) product += values[j] * this.#v[shift + j];
      product *= factor * factor;
      for (let j = 0; j < dimension; j++) sum[shift + j] += product * values[j];
    }
  }

  #endBlock(): void {
    const { components, dimension } = this.#room;
    const length = this.#seen - this.#blockStart;
    this.#past.set(this.#w);
    if (orthonormaliseRows(this.#w, components, dimension)[0] > 0) this.#v.set(this.#w);
    else this.#past.fill(0); // no light row, or all of them orthogonal to v, which stays
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
