// The picture of a labelled sample: the first two coordinates in the plane of the learnt normal and one direction across it,
// errors marked, and the certified wedge.
import type { Scene, Surface, View } from '../../../docs/demo/view.ts';
import type { HalfspaceInstance, HalfspaceSolution } from '../src/halfspaces/halfspace-samples.ts';

type HalfspaceScene = Scene<HalfspaceInstance, HalfspaceSolution>;

/** Points that are drawn. */
const MOST_POINTS = 3000;

/** The view of `verify/testable-halfspace`. */
export const view: View<HalfspaceInstance, HalfspaceSolution> = {
  aspect: 1.4,
  opening: { family: 'planted', params: { n: 30_000, d: 2 }, seed: 1 },
  caption: () =>
    'Points by their distance from the boundary (up) and one coordinate along it; points on the wrong side are marked. The wedge holds the best halfspace, if that is certified.',
  describe: ({ solution: { accepted, error, certifiedExcess } }) =>
    `${accepted ? 'Accepted' : 'Not accepted'}: error ${error.toPrecision(3)}, certified excess ${certifiedExcess.toPrecision(3)}.`,
  draw({ context, width, height, palette }: Surface, { instance, solution }: HalfspaceScene) {
    const { rows, cols, values } = instance.points;
    const w = solution.weights;
    const across = directionAcross(w);
    const unit = Math.min(width, height) / 7;
    const [x0, y0] = [width / 2, height / 2];
    if (solution.accepted && solution.angle < Math.PI / 2) {
      context.fillStyle = palette.muted;
      context.globalAlpha = 0.2;
      const rise = Math.tan(solution.angle) * width;
      for (const side of [1, -1]) {
        context.beginPath();
        context.moveTo(x0, y0);
        context.lineTo(x0 + side * width, y0 - rise);
        context.lineTo(x0 + side * width, y0 + rise);
        context.fill();
      }
      context.globalAlpha = 1;
    }
    const step = Math.max(1, Math.ceil(rows / MOST_POINTS));
    for (let i = 0; i < rows; i += step) {
      let [z, v] = [0, 0];
      for (let j = 0; j < cols; j++) {
        z += values[i * cols + j] * w[j];
        v += values[i * cols + j] * across[j];
      }
      const isWrong = z * instance.labels[i] < 0;
      context.fillStyle = isWrong ? palette.second : palette.first;
      context.globalAlpha = isWrong ? 0.9 : 0.35;
      context.fillRect(x0 + unit * v - 1, y0 - unit * z - 1, 2, 2);
    }
    context.globalAlpha = 1;
    context.strokeStyle = palette.ink;
    context.beginPath();
    context.moveTo(0, y0);
    context.lineTo(width, y0);
    context.stroke();
  },
};

/** A unit vector across w. */
function directionAcross(w: Float64Array): Float64Array {
  const u = new Float64Array(w.length);
  u[Math.abs(w[0]) < 0.9 ? 0 : 1] = 1;
  const along = u.reduce((sum, x, j) => sum + x * w[j], 0);
  const v = u.map((x, j) => x - along * w[j]);
  const length = Math.hypot(...v) || 1;
  return v.map((x) => x / length);
}
