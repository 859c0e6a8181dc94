import { InvalidInputError } from '@infimum/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  APPROXIMATE_METHODS,
  type ApproximateMethod,
  approximateHammingDistances,
} from './approximate-hamming-distances.ts';
import { plantedPattern, uniformPair, zipfPair } from './instances.ts';
import { clopperPearson } from './testing/confidence.ts';
import { bruteForce, mulberry32, pairs } from './testing/oracle.ts';

const instances = () => [
  zipfPair({ n: 700, m: 300, symbols: 150 }, 1),
  plantedPattern(uniformPair({ n: 700, m: 1, symbols: 60 }, 2).text, 250, 20, 3),
];

describe.each([...APPROXIMATE_METHODS])('%s', (method: ApproximateMethod) => {
  it('keeps its relative error with its probability, over seeds and shifts', () => {
    const [epsilon, delta] = [0.4, 0.1];
    const seeds = 40;
    // The shifts of a run share their randomness: one of them, drawn anew for every seed, is a trial.
    const next = mulberry32(11);
    let failures = 0;
    for (const { text, pattern } of instances()) {
      const exact = bruteForce(text, pattern);
      for (let seed = 0; seed < seeds; seed++) {
        const { distances } = approximateHammingDistances(text, pattern, { epsilon, delta, seed, method });
        const i = Math.floor(next() * exact.length);
        if (Math.abs(distances[i] - exact[i]) > epsilon * exact[i] + 1e-9) failures++;
      }
    }
    expect(clopperPearson(failures, 2 * seeds, 0.95).upper).toBeLessThanOrEqual(delta);
  });

  it('is seldom wrong where it matters most, at the closest shift', () => {
    const [epsilon, delta] = [0.4, 0.1];
    const seeds = 40;
    const { text, pattern } = instances()[1];
    const exact = bruteForce(text, pattern);
    const place = exact.indexOf(Math.min(...exact));
    let failures = 0;
    for (let seed = 0; seed < seeds; seed++) {
      const { distances } = approximateHammingDistances(text, pattern, { epsilon, delta, seed, method });
      if (Math.abs(distances[place] - exact[place]) > epsilon * exact[place] + 1e-9) failures++;
    }
    expect(clopperPearson(failures, seeds, 0.95).upper).toBeLessThanOrEqual(delta);
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
    expect([...approximateHammingDistances(text, pattern, { epsilon: 0.5, method }).distances]).toEqual([
      1, 0, 1, 1,
    ]);
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

describe('coarsen', () => {
  it('never exceeds the distance', () => {
    fc.assert(
      fc.property(
        pairs(120),
        fc.constantFrom(0.9, 0.5, 0.1),
        fc.nat(),
        ({ text, pattern }, epsilon, seed) => {
          const options = { epsilon, seed, method: 'coarsen' as const };
          const { distances } = approximateHammingDistances(
            Uint8Array.from(text),
            Uint8Array.from(pattern),
            options,
          );
          bruteForce(text, pattern).forEach((distance, i) => {
            expect(distances[i]).toBeLessThanOrEqual(distance);
          });
        },
      ),
    );
  });

  it('loses about as much as the specification measured', () => {
    const { text, pattern } = plantedPattern(
      uniformPair({ n: 2 ** 14, m: 1, symbols: 500 }, 1).text,
      2 ** 10,
      100,
      2,
    );
    const exact = bruteForce(text, pattern);
    for (const [epsilon, most] of [
      [0.5, 0.3],
      [0.2, 0.12],
      [0.1, 0.06],
    ]) {
      const { distances } = approximateHammingDistances(text, pattern, { epsilon, method: 'coarsen' });
      const worst = Math.max(
        ...exact.map((distance, i) => (distance - distances[i]) / Math.max(1, distance)),
      );
      expect(worst).toBeLessThan(most);
    }
  });
});

describe('approximateHammingDistances', () => {
  it('takes exact distances where they are cheaper, and says so', () => {
    const result = approximateHammingDistances('mississippi', 'issip', { epsilon: 0.1 });
    expect(result.method).toBe('exact');
    expect([...result.distances]).toEqual(
      bruteForce(
        ...(['mississippi', 'issip'].map((s) => [...s].map((c) => c.charCodeAt(0))) as [number[], number[]]),
      ),
    );
    expect(result.explanation).toMatch(/^exact: predicted/);
  });

  it.each([
    ['epsilon', { epsilon: 0 }, 'out-of-range'],
    ['epsilon', { epsilon: 1 }, 'out-of-range'],
    ['epsilon', { epsilon: Number.NaN }, 'not-finite'],
    ['epsilon', {}, 'type'],
    ['delta', { epsilon: 0.1, delta: 1 }, 'out-of-range'],
    ['method', { epsilon: 0.1, method: 'magic' }, 'unknown'],
    ['seed', { epsilon: 0.1, seed: 0.5 }, 'not-integer'],
  ])('rejects a bad %s', (argument, options, code) => {
    const call = () => approximateHammingDistances('abc', 'ab', options as never);
    expect(call).toThrow(InvalidInputError);
    expect(call).toThrow(expect.objectContaining({ argument, code }));
  });
});
