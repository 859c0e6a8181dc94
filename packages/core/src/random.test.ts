import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { philox4x32, Random } from './random.ts';

// Every statistical test has a fixed seed and a bound that a right generator misses once in about a thousand
// seeds (3.3 standard deviations, or the 0.999 quantile of the statistic), chosen before the seed was tried.
const SIGMAS = 3.3;

/** The 0.999 quantile of chi-square, by the Wilson-Hilferty approximation. */
function chiSquareBound(freedom: number): number {
  const variance = 2 / (9 * freedom);
  return freedom * (1 - variance + 3.09 * Math.sqrt(variance)) ** 3;
}

function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

function countsOf(size: number, draws: number, draw: () => number): number[] {
  const counts = new Array<number>(size).fill(0);
  for (let i = 0; i < draws; i++) counts[draw()]++;
  return counts;
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** Kolmogorov-Smirnov statistic times the root of the sample size; its 0.999 quantile is 1.95. */
function kolmogorovSmirnov(sample: Float64Array, distribution: (x: number) => number): number {
  const sorted = sample.slice().sort();
  const n = sorted.length;
  const gaps = sorted.map((x, i) => Math.max((i + 1) / n - distribution(x), distribution(x) - i / n));
  return Math.sqrt(n) * gaps.reduce((largest, gap) => Math.max(largest, gap), 0);
}

/** The normal distribution function by Simpson's rule on its density. */
function normalDistribution(x: number): number {
  const steps = 100;
  const h = x / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
    sum += weight * Math.exp(-((i * h) ** 2) / 2);
  }
  return 0.5 + (sum * h) / 3 / Math.sqrt(2 * Math.PI);
}

function correlation(a: Float64Array, b: Float64Array): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += (a[i] - meanA) * (b[i] - meanB);
    aa += (a[i] - meanA) ** 2;
    bb += (b[i] - meanB) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

describe('philox4x32', () => {
  // The three vectors for philox4x32-10 in tests/kat_vectors of Random123.
  it.each([
    ['00000000 00000000 00000000 00000000', '00000000 00000000', '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    ['ffffffff ffffffff ffffffff ffffffff', 'ffffffff ffffffff', '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    ['243f6a88 85a308d3 13198a2e 03707344', 'a4093822 299f31d0', 'd16cfe09 94fdcceb 5001e420 24126ea1'],
  ])('maps counter %s under key %s to %s', (counter, key, output) => {
    const words = (text: string) => Uint32Array.from(text.split(' '), (word) => Number.parseInt(word, 16));
    const block = words(counter);
    const [key0, key1] = words(key);
    philox4x32(block, key0, key1);
    expect(block).toEqual(words(output));
  });

  it('agrees with the definition in big integers', () => {
    const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    const mask = 0xffffffffn;
    const reference = (counter: readonly number[], key: readonly number[]) => {
      let [c0, c1, c2, c3] = counter.map(BigInt);
      let [k0, k1] = key.map(BigInt);
      for (let round = 0; round < 10; round++) {
        const [product0, product1] = [0xd2511f53n * c0, 0xcd9e8d57n * c2];
        [c0, c1, c2, c3] = [(product1 >> 32n) ^ c1 ^ k0, product1 & mask, (product0 >> 32n) ^ c3 ^ k1, product0 & mask];
        [k0, k1] = [(k0 + 0x9e3779b9n) & mask, (k1 + 0xbb67ae85n) & mask];
      }
      return [c0, c1, c2, c3].map(Number);
    };
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), fc.tuple(word, word), (counter, key) => {
        const block = Uint32Array.from(counter);
        philox4x32(block, key[0], key[1]);
        expect([...block]).toEqual(reference(counter, key));
      }),
    );
  });

  it('is what a generator draws: the block number and the stream are the counter, the seed is the key', () => {
    const [seed, stream, position] = [2 ** 40 + 17, 2 ** 35 + 5, 4 * 2 ** 33];
    const random = new Random(seed, stream);
    random.position = position;
    const block = Uint32Array.of(0, 2, 5, 8);
    philox4x32(block, 17, 2 ** 8);
    expect([random.uint32(), random.uint32(), random.uint32(), random.uint32()]).toEqual([...block]);
  });
});

describe('Random', () => {
  const seeds = fc.nat({ max: Number.MAX_SAFE_INTEGER });

  it('repeats itself with the same seed and stream', () => {
    fc.assert(
      fc.property(seeds, seeds, (seed, stream) => {
        const draw = () => {
          const random = new Random(seed, stream);
          return [
            random.uint32(),
            random.integer(1000),
            ...random.normals(new Float64Array(3)),
            ...random.permutation(5),
            ...random.sample(100, 3),
          ];
        };
        expect(draw()).toEqual(draw());
      }),
    );
  });

  it('jumps to any position and back', () => {
    fc.assert(
      fc.property(seeds, fc.nat(1000), fc.nat(1000), (seed, position, elsewhere) => {
        const walking = new Random(seed);
        for (let i = 0; i < position; i++) walking.uint32();
        expect(walking.position).toBe(position);
        const jumping = new Random(seed);
        jumping.position = elsewhere;
        jumping.position = position;
        expect(jumping.uint32()).toBe(walking.uint32());
        expect(jumping.position).toBe(position + 1);
      }),
    );
  });

  it('moves by what the kind and number of draws say, whatever comes out', () => {
    const moved = (draw: (random: Random) => void) => {
      const random = new Random(5);
      draw(random);
      return random.position;
    };
    expect(moved((random) => random.uniform())).toBe(2);
    expect(moved((random) => random.normal())).toBe(4);
    expect(moved((random) => random.normals(new Float64Array(6)))).toBe(12);
    expect(moved((random) => random.normals(new Float64Array(7)))).toBe(16);
    expect(moved((random) => random.rademacher(new Int8Array(33)))).toBe(2);
  });

  it.each([
    ['seed', () => new Random(-1)],
    ['seed', () => new Random(0.5)],
    ['seed', () => new Random(2 ** 53)],
    ['stream', () => new Random(1, Number.NaN)],
    ['position', () => Object.assign(new Random(1), { position: -4 })],
    ['index', () => new Random(1).split(-1)],
    ['bound', () => new Random(1).integer(0)],
    ['bound', () => new Random(1).integer(2.5)],
    ['length', () => new Random(1).permutation(-1)],
    ['count', () => new Random(1).sample(3, 4)],
    ['out.length', () => new Random(1).sphere(new Float64Array(0))],
  ])('names the argument %s when it is out of range', (argument, call) => {
    expect(call).toThrow(expect.objectContaining({ name: 'InvalidInputError', argument }));
  });
});

describe('uniform', () => {
  const sample = new Random(1).uniforms(new Float64Array(100_000));

  it('stays in [0, 1) on the grid of 2^-53', () => {
    const isOnGrid = (value: number) => value >= 0 && value < 1 && Number.isInteger(value * 2 ** 53);
    expect(sample.every(isOnGrid)).toBe(true);
  });

  it('has the mean, the variance and the distribution of the uniform law', () => {
    const n = sample.length;
    expect(Math.abs(mean(sample) - 1 / 2)).toBeLessThan(SIGMAS / Math.sqrt(12 * n));
    // The variance of (u - 1/2)^2 is 1/80 - 1/144 = 1/180.
    expect(Math.abs(mean(sample.map((u) => (u - 0.5) ** 2)) - 1 / 12)).toBeLessThan(SIGMAS / Math.sqrt(180 * n));
    expect(kolmogorovSmirnov(sample, (x) => x)).toBeLessThan(1.95);
  });

  it('has no correlation between neighbours', () => {
    for (const lag of [1, 2, 3, 4]) {
      const r = correlation(sample.subarray(0, -lag), sample.subarray(lag));
      expect(Math.abs(r)).toBeLessThan(SIGMAS / Math.sqrt(sample.length));
    }
  });

  it('sets every one of its 53 bits half of the time', () => {
    for (let bit = 1; bit <= 53; bit++) {
      const share = mean(sample.map((u) => Math.floor(u * 2 ** bit) % 2));
      // 53 tests at once: the bound is the one for 1 / 53000.
      expect(Math.abs(share - 0.5)).toBeLessThan(4.3 / (2 * Math.sqrt(sample.length)));
    }
  });
});

describe('normal', () => {
  const sample = new Random(2).normals(new Float64Array(100_000));

  it('has the moments and the distribution of the normal law', () => {
    const n = sample.length;
    expect(Math.abs(mean(sample))).toBeLessThan(SIGMAS / Math.sqrt(n));
    expect(Math.abs(mean(sample.map((x) => x ** 2)) - 1)).toBeLessThan(SIGMAS * Math.sqrt(2 / n));
    expect(Math.abs(mean(sample.map((x) => x ** 3)))).toBeLessThan(SIGMAS * Math.sqrt(15 / n));
    expect(Math.abs(mean(sample.map((x) => x ** 4)) - 3)).toBeLessThan(SIGMAS * Math.sqrt(96 / n));
    expect(kolmogorovSmirnov(sample, normalDistribution)).toBeLessThan(1.95);
  });

  it('has no correlation inside and between the pairs of the transform', () => {
    for (const lag of [1, 2]) {
      const r = correlation(sample.subarray(0, -lag), sample.subarray(lag));
      expect(Math.abs(r)).toBeLessThan(SIGMAS / Math.sqrt(sample.length));
    }
  });

  it('draws one by one what it draws in an array at even places', () => {
    const [single, filled] = [new Random(3), new Random(3).normals(new Float64Array(10))];
    for (let i = 0; i < 10; i += 2) expect(single.normal()).toBe(filled[i]);
  });

  it('fills a shorter array with the beginning of a longer one', () => {
    const long = new Random(4).normals(new Float64Array(8));
    expect(new Random(4).normals(new Float64Array(5))).toEqual(long.subarray(0, 5));
  });
});

describe('integer', () => {
  it.each([1, 2, 3, 6, 7, 100])('is uniform below %i', (bound) => {
    const random = new Random(10 + bound);
    const counts = countsOf(bound, 50_000, () => random.integer(bound));
    expect(chiSquare(counts)).toBeLessThanOrEqual(bound === 1 ? 0 : chiSquareBound(bound - 1));
  });

  it.each([
    ['three quarters of 2^32', 3 * 2 ** 30],
    ['three quarters of 2^53', 3 * 2 ** 51],
  ])('has no bias below %s, where a plain remainder would favour the lower third two to one', (_, bound) => {
    const random = new Random(20);
    const counts = countsOf(3, 30_000, () => Math.floor((3 * random.integer(bound)) / bound));
    expect(chiSquare(counts)).toBeLessThan(chiSquareBound(2));
  });

  it('reaches beyond 32 bits', () => {
    const random = new Random(21);
    const values = Array.from({ length: 100 }, () => random.integer(2 ** 53 - 1));
    expect(values.every(Number.isSafeInteger)).toBe(true);
    expect(Math.max(...values)).toBeGreaterThan(2 ** 52);
    expect(new Set(values.map((value) => value % 2)).size).toBe(2);
  });
});

describe('permutation', () => {
  it('holds every index once', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(1000), (length, seed) => {
        const order = new Random(seed).permutation(length);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length }, (_, i) => i));
      }),
    );
  });

  it('draws all 24 orders of four equally often', () => {
    const random = new Random(30);
    const orders = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const key = random.permutation(4).join();
      orders.set(key, (orders.get(key) ?? 0) + 1);
    }
    expect(orders.size).toBe(24);
    expect(chiSquare([...orders.values()])).toBeLessThan(chiSquareBound(23));
  });
});

describe('sample', () => {
  it('holds different integers of the range', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(1000), fc.nat(), (length, count, seed) => {
        const chosen = new Random(seed).sample(length, Math.min(count, length));
        expect(new Set(chosen).size).toBe(Math.min(count, length));
        expect(chosen.every((index) => index >= 0 && index < length)).toBe(true);
      }),
    );
  });

  it('draws all 20 ordered pairs of five equally often', () => {
    const random = new Random(31);
    const counts = countsOf(25, 20_000, () => {
      const [first, second] = random.sample(5, 2);
      return 5 * first + second;
    });
    expect(chiSquare(counts.filter((_, pair) => Math.floor(pair / 5) !== pair % 5))).toBeLessThan(chiSquareBound(19));
  });

  it('takes memory for the sample only, not for the range', () => {
    expect(new Random(32).sample(2 ** 31 - 1, 3)).toHaveLength(3);
  });
});

describe('rademacher', () => {
  const signs = new Random(40).rademacher(new Int8Array(100_000));

  it('is +1 or -1, balanced, and without correlation', () => {
    expect(new Set(signs)).toEqual(new Set([1, -1]));
    const bound = SIGMAS / Math.sqrt(signs.length);
    expect(Math.abs(mean(signs))).toBeLessThan(bound);
    for (const lag of [1, 2, 31, 32]) {
      const products = Array.from({ length: signs.length - lag }, (_, i) => signs[i] * signs[i + lag]);
      expect(Math.abs(mean(products))).toBeLessThan(bound);
    }
  });

  it('gives the same signs in every kind of array', () => {
    expect([...new Random(40).rademacher(new Float64Array(100))]).toEqual([...signs.subarray(0, 100)]);
  });
});

describe('sphere', () => {
  it('has norm 1 in every dimension', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.nat(), (dimension, seed) => {
        const point = new Random(seed).sphere(new Float64Array(dimension));
        expect(Math.abs(Math.hypot(...point) - 1)).toBeLessThan(1e-14);
      }),
    );
  });

  it('has mean zero and the identity over the dimension as its covariance', () => {
    const random = new Random(50);
    const [points, dimension] = [20_000, 3];
    const sums = new Float64Array(dimension);
    const products = new Float64Array(dimension * dimension);
    for (let k = 0; k < points; k++) {
      const point = random.sphere(new Float64Array(dimension));
      for (let i = 0; i < dimension; i++) {
        sums[i] += point[i];
        for (let j = 0; j < dimension; j++) products[i * dimension + j] += point[i] * point[j];
      }
    }
    // In three dimensions a coordinate is uniform on [-1, 1] (Archimedes): variance 1/3, of its square 4/45;
    // the product of two has variance 1/15.
    for (const sum of sums) expect(Math.abs(sum / points)).toBeLessThan(SIGMAS / Math.sqrt(3 * points));
    for (const [place, product] of products.entries()) {
      const onDiagonal = place % (dimension + 1) === 0;
      const spread = Math.sqrt((onDiagonal ? 4 / 45 : 1 / 15) / points);
      expect(Math.abs(product / points - (onDiagonal ? 1 / 3 : 0))).toBeLessThan(SIGMAS * spread);
    }
  });
});

describe('split', () => {
  it('depends on seed, stream and index alone, not on what was drawn', () => {
    const fresh = new Random(60, 3).split(7);
    const parent = new Random(60, 3);
    parent.normals(new Float64Array(101));
    const late = parent.split(7);
    expect(Array.from({ length: 8 }, () => late.uint32())).toEqual(Array.from({ length: 8 }, () => fresh.uint32()));
  });

  it('gives streams without a shared block', () => {
    const parent = new Random(61);
    const family = [parent, new Random(61, 1), new Random(62)];
    for (let index = 0; index < 30; index++) family.push(parent.split(index), parent.split(index).split(index));
    const blocks = new Set<string>();
    for (const random of family) {
      for (let i = 0; i < 500; i++) blocks.add([random.uint32(), random.uint32(), random.uint32(), random.uint32()].join());
    }
    // 31 500 blocks of 128 bits: a chance collision has probability 1e-30.
    expect(blocks.size).toBe(family.length * 500);
  });

  it('gives streams without correlation', () => {
    const parent = new Random(63);
    const length = 20_000;
    const streams = [parent, parent.split(0), parent.split(1), parent.split(2 ** 32), parent.split(0).split(0)].map((random) =>
      random.uniforms(new Float64Array(length)),
    );
    for (let i = 0; i < streams.length; i++) {
      for (let j = 0; j < i; j++) {
        // Ten pairs at once: the bound is the one for 1 / 10000.
        expect(Math.abs(correlation(streams[i], streams[j]))).toBeLessThan(3.9 / Math.sqrt(length));
      }
    }
  });
});

describe('an array of uniform numbers', () => {
  it('has the numbers that are drawn one by one, from any position and of any length', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0, 1, 2, 3, 4, 2 ** 34 - 2, 2 ** 34 + 1),
        fc.nat({ max: 20 }),
        fc.boolean(),
        (position, length, isDouble) => {
          const [whole, single] = [new Random(9, 2 ** 33 + 5), new Random(9, 2 ** 33 + 5)];
          whole.position = position;
          single.position = position;
          const out = isDouble ? new Float64Array(length) : new Float32Array(length);
          const expected = out.map(() => single.uniform());
          expect(whole.uniforms(out)).toEqual(expected);
          expect(whole.position).toBe(single.position);
          expect(whole.uint32()).toBe(single.uint32());
        },
      ),
    );
  });
});
