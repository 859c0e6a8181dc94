// The claim of the paper on fine-tuning from rewards, on mini-countdown with a small recurrent model.
import { defineClaim, Random } from '@infimum/core';
import { processorSeconds } from '@infimum/core/claim';
import { eggrollPaper } from '../eggroll/papers.ts';
import { accuracyOf } from './answers.ts';
import type { CountdownNumbers } from './countdown.ts';
import { drawCountdown } from './countdown.ts';
import { countdownModel } from './countdown-problem.ts';
import { eggrollBatches } from './eggroll-tuning.ts';
import { grpoBatches } from './grpo.ts';
import type { GruModel } from './gru-model.ts';
import { warmStart } from './warm-start.ts';

/** The test problems of every model. */
export function countdownExam(count: number, numbers?: CountdownNumbers) {
  const random = new Random(2026);
  return Array.from({ length: count }, () => drawCountdown(random, numbers));
}

/** A recurrent model with its warm start; the width is that of the paper's experiment made small. */
export function warmGru(random: Random, hidden = 48, numbers: CountdownNumbers = 2, steps = 600): GruModel {
  return warmStart(countdownModel(hidden, random), random, steps, () => drawCountdown(random, numbers));
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
      const copy = () => countdownModel(24, start.parameters);
      const points = (model: GruModel) => 100 * accuracyOf(model, problems).accuracy;
      const [own, other] = [copy(), copy()];
      const began = processorSeconds();
      const generations = eggrollBatches(own, drawCountdown, { seed });
      for (let k = 0; k < 20; k++) generations.next();
      const spent = processorSeconds() - began;
      // As many steps of GRPO as fit into the same processor time, estimated from ten steps.
      const before = processorSeconds();
      const trial = grpoBatches(copy(), drawCountdown, { seed });
      for (let k = 0; k < 10; k++) trial.next();
      const steps = Math.max(1, Math.round((10 * spent) / (processorSeconds() - before)));
      const batches = grpoBatches(other, drawCountdown, { seed: 1000 + seed });
      for (let k = 0; k < steps; k++) batches.next();
      const figures = (right: number) => ({
        'points right beyond GRPO in equal processor time': right - points(other),
        'points right gained': right - points(start),
      });
      return { ours: figures(points(own)), null: figures(points(start)) };
    },
  }),
];
