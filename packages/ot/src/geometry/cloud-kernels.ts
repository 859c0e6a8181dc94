// Sums over the pairs of two clouds whose costs are computed on the way, in WebAssembly and in plain TypeScript.
import { portableExp } from '@infimum/core/portable-math';
import type { KernelModule } from '@infimum/linalg/kernels';
import { blockKernel, defineKernels } from '@infimum/linalg/kernels';
import { relaxedSimd, simd } from '../generated/clouds-kernels.ts';
import { BLOCK } from './spatial-blocks.ts';

/** A loop over blocks `from` to `to`, by its arguments in the order in which they are named below. */
type Loop = (from: number, to: number, ...places: number[]) => void;

/**
 * Loops over tiles, the pairs of a block of sources and one of targets: those of block i are `tiles` from `pointers_i` to
 * `pointers_i+1`. A block has its points one coordinate after the other. The cost is |x - y|, with `root`, or |x - y|^2.
 */
interface CloudKernels {
  /**
   * Blocks `from` to `to` of log sum_j exp(shift_j - scale c_ij): raises the maxima of the exponents and adds to the sums
   * of exp(exponent - maximum); exponents by `reach` below the maximum may be left out. `scratch` has room for a block.
   */
  cloudLogSums: Loop;
  /**
   * For w_ij = exp(own_i + shift_j - scale c_ij), over c_ij if `inverse`, where the exponent is above `far`: adds sum_j w_ij,
   * scale sum_j w_ij c_ij and sum_j w_ij y_j to the rows, one after the other by `rowStride` bytes, and sum_i w_ij and
   * sum_i w_ij x_i to the columns.
   */
  cloudPass: Loop;
}

const cloudKernels: KernelModule<CloudKernels> = /* @__PURE__ */ defineKernels<CloudKernels>({ simd, relaxedSimd, reference });

const shared = ['d', 'root', 'x', 'y', 'shift', 'scale'] as const;

/** `cloudLogSums` by names. */
export const cloudLogSums = /* @__PURE__ */ blockKernel(cloudKernels, 'cloudLogSums', [
  ...shared,
  'reach',
  'pointers',
  'tiles',
  'maxima',
  'sums',
  'scratch',
]);

/** `cloudPass` by names. */
export const cloudPass = /* @__PURE__ */ blockKernel(cloudKernels, 'cloudPass', [
  ...shared,
  'far',
  'own',
  'inverse',
  'pointers',
  'tiles',
  'rows',
  'rowStride',
  'columns',
  'columnStride',
  'scratch',
]);

/** The same loops in plain TypeScript. */
function reference(buffer: ArrayBufferLike): CloudKernels {
  const memory = new Float64Array(buffer);
  const indices = new Int32Array(buffer);
  /** All pairs of the tiles, as places in the clouds, with their costs. */
  const eachPair = (
    [from, to, d, root, x, y, pointers, tiles]: readonly number[],
    visit: (i: number, j: number, cost: number) => void,
  ) => {
    for (let block = from; block < to; block++) {
      for (let tile = indices[pointers / 4 + block]; tile < indices[pointers / 4 + block + 1]; tile++) {
        const other = indices[tiles / 4 + tile];
        for (let k = 0; k < BLOCK * BLOCK; k++) {
          const [row, column] = [Math.floor(k / BLOCK), k % BLOCK];
          let squares = 0;
          for (let c = 0; c < d; c++) {
            squares += (memory[x / 8 + (block * d + c) * BLOCK + row] - memory[y / 8 + (other * d + c) * BLOCK + column]) ** 2;
          }
          visit(block * BLOCK + row, other * BLOCK + column, root ? Math.sqrt(squares) : squares);
        }
      }
    }
  };
  return {
    cloudLogSums(from, to, d, root, x, y, shift, scale, reach, pointers, tiles, maxima, sums) {
      eachPair([from, to, d, root, x, y, pointers, tiles], (i, j, cost) => {
        const exponent = memory[shift / 8 + j] - scale * cost;
        const largest = memory[maxima / 8 + i];
        if (exponent === -Infinity || exponent <= largest - reach) return;
        memory[maxima / 8 + i] = Math.max(largest, exponent);
        if (exponent > largest) memory[sums / 8 + i] = memory[sums / 8 + i] * portableExp(largest - exponent) + 1;
        else memory[sums / 8 + i] += portableExp(exponent - largest);
      });
    },
    cloudPass(
      from,
      to,
      d,
      root,
      x,
      y,
      shift,
      scale,
      far,
      own,
      inverse,
      pointers,
      tiles,
      rows,
      rowStride,
      columns,
      columnStride,
    ) {
      eachPair([from, to, d, root, x, y, pointers, tiles], (i, j, cost) => {
        const exponent = memory[own / 8 + i] + memory[shift / 8 + j] - scale * cost;
        if (!(exponent > far)) return;
        const mass = portableExp(Math.min(exponent, 708)) * (inverse ? Number(cost > 0) / (cost || 1) : 1);
        memory[rows / 8 + i] += mass;
        memory[(rows + rowStride) / 8 + i] += mass * scale * cost;
        memory[columns / 8 + j] += mass;
        for (let c = 0; c < d; c++) {
          const at = (place: number) => (Math.floor(place / BLOCK) * d + c) * BLOCK + (place % BLOCK);
          memory[(rows + (2 + c) * rowStride) / 8 + i] += mass * memory[y / 8 + at(j)];
          memory[(columns + (1 + c) * columnStride) / 8 + j] += mass * memory[x / 8 + at(i)];
        }
      });
    },
  };
}
