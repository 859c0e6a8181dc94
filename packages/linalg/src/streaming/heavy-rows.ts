// The rows of a stream that are stored because of their norm: a heap with the shortest in front, whose places are used
// again, so that it never holds more numbers than the most rows that it had at a time.
import type { FactoredRow } from './top-right-vectors.ts';
import { factorOf } from './top-right-vectors.ts';

/** A stored row with its squared norm. */
export interface HeavyRow extends FactoredRow {
  readonly square: number;
}

/** The heap. */
export class HeavyRows {
  readonly #dimension: number;
  readonly #precision: 64 | 32;
  #heap: HeavyRow[] = [];
  /** Places whose rows have been given up. */
  readonly #spare: (Float64Array | Float32Array)[] = [];
  #places = 0;

  constructor(dimension: number, precision: 64 | 32) {
    this.#dimension = dimension;
    this.#precision = precision;
  }

  /** Rows that are stored now. */
  get length(): number {
    return this.#heap.length;
  }

  /** Numbers that have been reserved: a row each for the most rows that were stored at a time. */
  get numbers(): number {
    return this.#places * this.#dimension;
  }

  /** The squared norm of the shortest row; infinite when there is none. */
  get least(): number {
    return this.#heap.length === 0 ? Infinity : this.#heap[0].square;
  }

  /** The rows, in no order. */
  get rows(): readonly HeavyRow[] {
    return this.#heap;
  }

  /** Stores entries of a row, all of them if no indices are given. */
  push(entries: Float64Array, square: number, indices?: Int32Array): void {
    const factor = factorOf(square);
    const values = this.#spare.pop() ?? this.#newPlace();
    if (indices) values.fill(0);
    for (let k = 0; k < entries.length; k++) values[indices ? indices[k] : k] = entries[k] / factor;
    this.#insert({ values, factor, square });
  }

  /** Takes out the shortest row, which must exist and may be read until the next push; its squared norm. */
  pop(): HeavyRow {
    const heap = this.#heap;
    const smallest = heap[0];
    const last = heap.pop() as HeavyRow;
    this.#spare.push(smallest.values);
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

  /** All rows are `factor` times what they were. */
  rescale(factor: number): void {
    this.#heap = this.#heap.map((row) => ({
      values: row.values,
      factor: row.factor * factor,
      square: row.square * factor * factor,
    }));
  }

  #newPlace(): Float64Array | Float32Array {
    this.#places++;
    return new (this.#precision === 32 ? Float32Array : Float64Array)(this.#dimension);
  }

  #insert(row: HeavyRow): void {
    const heap = this.#heap;
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
}
