// Block Oja: Oja's rule on the mean of a mini-batch, with one orthonormalisation a mini-batch.
//
// I. Mitliagkas, C. Caramanis, P. Jain: Memory limited, streaming PCA (2013); with Oja's falling rates.
import { orthonormaliseRows } from '../orthonormal-rows.ts';
import { linalgKernels } from '../webassembly/linalg-kernels.ts';
import { streamingKernels } from './streaming-kernels.ts';
import type { RowBatch, StreamEstimate, StreamMethod, StreamPlan, StreamRoom } from './streaming-method.ts';
import { batchCapacity, CompensatedSum, DoublingMean } from './streaming-method.ts';

/** Settings of the method, all of them decided. */
export interface BlockOjaSettings {
  readonly learningRate: number;
  /** Rows in a mini-batch. */
  readonly batchSize: number;
}

/** Block Oja, ready to begin. */
export function blockOja(settings: BlockOjaSettings, dimension: number, components: number): StreamPlan {
  const vectors = components * dimension;
  return {
    float64: [vectors, vectors, batchCapacity(dimension, components)],
    begin: (room, start) => new BlockOja(settings, room, start),
  };
}

class BlockOja implements StreamMethod {
  readonly #settings: BlockOjaSettings;
  readonly #room: StreamRoom;
  readonly #vectors: Float64Array;
  /** Sum of a (a . v) over the mini-batch, for every v. */
  readonly #images: Float64Array;
  readonly #products: Float64Array;
  readonly #frobenius = new CompensatedSum();
  readonly #energies: DoublingMean[];
  #inBatch = 0;

  constructor(settings: BlockOjaSettings, room: StreamRoom, start: Float64Array) {
    const { workspace, components, capacity } = room;
    this.#settings = settings;
    this.#room = room;
    this.#vectors = workspace.float64From(start);
    this.#images = workspace.float64(start.length);
    this.#products = workspace.float64(capacity);
    this.#energies = Array.from({ length: components }, () => new DoublingMean());
  }

  take(batch: RowBatch, from: number, to: number): void {
    while (from < to) {
      const end = Math.min(to, from + this.#settings.batchSize - this.#inBatch);
      this.#gather(batch, from, end);
      if (this.#inBatch === this.#settings.batchSize) this.#step(this.#vectors);
      from = end;
    }
  }

  rescale(factor: number): void {
    this.#frobenius.scale(factor * factor);
    for (const energy of this.#energies) energy.scale(factor * factor);
    for (let k = 0; k < this.#images.length; k++) this.#images[k] *= factor * factor;
  }

  estimate(): StreamEstimate {
    const vectors = this.#vectors.slice();
    if (this.#inBatch > 0) this.#turn(vectors);
    return { vectors, values: Float64Array.from(this.#energies, (energy) => energy.extrapolated) };
  }

  stored(): { doubles: number; singles: number } {
    return { doubles: 3 * this.#vectors.length, singles: 0 };
  }

  #gather(batch: RowBatch, from: number, to: number): void {
    const { workspace, dimension, components } = this.#room;
    const { dot, gemv } = workspace.kernels(linalgKernels);
    const { accumulateRows } = workspace.kernels(streamingKernels);
    for (let i = from; i < to; i++) this.#frobenius.add(batch.squares[i]);
    const rows = batch.rows.byteOffset + 8 * from * dimension;
    const products = this.#products.byteOffset;
    for (let c = 0; c < components; c++) {
      const shift = 8 * c * dimension;
      gemv(0, to - from, dimension, rows, this.#vectors.byteOffset + shift, products);
      this.#energies[c].add(dot(to - from, products, products), to - from);
      accumulateRows(to - from, dimension, rows, products, this.#images.byteOffset + shift);
    }
    this.#inBatch += to - from;
  }

  #step(vectors: Float64Array): void {
    this.#turn(vectors);
    this.#images.fill(0);
    this.#inBatch = 0;
  }

  /** V <- QR(V + rate sum a a' V), with the rate of Oja's rule at the last row. */
  #turn(vectors: Float64Array): void {
    const { dimension, components } = this.#room;
    const total = this.#frobenius.value;
    if (total === 0) return;
    const rate = (this.#settings.learningRate * dimension) / total;
    for (let k = 0; k < vectors.length; k++) vectors[k] += rate * this.#images[k];
    orthonormaliseRows(vectors, components, dimension);
  }
}
