import { mulberry32 } from '@infimum/core/reference-generators';
import { describe, expect, it } from 'vitest';
import { expectSame } from '../testing/expect-same.ts';
import { hammingDistances } from './hamming-distances.ts';
import { manyHammingDistances } from './many-hamming-distances.ts';

const drawer = (seed: number) => {
  const next = mulberry32(seed);
  const letters = (length: number, alphabet: string) =>
    Array.from({ length }, () => alphabet[Math.floor(next() * alphabet.length)]).join('');
  return { next, letters };
};

describe('manyHammingDistances', () => {
  it.each(['auto', 'one-by-one', 'transforms'] as const)('gives what each pair gives, by %s', (method) => {
    for (let seed = 1; seed <= 25; seed++) {
      const { next, letters } = drawer(seed);
      const alphabet = 'ACGTNRYacgt'.slice(0, 1 + Math.floor(next() * 11));
      const draw = (count: number, most: number) =>
        Array.from({ length: count }, () => letters(Math.floor(next() * most), alphabet));
      const texts = draw(Math.floor(next() * 4), 500);
      const patterns = draw(Math.floor(next() * 4), 300).map((pattern) => `${pattern}A`);
      const options = [{}, { wildcard: 'N' }, { classes: 'iupac', ignoreCase: true }][seed % 3] as object;
      const { distances, completed } = manyHammingDistances(texts, patterns, { ...options, method });
      expect(completed).toBe(patterns.length);
      expect(distances).toHaveLength(texts.length);
      texts.forEach((text, t) => {
        expect(distances[t]).toEqual(patterns.map((pattern) => hammingDistances(text, pattern, options).distances));
      });
    }
  });

  it('shares transforms where patterns are long, in threads too', () => {
    const { letters } = drawer(7);
    const texts = [letters(60_000, 'ACGT'), letters(20_000, 'ACGT')];
    const patterns = Array.from({ length: 6 }, (_, p) => letters(5000 + p, 'ACGT'));
    const shared = manyHammingDistances(texts, patterns, { method: 'transforms', threads: 2 }).distances;
    texts.forEach((text, t) => {
      patterns.forEach((pattern, p) => void expectSame(shared[t][p], hammingDistances(text, pattern).distances));
    });
  });

  it('reads arrays of different types, and keeps what limits leave', () => {
    const texts = [Uint8Array.of(1, 2, 3, 1), [1, 70_000, 2, -3]];
    const { distances } = manyHammingDistances(texts, [[1, 2], Int32Array.of(70_000)]);
    expect(distances.map((all) => all.map((one) => Array.from(one)))).toEqual([
      [
        [0, 2, 2],
        [1, 1, 1, 1],
      ],
      [
        [1, 1, 2],
        [1, 0, 1, 1],
      ],
    ]);
    const cut = manyHammingDistances(['AAAA'], ['A', 'AA'], { maxIterations: 1 });
    expect(cut).toMatchObject({ status: 'iteration-limit', completed: 1 });
    expect(cut.distances[0].map((one) => Array.from(one))).toEqual([
      [0, 0, 0, 0],
      [2, 2, 2],
    ]);
  });

  it('names what is no sequence of the same kind', () => {
    expect(() => manyHammingDistances(['a', [1] as never], ['a'])).toThrow(/^texts\[1\]: must be a string/);
    expect(() => manyHammingDistances(['a'], [[1]])).toThrow(/^patterns\[0\]: must be a string/);
    expect(() => manyHammingDistances(['a'], ['a', ''])).toThrow(/^patterns\[1\]: must not be empty/);
    expect(() => manyHammingDistances('a' as never, ['a'])).toThrow(/^texts/);
  });
});
