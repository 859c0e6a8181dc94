// The instance families of `optim/training`.
import type { Problem, RegisteredOptions } from '@infimum/core';
import { defineFamily } from '@infimum/core';
import { characterModel } from './character-model.ts';
import type { TrainingProblem } from './training-instance.ts';
import { clicksModel, digitsModel, factorStart, networkStart } from './training-instances.ts';

const epochs = (most: number) =>
  ({ type: 'integer', min: 1, max: 1000, default: most, description: 'Number of passes through the data' }) as const;
const batchSize = (size: number) =>
  ({ type: 'integer', min: 1, max: 10_000, default: size, description: 'Samples per batch' }) as const;
const digits = {
  samples: { type: 'integer', min: 10, max: 1400, default: 1400, description: 'Images to train with' },
  batchSize: batchSize(64),
  epochs: epochs(20),
} as const;

/** All families, by name. */
export const trainingFamilies: Problem<TrainingProblem, object>['families'] = /* @__PURE__ */ (() => ({
  'digits-mlp': defineFamily({
    title: 'Digits, perceptron',
    description: 'A network with 32 tanh units on handwritten digits of 8 x 8 pixels; 2410 parameters.',
    real: true,
    params: digits,
    suites: {
      quick: [
        { samples: 32, batchSize: 16, epochs: 2 },
        { samples: 128, epochs: 4 },
      ],
      full: [{}],
    },
    generate: async (params, seed) => digitsProblem('perceptron', params, seed),
  }),
  'digits-cnn': defineFamily({
    title: 'Digits, convolution',
    description: 'Eight 3 x 3 kernels, tanh, 2 x 2 means and a dense layer on the same digits; 1370 parameters.',
    real: true,
    params: digits,
    suites: { quick: [{ samples: 128, epochs: 2 }], full: [{}] },
    generate: async (params, seed) => digitsProblem('convolutional', params, seed),
  }),
  clicks: defineFamily({
    title: 'Clicks',
    description: 'A logistic model with 8 factors for 300 users and 200 items, on clicks drawn from one with 4.',
    real: false,
    params: {
      samples: { type: 'integer', min: 100, max: 30_000, default: 30_000, description: 'Events to train with' },
      batchSize: batchSize(256),
      epochs: epochs(4),
    },
    suites: { quick: [{ samples: 2000, epochs: 2 }], full: [{}] },
    generate: ({ samples, ...budget }, seed) => {
      const { objective, heldOut } = clicksModel(samples);
      const { shapes } = objective;
      return { objective, heldOut, shapes, initial: factorStart(shapes, seed), ...budget };
    },
  }),
  characters: defineFamily({
    title: 'Characters',
    description: 'A language model with one attention block, on windows of 32 characters of Hamlet; 11 392 parameters.',
    real: true,
    params: {
      samples: { type: 'integer', min: 32, max: 4928, default: 4928, description: 'Windows to train with' },
      batchSize: batchSize(32),
      epochs: epochs(13),
      warmUp: { type: 'integer', min: 0, max: 10_000, default: 200, description: 'Steps over which learning rates rise' },
    },
    suites: { quick: [{ samples: 32, batchSize: 8, epochs: 2, warmUp: 4 }], full: [{ epochs: 2, warmUp: 30 }] },
    generate: async ({ samples, ...budget }, seed) => {
      const { objective, heldOut } = await characterModel(samples);
      const { shapes } = objective;
      return { objective, heldOut, shapes, initial: networkStart(shapes, seed), ...budget };
    },
  }),
}))();

async function digitsProblem(
  kind: 'perceptron' | 'convolutional',
  { samples, ...budget }: RegisteredOptions<typeof digits>,
  seed: number,
): Promise<TrainingProblem> {
  const { objective, heldOut } = await digitsModel(kind, samples);
  const { shapes } = objective;
  return { objective, heldOut, shapes, initial: networkStart(shapes, seed), ...budget };
}
