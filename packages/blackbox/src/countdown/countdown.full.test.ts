import { Random } from '@infimum/core';
import { expect, it } from 'vitest';
import { accuracyOf } from './answers.ts';
import { drawCountdown } from './countdown.ts';
import { warmGru } from './countdown-claims.ts';
import { grpo } from './grpo.ts';
import { GruModel } from './gru-model.ts';
import { tuneByEggroll } from './tune-by-eggroll.ts';

it('EGGROLL and GRPO learn to reach the target, EGGROLL the better the more members it has', () => {
  const random = new Random(2026);
  const problems = Array.from({ length: 500 }, () => drawCountdown(random));
  const start = warmGru(new Random(1));
  const before = accuracyOf(start, problems);
  expect(before.form).toBeGreaterThanOrEqual(0.95);
  const tuned = (tune: (model: GruModel) => void) => {
    const model = new GruModel(start.sizes, new Random(0));
    model.parameters.set(start.parameters);
    tune(model);
    return accuracyOf(model, problems);
  };
  const many = tuned((model) => tuneByEggroll(model, 200, { population: 4096, seed: 1 }));
  const few = tuned((model) => tuneByEggroll(model, 200, { population: 512, seed: 1 }));
  const gradients = tuned((model) => grpo(model, 400, new Random(2)));
  expect(many.accuracy - before.accuracy).toBeGreaterThanOrEqual(0.2);
  expect(many.form).toBeGreaterThanOrEqual(0.9);
  expect(many.accuracy).toBeGreaterThan(few.accuracy);
  expect(gradients.accuracy - before.accuracy).toBeGreaterThanOrEqual(0.2);
}, 1_800_000);
