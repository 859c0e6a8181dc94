// The start of fine-tuning: a model that knows the form of answers and ignores the target.
import type { Random } from '@infimum/core';
import { Ascent } from '../eggroll/ascent.ts';
import type { DrawProblem } from './countdown.ts';
import { answerLength, drawAnswer, drawCountdown, promptLength, promptOf } from './countdown.ts';
import type { TokenModel } from './token-model.ts';
import { learnTokens } from './token-model.ts';

/** Steps of Adam on the cross-entropy of answers of the right form with operators and orders at random; the model, changed in place. */
export function warmStart<Model extends TokenModel>(
  model: Model,
  random: Random,
  steps = 600,
  draw: DrawProblem = drawCountdown,
): Model {
  const adam = new Ascent(model.parameters.length, { optimizer: 'adam' });
  for (let k = 0; k < steps; k++) {
    const problems = Array.from({ length: 64 }, () => draw(random));
    const [read, written] = [promptLength, answerLength].map((length) => length(problems[0].numbers.length));
    const texts = problems.map((problem) => Int32Array.of(...promptOf(problem), ...drawAnswer(problem, random)));
    const tokens = Array.from({ length: read + written }, (_, t) => Int32Array.from(texts, (text) => text[t]));
    learnTokens(model, adam, tokens, read, 3e-3);
  }
  return model;
}
