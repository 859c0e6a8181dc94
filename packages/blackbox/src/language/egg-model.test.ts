import { inlineExecutor } from '@infimum/core/executor';
import { loadHamlet } from '@infimum/datasets/hamlet';
import { useKernels } from '@infimum/linalg/kernels';
import { describe, expect, it } from 'vitest';
import { eggExp2, eggMove, eggNorm, eggReset, eggScore, eggTables } from './egg-arithmetic.ts';
import { EggModel } from './egg-model.ts';
import { EggScorer } from './egg-scorer.ts';
import { EggNoise, eggBank, eggProduct, eggStep } from './egg-step.ts';
import { eggThreshold } from './egg-threshold.ts';
import { trainEgg, trainEggOn } from './train-egg.ts';

it('raises the bar as the definition says', () => {
  expect([0, 100, 500, 999].map((step) => eggThreshold(step, 1000))).toEqual([0, 13, 25, 29]);
  // alpha = 1: half of the weights at the end.
  expect(eggThreshold(1000, 1000, 1)).toBe(Math.floor(16 * 0.6744897501960817));
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

it('knows powers and logarithms exactly', () => {
  for (const s of [16, 17, 4096, 4097, 65535, 1004119, 257054464]) {
    let level = 0;
    while (level + 1 < 448 && eggTables[256 + level + 1] <= s) level++;
    // 16 log2(S / 16) lies between the level and the next: S^16 against powers of two.
    expect(BigInt(s) ** 16n >= 2n ** BigInt(64 + level)).toBe(true);
    expect(BigInt(s) ** 16n < 2n ** BigInt(65 + level)).toBe(true);
  }
});

it('scores by the kernels what the definition scores, in every build, plain and perturbed', () => {
  const bytes = new TextEncoder().encode('Whether ’tis nobler in the mind to suffer');
  const bank = eggBank(3);
  for (const [dim, layers] of [
    [16, 2],
    [64, 1],
  ]) {
    const model = new EggModel({ dim, layers, seed: 5 });
    const count = model.parameters.length;
    for (const noise of [undefined, EggNoise.of(bank, count, 3, 7, 1), EggNoise.of(bank, count, 3, 7, -1, 2)]) {
      const states = model.start();
      let [expected, before] = [0, 0];
      for (const byte of bytes) {
        expected += eggScore(eggStep(model, before, states, noise), byte);
        before = byte;
      }
      for (const build of ['reference', 'simd', 'relaxed-simd'] as const) {
        useKernels(build);
        expect(model.score(bytes, noise)).toBe(expected);
        using scorer = new EggScorer(model, bytes.length, bank);
        scorer.begin(noise);
        expect(scorer.read(bytes.subarray(0, 9)) + scorer.read(bytes.subarray(9))).toBe(expected);
        const written = Uint8Array.from({ length: 8 }, () => scorer.write());
        const own = states.map((state) => state.slice());
        let last = before;
        for (const byte of written) {
          const logits = eggStep(model, last, own, noise);
          expect(byte).toBe(logits.indexOf(Math.max(...logits)));
          last = byte;
        }
      }
      useKernels('auto');
    }
  }
});

it('learns the same when the pairs are shared out, replicas told of votes alone', async () => {
  const bytes = new TextEncoder().encode('to be or not to be, that is the question. '.repeat(20));
  const settings = { steps: 6, pairs: 10, length: 30, seed: 2 };
  const model = () => new EggModel({ dim: 16, layers: 1, seed: 1 });
  const [alone, shared, three] = [model(), model(), model()];
  const bits = trainEgg(alone, bytes, settings);
  const task = { module: new URL('../egg-worker.ts', import.meta.url).href, name: 'eggVotes' };
  const executor = inlineExecutor();
  const two = await trainEggOn(executor, task, shared, bytes, { ...settings, shares: 2 });
  expect(two.bits).toEqual(bits);
  expect(shared.weights).toEqual(alone.weights);
  await trainEggOn(executor, task, three, bytes, { ...settings, shares: 3 });
  expect(three.weights).toEqual(alone.weights);
  // A byte a pair, told to each share and heard from one.
  expect(two.traffic).toBe(6 * (2 * 10 + 10));
});

describe('samples', () => {
  const model = new EggModel({ dim: 4, layers: 1, seed: 2 });
  /** Chances of the next byte, and the states after it was predicted. */
  const chancesAfter = (before: number, states: Int32Array[], temperature: number) => {
    const weights = Array.from(model.step(before, states), (y) => 2 ** (y / (16 * temperature)));
    const sum = weights.reduce((a, b) => a + b);
    return weights.map((weight) => weight / sum);
  };

  it('have the frequencies of the exact chances, of a first byte and of a second', () => {
    for (const temperature of [0.5, 2]) {
      const states = model.start();
      const first = chancesAfter(0, states, temperature);
      const second = new Float64Array(256);
      first.forEach((chance, before) => {
        const own = states.map((state) => state.slice());
        chancesAfter(before, own, temperature).forEach((next, b) => {
          second[b] += chance * next;
        });
      });
      const draws = 2500;
      const seen = [new Float64Array(256), new Float64Array(256)];
      for (let seed = 0; seed < draws; seed++) {
        model.sample(2, temperature, seed).forEach((byte, place) => {
          seen[place][byte]++;
        });
      }
      for (const [place, chances] of [first, second].entries()) {
        const { statistic, freedom } = chiSquare(seen[place], chances, draws);
        // The 0.9999 quantile, by the Wilson-Hilferty approximation.
        const variance = 2 / (9 * freedom);
        expect(statistic).toBeLessThan(freedom * (1 - variance + 3.72 * Math.sqrt(variance)) ** 3);
        expect(freedom).toBeGreaterThan(3);
      }
    }
  });

  it('are the likeliest bytes at temperature 0, and next to it', () => {
    const states = model.start();
    const expected: number[] = [];
    for (let i = 0; i < 60; i++) {
      const logits = model.step(expected[i - 1] ?? 0, states);
      expected.push(logits.indexOf(Math.max(...logits)));
    }
    expect([...model.sample(60, 0)]).toEqual(expected);
    expect(model.sample(60, 0, 5)).toEqual(model.sample(60, 0));
    const [coldest] = model.sample(1, 5e-324);
    const logits = model.step(0, model.start());
    expect(logits[coldest]).toBe(Math.max(...logits));
  });

  it('are the same for the same seed, others for another', () => {
    expect(model.sample(40, 1, 3)).toEqual(model.sample(40, 1, 3));
    expect(model.sample(40, 1, 3).subarray(0, 10)).toEqual(model.sample(10, 1, 3));
    expect(model.sample(40, 1, 4)).not.toEqual(model.sample(40, 1, 3));
    expect(new Set(model.sample(400, 1e308)).size).toBeGreaterThan(150);
    expect(model.sample(0)).toHaveLength(0);
  });

  it('say what is wrong with what they are asked', () => {
    expect(() => model.sample(-1)).toThrow('count');
    expect(() => model.sample(1, -1)).toThrow('temperature');
    expect(() => model.sample(1, Number.NaN)).toThrow('temperature');
    expect(() => model.sample(1, 1, 0.5)).toThrow('seed');
  });
});

/** Cells that expect fewer than ten are taken together. */
function chiSquare(seen: Float64Array, chances: ArrayLike<number>, draws: number) {
  let [statistic, cells, restSeen, restExpected] = [0, 0, 0, 0];
  for (let b = 0; b < seen.length; b++) {
    const expected = draws * chances[b];
    if (expected < 10) {
      restSeen += seen[b];
      restExpected += expected;
      continue;
    }
    statistic += (seen[b] - expected) ** 2 / expected;
    cells++;
  }
  if (restExpected > 0) {
    statistic += (restSeen - restExpected) ** 2 / restExpected;
    cells++;
  }
  return { statistic, freedom: cells - 1 };
}
