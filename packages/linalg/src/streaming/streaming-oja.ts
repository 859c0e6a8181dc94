// Oja's rule with a falling rate: every row turns the vectors a little towards itself.
//
// E. Oja: Simplified neuron model as a principal component analyzer (1982).
import { portableLog } from '@infimum/core/portable-math';
import { orthonormaliseRows } from '../orthonormal-rows.ts';
import { streamingKernels } from './streaming-kernels.ts';
import type { RowBatch, StreamEstimate, StreamMethod, StreamPlan, StreamRoom } from './streaming-method.ts';
import { batchCapacity, CompensatedSum, DoublingMean, energyAlong } from './streaming-method.ts';

/** Rows are applied without orthonormalising in between while the logarithm of the growth stays below this. */
const LARGEST_LOG = 12;

/**
 * Oja's rule, ready to begin. The rate after t rows is c d / |A_t|_F², which is c / t in units of the mean squared norm
 * of an entry.
 */
export function oja(learningRate: number, dimension: number, components: number): StreamPlan {
  const batch = batchCapacity(dimension, components);
  return { float64: [components * dimension, batch, batch], begin: (room, start) => new Oja(learningRate, room, start) };
}

class Oja implements StreamMethod {
  readonly #learningRate: number;
  readonly #room: StreamRoom;
  readonly #vectors: Float64Array;
  readonly #gains: Float64Array;
  readonly #products: Float64Array;
  readonly #frobenius = new CompensatedSum();
  readonly #energies: DoublingMean[];

  constructor(learningRate: number, room: StreamRoom, start: Float64Array) {
    const { workspace, components, capacity } = room;
    this.#learningRate = learningRate;
    this.#room = room;
    this.#vectors = workspace.float64From(start);
    this.#gains = workspace.float64(capacity);
    this.#products = workspace.float64(capacity);
    this.#energies = Array.from({ length: components }, () => new DoublingMean());
  }

  take(batch: RowBatch, from: number, to: number): void {
    let start = from;
    let log = 0;
    for (let i = from; i < to; i++) {
      this.#frobenius.add(batch.squares[i]);
      const total = this.#frobenius.value;
      this.#gains[i] = total === 0 ? 0 : (this.#learningRate * this.#room.dimension) / total;
      log += portableLog(1 + this.#gains[i] * batch.squares[i]);
      if (log < LARGEST_LOG) continue;
      this.#apply(batch, start, i + 1);
      start = i + 1;
      log = 0;
    }
    this.#apply(batch, start, to);
  }

  rescale(factor: number): void {
    this.#frobenius.scale(factor * factor);
    for (const energy of this.#energies) energy.scale(factor * factor);
  }

  estimate(): StreamEstimate {
    return { vectors: this.#vectors.slice(), values: Float64Array.from(this.#energies, (energy) => energy.extrapolated) };
  }

  stored(): { doubles: number; singles: number } {
    return { doubles: 2 * this.#vectors.length + this.#gains.length, singles: 0 };
  }

  #apply(batch: RowBatch, from: number, to: number): void {
    if (from === to) return;
    const { workspace, dimension, components } = this.#room;
    const { ojaRows } = workspace.kernels(streamingKernels);
    for (let c = 0; c < components; c++) {
      const vector = this.#vectors.byteOffset + 8 * c * dimension;
      this.#energies[c].add(energyAlong(this.#room, batch, from, to, vector, this.#products), to - from);
      const rows = batch.rows.byteOffset + 8 * from * dimension;
      ojaRows(to - from, dimension, rows, this.#gains.byteOffset + 8 * from, vector);
    }
    orthonormaliseRows(this.#vectors, components, dimension);
  }
}
