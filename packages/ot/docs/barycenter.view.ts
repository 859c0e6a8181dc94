// The picture of a barycentre: the images in a row, and what lies between them.
import type { Box } from '../../../docs/demo/heat-map.ts';
import { drawHeatMap } from '../../../docs/demo/heat-map.ts';
import type { Surface, View } from '../../../docs/demo/view.ts';
import type { Barycenter, BarycenterInstance } from '../src/barycenters/histograms.ts';

/** The view of `ot/barycenter`. */
export const view: View<BarycenterInstance, Barycenter> = {
  aspect: 2,
  opening: { family: 'mixtures', params: { side: 14, epsilon: 0.005 }, seed: 2 },
  caption: () => 'Left: the distributions. Right: the one that is nearest to all of them.',
  describe: ({ instance: { histograms, rows, cols }, solution: { marginalError } }) =>
    `Barycentre of ${histograms.rows} images of ${rows} x ${cols} pixels: marginal error ${marginalError.toExponential(1)}.`,
  draw(surface, { instance, solution: { barycenter } }) {
    const { histograms, rows, cols } = instance;
    const { width, height } = surface;
    const gap = 8;
    const across = Math.ceil(Math.sqrt(histograms.rows));
    const room = (height - gap) / across - gap;
    for (let k = 0; k < histograms.rows; k++) {
      const values = histograms.values.subarray(k * histograms.cols, (k + 1) * histograms.cols);
      const x = width / 2 - gap - (across - (k % across)) * (room + gap);
      const y = gap + Math.floor(k / across) * (room + gap);
      drawImage(surface, { rows, cols, values }, { x, y, width: room, height: room });
    }
    const side = height - 2 * gap;
    drawImage(surface, { rows, cols, values: barycenter }, { x: width / 2 + gap, y: gap, width: side, height: side });
  },
};

function drawImage(surface: Surface, image: { rows: number; cols: number; values: Float64Array }, box: Box): void {
  const largest = image.values.reduce((most, value) => Math.max(most, value), 0);
  drawHeatMap(surface, { ...image, values: image.values.map((value) => (largest > 0 ? value / largest : 0)) }, box);
}
