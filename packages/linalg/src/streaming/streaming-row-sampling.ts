// Sampling of rows, and the top singular vectors of the sample: by squared norm, uniformly, or only the longest row.
//
// P. Drineas, R. Kannan, M. Mahoney: Fast Monte Carlo algorithms for matrices II (2006). A row that is kept with
// probability min(1, s |a|² / |A|_F²) and divided by its square root leaves A'A as it is, on average.
import type { Random } from '@infimum/core';
import type { RowBatch, StreamEstimate, StreamMethod, StreamPlan, StreamRoom } from './streaming-method.ts';
import { CompensatedSum } from './streaming-method.ts';
import type { FactoredRow } from './top-right-vectors.ts';
import { topRightSingularVectors } from './top-right-vectors.ts';

/** Settings of the sample, all of them decided. */
export interface RowSamplingSettings {
  /** s: expected number of rows that are kept. */
  readonly sketchSize: number;
  readonly weighting: 'norm' | 'uniform';
}

/** The sample, ready to begin. */
export function rowSampling(settings: RowSamplingSettings): StreamPlan {
  return { float64: [], begin: (room, start) => new RowSampling(settings, room, start) };
}

/** A candidate: kept as long as the weight of all rows is below `key` s, so that its threshold is uniform. */
interface Candidate {
  readonly values: Float64Array;
  factor: number;
  weight: number;
  key: number;
}

class RowSampling implements StreamMethod {
  readonly #settings: RowSamplingSettings;
  readonly #room: StreamRoom;
  readonly #random: Random;
  readonly #total = new CompensatedSum();
  readonly #start: Float64Array;
  #candidates: Candidate[] = [];
  /** Places of rows that were dropped. */
  readonly #spare: Float64Array[] = [];
  #places = 0;
  /** Rows that could have been kept. */
  #rows = 0;
  #extra = 0;

  constructor(settings: RowSamplingSettings, room: StreamRoom, start: Float64Array) {
    this.#settings = settings;
    this.#room = room;
    this.#random = room.random.split(2);
    this.#start = start;
  }

  take(batch: RowBatch, from: number, to: number): void {
    const { dimension } = this.#room;
    for (let i = from; i < to; i++) {
      const weight = this.#settings.weighting === 'norm' ? batch.squares[i] : 1;
      if (batch.squares[i] === 0 && weight === 0) continue;
      this.#rows++;
      this.#total.add(weight);
      const key = weight / (1 - this.#random.uniform());
      if (key <= this.#total.value / this.#settings.sketchSize) continue;
      const values = this.#spare.pop() ?? this.#newPlace();
      values.set(batch.rows.subarray(i * dimension, (i + 1) * dimension));
      this.#candidates.push({ values, factor: 1, weight, key });
      if (this.#candidates.length > 1.25 * this.#settings.sketchSize + 4) this.#thin();
    }
  }

  rescale(factor: number): void {
    const ofWeights = this.#settings.weighting === 'norm' ? factor * factor : 1;
    this.#total.scale(ofWeights);
    for (const candidate of this.#candidates) {
      candidate.factor *= factor;
      candidate.weight *= ofWeights;
      candidate.key *= ofWeights;
    }
  }

  estimate(): StreamEstimate {
    const { components, dimension } = this.#room;
    const share = this.#settings.sketchSize / this.#total.value;
    const rows = this.#kept().map(({ values, factor, weight }): FactoredRow => {
      return { values, factor: factor / Math.sqrt(Math.min(1, share * weight)) };
    });
    if (rows.length === 0) return { vectors: this.#start.slice(), values: new Float64Array(components) };
    const { vectors, values, converged, extra } = topRightSingularVectors(rows, components, dimension);
    this.#extra = extra;
    const leftOut = this.#rows - rows.length;
    return { vectors: vectors.slice(), values, notConverged: !converged, leftOut };
  }

  stored(): { doubles: number; singles: number } {
    const { components, dimension } = this.#room;
    // The rows, the start, and four vectors for the answer, with what its Gram matrix took.
    return { doubles: (this.#places + 5 * components) * dimension + this.#extra, singles: 0 };
  }

  #newPlace(): Float64Array {
    this.#places++;
    return new Float64Array(this.#room.dimension);
  }

  /** What is kept with today's probabilities. */
  #kept(): Candidate[] {
    const threshold = this.#total.value / this.#settings.sketchSize;
    return this.#candidates.filter(({ key }) => key > threshold);
  }

  /** Drops the others. */
  #thin(): void {
    const kept = new Set(this.#kept());
    for (const candidate of this.#candidates) if (!kept.has(candidate)) this.#spare.push(candidate.values);
    this.#candidates = [...kept];
  }
}

/** The longest row, ready to be found: right when one row is nearly all of the matrix. */
export function longestRow(): StreamPlan {
  return { float64: [], begin: (room, start) => new LongestRow(room, start) };
}

class LongestRow implements StreamMethod {
  readonly #room: StreamRoom;
  readonly #row: Float64Array;
  #square = 0;

  constructor(room: StreamRoom, start: Float64Array) {
    this.#room = room;
    this.#row = start;
  }

  take(batch: RowBatch, from: number, to: number): void {
    const { dimension } = this.#room;
    for (let i = from; i < to; i++) {
      if (batch.squares[i] <= this.#square) continue;
      this.#square = batch.squares[i];
      this.#row.set(batch.rows.subarray(i * dimension, (i + 1) * dimension));
    }
  }

  rescale(factor: number): void {
    this.#square *= factor * factor;
    for (let j = 0; j < this.#row.length; j++) this.#row[j] *= factor;
  }

  estimate(): StreamEstimate {
    const norm = Math.sqrt(this.#square) || 1;
    return { vectors: this.#row.map((value) => value / norm), values: Float64Array.of(this.#square) };
  }

  stored(): { doubles: number; singles: number } {
    return { doubles: 2 * this.#row.length, singles: 0 };
  }
}
