// The picture of a value function: the truth and what has been learnt, over the states that were seen.
import type { Scene, View } from '../../../docs/demo/view.ts';
import { brownianValue, callValue, exponentialValue } from '../src/continuous-time/approximators.ts';
import type { Episode, EvaluationInstance, EvaluationSolution } from '../src/continuous-time/evaluation-instance.ts';

type EvaluationScene = Scene<EvaluationInstance, EvaluationSolution>;

/** The value at the start of time as a function of the state; instances come without their functions. */
function valueAtStart({ family }: EvaluationScene): ((parameters: Float64Array, x: number) => number) | undefined {
  if (family === 'ornstein-uhlenbeck') return ([slope, constant], x) => slope * x * x + constant;
  const approximator = {
    brownian: brownianValue(1),
    'geometric-square': exponentialValue(1),
    'european-call': callValue(1, 0.02, 1),
  }[family];
  return approximator && ((parameters, x) => approximator.value(parameters, 0, Float64Array.of(x)));
}

/** The view of `bandits-rl/policy-evaluation`. */
export const view: View<EvaluationInstance, EvaluationSolution> = {
  aspect: 1.7,
  opening: { family: 'ornstein-uhlenbeck', params: { steps: 20_000 } },
  caption: ({ family }) =>
    family === 'many-dimensions'
      ? 'The parameters, beside those of the truth.'
      : 'The value at the start as a function of the state; thick and faint is the truth, the ticks are states that were seen.',
  describe: ({ instance: { truth }, solution: { parameters } }) =>
    truth
      ? `The parameters are ${Array.from(parameters.slice(0, 3), (p) => p.toFixed(3)).join(', ')}; the truth is ${Array.from(truth.slice(0, 3), (p) => p.toFixed(3)).join(', ')}.`
      : 'The truth is not known.',
  draw({ context, width, height, palette }, scene) {
    const { instance, solution } = scene;
    const truth = instance.truth ?? solution.parameters;
    const value = valueAtStart(scene);
    if (!value) {
      const reach = truth.reduce((most, entry) => Math.max(most, Math.abs(entry)), 1e-300) * 1.2;
      const wide = width / truth.length;
      [truth, solution.parameters].forEach((values, which) => {
        context.fillStyle = which === 0 ? palette.muted : palette.first;
        values.forEach((entry, i) => {
          const share = Math.max(-1, Math.min(1, entry / reach));
          context.fillRect((i + 0.1 + 0.4 * which) * wide, height / 2, 0.4 * wide, (-share * height) / 2);
        });
      });
      return;
    }
    const seen = [...(instance.episodes as Iterable<Episode>)].flatMap(({ states }) =>
      Array.from(states.filter((_, i) => i % 20 === 0)),
    );
    const shown = seen.slice(0, 400);
    const low = shown.reduce((least, x) => Math.min(least, x), Infinity);
    const high = shown.reduce((most, x) => Math.max(most, x), -Infinity);
    const place = (k: number) => low + ((high - low) * k) / 200;
    let top = 1e-300;
    for (let k = 0; k <= 200; k++) top = Math.max(top, Math.abs(value(truth, place(k))));
    const drawCurve = (parameters: Float64Array) => {
      context.beginPath();
      for (let k = 0; k <= 200; k++) {
        const y = Math.max(-1, Math.min(2, value(parameters, place(k)) / (1.3 * top)));
        context.lineTo((width * k) / 200, (height - 16) * (1 - y));
      }
      context.stroke();
    };
    context.strokeStyle = palette.muted;
    context.globalAlpha = 0.4;
    context.lineWidth = 5;
    drawCurve(truth);
    context.globalAlpha = 1;
    context.lineWidth = 1.75;
    context.strokeStyle = palette.first;
    drawCurve(solution.parameters);
    context.strokeStyle = palette.hairline;
    context.lineWidth = 1;
    context.beginPath();
    for (const x of shown) {
      const left = (width * (x - low)) / (high - low || 1);
      context.moveTo(left, height - 8);
      context.lineTo(left, height);
    }
    context.stroke();
  },
};
