// M-FAC as an optimiser beside Adam.
import { expect, it } from 'vitest';
import { minimizeStochastic } from '../training/training.ts';
import { digitsModel, networkStart } from '../training/training-instances.ts';
import { mfac } from './mfac.ts';

it('reaches a tenth of the loss of the best Adam on digits', async () => {
  const { objective, heldOut } = await digitsModel('perceptron', 1400);
  const { shapes } = objective;
  const optimizer = mfac(shapes, { window: 256, learningRate: 1e-3 });
  const budget = { batchSize: 64, epochs: 20 };
  const found = minimizeStochastic(objective, networkStart(shapes, 0), optimizer, budget);
  // Adam's best of 1e-3, 3e-3, 1e-2 is 0.0133.
  expect(found.value).toBeLessThan(0.1 * 0.0133);
  expect(heldOut.accuracy(found.x)).toBeGreaterThan(0.915);
}, 30_000);
