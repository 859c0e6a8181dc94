// Frequent Directions: a sketch of a few rows that is shrunk whenever it is full, so that no direction is overestimated
// and none is underestimated by more than |A|_F² / (l + 1). Without shrinking it is incremental PCA.
//
// E. Liberty: Simple and deterministic matrix sketching (2013); M. Ghashami et al. (2016).
import { symmetricEigen, symmetricEigenRoom } from '../eigen/symmetric-eigen.ts';
import { orthonormaliseRows } from '../orthonormal-rows.ts';
import { GEMM_SCRATCH } from '../webassembly/linalg-kernels.ts';
import { matrixPlace, placedGram, placedProduct } from '../webassembly/matrix-places.ts';
import type { RowBatch, StreamEstimate, StreamMethod, StreamPlan, StreamRoom } from './streaming-method.ts';

/** Settings of the sketch, all of them decided. */
export interface FrequentDirectionsSettings {
  /** l: directions that are kept. */
  readonly sketchSize: number;
  /** Subtract the (l+1)-th squared singular value from all, as Frequent Directions does; else only cut them off. */
  readonly shrink: boolean;
}

/** The sketch, ready to begin; its buffer has 2 l rows. */
export function frequentDirections(settings: FrequentDirectionsSettings, dimension: number): StreamPlan {
  const rows = 2 * settings.sketchSize;
  return {
    float64: [rows * dimension, rows * dimension, rows * rows, GEMM_SCRATCH],
    begin: (room, start) => new FrequentDirections(settings, room, start),
  };
}

class FrequentDirections implements StreamMethod {
  readonly #settings: FrequentDirectionsSettings;
  readonly #room: StreamRoom;
  readonly #buffer: Float64Array;
  readonly #rotated: Float64Array;
  readonly #square: Float64Array;
  readonly #gemmScratch: Float64Array;
  readonly #start: Float64Array;
  #filled = 0;

  constructor(settings: FrequentDirectionsSettings, room: StreamRoom, start: Float64Array) {
    const { workspace, dimension } = room;
    const rows = 2 * settings.sketchSize;
    this.#settings = settings;
    this.#room = room;
    this.#start = start;
    this.#buffer = workspace.float64(rows * dimension);
    this.#rotated = workspace.float64(rows * dimension);
    this.#square = workspace.float64(rows * rows);
    this.#gemmScratch = workspace.uncleared(GEMM_SCRATCH);
  }

  take(batch: RowBatch, from: number, to: number): void {
    const { dimension } = this.#room;
    const capacity = 2 * this.#settings.sketchSize;
    while (from < to) {
      const end = Math.min(to, from + capacity - this.#filled);
      this.#buffer.set(batch.rows.subarray(from * dimension, end * dimension), this.#filled * dimension);
      this.#filled += end - from;
      if (this.#filled === capacity) this.#compress();
      from = end;
    }
  }

  rescale(factor: number): void {
    for (let k = 0; k < this.#buffer.length; k++) this.#buffer[k] *= factor;
  }

  estimate(): StreamEstimate {
    const { components, dimension } = this.#room;
    const vectors = this.#start.slice();
    const values = new Float64Array(components);
    if (this.#filled > 0) {
      const squares = this.#rotate();
      for (let c = 0; c < Math.min(components, this.#filled); c++) {
        values[c] = squares[c];
        if (squares[c] > 0) vectors.set(this.#rotated.subarray(c * dimension, (c + 1) * dimension), c * dimension);
      }
    }
    orthonormaliseRows(vectors, components, dimension);
    return { vectors, values };
  }

  stored(): { doubles: number; singles: number } {
    const { components, dimension } = this.#room;
    const rows = 2 * this.#settings.sketchSize;
    // Buffer and rotated buffer; start and answer; Gram matrix, its copy, and what its decomposition takes; scratch.
    const doubles = 2 * (rows + components) * dimension + 2 * rows ** 2 + symmetricEigenRoom(rows) + GEMM_SCRATCH;
    return { doubles, singles: 0 };
  }

  #compress(): void {
    const { dimension } = this.#room;
    const { sketchSize, shrink } = this.#settings;
    const squares = this.#rotate();
    const cut = shrink ? squares[sketchSize] : 0;
    for (let i = 0; i < sketchSize; i++) {
      const factor = squares[i] > cut ? Math.sqrt((squares[i] - cut) / squares[i]) : 0;
      for (let j = 0; j < dimension; j++) {
        this.#buffer[i * dimension + j] = factor * this.#rotated[i * dimension + j];
      }
    }
    this.#filled = sketchSize;
  }

  /** Rotates the rows of the buffer so that they are orthogonal, the longest first; their squared norms. */
  #rotate(): Float64Array {
    const { workspace, dimension } = this.#room;
    const rows = this.#filled;
    const [buffer, square] = [matrixPlace(this.#buffer, dimension), matrixPlace(this.#square, rows)];
    const scratch = this.#gemmScratch;
    placedGram(workspace, { rows, inner: dimension, a: buffer, c: square, scratch });
    const gram = { rows, cols: rows, values: this.#square.slice(0, rows * rows) };
    const { values, vectors } = symmetricEigen(gram);
    for (let i = 0; i < rows; i++) {
      for (let k = 0; k < rows; k++) this.#square[i * rows + k] = vectors.values[k * rows + rows - 1 - i];
    }
    const rotated = matrixPlace(this.#rotated, dimension);
    placedProduct(workspace, { rows, cols: dimension, inner: rows, a: square, b: buffer, c: rotated, scratch });
    return Float64Array.from({ length: rows }, (_, i) => Math.max(0, values[rows - 1 - i]));
  }
}
