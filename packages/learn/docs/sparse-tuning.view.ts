// The picture of a tuned network: how far each layer’s weights have moved, and the test examples that are right.
import { drawHeatMap } from '../../../docs/demo/heat-map.ts';
import type { Scene, View } from '../../../docs/demo/view.ts';
import type { TuningInstance } from '../src/tuning/tuned-network.ts';
import { predictClasses } from '../src/tuning/tuned-network.ts';
import type { TuningSolution } from '../src/tuning/tuning-problem.ts';

/** The view of `learn/sparse-tuning`. */
export const view: View<TuningInstance, TuningSolution> = {
  aspect: 2,
  opening: { family: 'digits', params: { hidden: 32 }, seed: 1 },
  caption: () =>
    'The change of every layer’s weights but the head’s, dark where it is large; below, one mark for each test example, filled where its class is right.',
  describe: ({ instance: { test }, solution: { layers, trained } }) => {
    const right = predictClasses(layers, test.points).reduce((sum, label, t) => sum + (label === test.classes[t] ? 1 : 0), 0);
    return `${trained} numbers are trained; ${right} of ${test.classes.length} test examples are right.`;
  },
  draw(surface, { instance, solution }: Scene<TuningInstance, TuningSolution>) {
    const { context, width, height, palette } = surface;
    const hidden = solution.layers.slice(0, -1);
    const upper = 0.78 * height;
    const cell = width / Math.max(1, hidden.length);
    hidden.forEach(({ weights: { rows, cols, values } }, l) => {
      const before = instance.layers[l].weights.values;
      const change = Float64Array.from(values, (value, k) => Math.abs(value - before[k]));
      const largest = change.reduce((most, value) => Math.max(most, value), 0) || 1;
      const box = { x: l * cell + 6, y: 6, width: cell - 12, height: upper - 12 };
      drawHeatMap(surface, { rows, cols, values: change.map((value) => value / largest) }, box);
    });
    const predicted = predictClasses(solution.layers, instance.test.points);
    const columns = Math.ceil(Math.sqrt((predicted.length * width) / (height - upper)));
    const size = width / columns;
    for (const [t, label] of predicted.entries()) {
      const [x, y] = [(t % columns) * size, upper + Math.floor(t / columns) * size];
      context.fillStyle = label === instance.test.classes[t] ? palette.first : palette.hairline;
      context.fillRect(x + 1, y + 1, Math.max(1, size - 2), Math.max(1, size - 2));
    }
  },
};
