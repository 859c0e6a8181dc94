// The claim of the paper on fine-tuning from rewards, on mini-countdown with a small recurrent model.
import type { ClaimContext, ClaimResult } from '@infimum/core';
import { defineClaim, Random } from '@infimum/core';
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

/** Shares of right answers of the model at the start, and fine-tuned by EGGROLL and by GRPO. */
export interface CountdownShares {
  readonly start: number;
  readonly eggroll: number;
  readonly grpo: number;
}

/** What both make of one warm start in `steps` steps of EGGROLL with 4096 members and four times as many of GRPO: about equal time. */
function countdownShares(steps: number, seed: number, { onProgress }: ClaimContext): CountdownShares {
  const problems = countdownExam(500);
  const start = warmGru(new Random(seed));
  const tuned = (name: string, tune: (model: GruModel) => void) => {
    onProgress?.(name);
    const model = new GruModel(start.sizes, new Random(0));
    model.parameters.set(start.parameters);
    tune(model);
    return accuracyOf(model, problems).accuracy;
  };
  return {
    start: accuracyOf(start, problems).accuracy,
    eggroll: tuned('EGGROLL', (model) => tuneByEggroll(model, steps, { population: 4096, seed })),
    grpo: tuned('GRPO', (model) => grpo(model, 4 * steps, new Random(1000 + seed))),
  };
}

/** Reproduced if EGGROLL learns and is no worse than GRPO, partly if it only learns, a fifth of the problems more. */
export function countdownVerdict({ start, eggroll, grpo }: CountdownShares): ClaimResult['verdict'] {
  if (!(eggroll - start >= 0.2)) return 'not reproduced';
  return eggroll >= grpo ? 'reproduced' : 'partly reproduced';
}

function countdownClaim(context: ClaimContext): ClaimResult {
  const shares = countdownShares(100, 1, context);
  const [start, eggroll, grpo] = [shares.start, shares.eggroll, shares.grpo].map((x) => x.toFixed(3));
  return {
    measured: `right answers of 500 on mini-countdown, 11 848 weights, one seed: ${start} at the start, ${eggroll} after 100 steps of EGGROLL with 4096 members, ${grpo} after 400 of GRPO, which take as long`,
    verdict: countdownVerdict(shares),
    figures: { ...shares },
  };
}

/** The paper's claims. */
export const countdownClaims = [
  defineClaim({
    id: 'blackbox/eggroll-countdown',
    paper: eggrollPaper,
    statement: 'A recurrent language model is fine-tuned for arithmetic from rewards alone better than by GRPO in equal time.',
    published: 'Countdown with 1.5e9 weights: 35 % of answers right, against 23 % by GRPO',
    budget: 90,
    run: async (context) => countdownClaim(context),
  }),
];
