import { loadHamlet } from '@infimum/datasets/hamlet';
import { expect, it } from 'vitest';
import { EggModel, eggExp2, eggMove, eggNorm, eggProduct, eggReset, eggScore } from './egg-model.ts';
import { eggThreshold, trainEgg } from './train-egg.ts';

it('raises the bar as the definition says', () => {
  expect([0, 100, 500, 999].map((step) => eggThreshold(step, 1000))).toEqual([0, 13, 25, 29]);
});

it('multiplies, normalises and remembers as the worked examples say', () => {
  const x = Int32Array.of(10, -20, 30, 40);
  const weights = Int8Array.of(16, 0, -16, 8, 127, 127, 127, 127);
  expect([...eggProduct(weights, { rows: 2, cols: 4, at: 0 }, x, 5)]).toEqual([0, 127]);
  const out = new Int32Array(4);
  eggNorm(x, new Int8Array(4).fill(16), out);
  expect([...out]).toEqual([6, -13, 19, 25]);
  const [f, s, h] = [
    [20, -127, 127],
    [100, 100, -50],
    [-30, 60, 90],
  ];
  expect(f.map((entry, i) => eggReset(entry, s[i]))).toEqual([57, 0, -50]);
  expect(f.map((entry, i) => eggMove(entry, s[i], h[i]))).toEqual([25, 100, 88]);
});

it('scores in sixteenths of a bit', () => {
  const logits = new Int8Array(256);
  expect(eggScore(logits, 65)).toBe(-128);
  logits[65] = 64;
  expect(eggScore(logits, 65)).toBe(-65);
  expect([0, 1, 2, 16, 128, 255].map((i) => eggExp2[i])).toEqual([16, 16, 17, 32, 4096, 1004119]);
});

it('has the number of weights of the definition', () => {
  expect(new EggModel({ dim: 16, layers: 1 }).weights.length).toBe(513 * 16 + 4 * 16 + 12 * 256);
  expect(() => new EggModel({ dim: 8, layers: 1 })).toThrow('dim');
});

it('learns a text by integers alone, the same on every replica', () => {
  const bytes = new TextEncoder().encode(String((loadHamlet() as { text: string }).text)).slice(0, 20_000);
  const train = () => {
    const model = new EggModel({ dim: 16, layers: 1, seed: 1 });
    trainEgg(model, bytes.subarray(0, 15_000), { steps: 20, pairs: 32, length: 40, seed: 1 });
    return model;
  };
  const model = train();
  const held = bytes.subarray(15_000, 15_600);
  const before = new EggModel({ dim: 16, layers: 1, seed: 1 }).bitsPerByte(held);
  expect(model.bitsPerByte(held)).toBeLessThan(before - 0.25);
  expect(train().weights).toEqual(model.weights);
}, 60_000);
