// The picture of a bilevel problem: wrong labels and the weights that the samples got, or the hyper-objective of one variable.
import type { Surface, View } from '../../../docs/demo/view.ts';
import type { BilevelSolution } from '../src/models/bilevel-optimization.ts';
import { sigmoid } from '../src/models/cleaning.ts';
import type { BilevelInstance } from '../src/models/instance.ts';
import type { ValueAndGradient } from '../src/models/model.ts';
import { toy } from '../src/models/toys.ts';

/** The view of `bilevel/optimization`. */
export const view: View<BilevelInstance, BilevelSolution> = {
  aspect: 1.6,
  opening: { family: 'cleaning', params: { train: 60, validation: 30 } },
  caption: ({ instance }) =>
    instance.source.kind === 'cleaning'
      ? 'A bar a training sample, as long as its weight; samples with wrong labels in the second colour, to the right.'
      : 'The upper variables as bars; for one variable the hyper-objective around it, and where x is.',
  describe: ({ instance, solution }) => {
    if (instance.source.kind !== 'cleaning')
      return `x = ${Array.from(solution.x.slice(0, 6), (t) => t.toFixed(4)).join(', ')}.`;
    const mean = (wrong: number) => {
      const chosen = Array.from(solution.x).filter(
        (_, i) => (instance.source.kind === 'cleaning' ? instance.source.wrong?.[i] : 0) === wrong,
      );
      return chosen.reduce((sum, t) => sum + sigmoid(t), 0) / Math.max(1, chosen.length);
    };
    return `Mean weight of right labels ${mean(0).toFixed(2)}, of wrong ones ${mean(1).toFixed(2)}.`;
  },
  draw(surface, { instance, solution }) {
    const { source } = instance;
    // Those of the toys have a closed form; others would need a lower solution at every place of the curve.
    const { hyperObjective } = source.kind === 'toy' ? toy(source.name, source.size, source.offset) : {};
    if (source.kind === 'cleaning') {
      const order = Array.from(solution.x.keys()).sort((i, j) => (source.wrong?.[i] ?? 0) - (source.wrong?.[j] ?? 0));
      drawBars(
        surface,
        order.map((i) => sigmoid(solution.x[i])),
        order.map((i) => source.wrong?.[i] === 1),
      );
    } else if (solution.x.length === 1 && hyperObjective)
      drawCurve(surface, hyperObjective, instance.initial.x[0], solution.x[0]);
    else
      drawBars(
        surface,
        centered(solution.x),
        Array.from(solution.x, (t) => t < 0),
      );
  },
};

/** Magnitudes over the largest. */
function centered(x: Float64Array): number[] {
  const most = x.reduce((a, t) => Math.max(a, Math.abs(t)), 0) || 1;
  return Array.from(x, (t) => Math.abs(t) / most);
}

/** Bars from below, in two colours. */
function drawBars({ context, width, height, palette }: Surface, shares: readonly number[], second: readonly boolean[]): void {
  const step = (width - 16) / shares.length;
  for (const [k, share] of shares.entries()) {
    context.fillStyle = second[k] ? palette.second : palette.first;
    const tall = Math.max(1, share * (height - 16));
    context.fillRect(8 + k * step, height - 8 - tall, Math.max(1, 0.85 * step), tall);
  }
}

/** The hyper-objective of one variable, and where x is. */
function drawCurve(
  { context, width, height, palette }: Surface,
  hyperObjective: (x: Float64Array) => ValueAndGradient,
  start: number,
  x: number,
): void {
  const [low, high] = [Math.min(start, x) - 1, Math.max(start, x) + 1];
  const count = 60;
  const values = Array.from(
    { length: count + 1 },
    (_, k) => hyperObjective(Float64Array.of(low + ((high - low) * k) / count)).value,
  );
  const at = hyperObjective(Float64Array.of(x)).value;
  const [least, most] = [Math.min(...values, at), Math.max(...values, at)];
  const across = (t: number) => 12 + ((t - low) / (high - low)) * (width - 24);
  const up = (value: number) => height - 12 - ((value - least) / (most - least || 1)) * (height - 24);
  context.strokeStyle = palette.muted;
  context.lineWidth = 1.5;
  context.beginPath();
  for (const [k, value] of values.entries()) context.lineTo(across(low + ((high - low) * k) / count), up(value));
  context.stroke();
  context.fillStyle = palette.first;
  context.beginPath();
  context.arc(across(x), up(at), 5, 0, 2 * Math.PI);
  context.fill();
}
