import { mulberry32 } from '@infimum/core/reference-generators';
import { useKernels } from '@infimum/linalg/kernels';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { alignOccurrence } from './bounded/align-occurrence.ts';
import { findInStream, findManyInStream } from './bounded/find-in-stream.ts';
import { findWithMismatches } from './bounded/find-with-mismatches.ts';
import { HammingStream } from './bounded/hamming-stream.ts';
import { kMismatch } from './bounded/k-mismatch.ts';
import { findManyWithMismatches } from './bounded/many-patterns.ts';
import { hammingDistances } from './exact/hamming-distances.ts';
import { reverseComplement } from './sequences.ts';
import { expectSame } from './testing/expect-same.ts';
import { inFull } from './testing/tiers.ts';

// Machines may be busy.
vi.setConfig({ testTimeout: 60_000 });

/** IUPAC's codes by their bases, written down from the nomenclature once more. */
const BASES: Record<string, string> = {
  R: 'AG',
  Y: 'CT',
  S: 'GC',
  W: 'AT',
  K: 'GT',
  M: 'AC',
  B: 'CGT',
  D: 'AGT',
  H: 'ACT',
  V: 'ACG',
  N: 'ACGT',
  U: 'T',
};

interface Rules {
  readonly classes?: Readonly<Record<string, string>> | undefined;
  readonly wildcard?: string | undefined;
  readonly ignoreCase?: boolean | undefined;
}

/** Whether two letters match, by the definition. */
function match(a: string, b: string, { classes = {}, wildcard, ignoreCase }: Rules): boolean {
  const low = (letters: string) => (ignoreCase ? letters.toLowerCase() : letters);
  if (wildcard !== undefined && (low(a) === low(wildcard) || low(b) === low(wildcard))) return true;
  const folded = new Map(Object.entries(classes).map(([letter, members]) => [low(letter), low(members)]));
  const setOf = (letter: string) => new Set(folded.get(low(letter)) ?? low(letter));
  return [...setOf(a)].some((member) => setOf(b).has(member));
}

/** D_i by the definition; each pair of letters is compared once. */
function brute(text: string, pattern: string, rules: Rules): number[] {
  const known = new Map<string, boolean>();
  const differs = (a: string, b: string): boolean => {
    const pair = a + b;
    const found = known.get(pair) ?? match(a, b, rules);
    known.set(pair, found);
    return !found;
  };
  const letters = Array.from(pattern);
  return Array.from(
    { length: Math.max(0, text.length - pattern.length + 1) },
    (_, i) => letters.filter((letter, j) => differs(text[i + j], letter)).length,
  );
}

/** Strings over an alphabet, and a pattern cut out of the text or free. */
const pairOf = (alphabet: string) =>
  fc
    .record({
      n: fc.integer({ min: 1, max: 150 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      planted: fc.boolean(),
      seed: fc.nat(),
    })
    .map(({ n, share, planted, seed }) => {
      const next = mulberry32(seed);
      const letter = () => alphabet[Math.floor(next() * alphabet.length)];
      const draw = (length: number) => Array.from({ length }, letter).join('');
      const text = draw(n);
      const m = Math.max(1, Math.round(share * n));
      const place = Math.floor(next() * (n - m + 1));
      const cut = Array.from(text.slice(place, place + m), (kept) => (next() < 0.1 ? letter() : kept)).join('');
      return { text, pattern: planted ? cut : draw(m) };
    });

const DNA = 'ACGTACGTACGTRYSWKMBDHVNUacgtn';
const kinds: readonly (readonly [string, string, Rules & { readonly iupac?: boolean }])[] = [
  ['IUPAC codes', DNA, { iupac: true, classes: BASES }],
  ['IUPAC codes in both cases', DNA, { iupac: true, classes: BASES, ignoreCase: true }],
  ['IUPAC codes and a wildcard', `${DNA}--`, { iupac: true, classes: BASES, wildcard: '-' }],
  ['few codes', 'ACGTRN', { iupac: true, classes: BASES }],
  ['case', 'abcABCéÉ1İßſ', { ignoreCase: true }],
  ['a wildcard and few symbols', 'ab??', { wildcard: '?' }],
  ['a wildcard and many symbols', 'abcdefghijklmnop??', { wildcard: '?' }],
  ['a wildcard in both cases', 'abcdefxX', { wildcard: 'x', ignoreCase: true }],
  ['classes of many letters', 'abcdefghijklmnopVCV', { classes: { V: 'aeiou', C: 'bcdfghjklmnp' } }],
  ['a class of nothing', 'ab-?', { classes: { '-': '' }, wildcard: '?' }],
  ['a letter that stands for another', 'abz', { classes: { a: 'b' } }],
];

describe.each(kinds)('%s', (_, alphabet, { iupac, ...rules }) => {
  const options = { ...rules, ...(iupac && { classes: 'iupac' as const }) };

  it('gives the distances of the definition, exact, bounded and in places', () => {
    fc.assert(
      fc.property(pairOf(alphabet), fc.nat(12), ({ text, pattern }, k) => {
        const expected = brute(text, pattern, rules);
        expect([...hammingDistances(text, pattern, options).distances]).toEqual(expected);
        expect([...hammingDistances(text, pattern, { ...options, method: 'bitset' }).distances]).toEqual(expected);
        const bounded = expected.map((d) => Math.min(d, k + 1));
        expect([...kMismatch(text, pattern, k, options).distances]).toEqual(
          bounded.map((d) => Math.min(d, pattern.length + 1)),
        );
        const places = expected.flatMap((distance, position) => (distance <= k ? [{ position, distance }] : []));
        expect(findWithMismatches(text, pattern, k, options).occurrences).toEqual(places);
        for (const { position, distance } of places.slice(0, 3)) {
          const { mismatches, bars, cigar } = alignOccurrence(text, pattern, position, options);
          const wrong = Array.from(pattern, (letter, j) => !match(text[position + j], letter, rules));
          expect([...mismatches]).toEqual([...wrong.keys()].filter((j) => wrong[j]));
          expect(mismatches.length).toBe(distance);
          expect(bars).toBe(wrong.map((differs) => (differs ? '.' : '|')).join(''));
          const unrolled = cigar.replace(/(\d+)([=X])/g, (_, count, sign) => sign.repeat(Number(count)));
          expect(unrolled).toBe(bars.replaceAll('|', '=').replaceAll('.', 'X'));
        }
      }),
      { numRuns: inFull(30, 60) },
    );
  });

  it('gives the same in several threads, from arrays, in streams, and for many patterns', async () => {
    await fc.assert(
      fc.asyncProperty(
        pairOf(alphabet),
        pairOf(alphabet),
        fc.array(fc.nat(6), { minLength: 3, maxLength: 3 }),
        fc.integer({ min: 1, max: 40 }),
        async (first, second, bounds, size) => {
          const { text } = first;
          const patterns = [first.pattern, second.pattern, first.pattern.slice(0, 8)];
          const expected = patterns.flatMap((pattern, p) =>
            brute(text, pattern, rules).flatMap((distance, position) =>
              distance <= bounds[p] ? [{ pattern: p, position, distance }] : [],
            ),
          );
          expect(findManyWithMismatches(text, patterns, bounds, options).occurrences).toEqual(expected);
          const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, c) => text.slice(c * size, (c + 1) * size));
          const streamed = [];
          for await (const place of findManyInStream(chunks, patterns, bounds, options)) streamed.push(place);
          const order = (a: (typeof expected)[0], b: (typeof expected)[0]) => a.pattern - b.pattern || a.position - b.position;
          expect(streamed.sort(order)).toEqual(expected);
          const stream = new HammingStream(patterns[0], options);
          const distances = chunks.flatMap((chunk) => [...stream.push(chunk)]);
          expect(distances).toEqual(brute(text, patterns[0], rules));
        },
      ),
      { numRuns: inFull(12, 25) },
    );
  });
});

describe('sets of symbols', () => {
  it('are maps for arrays of integers of every width', () => {
    const classes = new Map([
      [-1, [2, 3]],
      [70_000, [1]],
    ]);
    const text = Int32Array.of(1, 2, 3, -1, 70_000, 4, 70_000);
    const pattern = Int32Array.of(-1, 70_000);
    // -1 meets 2, 3 and -1; 70 000 meets 1 and 70 000.
    expect([...hammingDistances(text, pattern, { classes }).distances]).toEqual([2, 1, 1, 0, 2, 1]);
    const bytes = { classes: new Map([[255, [1, 2]]]), wildcard: 300 };
    expect([...hammingDistances(Uint8Array.of(1, 2, 3, 44), Uint8Array.of(255), bytes).distances]).toEqual([0, 0, 1, 1]);
  });

  it.each([
    ['fft', { method: 'fft', classes: 'iupac' }, 'unsupported', 'method'],
    ['no classes', { classes: 'dna' }, 'type', 'classes'],
    ['a class of numbers', { classes: { a: 1 } }, 'type', 'classes'],
    ['two letters', { classes: { ab: 'c' } }, 'out-of-range', 'classes'],
    ['half a symbol', { classes: new Map([[0.5, [1]]]) }, 'type', 'classes'],
    ['half a member', { classes: new Map([[1, [0.5]]]) }, 'type', 'classes'],
  ] as const)('refuse %s', (_, options, code, argument) => {
    expect(() => hammingDistances('ANA', 'NA', options as never)).toThrow(expect.objectContaining({ code, argument }));
  });

  it('say how they are compared, and count the same in every build and in threads', () => {
    const next = mulberry32(3);
    const draw = (length: number) => Array.from({ length }, () => DNA[Math.floor(next() * DNA.length)]).join('');
    const [text, pattern] = [draw(70_000), draw(300)];
    const options = { classes: 'iupac', ignoreCase: true } as const;
    const one = hammingDistances(text, pattern, options);
    expect([one.method, one.explanation]).toEqual(['bitset', expect.stringContaining('bits where they match')]);
    const sets = hammingDistances(text, pattern, { ...options, method: 'simd' });
    expect([sets.method, sets.explanation]).toEqual(['simd', expect.stringContaining('sets of bits')]);
    expectSame(sets.distances, one.distances);
    expectSame(hammingDistances(text, pattern, { ...options, threads: 2 }).distances, one.distances);
    expectSame(hammingDistances(text, pattern, { ...options, method: 'simd', threads: 2 }).distances, one.distances);
    const bounded = kMismatch(text, pattern, 150, { ...options, threads: 2 });
    expect([...bounded.distances]).toEqual(Array.from(one.distances, (d) => Math.min(d, 151)));
    useKernels('reference');
    try {
      expect(hammingDistances(text.slice(0, 3000), pattern, options).distances).toEqual(one.distances.slice(0, 2701));
    } finally {
      useKernels('auto');
    }
  });
});

describe('both strands', () => {
  const strandsOf = (text: string, pattern: string, k: number) =>
    [...brute(text, pattern, { classes: BASES }).entries()]
      .flatMap(([position, plus]) => {
        const minus = brute(text.slice(position, position + pattern.length), reverseComplement(pattern), { classes: BASES })[0];
        return [
          { position, distance: plus, strand: '+' },
          { position, distance: minus, strand: '-' },
        ];
      })
      .filter(({ distance }) => distance <= k);

  it('are searched by one call, each place with its strand', async () => {
    await fc.assert(
      fc.asyncProperty(pairOf('ACGTACGTN'), fc.nat(8), async ({ text, pattern }, k) => {
        const options = { classes: 'iupac', strands: 'both' } as const;
        const expected = strandsOf(text, pattern, k);
        expect(findWithMismatches(text, pattern, k, options).occurrences).toEqual(expected);
        const bytes = [text, pattern].map((letters) => new TextEncoder().encode(letters));
        expect(findWithMismatches(bytes[0], bytes[1], k, options).occurrences).toEqual(expected);
        const many = findManyWithMismatches(text, [pattern, pattern], [k, 0], options).occurrences;
        expect(many).toEqual([
          ...expected.map((place) => ({ pattern: 0, ...place })),
          ...strandsOf(text, pattern, 0).map((place) => ({ pattern: 1, ...place })),
        ]);
        const streamed = [];
        for await (const place of findInStream([text.slice(0, 50), text.slice(50)], pattern, k, options)) {
          streamed.push(place);
        }
        expect(streamed).toEqual(expected);
        for (const { position, distance, strand } of expected.slice(0, 3)) {
          const { mismatches } = alignOccurrence(text, pattern, position, { classes: 'iupac', strand: strand as '+' });
          expect(mismatches.length).toBe(distance);
        }
      }),
      { numRuns: inFull(30, 60) },
    );
  });

  it('are searched together in a text with some codes, as one by one', () => {
    const next = mulberry32(5);
    const letters = (length: number, n: number) =>
      Array.from({ length }, () => (next() < n ? 'N' : 'ACGT'[Math.floor(4 * next())])).join('');
    const text = letters(60_000, 0.0005);
    const patterns = Array.from({ length: 60 }, (_, p) => {
      const cut = text.slice(700 * p, 700 * p + 60);
      return p % 3 === 0 ? reverseComplement(cut) : cut;
    });
    const bounds = patterns.map((_, p) => p % 4);
    const options = { classes: 'iupac', strands: 'both' } as const;
    const { occurrences, completed } = findManyWithMismatches(text, patterns, bounds, options);
    const alone = patterns.flatMap((pattern, p) =>
      findWithMismatches(text, pattern, bounds[p], options).occurrences.map((place) => ({ pattern: p, ...place })),
    );
    expect(occurrences).toEqual(alone);
    expect(completed).toBe(60);
    expect(new Set(occurrences.map(({ pattern }) => pattern)).size).toBe(60);
  });

  it('stop at a signal with what both have decided', () => {
    const text = 'ACGT'.repeat(60_000);
    const all = findWithMismatches(text, 'ACGTACG', 1, { strands: 'both' });
    const { occurrences, completed, status } = findWithMismatches(text, 'ACGTACG', 1, { strands: 'both', maxIterations: 3 });
    expect(status).toBe('iteration-limit');
    expect(completed).toBeGreaterThan(0);
    expect(occurrences).toEqual(all.occurrences.filter(({ position }) => position < completed));
  });
});

describe('bounds of their own', () => {
  it('are checked by name', () => {
    expect(() => findManyWithMismatches('abc', ['a', 'b'], [1])).toThrow(
      expect.objectContaining({ argument: 'maxMismatches', code: 'shape' }),
    );
    expect(() => findManyWithMismatches('abc', ['a', 'b'], [1, -1])).toThrow(
      expect.objectContaining({ argument: 'maxMismatches[1]' }),
    );
  });
});

describe('bytes in a stream of strings', () => {
  it('are read as UTF-8 wherever chunks end', async () => {
    const text = 'naïve façade 🙂 naive';
    const bytes = new TextEncoder().encode(text);
    const found = [];
    const chunks = Array.from(bytes, (_, i) => bytes.subarray(i, i + 1));
    for await (const { position, distance } of findInStream(chunks, 'naïve', 1)) found.push([position, distance]);
    expect(found).toEqual([
      [0, 0],
      [text.indexOf('naive'), 1],
    ]);
  });
});

describe('many symbols with wildcards', () => {
  it('are scanned with shared bits where shifts are given up early, and cut off exactly elsewhere', () => {
    const next = mulberry32(11);
    const letters = 'abcdefghijklmnopqrstuvwxyz';
    const draw = (length: number) =>
      Array.from({ length }, () => (next() < 0.05 ? '?' : letters[Math.floor(26 * next())])).join('');
    const text = draw(20_000);
    const pattern = text.slice(5000, 5400).replace(/[aeiou]/g, '?');
    for (const [given, k] of [
      [text, 0],
      [text, 6],
      [`${text}${'abcdefghij'.repeat(300)}`, 12],
      ['ab?'.repeat(4000), 40],
    ] as const) {
      const plain = hammingDistances(given, pattern, { wildcard: '?' }).distances;
      const { distances } = kMismatch(given, pattern, k, { wildcard: '?' });
      expect([...distances]).toEqual(Array.from(plain, (d) => Math.min(d, k + 1)));
    }
    expect(kMismatch(text, pattern, 6, { wildcard: '?' }).method).toBe('scan');
    expect(kMismatch(text, pattern, 6, { wildcard: '?' }).hits).toContain(5000);
  });
});
