// Krasulina's rule: a stochastic gradient of the Rayleigh quotient, orthogonal to the vector that it turns.
//
// T. Krasulina: The method of stochastic approximation for the determination of the least eigenvalue of a symmetrical
// matrix (1969).
import { linalgKernels } from '../webassembly/linalg-kernels.ts';
import type { RowBatch, StreamEstimate, StreamMethod, StreamPlan, StreamRoom } from './streaming-method.ts';
import { CompensatedSum, DoublingMean } from './streaming-method.ts';

/** Krasulina's rule, ready to begin; rates as in Oja's rule. */
export function krasulina(learningRate: number, dimension: number): StreamPlan {
  return { float64: [dimension], begin: (room, start) => new Krasulina(learningRate, room, start) };
}

class Krasulina implements StreamMethod {
  readonly #learningRate: number;
  readonly #room: StreamRoom;
  readonly #vector: Float64Array;
  readonly #frobenius = new CompensatedSum();
  readonly #energy = new DoublingMean();

  constructor(learningRate: number, room: StreamRoom, start: Float64Array) {
    this.#learningRate = learningRate;
    this.#room = room;
    this.#vector = room.workspace.float64From(start);
  }

  take(batch: RowBatch, from: number, to: number): void {
    const { workspace, dimension } = this.#room;
    const { dot, axpy, nrm2, scal } = workspace.kernels(linalgKernels);
    const v = this.#vector.byteOffset;
    for (let i = from; i < to; i++) {
      this.#frobenius.add(batch.squares[i]);
      const total = this.#frobenius.value;
      if (total === 0) continue;
      const row = batch.rows.byteOffset + 8 * i * dimension;
      const rate = (this.#learningRate * dimension) / total;
      const product = dot(dimension, row, v);
      this.#energy.add(product * product, 1);
      // v + rate ((a . v) a - (a . v)² v / |v|²), with |v| = 1 before every row; over what it grows by, for large rates.
      const growth = Math.max(1, rate * Math.abs(product) * Math.sqrt(batch.squares[i]));
      scal(dimension, 1 / growth - (rate / growth) * product * product, v);
      axpy(dimension, (rate / growth) * product, row, v);
      const norm = nrm2(dimension, v);
      if (norm > 0) scal(dimension, 1 / norm, v);
      else
        this.#vector.set(batch.rows.subarray(i * dimension, (i + 1) * dimension).map((x) => x / Math.sqrt(batch.squares[i])));
    }
  }

  rescale(factor: number): void {
    this.#frobenius.scale(factor * factor);
    this.#energy.scale(factor * factor);
  }

  estimate(): StreamEstimate {
    return { vectors: this.#vector.slice(), values: Float64Array.of(this.#energy.extrapolated) };
  }

  stored(): { doubles: number; singles: number } {
    return { doubles: 2 * this.#vector.length, singles: 0 };
  }
}
