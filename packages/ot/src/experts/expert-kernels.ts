// The choice of experts, in WebAssembly and in plain TypeScript.
import type { KernelModule } from '@infimum/linalg/kernels';
import { defineKernels } from '@infimum/linalg/kernels';
import { relaxedSimd, simd } from '../generated/experts-kernels.ts';

/** Loops over scores. Arguments are numbers and byte offsets into the workspace. */
interface ExpertKernels {
  /**
   * The `count` columns of largest score + bias of every row, the largest first, of equal ones the smaller index;
   * returns the sum of all those biased scores. `scratch` has room for 9 ceil(cols / 8) doubles, `chosen` for
   * rows x count 32-bit indices. All indices are below `cols`, for NaN too.
   */
  topExperts(rows: number, cols: number, count: number, scores: number, bias: number, scratch: number, chosen: number): number;
}

export const expertKernels: KernelModule<ExpertKernels> = /* @__PURE__ */ defineKernels({ simd, relaxedSimd, reference });

/** The same loop in plain TypeScript. */
function reference(buffer: ArrayBufferLike): ExpertKernels {
  const memory = new Float64Array(buffer);
  const indices = new Int32Array(buffer);
  return {
    topExperts(rows, cols, count, scores, bias, scratch, chosen) {
      const first = scratch / 8;
      const last = first + count - 1;
      let sum = 0;
      for (let i = 0; i < rows; i++) {
        const place = chosen / 4 + i * count;
        memory.fill(-Infinity, first, last + 1);
        // What nothing is put into, as nothing is above NaN, is still an expert.
        indices.fill(cols - 1, place, place + count);
        for (let k = 0; k < cols; k++) {
          const value = memory[scores / 8 + i * cols + k] + memory[bias / 8 + k];
          if (!(value > memory[last])) continue;
          let rank = count - 1;
          for (; rank > 0 && memory[first + rank - 1] < value; rank--) {
            memory[first + rank] = memory[first + rank - 1];
            indices[place + rank] = indices[place + rank - 1];
          }
          memory[first + rank] = value;
          indices[place + rank] = k;
        }
        for (let rank = 0; rank < count; rank++) sum += memory[first + rank];
      }
      return sum;
    },
  };
}
