// What fine-tuning begins with: a model that knows the form of answers and ignores the target.
import type { Random } from '@infimum/core';
import { Ascent } from '../eggroll/ascent.ts';
import { addSlope } from './answers.ts';
import {
  answerLength,
  type CountdownNumbers,
  drawAnswer,
  drawCountdown,
  promptLength,
  promptOf,
} from './countdown.ts';
import { GruModel, type GruStep } from './gru-model.ts';

/** Steps of Adam on the cross-entropy of answers of the right form with operators and orders at random. */
export function warmStart(random: Random, hidden = 48, steps = 600, numbers: CountdownNumbers = 2): GruModel {
  const [read, written] = [promptLength(numbers), answerLength(numbers)];
  const model = new GruModel({ vocabulary: 16, embedding: 24, hidden }, random);
  const adam = new Ascent(model.parameters.length, { optimizer: 'adam' });
  const batch = 64;
  for (let k = 0; k < steps; k++) {
    const texts = Array.from({ length: batch }, () => {
      const problem = drawCountdown(random, numbers);
      return Int32Array.of(...promptOf(problem), ...drawAnswer(problem, random));
    });
    const taken: GruStep[] = [];
    const slopes: (Float64Array | undefined)[] = [];
    let state = new Float64Array(batch * hidden);
    for (let t = 0; t < read + written - 1; t++) {
      const tokens = Int32Array.from(texts, (text) => text[t]);
      const step = model.step(model.plain(), tokens, state);
      state = step.after as Float64Array<ArrayBuffer>;
      taken.push(step);
      const slope = t < read - 1 ? undefined : new Float64Array(step.logits.length);
      slopes.push(slope);
      if (slope)
        texts.forEach((text, i) => {
          addSlope(step.logits, i, text[t + 1], -1 / (batch * written), slope);
        });
    }
    const gradient = new Float64Array(model.parameters.length);
    model.backward(taken, slopes, gradient);
    adam.step(model.parameters, gradient, -3e-3);
  }
  return model;
}
