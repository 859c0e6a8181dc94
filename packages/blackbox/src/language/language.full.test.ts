import { workerExecutor } from '@infimum/core/executor';
import { loadHamlet } from '@infimum/datasets/hamlet';
import { expect, it } from 'vitest';
import { byteCounts, countedBits } from './counted-bits.ts';
import { EggModel } from './egg-model.ts';
import { trainEgg, trainEggOn } from './train-egg.ts';

const bytes = new TextEncoder().encode(loadHamlet().text);
const [text, heldOut] = [bytes.subarray(0, -8000), bytes.subarray(-8000)];
const settings = { steps: 300, pairs: 512, length: 100, seed: 1 };

it('beats counts of single bytes by a tenth of a bit within 300 updates of 1024 members, the more members the better', () => {
  const single = countedBits(byteCounts(text, 0), heldOut);
  const bits = [32, 128, 512].map((pairs) => {
    const model = new EggModel({ dim: 16, layers: 1, seed: 1 });
    trainEgg(model, text, { ...settings, pairs });
    return model.bitsPerByte(heldOut);
  });
  expect(bits[2]).toBeLessThan(single - 0.1);
  expect(bits[1]).toBeLessThan(bits[0]);
  expect(bits[2]).toBeLessThan(bits[1]);
}, 600_000);

it('has the same weights on one and on two workers', async () => {
  const task = { module: import.meta.resolve('@infimum/blackbox/egg-worker'), name: 'eggVotes' };
  const weights = [];
  for (const workers of [1, 2]) {
    const executor = workerExecutor(workers);
    const model = new EggModel({ dim: 16, layers: 1, seed: 1 });
    await trainEggOn(executor, task, model, text, { ...settings, steps: 30, pairs: 128, shares: 2 });
    await executor.close();
    weights.push(model.weights);
  }
  const alone = new EggModel({ dim: 16, layers: 1, seed: 1 });
  trainEgg(alone, text, { ...settings, steps: 30, pairs: 128 });
  expect(weights[0]).toEqual(alone.weights);
  expect(weights[1]).toEqual(alone.weights);
}, 300_000);
