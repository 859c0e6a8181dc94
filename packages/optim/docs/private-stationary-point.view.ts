// The picture of private weights: bars, with what they cost.
import type { View } from '../../../docs/demo/view.ts';
import type { PrivateInstance } from '../src/private/private-problem.ts';
import type { PrivateSolution } from '../src/private/private-run.ts';

/** The view of `optim/private-stationary-point`. */
export const view: View<PrivateInstance, PrivateSolution> = {
  aspect: 2.2,
  opening: { family: 'mean', params: { n: 2000 }, seed: 1 },
  caption: () => 'The weights as they are released; for the robust mean, lines show the mean that they are to find.',
  describe: ({ instance: { points }, solution: { epsilon, delta, gradients } }) =>
    `${points.rows} records, epsilon ${epsilon.toFixed(3)} at delta ${delta}, ${gradients} gradients.`,
  draw({ context, width, height, palette }, { instance: { loss, points }, solution: { w } }) {
    const means = new Float64Array(w.length);
    points.values.forEach((value, k) => {
      means[k % points.cols] += value / points.rows;
    });
    const isMean = loss === 'huber';
    const most = [...w, ...(isMean ? means : [])].reduce((largest, v) => Math.max(largest, Math.abs(v)), 0) || 1;
    const step = (width - 16) / w.length;
    const size = (value: number): number => (value / most) * (height / 2 - 10);
    w.forEach((value, j) => {
      context.fillStyle = palette.first;
      context.fillRect(8 + (j + 0.1) * step, height / 2 - Math.max(size(value), 0), 0.8 * step, Math.abs(size(value)));
      context.fillStyle = palette.second;
      if (isMean) context.fillRect(8 + j * step, height / 2 - size(means[j]) - 1, step, 2);
    });
    context.fillStyle = palette.hairline;
    context.fillRect(8, height / 2 - 0.5, width - 16, 1);
  },
};
