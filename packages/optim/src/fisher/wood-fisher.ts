// WoodFisher: the inverse of a damped sum of squares of gradients in dense blocks, a baseline for M-FAC.
//
// S. P. Singh, D. Alistarh: WoodFisher: efficient second-order approximation for neural network compression
// (arXiv 2004.14340).
import type { DenseLike, MatrixLike, OptionSpecs, OptionsOf } from '@infimum/core';
import { asMatrix, checkInteger, resolveOptions } from '@infimum/core';
import type { InverseFisher } from './inverse-fisher.ts';
import { damping } from './window-inverse-fisher.ts';

const woodFisherOptions = {
  damping,
  blockSize: { type: 'integer', was: 'block', min: 1, default: 128, description: 'Coordinates per block' },
} as const satisfies OptionSpecs;

/** Options of WoodFisher. */
export type WoodFisherOptions = OptionsOf<typeof woodFisherOptions>;

/**
 * The same inverse as that of `inverseFisher` with blocks, kept as dense blocks B, each started at I / lambda and updated
 * with every gradient: B <- B - (B g)(B g)' / (m + g . B g). O(m d block) to set up, d block numbers; a product costs
 * O(d block). arXiv 2004.14340.
 *
 * @param gradients - a gradient a row
 * @throws {InvalidInputError} for gradients that are not finite, and for options out of range
 *
 * @example
 * ```ts
 * import { matrixFromRows } from '@infimum/linalg';
 * import { woodFisher } from '@infimum/optim/fisher';
 *
 * const inverse = woodFisher(matrixFromRows([[1, 2], [3, -1]]), { damping: 0.5 });
 * console.log(inverse.entry(0, 0).toFixed(6)); // 0.184615
 * ```
 */
export function woodFisher(gradients: MatrixLike, options: WoodFisherOptions = {}): InverseFisher {
  const table = asMatrix(gradients, 'gradients');
  const { damping, blockSize } = resolveOptions(woodFisherOptions, options);
  const { rows: count, cols: d } = table;
  const blocks: Float64Array[] = [];
  for (let from = 0; from < d; from += blockSize)
    blocks.push(inverseBlock(table, from, Math.min(d, from + blockSize), damping, count));
  const widthOf = (b: number) => Math.min(blockSize, d - b * blockSize);
  return {
    dimension: d,
    multiply: (x, out) => {
      blocks.forEach((inverse, b) => {
        const [from, width] = [b * blockSize, widthOf(b)];
        for (let i = 0; i < width; i++) {
          let sum = 0;
          for (let j = 0; j < width; j++) sum += inverse[i * width + j] * x[from + j];
          out[from + i] = sum;
        }
      });
    },
    entry: (row, column) => {
      checkInteger(row, 'row', { min: 0, max: d - 1 });
      checkInteger(column, 'column', { min: 0, max: d - 1 });
      const b = Math.floor(row / blockSize);
      if (b !== Math.floor(column / blockSize)) return 0;
      return blocks[b][(row - b * blockSize) * widthOf(b) + column - b * blockSize];
    },
    diagonal: (out) => {
      for (let k = 0; k < d; k++) {
        const b = Math.floor(k / blockSize);
        out[k] = blocks[b][(k - b * blockSize) * (widthOf(b) + 1)];
      }
    },
  };
}

function inverseBlock({ cols: d, values }: DenseLike, from: number, to: number, damping: number, count: number): Float64Array {
  const width = to - from;
  const inverse = new Float64Array(width * width);
  for (let i = 0; i < width; i++) inverse[i * (width + 1)] = 1 / damping;
  const product = new Float64Array(width);
  for (let row = 0; row < count; row++) {
    const at = row * d + from;
    product.fill(0);
    // B is symmetric: B g from its rows, without those that meet zeros, of which images have many.
    for (let i = 0; i < width; i++) {
      const factor = values[at + i];
      if (factor === 0) continue;
      for (let j = 0, k = i * width; j < width; j++) product[j] += factor * inverse[k + j];
    }
    let divisor = count;
    for (let i = 0; i < width; i++) divisor += values[at + i] * product[i];
    for (let i = 0; i < width; i++) {
      const factor = product[i] / divisor;
      if (factor === 0) continue;
      for (let j = 0, k = i * width; j < width; j++) inverse[k + j] -= factor * product[j];
    }
  }
  return inverse;
}
