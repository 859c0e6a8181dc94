import { InvalidInputError, run } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { kMismatch } from '../bounded/k-mismatch.ts';
import { countingSteps } from '../hamming-solution.ts';
import { uniformPair, zipfPair } from '../instances.ts';
import { compact } from '../symbols.ts';
import { expectSame } from '../testing/expect-same.ts';
import { bruteForce, hashOf, pairs } from '../testing/oracle.ts';
import { inFull } from '../testing/tiers.ts';
import { abrahamsonCounter } from './abrahamson.ts';
import type { ExactMethod } from './hamming-distances.ts';
import { EXACT_METHODS, hammingDistances } from './hamming-distances.ts';
import { hybridCounter } from './hamming-hybrid.ts';
import { shiftAddFits } from './shift-add.ts';

// Machines may be busy.
vi.setConfig({ testTimeout: 60_000 });

const takes = (method: ExactMethod | 'auto', { pattern }: { pattern: ArrayLike<number> }): boolean => {
  if (method === 'bitset') return pattern instanceof Uint8Array || new Set(Array.from(pattern)).size <= 255;
  return method !== 'shift-add' || shiftAddFits(pattern.length, pattern.length);
};

interface SmallPair {
  readonly text: Uint8Array;
  readonly pattern: Uint8Array;
  readonly expected: readonly number[];
}

/** Every pair of a text of 5 binary symbols, in the full run of 6 binary or 4 ternary ones, made once for all methods. */
function smallPairs(): readonly SmallPair[] {
  if (small.length > 0) return small;
  const sizes = inFull(
    [[2, 5]],
    [
      [2, 6],
      [3, 4],
    ],
  );
  for (const [symbols, n] of sizes) {
    for (let m = 1; m <= n; m++) {
      for (let code = 0; code < symbols ** (n + m); code++) {
        const digits = Uint8Array.from({ length: n + m }, (_, i) => Math.floor(code / symbols ** i) % symbols);
        const [text, pattern] = [digits.slice(0, n), digits.slice(n)];
        small.push({ text, pattern, expected: bruteForce(text, pattern) });
      }
    }
  }
  return small;
}

const small: SmallPair[] = [];

/** A pair, and the hash of its distances by the definition; every run draws the same ones for all methods. */
function hashedPair(n: number, m: number, symbols: number, seed: number) {
  const key = `${n} ${m} ${symbols} ${seed}`;
  const known = hashed.get(key);
  if (known) return known;
  const pair = uniformPair({ n, m, symbols }, seed);
  const made = { ...pair, hash: hashOf(bruteForce(pair.text, pair.pattern)) };
  hashed.set(key, made);
  return made;
}

const hashed = new Map<string, ReturnType<typeof uniformPair> & { readonly hash: number }>();

describe.each([...EXACT_METHODS, 'auto' as const])('hammingDistances by %s', (method) => {
  it('equals brute force', () => {
    fc.assert(
      fc.property(pairs(), ({ text, pattern }) => {
        fc.pre(method === 'auto' || takes(method, { pattern }));
        const { distances } = hammingDistances(Uint8Array.from(text), Int32Array.from(pattern), { method });
        expect([...distances]).toEqual(bruteForce(text, pattern));
      }),
      { numRuns: inFull(75, 150) },
    );
  });

  it('equals brute force on every pair of small length', () => {
    let pairs = 0;
    for (const { text, pattern, expected } of smallPairs()) {
      const { distances } = hammingDistances(text, pattern, { method });
      if (hashOf(distances) !== hashOf(expected)) expect([...distances]).toEqual(expected);
      pairs++;
    }
    expect(pairs).toBe(inFull(32 * 62, 64 * 126 + 81 * 120));
  });

  it('equals brute force over several blocks', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 700 }),
        fc.integer({ min: 0, max: 4000 }),
        fc.constantFrom(2, 3, 4, 15, 26, 300, 70_000),
        fc.nat(),
        (m, more, symbols, seed) => {
          const pair = hashedPair(m + more, m, symbols, seed);
          fc.pre(method === 'auto' || takes(method, pair));
          const { distances } = hammingDistances(pair.text, pair.pattern, { method });
          expect(hashOf(distances)).toBe(pair.hash);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('takes a wildcard in text and pattern', () => {
    fc.assert(
      fc.property(pairs(50), fc.constantFrom(0, 1, 7), ({ text, pattern }, wildcard) => {
        fc.pre(method === 'auto' || takes(method, { pattern }));
        const { distances } = hammingDistances(Uint8Array.from(text), Uint8Array.from(pattern), { method, wildcard });
        expect([...distances]).toEqual(bruteForce(text, pattern, wildcard));
      }),
    );
  });

  it('gives nothing for a pattern that is longer than the text', () => {
    expect(hammingDistances('ab', 'abc', { method }).distances.length).toBe(0);
    expect(hammingDistances('', 'a', { method }).status).toBe('converged');
  });
});

describe('ntt', () => {
  it('transforms every symbol, of small alphabets too', () => {
    const { text, pattern } = uniformPair({ n: 5000, m: 100, symbols: 3 }, 4);
    const { distances, operations } = hammingDistances(text, pattern, { method: 'ntt' });
    expect([...distances]).toEqual(bruteForce(text, pattern));
    expect(operations.pairs).toBe(0);
    expect(operations.transforms).toBeGreaterThanOrEqual(6);
  });
});

describe('transforms of many symbols', () => {
  // One step has all shifts; a transform of 2^15 numbers takes some tenths of a millisecond by Fourier, five times that by primes.
  const { text, pattern } = uniformPair({ n: 2 ** 15, m: 2 ** 13, symbols: inFull(192, 512) }, 5);
  const expected = hammingDistances(text, pattern, { method: 'simd' }).distances;
  it.each([
    ['ntt', 1],
    ['fft', 0],
  ] as const)('by %s pause where they take long', (method, pauses) => {
    const done: number[] = [];
    const outcome = hammingDistances(text, pattern, { method, onIteration: ({ completed }) => done.push(completed) });
    expectSame(outcome.distances, expected);
    expect(done.filter((completed) => completed === 0).length > 2).toBe(pauses === 1);
    const ended = hammingDistances(text, pattern, { method, maxIterations: 1 });
    expect(ended.completed === 0).toBe(pauses === 1);
  });

  it.each([
    ['fft', 256],
    ['abrahamson', 64],
  ] as const)('by %s of %i symbols pause before a second is over', (method, symbols) => {
    const long = uniformPair({ n: 2 ** 17, m: 2 ** 16, symbols }, 5);
    const { completed, status } = hammingDistances(long.text, long.pattern, { method, maxIterations: 1 });
    expect([completed, status]).toEqual([0, 'iteration-limit']);
  });
});

describe('the specification', () => {
  it.each([
    ['the worked example', [1, 2, 1, 1, 2, 2, 1], [1, 2, 1], [0, 2, 2, 1, 1]],
    ['text and pattern alike', [3, 1, 4, 1, 5], [3, 1, 4, 1, 5], [0]],
    ['nothing in common', [1, 2, 3, 4], [5, 6], [2, 2, 2]],
    ['one symbol', [7, 7, 7, 7], [7, 7], [0, 0, 0]],
    ['one symbol and one stranger', [7, 7, 7, 7], [7, 8], [1, 1, 1]],
  ])('%s', (_, text, pattern, expected) => {
    for (const method of EXACT_METHODS) {
      const { distances } = hammingDistances(Uint8Array.from(text), Uint8Array.from(pattern), { method });
      expect([...distances]).toEqual(expected);
    }
  });

  it('has mulberry32 give its first numbers for seed 42', () => {
    const next = mulberry32(42);
    expect([next(), next()]).toEqual([0.6011037519201636, 0.44829055899754167]);
  });

  const table = [
    [uniformPair, 65536, 1024, 4, 49549757, 708, 46726, 1576820877],
    [uniformPair, 65536, 4096, 26, 241980756, 3889, 14778, 4255202728],
    [uniformPair, 131072, 16384, 256, 1871722267, 16275, 68231, 3552211581],
    [zipfPair, 131072, 16384, 4096, 1840475229, 15966, 56803, 797914901],
  ] as const;
  it.each(table)('%s n = %i, m = %i, %i symbols', (generate, n, m, symbols, sum, least, at, hash) => {
    const pair = generate({ n, m, symbols }, 5);
    const methods: (ExactMethod | 'auto')[] = ['auto', 'simd', 'hybrid', 'abrahamson'];
    if (symbols === 4) methods.push('bitset', 'fft', 'ntt');
    for (const method of methods) {
      const distances = Array.from(hammingDistances(pair.text, pair.pattern, { method }).distances);
      expect(distances.reduce((a, b) => a + b, 0)).toBe(sum);
      expect(distances.indexOf(least)).toBe(at);
      expect(distances.reduce((a, b) => Math.min(a, b))).toBe(least);
      expect(hashOf(distances)).toBe(hash);
    }
  });
});

describe('invariants', () => {
  const bytes = (values: readonly number[]) => Uint8Array.from(values);
  const distancesOf = (text: readonly number[], pattern: readonly number[]) => [
    ...hammingDistances(bytes(text), bytes(pattern), { method: 'hybrid' }).distances,
  ];

  it('renaming symbols changes nothing, reversing both reverses', () => {
    fc.assert(
      fc.property(pairs(), ({ text, pattern }) => {
        const distances = distancesOf(text, pattern);
        const rename = (values: number[]) => Int32Array.from(values, (value) => 40_503 * value - 2 ** 30);
        expect([...hammingDistances(rename(text), rename(pattern)).distances]).toEqual(distances);
        expect(distancesOf(text.toReversed(), pattern.toReversed())).toEqual(distances.toReversed());
      }),
    );
  });

  it('distances of joined patterns add up', () => {
    fc.assert(
      fc.property(pairs(), fc.nat(), ({ text, pattern }, at) => {
        fc.pre(pattern.length > 1);
        const cut = 1 + (at % (pattern.length - 1));
        const first = distancesOf(text, pattern.slice(0, cut));
        const second = distancesOf(text, pattern.slice(cut));
        const joined = distancesOf(text, pattern);
        expect(joined).toEqual(joined.map((_, i) => first[i] + second[i + cut]));
      }),
    );
  });

  it('changing symbols of the text changes a distance by at most their number in the window', () => {
    fc.assert(
      fc.property(pairs(), fc.array(fc.tuple(fc.nat(), fc.nat(30)), { maxLength: 9 }), (pair, changes) => {
        const { text, pattern } = pair;
        const other = [...text];
        for (const [at, symbol] of changes) other[at % text.length] = symbol;
        const before = distancesOf(text, pattern);
        distancesOf(other, pattern).forEach((distance, i) => {
          const changed = pattern.filter((_, j) => other[i + j] !== text[i + j]).length;
          expect(Math.abs(distance - before[i])).toBeLessThanOrEqual(changed);
        });
      }),
    );
  });

  it('changing one symbol of the pattern changes a distance by at most one', () => {
    fc.assert(
      fc.property(pairs(), fc.nat(), fc.nat(30), ({ text, pattern }, at, symbol) => {
        const other = pattern.with(at % pattern.length, symbol);
        const before = distancesOf(text, pattern);
        distancesOf(text, other).forEach((distance, i) => {
          expect(Math.abs(distance - before[i])).toBeLessThanOrEqual(1);
        });
      }),
    );
  });
});

describe('the hybrid', () => {
  it.each([0, 0.1, 0.7, 3, Infinity])('is exact for kappa = %d, through the simplex or not', (kappa) => {
    for (const [n, m, symbols] of [
      [5000, 300, 3],
      [9000, 500, 4],
      [3000, 900, 8],
      [20_000, 700, 40],
      [4096, 1024, 2],
    ]) {
      const { text, pattern } = zipfPair({ n, m, symbols }, 3);
      const expected = hashOf(bruteForce(text, pattern));
      const pair = compact({ text, pattern });
      for (const simplex of [true, false]) {
        const { distances } = run(countingSteps(() => hybridCounter(pair, { kappa, simplex })));
        expect(hashOf(distances)).toBe(expected);
      }
    }
  });

  it('transforms the pattern anew where its spectra are not kept, on one thread and on two', () => {
    const { text, pattern } = zipfPair({ n: 20_000, m: 700, symbols: 9 }, 3);
    const expected = hashOf(bruteForce(text, pattern));
    const pair = compact({ text, pattern });
    for (const simplex of [true, false]) {
      const transforms = [undefined, 2 ** 16, 0].map((spectrumBytes) => {
        const [one, two] = [1, 2].map((threads) =>
          run(countingSteps(() => hybridCounter(pair, { kappa: 0.1, simplex, spectrumBytes, threads }))),
        );
        expect(hashOf(one.distances)).toBe(expected);
        expect(two.operations).toEqual(one.operations);
        expectSame(two.distances, one.distances);
        return one.operations.transforms as number;
      });
      expect(transforms[1]).toBeGreaterThan(transforms[0]);
      expect(transforms[2]).toBeGreaterThan(transforms[1]);
    }
  });

  it('does work that grows with the square root of m at the critical alphabet', () => {
    const logs = inFull([8, 9, 10, 11, 12, 13, 14], [8, 9, 10, 11, 12, 13, 14, 15, 16]);
    const points = logs.map((log) => {
      const m = 2 ** log;
      const pair = uniformPair({ n: inFull(2 ** 17, 2 ** 18), m, symbols: Math.round(Math.sqrt(m)) }, log);
      const { operations } = hammingDistances(pair.text, pair.pattern, { method: 'hybrid' });
      return [log, Math.log2((operations.pairs ?? 0) + (operations.transformWork ?? 0))];
    });
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    const [x, y] = [mean(points.map(([log]) => log)), mean(points.map(([, work]) => work))];
    const covariance = mean(points.map(([log, work]) => (log - x) * (work - y)));
    const slope = covariance / mean(points.map(([log]) => (log - x) ** 2));
    expect(slope).toBeLessThanOrEqual(0.65);
    expect(slope).toBeGreaterThan(0.3);
  });

  it('lets primes decide where rounding is not safe', () => {
    const { text, pattern } = uniformPair({ n: 6000, m: 600, symbols: 5 }, 8);
    const expected = hashOf(bruteForce(text, pattern));
    for (const simplex of [true, false]) {
      const options = { kappa: 0, simplex, roundingLimit: 0 };
      const outcome = run(countingSteps(() => hybridCounter(compact({ text, pattern }), options)));
      expect(hashOf(outcome.distances)).toBe(expected);
      expect(outcome.operations.fallbacks).toBeGreaterThan(0);
    }
  });

  it('lets primes decide in the published algorithm too', () => {
    const { text, pattern } = uniformPair({ n: 3000, m: 200, symbols: 6 }, 4);
    const compacted = compact({ text, pattern });
    const usual = run(countingSteps(() => abrahamsonCounter(compacted)));
    const distrusted = run(countingSteps(() => abrahamsonCounter(compacted, 1, 0)));
    expect(usual.operations.fallbacks).toBe(0);
    expect(distrusted.operations.fallbacks).toBe(distrusted.operations.heavy);
    expect(distrusted.operations.fallbacks).toBeGreaterThan(6);
    expect([...distrusted.distances]).toEqual(bruteForce(text, pattern));
    expectSame(usual.distances, distrusted.distances);
  });

  it('rounds with errors far below one half', () => {
    const { text, pattern } = uniformPair({ n: 2 ** 16, m: 2 ** 14, symbols: 2 }, 1);
    const { operations } = hammingDistances(text, pattern, { method: 'fft' });
    expect(operations.maxRoundingError).toBeLessThan(1e-9 * 2 ** 14);
    for (const symbols of [2, 3, 4, 7, 8, 13]) {
      for (const m of [700, 701]) {
        const pair = compact(uniformPair({ n: 9001, m, symbols }, 1));
        const { operations } = run(countingSteps(() => hybridCounter(pair, { kappa: 0, simplex: true })));
        expect(operations.fallbacks).toBe(0);
        expect(operations.maxRoundingError).toBeLessThan(1e-9);
      }
    }
  });
});

describe('arrays of every kind', () => {
  const kinds = [Uint8Array, Uint8ClampedArray, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array] as const;
  // Equal bits are not equal symbols where one array has signs and the other has not.
  const symbols = [0, 1, 127, 128, 200, 255, 32_768, 65_535, 2 ** 31, 2 ** 32 - 1, -1, -128];

  it.each(kinds.flatMap((a) => kinds.map((b) => [a.name, b.name, a, b] as const)))(
    'compares the symbols of %s and %s',
    (_, __, Text, Pattern) => {
      const next = mulberry32(7);
      const draw = (length: number) => Array.from({ length }, () => symbols[Math.floor(next() * symbols.length)]);
      for (const m of [9, 400]) {
        const [text, pattern] = [Text.from(draw(5000)), Pattern.from(draw(m))];
        const expected = bruteForce(text, pattern);
        for (const method of ['auto', 'simd'] as const) {
          expect(hashOf(hammingDistances(text, pattern, { method }).distances)).toBe(hashOf(expected));
        }
        const k = Math.floor(0.8 * m);
        const { distances } = kMismatch(text, pattern, k, { method: 'scan' });
        expect(hashOf(distances)).toBe(hashOf(expected.map((distance) => Math.min(distance, k + 1))));
      }
    },
  );
});

describe('options', () => {
  it('compares code units or code points', () => {
    expect([...hammingDistances('a😀b', '😁').distances]).toEqual([2, 1, 2]);
    expect([...hammingDistances('a😀b', '😁', { unit: 'code-point' }).distances]).toEqual([1, 1, 1]);
    expect([...hammingDistances('NANA', 'A?', { wildcard: '?' }).distances]).toEqual([1, 0, 1]);
  });

  it('writes to out', () => {
    const out = new Int32Array(2);
    expect(hammingDistances('aba', 'ab', { out }).distances).toBe(out);
    expect([...out]).toEqual([0, 2]);
  });

  it.each([...EXACT_METHODS, 'auto'] as const)('gives the same bits on two threads (%s)', (method) => {
    for (const [n, m, symbols] of [
      [30_000, 300, 4],
      [20_000, 1500, 11],
      [9000, 40, 2],
    ]) {
      const { text, pattern } = zipfPair({ n, m, symbols }, 4);
      if (!takes(method, { pattern })) continue;
      const [one, two] = [1, 2].map((threads) => hammingDistances(text, pattern, { method, threads }));
      expectSame(two.distances, one.distances);
      expect(hashOf(two.distances)).toBe(hashOf(bruteForce(text, pattern)));
      if (one.method === two.method) expect(two.operations).toEqual(one.operations);
    }
  });

  it('looks at limits, threads and aborts with wildcards too', () => {
    const { text, pattern } = uniformPair({ n: 300_000, m: 40, symbols: 5 }, 1);
    const full = hammingDistances(text, pattern, { wildcard: 2, threads: 2 });
    const completed: number[] = [];
    const part = hammingDistances(text, pattern, {
      wildcard: 2,
      maxIterations: 2,
      onIteration: (iterate) => completed.push(iterate.completed),
    });
    expect(part.status).toBe('iteration-limit');
    expect(part.completed).toBe(completed[2]);
    const expected = full.distances.map((distance, i) => (i < part.completed ? distance : 40));
    expectSame(part.distances, expected);
    const out = new Int32Array(full.distances.length);
    expect(hammingDistances(text, pattern, { wildcard: 2, out }).distances).toBe(out);
    expectSame(out, full.distances);
    expect(hammingDistances(text, pattern, { wildcard: 2, signal: AbortSignal.abort() }).completed).toBe(0);
  });

  it('ends at limits with upper bounds for the rest', () => {
    const { text, pattern } = uniformPair({ n: 600_000, m: 500, symbols: 26 }, 2);
    const full = hammingDistances(text, pattern, { method: 'hybrid' });
    const part = hammingDistances(text, pattern, { method: 'hybrid', maxIterations: 1 });
    expect(part.status).toBe('iteration-limit');
    expect(part.completed).toBeGreaterThan(0);
    expect(part.completed).toBeLessThan(full.completed);
    const expected = full.distances.map((distance, i) => (i < part.completed ? distance : 500));
    expectSame(part.distances, expected);
    const aborted = hammingDistances(text, pattern, { signal: AbortSignal.abort() });
    expect([aborted.status, aborted.completed]).toEqual(['aborted', 0]);
  });

  it.each([
    ['method', { method: 'magic' }, 'unknown'],
    ['unit', { unit: 'byte' }, 'unknown'],
    ['out', { out: new Int32Array(9) }, 'shape'],
    ['out', { out: [] }, 'type'],
    ['wildcard', { wildcard: 1.5 }, 'not-integer'],
    ['wildcard.length', { wildcard: 'ab' }, 'out-of-range'],
    ['maxSeconds', { maxSeconds: -1 }, 'out-of-range'],
    ['threads', { threads: 0 }, 'out-of-range'],
  ])('rejects a bad %s', (argument, options, code) => {
    const call = () => hammingDistances('abc', 'ab', options as object);
    expect(call).toThrow(InvalidInputError);
    expect(call).toThrow(expect.objectContaining({ argument, code }));
  });

  it('declines patterns that a method cannot take', () => {
    const many = Uint16Array.from({ length: 300 }, (_, i) => i);
    expect(() => hammingDistances(many, many.subarray(0, 256), { method: 'bitset' })).toThrow(
      expect.objectContaining({ argument: 'pattern', code: 'unsupported' }),
    );
    expect(() => hammingDistances('ACN', 'AC', { method: 'hybrid', classes: 'iupac' })).toThrow(/simd or bitset, not hybrid/);
  });

  it('gives bytes where they hold the distances, else words, and what was asked for', () => {
    const text = 'AC'.repeat(2000);
    for (const method of [...EXACT_METHODS, 'auto'] as const) {
      for (const m of [20, 255, 256]) {
        const pattern = 'CA'.repeat(m).slice(0, m);
        if (!takes(method, { pattern: new TextEncoder().encode(pattern) })) continue;
        const { distances } = hammingDistances(text, pattern, { method });
        expect(distances).toBeInstanceOf(m < 256 ? Uint8Array : Int32Array);
        expect(distances).toHaveLength(4001 - m);
        expect(distances.every((distance, i) => distance === (i % 2 === 0 ? m : 0))).toBe(true);
        const out = new Int32Array(4001 - m);
        expect(hammingDistances(text, pattern, { method, out }).distances).toBe(out);
        expect(Array.from(out)).toEqual(Array.from(distances));
      }
    }
    expect(hammingDistances('GATTACA', 'TAC').distances).toEqual(Uint8Array.of(2, 3, 2, 0, 3));
  });

  it('explains its choice', () => {
    const { text, pattern } = uniformPair({ n: 50_000, m: 900, symbols: 4 }, 2);
    const { method, explanation } = hammingDistances(text, pattern);
    expect(explanation.startsWith(`${method}: `)).toBe(true);
    expect(explanation).toMatch(/ predicted.*n = 50000, m = 900 and 4 different symbols/);
  });
});

describe('a few symbols', () => {
  it('give the same outcome with and without somebody who looks on', () => {
    for (const [text, pattern] of [
      ['GATTACA', 'TAC'],
      ['A', 'A'],
      ['AAAA', 'AC'],
    ]) {
      const out = new Int32Array(text.length - pattern.length + 1);
      const watched = hammingDistances(text, pattern, { onIteration: () => {} });
      for (const quick of [hammingDistances(text, pattern), hammingDistances(text, pattern, { out })]) {
        expect(Object.keys(quick).sort()).toEqual(Object.keys(watched).sort());
        const distances = quick.distances === out ? Int32Array.from(watched.distances) : watched.distances;
        expect({ ...quick, seconds: 0 }).toEqual({ ...watched, distances, seconds: 0 });
      }
      expect(Array.from(out)).toEqual(Array.from(watched.distances));
    }
    expect(hammingDistances('GATTACA', 'TAC', { maxIterations: 0 }).status).toBe('iteration-limit');
    expect(hammingDistances('GATTACA', 'TAC', { signal: AbortSignal.abort() }).status).toBe('aborted');
  });
});
