// What fine-tuning begins with: a model that knows the form of answers and ignores the target.
import type { Random } from '@infimum/core';
import { Ascent } from '../eggroll/ascent.ts';
import type { DrawProblem } from './countdown.ts';
import { answerLength, drawAnswer, drawCountdown, promptLength, promptOf } from './countdown.ts';
import type { TokenModel } from './token-model.ts';
import { addSlope, stepsOf } from './token-model.ts';

/** Steps of Adam on the cross-entropy of answers of the right form with operators and orders at random; the model, changed in place. */
export function warmStart<Model extends TokenModel>(
  model: Model,
  random: Random,
  steps = 600,
  draw: DrawProblem = drawCountdown,
): Model {
  const adam = new Ascent(model.parameters.length, { optimizer: 'adam' });
  const batch = 64;
  for (let k = 0; k < steps; k++) {
    const problems = Array.from({ length: batch }, () => draw(random));
    const [read, written] = [promptLength, answerLength].map((length) => length(problems[0].numbers.length));
    const texts = problems.map((problem) => Int32Array.of(...promptOf(problem), ...drawAnswer(problem, random)));
    const given = Array.from({ length: read + written - 1 }, (_, t) => Int32Array.from(texts, (text) => text[t]));
    const taken = stepsOf(model, given);
    const slopes = taken.map((step, t) => {
      if (t < read - 1) return undefined;
      const slope = new Float64Array(step.logits.length);
      texts.forEach((text, i) => {
        addSlope(step, i, text[t + 1], -1 / (batch * written), slope);
      });
      return slope;
    });
    const gradient = new Float64Array(model.parameters.length);
    model.backward(taken, slopes, gradient);
    adam.step(model.parameters, gradient, -3e-3);
  }
  return model;
}
