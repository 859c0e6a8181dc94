// The picture of a linear system: the solution and what is left of the right-hand side, as fields.
import type { Box } from '../../../docs/demo/heat-map.ts';
import { drawHeatMap } from '../../../docs/demo/heat-map.ts';
import type { Scene, Surface, View } from '../../../docs/demo/view.ts';
import { matvec } from '../src/matvec.ts';
import type { LinearSolution, LinearSystem } from '../src/systems/linear-system.ts';

/** The view of `linalg/linear-system`. */
export const view: View<LinearSystem, LinearSolution> = {
  aspect: 2.1,
  opening: { family: 'laplacian', params: { side: 40 }, seed: 1 },
  caption: () =>
    'The solution x, dark where it is large, and the magnitude of the residual b - A x on a logarithmic scale from 1e-10 to 1 of the largest entry of b; on a grid both lie as its points do.',
  describe: ({ instance: { a }, solution: { relativeResidual } }) =>
    `${a.rows} equations with ${a.values.length} entries; the residual is ${relativeResidual.toExponential(1)} of the right-hand side.`,
  draw(surface, { instance: { a, b }, solution: { x } }: Scene<LinearSystem, LinearSolution>) {
    const { width, height, context, palette } = surface;
    const [gap, label] = [20, 16];
    const side = Math.min((width - gap - 8) / 2, height - label - 8);
    const left = (width - 2 * side - gap) / 2;
    const image = matvec(a, x);
    const largest = largestOf(b) || 1;
    const low = x.reduce((least, value) => Math.min(least, value), 0);
    const high = x.reduce((most, value) => Math.max(most, value), 0);
    const fields: readonly (readonly [string, Float64Array])[] = [
      ['x', x.map((value) => (value - low) / (high - low || 1))],
      ['|b - A x|', b.map((value, i) => 1 + Math.log10(Math.abs(value - image[i]) / largest) / 10)],
    ];
    for (const [k, [name, values]] of fields.entries()) {
      const box = { x: left + k * (side + gap), y: label + 4, width: side, height: side };
      drawField(surface, values, box);
      context.fillStyle = palette.muted;
      context.font = '12px system-ui, sans-serif';
      context.fillText(name, box.x, box.y - 5);
    }
  },
};

/** A vector row by row in a square, which is where its entries are when it lives on a square grid. */
function drawField(surface: Surface, values: Float64Array, box: Box): void {
  const cols = Math.max(1, Math.ceil(Math.sqrt(values.length)));
  const rows = Math.max(1, Math.ceil(values.length / cols));
  const cells = new Float64Array(rows * cols);
  cells.set(values);
  drawHeatMap(surface, { rows, cols, values: cells }, box);
}

function largestOf(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
