import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { InvalidInputError } from '@infimum/core';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { hammingDistances } from '../exact/hamming-distances.ts';
import { uniformPair } from '../instances.ts';
import { bruteForce, pairs } from '../testing/oracle.ts';
import { inFull } from '../testing/tiers.ts';
import { findInStream, findManyInStream } from './find-in-stream.ts';
import { findWithMismatches } from './find-with-mismatches.ts';
import { HammingStream } from './hamming-stream.ts';
import { findManyWithMismatches } from './many-patterns.ts';

// Machines may be busy.
vi.setConfig({ testTimeout: 60_000 });

/** Cuts a sequence at random places. */
const cut = <Part>(sequence: { slice(from: number, to: number): Part; length: number }, cuts: readonly number[]) => {
  const places = [0, ...cuts.map((at) => at % (sequence.length + 1)).sort((a, b) => a - b), sequence.length];
  return places.slice(1).map((to, c) => sequence.slice(places[c], to));
};

describe('HammingStream', () => {
  it('gives the distances of the whole text, however it is cut', () => {
    fc.assert(
      fc.property(pairs(100), fc.array(fc.nat(), { maxLength: 8 }), ({ text, pattern }, cuts) => {
        const stream = new HammingStream(Uint8Array.from(pattern));
        const distances = cut(Uint8Array.from(text), cuts).flatMap((chunk) => [...stream.push(chunk)]);
        expect(distances).toEqual(bruteForce(text, pattern));
        expect(stream.position).toBe(distances.length);
      }),
    );
  });

  it('cuts distances off at maxMismatches + 1', () => {
    const { text, pattern } = uniformPair({ n: 3000, m: 40, symbols: 3 }, 1);
    const stream = new HammingStream(pattern, { maxMismatches: 25 });
    const distances = cut(text as Uint8Array, [1, 999, 1000, 2000]).flatMap((chunk) => [...stream.push(chunk)]);
    expect(distances).toEqual(bruteForce(text, pattern).map((distance) => Math.min(distance, 26)));
  });

  it('joins code points that are cut in two', () => {
    const stream = new HammingStream('😁b', { unit: 'code-point' });
    const text = 'a😀b😁b';
    const distances = [...text]
      .join('')
      .split('')
      .flatMap((unit) => [...stream.push(unit)]);
    expect(distances).toEqual([2, 1, 2, 0]);
  });

  it('gives a first half that stays alone at the end', () => {
    const text = 'ab\ud83d';
    const stream = new HammingStream('b\ud83d', { unit: 'code-point' });
    const distances = [...stream.push(text), ...stream.end()];
    expect(distances).toEqual([...hammingDistances(text, 'b\ud83d', { unit: 'code-point' }).distances]);
    expect([...distances, stream.position]).toEqual([2, 0, 2]);
    expect(() => stream.push('a')).toThrow(expect.objectContaining({ argument: 'chunk' }));
    expect(new HammingStream('b').end()).toHaveLength(0);
  });

  it('takes wildcards of text and pattern', () => {
    fc.assert(
      fc.property(
        pairs(60),
        fc.array(fc.nat(), { maxLength: 5 }),
        fc.constantFrom(undefined, 3),
        fc.nat(2),
        ({ text, pattern }, cuts, maxMismatches, wildcard) => {
          const stream = new HammingStream(Uint8Array.from(pattern), { wildcard, maxMismatches });
          const distances = cut(Uint8Array.from(text), cuts).flatMap((chunk) => [...stream.push(chunk)]);
          const most = maxMismatches === undefined ? Infinity : Math.min(3, pattern.length) + 1;
          expect(distances).toEqual(bruteForce(text, pattern, wildcard).map((distance) => Math.min(distance, most)));
        },
      ),
    );
  });

  it('takes patterns with many symbols', () => {
    const { text, pattern } = uniformPair({ n: 900, m: 400, symbols: 70_000 }, 1);
    const stream = new HammingStream(pattern);
    expect([...stream.push(text)]).toEqual(bruteForce(text, pattern));
  });

  it('rejects bad input', () => {
    expect(() => new HammingStream('')).toThrow(expect.objectContaining({ argument: 'pattern', code: 'empty' }));
    expect(() => new HammingStream('a', { maxMismatches: -1 })).toThrow(InvalidInputError);
    expect(() => new HammingStream('a').push(Uint16Array.of(1))).toThrow(
      expect.objectContaining({ argument: 'chunk', code: 'type' }),
    );
  });
});

/** Bytes in use after a garbage collection. */
async function bytesInUse(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let least = Infinity;
  // Array buffers are swept on another thread, some time after the collection that found them dead.
  for (let turn = 0; turn < 4; turn++) {
    collect();
    await new Promise((resume) => setTimeout(resume, 5));
    const { heapUsed, external } = process.memoryUsage();
    least = Math.min(least, heapUsed + external);
  }
  return least;
}

describe('the memory of a stream', () => {
  it.each(inFull([20], [undefined, 20]))('is that of a pattern and a chunk (up to %s mismatches)', async (maxMismatches) => {
    const n = inFull(2 ** 15, 2 ** 17);
    const chunk = uniformPair({ n, m: 1, symbols: 20 }, 1).text as Uint8Array;
    const stream = new HammingStream(chunk.slice(0, 200), { maxMismatches });
    let symbols = 0;
    const push = (times: number) => {
      for (let i = 0; i < times; i++) symbols += stream.push(chunk.slice()).length;
    };
    push(10); // pools fill up
    const before = await bytesInUse();
    push(100);
    const after = await bytesInUse();
    expect(symbols).toBe(110 * n - 199);
    // What has been seen since then is 3 MB and more, with distances four times as much.
    expect(after - before).toBeLessThan(2 ** 20);
  });
});

describe('findInStream', () => {
  it('finds what findWithMismatches finds', async () => {
    const { text, pattern } = uniformPair({ n: 5000, m: 20, symbols: 4 }, 2);
    async function* chunks() {
      for (let at = 0; at < text.length; at += 777) yield text.slice(at, at + 777);
    }
    const found = [];
    for await (const occurrence of findInStream(chunks(), pattern, 9)) found.push(occurrence);
    expect(found).toEqual(findWithMismatches(text, pattern, 9).occurrences);
    expect(found.length).toBeGreaterThan(0);
  });

  it('finds a last code point that is cut in two for ever', async () => {
    const found = [];
    for await (const { position } of findInStream(['ab', '\ud83d'], '\ud83d', 0, { unit: 'code-point' })) {
      found.push(position);
    }
    expect(found).toEqual([2]);
  });

  it('ends when its signal is aborted', async () => {
    const controller = new AbortController();
    const positions: number[] = [];
    const options = {
      signal: controller.signal,
      onProgress: (position: number) => {
        positions.push(position);
        controller.abort();
      },
    };
    const search = findInStream(['aaaa', 'aaaa'], 'b', 0, options);
    for await (const _ of search) expect.unreachable();
    expect(positions).toEqual([4]);
    expect([search.status, search.completed]).toEqual(['aborted', 4]);
    const whole = findInStream(['aaaa', 'aaaa'], 'b', 0);
    expect(whole.status).toBe('running');
    for await (const _ of whole) expect.unreachable();
    expect([whole.status, whole.completed]).toEqual(['converged', 8]);
  });
});

describe('findManyInStream', () => {
  it('finds what findManyWithMismatches finds', async () => {
    const { text } = uniformPair({ n: 4000, m: 20, symbols: 4 }, 2);
    const patterns = [text.slice(5, 25), text.slice(100, 140), Uint8Array.of(1, 9, 2)];
    async function* chunks() {
      for (let at = 0; at < text.length; at += 555) yield text.slice(at, at + 555);
    }
    const found = [];
    for await (const occurrence of findManyInStream(chunks(), patterns, 2, { wildcard: 9 })) {
      found.push(occurrence);
    }
    found.sort((a, b) => a.pattern - b.pattern || a.position - b.position);
    expect(found).toEqual(findManyWithMismatches(text, patterns, 2, { wildcard: 9 }).occurrences);
    expect(new Set(found.map(({ pattern }) => pattern)).size).toBe(3);
  });

  it('searches for many patterns together, of any length, in any chunks', async () => {
    const { text } = uniformPair({ n: 30_000, m: 1, symbols: 4 }, 5);
    const patterns = Array.from({ length: 60 }, (_, p) => text.slice(400 * p, 400 * p + 24 + (p % 30)));
    const expected = findManyWithMismatches(text, patterns, 1).occurrences;
    expect(expected.length).toBeGreaterThanOrEqual(60);
    for (const size of [7, 1000, 4096, 40_000]) {
      async function* chunks() {
        for (let at = 0; at < (size === 7 ? 2100 : text.length); at += size) yield text.slice(at, at + size);
      }
      const found = [];
      for await (const occurrence of findManyInStream(chunks(), patterns, 1)) found.push(occurrence);
      found.sort((a, b) => a.pattern - b.pattern || a.position - b.position);
      const within = expected.filter(({ pattern, position }) => size !== 7 || position + patterns[pattern].length <= 2100);
      expect(found).toEqual(within);
    }
  });

  it('names the pattern at fault', async () => {
    const search = async (patterns: unknown) => {
      for await (const _ of findManyInStream(['a'], patterns as string[], 0)) expect.unreachable();
    };
    await expect(search(['a', ''])).rejects.toThrow(expect.objectContaining({ argument: 'patterns[1]' }));
    await expect(search('a')).rejects.toThrow(expect.objectContaining({ argument: 'patterns' }));
  });
});
