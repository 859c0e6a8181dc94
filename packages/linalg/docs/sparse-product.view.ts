// The picture of a sparse product: where A, B and C have entries.
import type { Box } from '../../../docs/demo/heat-map.ts';
import { drawHeatMap } from '../../../docs/demo/heat-map.ts';
import type { Scene, Surface, View } from '../../../docs/demo/view.ts';
import type { CsrMatrix } from '../src/matrices.ts';
import type { SparsePair } from '../src/products/sparse-product.ts';
import type { SparseProduct } from '../src/products/spgemm-solution.ts';

type ProductScene = Scene<SparsePair, SparseProduct>;

/** Cells a side; entries of larger matrices are counted in blocks. */
const MAX_CELLS = 96;

/** The view of `linalg/sparse-product`. */
export const view: View<SparsePair, SparseProduct> = {
  aspect: 2.6,
  opening: { family: 'rmat', params: { scale: 7, edges: 600 }, seed: 1 },
  caption: () => 'Where A, B and their product C have entries, the darker the more; below the line C is not done yet.',
  describe: ({ instance: { a, b }, solution: { matrix, completedRows, products } }) =>
    `A of ${a.values.length} and B of ${b.values.length} entries; ${products} products so far make ` +
    `${matrix.values.length} entries in ${completedRows} of ${a.rows} rows of C.`,
  draw(surface, { instance: { a, b }, solution }: ProductScene) {
    const { width, height, context, palette } = surface;
    const gap = 16;
    const label = 16;
    const side = Math.min((width - 2 * gap - 8) / 3, height - label - 8);
    const left = (width - 3 * side - 2 * gap) / 2;
    [a, b, solution.matrix].forEach((matrix, k) => {
      const box = { x: left + k * (side + gap), y: label + 4, width: side, height: side };
      drawEntries(surface, matrix, box);
      context.fillStyle = palette.muted;
      context.font = '12px system-ui, sans-serif';
      context.fillText(['A', 'B', 'C = A B'][k], box.x, box.y - 5);
    });
    if (solution.completedRows === a.rows) return;
    const x = left + 2 * (side + gap);
    const y = label + 4 + (side * solution.completedRows) / a.rows;
    context.strokeStyle = palette.second;
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + side, y);
    context.stroke();
  },
};

/** A cell a block of the matrix; the square root keeps lonely entries visible. */
function drawEntries(surface: Surface, matrix: CsrMatrix, box: Box): void {
  const rows = Math.min(matrix.rows, MAX_CELLS);
  const cols = Math.min(matrix.cols, MAX_CELLS);
  const counts = new Float64Array(rows * cols);
  for (let i = 0; i < matrix.rows; i++) {
    const row = Math.floor((i * rows) / matrix.rows);
    for (let k = matrix.rowPointers[i]; k < matrix.rowPointers[i + 1]; k++) {
      counts[row * cols + Math.floor((matrix.columnIndices[k] * cols) / matrix.cols)]++;
    }
  }
  const most = counts.reduce((largest, count) => Math.max(largest, count), 1);
  drawHeatMap(surface, { rows, cols, values: counts.map((count) => Math.sqrt(count / most)) }, box);
}
