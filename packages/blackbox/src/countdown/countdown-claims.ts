// The claim of the paper on fine-tuning from rewards, on mini-countdown with a small recurrent model.
import { defineClaim, Random } from '@infimum/core';
import { processorSeconds } from '@infimum/core/claim';
import { eggrollPaper } from '../eggroll/papers.ts';
import { accuracyOf } from './answers.ts';
import type { CountdownNumbers } from './countdown.ts';
import { drawCountdown } from './countdown.ts';
import { grpo } from './grpo.ts';
import { GruModel } from './gru-model.ts';
import { tuneByEggroll } from './tune-by-eggroll.ts';
import { warmStart } from './warm-start.ts';

/** The problems that every model is examined with. */
export function countdownExam(count: number, numbers?: CountdownNumbers) {
  const random = new Random(2026);
  return Array.from({ length: count }, () => drawCountdown(random, numbers));
}

/** A recurrent model with its warm start; the width is that of the paper's experiment made small. */
export function warmGru(random: Random, hidden = 48, numbers: CountdownNumbers = 2, steps = 600): GruModel {
  return warmStart(new GruModel({ vocabulary: 16, embedding: 24, hidden }, random), random, steps, numbers);
}

/** The paper's claims. */
export const countdownClaims = [
  defineClaim({
    id: 'blackbox/eggroll-countdown',
    paper: eggrollPaper,
    statement: 'Fine-tuning a recurrent language model for arithmetic from rewards alone is better than GRPO in equal time.',
    published: 'Countdown with 1.5e9 weights: 35 % of answers right, against 23 % by GRPO',
    budget: 240,
    null: 'the model before it is tuned',
    bars: [
      { figure: 'points right beyond GRPO in equal processor time', atLeast: 0, source: 'the statement' },
      { figure: 'points right gained', atLeast: 1, source: 'the statement: it learns, by a point or more' },
    ],
    measure: (seed) => {
      const problems = countdownExam(300);
      const start = warmGru(new Random(seed), 24);
      const copy = () => {
        const model = new GruModel(start.sizes, new Random(0));
        model.parameters.set(start.parameters);
        return model;
      };
      const points = (model: GruModel) => 100 * accuracyOf(model, problems).accuracy;
      const [own, other] = [copy(), copy()];
      const began = processorSeconds();
      tuneByEggroll(own, 20, { population: 2048, seed });
      const spent = processorSeconds() - began;
      // As many steps of GRPO as fit into the same processor time, by what ten of them take.
      const before = processorSeconds();
      grpo(copy(), 10, new Random(seed));
      grpo(other, Math.max(1, Math.round((10 * spent) / (processorSeconds() - before))), new Random(1000 + seed));
      const figures = (right: number) => ({
        'points right beyond GRPO in equal processor time': right - points(other),
        'points right gained': right - points(start),
      });
      return { ours: figures(points(own)), null: figures(points(start)) };
    },
  }),
];
