// Mini-countdown with a language model in int8, tuned by votes of pairs alone: rewards and saturation have no slopes, so that nothing
// but evolution strategies can.
//
// Evolution strategies at the hyperscale (2025), arXiv 2511.16652.
import { Random } from '@infimum/core';
import type { CountdownNumbers, CountdownProblem } from '../../src/countdown/countdown.ts';
import {
  answerLength,
  COUNTDOWN_CHARACTERS,
  countdownReward,
  drawAnswer,
  drawCountdown,
  promptLength,
  promptOf,
} from '../../src/countdown/countdown.ts';
import type { EggModel } from '../../src/language/egg-model.ts';
import { eggUpdate } from '../../src/language/egg-model.ts';
import { EggScorer } from '../../src/language/egg-scorer.ts';
import { EggNoise, eggBank } from '../../src/language/egg-step.ts';
import { eggThreshold } from '../../src/language/egg-threshold.ts';

/** How a model in int8 is tuned. */
export interface EggTuning {
  /** Pairs of opposite members, a multiple of `group`. */
  readonly pairs: number;
  /** Updates. */
  readonly steps: number;
  /** Pairs that share a prompt; 4 by default. */
  readonly group?: number;
  /** Numbers of a problem; 2 by default. */
  readonly numbers?: CountdownNumbers;
  /**
   * Share of the schedule of the bar for votes that has gone by before the first update, 0 by default: in the beginning of the schedule
   * nearly all weights move in every update, which forgets what was known.
   */
  readonly begun?: number;
  readonly seed: number;
}

/** Teaches a model the form of answers: pairs vote by the log-probabilities of answers with operators and orders at random. */
export function eggWarmStart(
  model: EggModel,
  tuning: EggTuning,
  /** Texts that each pair reads. */
  texts = 4,
  onStep?: (step: number) => void,
): void {
  const random = new Random(tuning.seed, 0x666f726d);
  const { numbers = 2, group = 4 } = tuning;
  vote(
    model,
    tuning,
    () => {
      const drawn = Array.from({ length: Math.ceil(tuning.pairs / group) * texts }, () => {
        const problem = drawCountdown(random, numbers);
        return [promptOf(problem), drawAnswer(problem, random)].map(bytesOf);
      });
      return (scorer, noise, pair) => {
        const first = Math.floor(pair / group) * texts;
        let score = 0;
        for (const [prompt, answer] of drawn.slice(first, first + texts)) {
          scorer.begin(noise);
          scorer.read(prompt);
          score += scorer.read(answer);
        }
        return score;
      };
    },
    onStep,
  );
}

/** Tunes a model by rewards: pairs vote by which of them answers better; `onStep` hears of the answers made so far. */
export function eggTune(model: EggModel, tuning: EggTuning, onStep?: (step: number, answers: number) => void): void {
  const random = new Random(tuning.seed, 0x74756e65);
  const { numbers = 2, group = 4, pairs } = tuning;
  vote(
    model,
    tuning,
    () => {
      const drawn = Array.from({ length: Math.ceil(pairs / group) }, () => drawCountdown(random, numbers));
      return (scorer, noise, pair) => {
        const problem = drawn[Math.floor(pair / group)];
        return countdownReward(problem, eggAnswer(scorer, problem, noise));
      };
    },
    (step) => onStep?.(step, 2 * pairs * step),
  );
}

/** Shares of problems whose greedy answers are right, and have the right form. */
export function eggAccuracy(model: EggModel, problems: readonly CountdownProblem[]) {
  using scorer = new EggScorer(model, promptLength(3));
  const rewards = problems.map((problem) => countdownReward(problem, eggAnswer(scorer, problem)));
  const share = (least: number) => rewards.filter((reward) => reward >= least).length / rewards.length;
  return { accuracy: share(1), form: share(0.1) };
}

/** The greedy answer of a member; a byte that is none of the characters is -1. */
function eggAnswer(scorer: EggScorer, problem: CountdownProblem, noise?: EggNoise): Int32Array {
  scorer.begin(noise);
  scorer.read(bytesOf(promptOf(problem)));
  return Int32Array.from({ length: answerLength(problem.numbers.length) }, () =>
    COUNTDOWN_CHARACTERS.indexOf(String.fromCharCode(scorer.write())),
  );
}

/** Updates by the signs of the differences within pairs of what `draw` says that members score in a step. */
function vote(
  model: EggModel,
  { pairs, steps, begun = 0, seed }: EggTuning,
  draw: () => (scorer: EggScorer, noise: EggNoise, pair: number) => number,
  onStep?: (step: number) => void,
): void {
  const bank = eggBank(seed);
  using scorer = new EggScorer(model, promptLength(3), bank);
  for (let k = 1; k <= steps; k++) {
    const scoreOf = draw();
    const votes = Int8Array.from({ length: pairs }, (_, pair) => {
      const up = EggNoise.of(bank, model.parameters.length, k, pair, 1);
      const down = new EggNoise(bank, up.places, -1, up.sigma);
      return Math.sign(scoreOf(scorer, up, pair) - scoreOf(scorer, down, pair));
    });
    const gone = begun + ((1 - begun) * (k - 1)) / steps;
    // Equal rewards do not vote, and most rewards are equal: chance is measured by those who vote, not by all as in pretraining.
    const voters = votes.filter((sign) => sign !== 0).length;
    const share = Math.floor(Math.sqrt(voters)) / Math.floor(Math.sqrt(pairs));
    eggUpdate(model, bank, k, votes, share * eggThreshold(gone, 1));
    scorer.refresh();
    onStep?.(k);
  }
}

/** Tokens as characters. */
function bytesOf(tokens: Int32Array): Uint8Array {
  return Uint8Array.from(tokens, (token) => COUNTDOWN_CHARACTERS.charCodeAt(token));
}
