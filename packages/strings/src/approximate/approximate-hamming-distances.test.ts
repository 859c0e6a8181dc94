import { InvalidInputError, Random } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { plantedPattern, uniformPair, zipfPair } from '../instances.ts';
import { compact } from '../symbols.ts';
import { clopperPearson } from '../testing/confidence.ts';
import { bruteForce, pairs } from '../testing/oracle.ts';
import { inFull } from '../testing/tiers.ts';
import type { ApproximateMethod } from './approximate-hamming-distances.ts';
import { APPROXIMATE_METHODS, approximateHammingDistances } from './approximate-hamming-distances.ts';
import { colorable } from './coloring.ts';
import { ColoringMean } from './coloring-mean.ts';
import { classCounter } from './stride-fingerprints.ts';

// Machines may be busy.
vi.setConfig({ testTimeout: 60_000 });

const instances = () => {
  const planted = plantedPattern(uniformPair({ n: 700, m: 1, symbols: 60 }, 2).text, 250, 20, 3);
  return inFull([planted], [planted, zipfPair({ n: 700, m: 300, symbols: 150 }, 1)]);
};

describe.each([...APPROXIMATE_METHODS])('%s', (method: ApproximateMethod) => {
  it('keeps its relative error at all shifts at once with its probability', () => {
    const [epsilon, delta] = [0.4, 0.1];
    const seeds = 40;
    let [failures, inexact, runs] = [0, 0, 0];
    for (const { text, pattern } of instances()) {
      const exact = bruteForce(text, pattern);
      for (let seed = 0; seed < seeds; seed++) {
        const { distances } = approximateHammingDistances(text, pattern, { epsilon, delta, seed, method });
        const errors = exact.map((distance, i) => Math.abs(distances[i] - distance));
        if (errors.some((error, i) => error > epsilon * exact[i] + 1e-9)) failures++;
        if (errors.some((error) => error > 0)) inexact++;
        runs++;
      }
    }
    // A run is a trial: one bad shift makes it a failure.
    expect(clopperPearson(failures, runs, 0.95).upper).toBeLessThanOrEqual(delta);
    // The sample would be the whole pattern, and the classes are single positions: see below for longer ones.
    const isExact = method === 'sampling' || method === 'stride';
    expect(inexact).toBe(isExact ? 0 : runs);
  });

  it('has an exact zero where there is no mismatch', () => {
    const { text, pattern } = plantedPattern(uniformPair({ n: 900, m: 1, symbols: 90 }, 5).text, 200, 0, 6);
    const place = bruteForce(text, pattern).indexOf(0);
    const { distances } = approximateHammingDistances(text, pattern, { epsilon: 0.5, method });
    expect(distances[place]).toBe(0);
  });

  it('gives the same bits for the same seed', () => {
    const { text, pattern } = zipfPair({ n: 900, m: 200, symbols: 90 }, 5);
    const options = { epsilon: 0.5, method, seed: 9 };
    const first = approximateHammingDistances(text, pattern, options).distances;
    expect(approximateHammingDistances(text, pattern, options).distances).toEqual(first);
  });

  it('tells signed and large symbols apart', () => {
    const next = mulberry32(2);
    const draw = (length: number, from: readonly number[]) =>
      Int32Array.from({ length }, () => from[Math.floor(next() * from.length)]);
    for (const from of [
      [-1, 1],
      [-2, 0],
      [-(2 ** 31), 0, 2 ** 31 - 1],
    ]) {
      const [text, pattern] = [draw(120, from), draw(20, from)];
      // Random maps take 1/epsilon² rounds.
      const epsilon = method === 'karloff' ? 0.5 : 0.01;
      const { distances } = approximateHammingDistances(text, pattern, { epsilon, method });
      bruteForce(text, pattern).forEach((exact, i) => {
        expect(Math.abs(distances[i] - exact)).toBeLessThanOrEqual(epsilon * exact + 1e-9);
      });
    }
    const [text, pattern] = [Uint32Array.of(2 ** 31, 2 ** 32 - 1, 0, 1), Uint32Array.of(2 ** 32 - 1)];
    expect([...approximateHammingDistances(text, pattern, { epsilon: 0.5, method }).distances]).toEqual([1, 0, 1, 1]);
  });

  it('works at awkward sizes', () => {
    for (const [text, pattern] of [
      ['a', 'a'],
      ['a', 'b'],
      ['ab', 'abc'],
      ['aaaa', 'a'],
      ['', 'a'],
    ]) {
      const { distances } = approximateHammingDistances(text, pattern, { epsilon: 0.5, method });
      const codes = (value: string) => [...value].map((character) => character.charCodeAt(0));
      expect([...distances]).toEqual(bruteForce(codes(text), codes(pattern)));
    }
  });

  it('ends at limits with finite estimates', () => {
    const { text, pattern } = zipfPair({ n: 900, m: 200, symbols: 90 }, 5);
    for (const maxIterations of [0, 1]) {
      const outcome = approximateHammingDistances(text, pattern, { epsilon: 0.5, method, maxIterations });
      expect(outcome.distances.every((distance) => distance >= 0 && distance < 500)).toBe(true);
    }
  });
});

describe('on longer patterns', () => {
  const [epsilon, delta] = [0.8, 0.1];
  const { text, pattern } = plantedPattern(uniformPair({ n: 4000, m: 1, symbols: 4 }, 2).text, 3000, 100, 3);
  const exact = bruteForce(text, pattern);

  it.each(inFull(['sampling'] as const, ['sampling', 'stride'] as const))('%s errs, at no shift more than it may', (method) => {
    let [failures, inexact] = [0, 0];
    for (let seed = 0; seed < 40; seed++) {
      const { distances } = approximateHammingDistances(text, pattern, { epsilon, delta, seed, method });
      const errors = exact.map((distance, i) => Math.abs(distances[i] - distance) / distance);
      if (errors.some((error) => error > epsilon)) failures++;
      if (errors.some((error) => error > 0)) inexact++;
    }
    expect(inexact).toBe(40);
    expect(clopperPearson(failures, 40, 0.95).upper).toBeLessThanOrEqual(delta);
  });
});

describe('with wildcards', () => {
  it.each(['coarsen', 'unbiased', 'karloff', 'sampling', 'auto'] as const)('%s keeps its bound', (method) => {
    const epsilon = 0.5;
    for (const symbols of [5, 40]) {
      const pair = uniformPair({ n: 400, m: 100, symbols }, 1);
      const exact = bruteForce(pair.text, pair.pattern, 3);
      const options = { epsilon, delta: 1e-6, method, wildcard: 3 };
      const { distances } = approximateHammingDistances(pair.text, pair.pattern, options);
      exact.forEach((distance, i) => {
        expect(Math.abs(distances[i] - distance)).toBeLessThanOrEqual(epsilon * distance + 1e-9);
      });
    }
  });

  it('never lets coarsening exceed the distance', () => {
    fc.assert(
      fc.property(pairs(60), fc.nat(), ({ text, pattern }, seed) => {
        const options = { epsilon: 0.9, seed, method: 'coarsen' as const, wildcard: 1 };
        const [bytes, others] = [Uint8Array.from(text), Uint8Array.from(pattern)];
        const { distances } = approximateHammingDistances(bytes, others, options);
        bruteForce(text, pattern, 1).forEach((distance, i) => {
          expect(distances[i]).toBeLessThanOrEqual(distance);
          if (distance === 0) expect(distances[i]).toBe(0);
        });
      }),
    );
  });

  it('is not for fingerprints', () => {
    const call = () => approximateHammingDistances('a?b', 'ab', { epsilon: 0.5, method: 'stride', wildcard: '?' });
    expect(call).toThrow(expect.objectContaining({ argument: 'wildcard', code: 'unsupported' }));
  });
});

describe('fingerprints of equal texts', () => {
  it('pause within a scale, as every class of every shift is compared', () => {
    const log = inFull(13, 14);
    const [text, pattern] = [new Uint8Array(2 ** log), new Uint8Array(2 ** 10)];
    pattern[pattern.length - 1] = 1;
    const repeats: number[] = [];
    const { distances } = approximateHammingDistances(text, pattern, {
      ...{ epsilon: 0.5, method: 'stride' },
      onIteration: (iterate) => repeats.push(iterate.repeats),
    });
    expect(distances.every((distance) => distance === 1)).toBe(true);
    // A round compares at most 2^10 classes of a shift, mostly less than half of them, and 2^26 are between two pauses.
    const between = repeats.slice(1).map((count, k) => count - repeats[k]);
    expect(repeats.at(-1)).toBeGreaterThan(20);
    expect(Math.max(...between)).toBeLessThan(3 * 2 ** (16 - log));
  });
});

describe('residue classes', () => {
  it('hide as many of 64 planted mismatches as the specification says', () => {
    const { text } = uniformPair({ n: 2 ** 14, m: 1, symbols: 4 }, 1);
    for (const [prime, counted] of [
      [331, 60],
      [677, 62],
      [1301, 63],
    ]) {
      let mean = 0;
      for (let seed = 0; seed < 20; seed++) {
        const place = 100 * seed;
        const pattern = text.slice(place, place + 2 ** 12);
        const random = new Random(seed);
        for (const j of random.sample(2 ** 12, 64)) pattern[j] = (pattern[j] + 1) % 4;
        const count = classCounter(compact({ text, pattern }), prime, random);
        const differing = count(place, prime, Infinity);
        expect(differing).toBeLessThanOrEqual(64);
        mean += differing / 20;
        // A shift with some 3000 mismatches spoils nearly every class, and no more.
        const far = count(place + 500, prime, Infinity);
        expect(far).toBeLessThanOrEqual(prime);
        if (prime < 700) expect(far).toBeGreaterThan(0.9 * prime);
      }
      // Pairs that share a class: 64²/2p on average.
      expect(Math.abs(mean - (64 - 64 ** 2 / (2 * prime)))).toBeLessThan(1.5);
      expect(Math.abs(mean - counted)).toBeLessThan(2.5);
    }
  });
});

describe('the mean of colourings', () => {
  it("has the specification's errors for few colours and repeats", () => {
    const planted = plantedPattern(uniformPair({ n: 4096, m: 1, symbols: 500 }, 1).text, 512, 50, 2);
    const exact = bruteForce(planted.text, planted.pattern);
    const pair = colorable(planted);
    for (const [colors, repeats, measured] of [
      [4, 1, 0.105],
      [4, 4, 0.045],
      [4, 16, 0.024],
      [20, 1, 0.038],
      [8, 4, 0.035],
    ]) {
      let worst = 0;
      for (let seed = 0; seed < 5; seed++) {
        const mean = new ColoringMean(pair, colors);
        for (let repeat = 0; repeat < repeats; repeat++) mean.add(new Random(seed).split(repeat));
        const errors = mean.estimates().map((estimate, i) => Math.abs(estimate - exact[i]) / exact[i]);
        // The mean over seeds of the worst shift; the planted one is left out, whose few mismatches decide alone.
        worst += Math.max(...errors.filter((_, i) => exact[i] > 100)) / 5;
      }
      expect(worst / measured).toBeGreaterThan(0.6);
      expect(worst / measured).toBeLessThan(1.6);
    }
  });
});

describe('unbiased', () => {
  it('fails no more often than it may where few pairs of symbols make all mismatches', () => {
    const [epsilon, delta] = [0.14, 1e-3];
    // A probability of 1e-3 makes 3 failures of 50, and 5 of 300, less likely than one in 50 000.
    const [runs, many] = inFull([50, 3], [300, 5]);
    // One change in a period: at shift 0 one mismatch in all, which a colouring often hides.
    const text = Uint8Array.from({ length: 400 }, (_, i) => i % 20);
    const periodic = text.slice(0, 100);
    periodic[50] = 19;
    // One pair of symbols dominates, in a text with many others.
    const skewed = Uint8Array.from({ length: 600 }, (_, i) => (i % 9 === 0 ? 2 + (i % 29) : i % 2));
    for (const [subject, pattern] of inFull(
      [[text, periodic]],
      [
        [text, periodic],
        [skewed, skewed.slice(101, 400)],
      ],
    )) {
      const exact = bruteForce(subject, pattern);
      let failures = 0;
      for (let seed = 0; seed < runs; seed++) {
        const options = { epsilon, delta, seed, method: 'unbiased' as const };
        const { distances } = approximateHammingDistances(subject, pattern, options);
        if (exact.some((distance, i) => Math.abs(distances[i] - distance) > epsilon * distance + 1e-9)) failures++;
      }
      expect(failures).toBeLessThan(many);
    }
  });

  it('takes medians of few colourings where no pair of symbols dominates', () => {
    const { text, pattern } = uniformPair({ n: 9000, m: 1500, symbols: 1200 }, 3);
    const exact = bruteForce(text, pattern);
    const outcome = approximateHammingDistances(text, pattern, { epsilon: 0.2, method: 'unbiased' });
    expect(outcome.reason).toMatch(/^medians of/);
    // Coarsening takes 24, with 10 colours instead of 8.
    expect(outcome.repeats).toBeLessThan(20);
    exact.forEach((distance, i) => {
      expect(Math.abs(outcome.distances[i] - distance)).toBeLessThanOrEqual(0.2 * distance);
    });
  });
});

describe('coarsen', () => {
  it('never exceeds the distance', () => {
    fc.assert(
      fc.property(pairs(120), fc.constantFrom(0.9, 0.5, 0.1), fc.nat(), ({ text, pattern }, epsilon, seed) => {
        const options = { epsilon, seed, method: 'coarsen' as const };
        const { distances } = approximateHammingDistances(Uint8Array.from(text), Uint8Array.from(pattern), options);
        bruteForce(text, pattern).forEach((distance, i) => {
          expect(distances[i]).toBeLessThanOrEqual(distance);
        });
      }),
    );
  });

  it('loses about as much as the specification measured', () => {
    const { text, pattern } = plantedPattern(uniformPair({ n: 2 ** 14, m: 1, symbols: 500 }, 1).text, 2 ** 10, 100, 2);
    const exact = bruteForce(text, pattern);
    for (const [epsilon, most] of [
      [0.5, 0.3],
      [0.2, 0.12],
      [0.1, 0.06],
    ]) {
      const { distances } = approximateHammingDistances(text, pattern, { epsilon, method: 'coarsen' });
      const worst = Math.max(...exact.map((distance, i) => (distance - distances[i]) / Math.max(1, distance)));
      expect(worst).toBeLessThan(most);
    }
  });
});

describe('approximateHammingDistances', () => {
  it('takes exact distances where they are cheaper, and says so', () => {
    const result = approximateHammingDistances('mississippi', 'issip', { epsilon: 0.1 });
    expect(result.method).toBe('exact');
    expect([...result.distances]).toEqual(
      bruteForce(...(['mississippi', 'issip'].map((s) => [...s].map((c) => c.charCodeAt(0))) as [number[], number[]])),
    );
    expect(result.explanation).toMatch(/^exact: too little/);
  });

  it.each([
    ['epsilon', { epsilon: 0 }, 'out-of-range'],
    ['epsilon', { epsilon: 1 }, 'out-of-range'],
    ['epsilon', { epsilon: Number.NaN }, 'not-finite'],
    ['epsilon', {}, 'missing'],
    ['espilon', { epsilon: 0.1, espilon: 0.1 }, 'unknown'],
    ['delta', { epsilon: 0.1, delta: 1 }, 'out-of-range'],
    ['method', { epsilon: 0.1, method: 'magic' }, 'unknown'],
    ['seed', { epsilon: 0.1, seed: 0.5 }, 'not-integer'],
  ])('rejects a bad %s', (argument, options, code) => {
    const call = () => approximateHammingDistances('abc', 'ab', options as never);
    expect(call).toThrow(InvalidInputError);
    expect(call).toThrow(expect.objectContaining({ argument, code }));
  });
});
