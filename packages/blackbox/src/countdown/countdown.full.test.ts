import { Random } from '@infimum/core';
import { expect, it } from 'vitest';
import { eggAccuracy, eggTune, eggWarmStart } from '../../bench/countdown/egg-countdown.ts';
import { EggModel } from '../language/egg-model.ts';
import { accuracyOf } from './answers.ts';
import { drawCountdown } from './countdown.ts';
import { countdownExam, warmGru } from './countdown-claims.ts';
import { eggrollBatches } from './eggroll-tuning.ts';
import { grpoBatches } from './grpo.ts';
import { GruModel } from './gru-model.ts';
import type { TokenModel } from './token-model.ts';

it('EGGROLL and GRPO learn to reach the target, EGGROLL the better the more members it has', () => {
  const problems = countdownExam(500);
  const start = warmGru(new Random(1));
  const before = accuracyOf(start, problems);
  expect(before.form).toBeGreaterThanOrEqual(0.95);
  const tuned = (batchesOf: (model: TokenModel) => Generator<number>, steps: number) => {
    const model = new GruModel(start.sizes, new Random(0));
    model.parameters.set(start.parameters);
    const batches = batchesOf(model);
    for (let k = 0; k < steps; k++) batches.next();
    return accuracyOf(model, problems);
  };
  const many = tuned((model) => eggrollBatches(model, drawCountdown, { prompts: 512, seed: 1 }), 200);
  const few = tuned((model) => eggrollBatches(model, drawCountdown, { prompts: 64, seed: 1 }), 200);
  const gradients = tuned((model) => grpoBatches(model, drawCountdown, { seed: 2 }), 400);
  expect(many.accuracy - before.accuracy).toBeGreaterThanOrEqual(0.2);
  expect(many.form).toBeGreaterThanOrEqual(0.9);
  expect(many.accuracy).toBeGreaterThan(few.accuracy);
  expect(gradients.accuracy - before.accuracy).toBeGreaterThanOrEqual(0.2);
}, 1_800_000);

it('a model in int8 learns from votes what nothing else could teach it', () => {
  const problems = countdownExam(500);
  const model = new EggModel({ dim: 64, layers: 1, seed: 1 });
  eggWarmStart(model, { pairs: 512, steps: 600, seed: 1 });
  const before = eggAccuracy(model, problems);
  expect(before.form).toBeGreaterThanOrEqual(0.95);
  eggTune(model, { pairs: 2048, steps: 500, begun: 0.5, seed: 1001 });
  const after = eggAccuracy(model, problems);
  expect(after.accuracy - before.accuracy).toBeGreaterThanOrEqual(0.1);
  expect(after.form).toBeGreaterThanOrEqual(0.9);
}, 1_800_000);
