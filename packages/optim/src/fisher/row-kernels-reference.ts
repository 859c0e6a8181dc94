// The kernels of rows in 32 bits in plain TypeScript: what the WebAssembly builds are tested against, and run in their place
// where the engine has no SIMD. In the order of `row-kernels.ts`.
import type { RowKernels } from './row-kernels.ts';

/** The kernels on a memory; byte offsets become indices into views of it. */
export function rowReference(buffer: ArrayBufferLike): RowKernels {
  const singles = new Float32Array(buffer);
  const doubles = new Float64Array(buffer);
  return {
    dots32: (from, to, cols, a, stride, x, y) => {
      for (let i = from; i < to; i++) {
        let sum = 0;
        for (let k = 0, at = a / 4 + i * stride; k < cols; k++) sum += singles[at + k] * doubles[x / 8 + k];
        doubles[y / 8 + i] += sum;
      }
    },
    combine32: (rows, cols, a, stride, factors, y) => {
      for (let i = 0; i < rows; i++) {
        const factor = doubles[factors / 8 + i];
        for (let k = 0, at = a / 4 + i * stride; k < cols; k++)
          doubles[y / 8 + k] += factor * singles[at + k];
      }
    },
    gram32: (rows, cols, a, stride, gram) => {
      const width = 8 * Math.ceil(rows / 8);
      for (let from = 0; from < cols; from += 128) {
        const end = Math.min(cols, from + 128);
        for (let i = 0; i < rows; i++) {
          for (let j = 0; j <= i; j++) {
            const [left, right] = [a / 4 + i * stride, a / 4 + j * stride];
            let sum = 0;
            for (let k = from; k < end; k++) {
              sum = Math.fround(sum + Math.fround(singles[left + k] * singles[right + k]));
            }
            doubles[gram / 8 + i * width + j] += sum;
          }
        }
      }
    },
  };
}
