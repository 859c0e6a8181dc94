// Matrices A' diag(w) A, the curvature of functions of A x.
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { GEMM_SCRATCH, layout, matrixPlace, placedGram, scratch, transposedPlace } from '@infimum/linalg/kernels';

/** Writes A' diag(w) A, symmetric, for weights that are at least 0. */
export type WeightedGram = (weights: Float64Array, out: Float64Array) => void;

/** Makes room for one weighted Gram matrix after the other; the entries of A are read anew each time. */
export function weightedGram(a: DenseMatrix | CsrMatrix): WeightedGram {
  return 'rowPointers' in a ? sparseGram(a) : denseGram(a);
}

/** O(m d²) in a symmetric product of sqrt(w) A with itself. */
function denseGram({ rows, cols, values }: DenseMatrix): WeightedGram {
  const { workspace, scaled, product, gemmScratch } = layout({
    scaled: rows * cols,
    product: cols * cols,
    gemmScratch: scratch(GEMM_SCRATCH),
  });
  const gram = {
    rows: cols,
    inner: rows,
    a: transposedPlace(matrixPlace(scaled, cols)),
    c: matrixPlace(product, cols),
    scratch: gemmScratch,
  };
  return (weights, out) => {
    for (let i = 0; i < rows; i++) {
      const factor = Math.sqrt(weights[i]);
      for (let k = i * cols; k < (i + 1) * cols; k++) scaled[k] = factor * values[k];
    }
    placedGram(workspace, gram);
    for (let i = 0; i < cols; i++) {
      for (let j = 0; j <= i; j++) {
        const entry = product[i * cols + j];
        out[i * cols + j] = entry;
        out[j * cols + i] = entry;
      }
    }
  };
}

/** O(sum of the squares of the rows' entries). */
function sparseGram({ rows, cols, rowPointers, columnIndices, values }: CsrMatrix): WeightedGram {
  return (weights, out) => {
    out.fill(0);
    for (let i = 0; i < rows; i++) {
      for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
        const factor = weights[i] * values[k];
        const row = columnIndices[k] * cols;
        for (let l = rowPointers[i]; l < rowPointers[i + 1]; l++) {
          out[row + columnIndices[l]] += factor * values[l];
        }
      }
    }
  };
}
