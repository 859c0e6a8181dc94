// Blocks of rows that are multiplied by a network's layers one after the other, on linalg's kernels where that is faster.
import { GEMM_SCRATCH, layout, matrixPlace, placedProduct, scratch } from '@infimum/linalg/kernels';
import type { PreparedNetwork } from '../networks/network.ts';

/** Rows of a block; the upper and the lower bound of a number are a row each. */
const MOST_ROWS = 512;

/** Products below so many multiplications are done by plain loops. */
const SMALL = 20_000;

/** The most doubles of a block. */
const MOST_DOUBLES = 2 ** 21;

/**
 * Two buffers and the weights in the memory of one solve. `rows` is the block as it stands; products swap the buffers.
 * `release` frees the memory for reuse.
 */
export class RowProducts {
  readonly network: PreparedNetwork;
  /** Rows that fit into a block. */
  readonly capacity: number;
  /** The block: row r begins at r times its width. */
  rows: Float64Array;
  #spare: Float64Array;
  /** Multiplications and additions so far, for tests of growth. */
  operations = 0;
  readonly #memory;

  constructor(network: PreparedNetwork) {
    this.network = network;
    const { layers } = network;
    const width = Math.max(...layers.map(({ map }) => Math.max(map.inputs, map.outputs)));
    this.capacity = Math.max(2, Math.min(MOST_ROWS, 2 * width, 2 * Math.floor(MOST_DOUBLES / width / 2)));
    const block = this.capacity * width;
    this.#memory = layout({
      rows: block,
      spare: block,
      weights: layers.map(({ map }) => map.dense ?? 0),
      gemmScratch: scratch(GEMM_SCRATCH),
    });
    this.rows = this.#memory.rows;
    this.#spare = this.#memory.spare;
  }

  /** rows <- rows W_k'. */
  forward(k: number, count: number): void {
    const { map } = this.network.layers[k];
    this.#multiply(k, count, map.outputs, map.inputs, 1, map.inputs, () => map.forwardRows(this.rows, count, this.#spare));
  }

  /** rows <- rows W_k. */
  backward(k: number, count: number): void {
    const { map } = this.network.layers[k];
    this.#multiply(k, count, map.inputs, map.outputs, map.inputs, 1, () => map.backwardRows(this.rows, count, this.#spare));
  }

  #multiply(k: number, count: number, cols: number, inner: number, bRow: number, bCol: number, plain: () => void): void {
    const work = count * cols * inner;
    const isDense = this.network.layers[k].map.dense !== undefined;
    if (isDense) this.operations += 2 * work;
    if (isDense && work > SMALL) {
      const { workspace, weights, gemmScratch } = this.#memory;
      placedProduct(workspace, {
        rows: count,
        cols,
        inner,
        a: matrixPlace(this.rows, inner),
        b: { at: weights[k].byteOffset, row: bRow, column: bCol },
        c: matrixPlace(this.#spare, cols),
        scratch: gemmScratch,
      });
    } else plain();
    [this.rows, this.#spare] = [this.#spare, this.rows];
  }

  release(): void {
    this.#memory.workspace.release();
  }
}

/** Runs a computation with pauses to its end, without pausing. */
export function finish<Result>(computation: Generator<void, Result>): Result {
  for (;;) {
    const step = computation.next();
    if (step.done) return step.value;
  }
}
