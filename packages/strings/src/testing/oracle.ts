// The reference for the tests of this package: the definition, and generators of difficult pairs.
import { mulberry32 } from '@infimum/core/reference-generators';
import fc from 'fast-check';

/** D_i by the definition. */
export function bruteForce(text: ArrayLike<number>, pattern: ArrayLike<number>, wildcard?: number): number[] {
  if (wildcard === undefined && text.length * pattern.length > MANY) return bruteForceByNumbers(text, pattern);
  const distances: number[] = [];
  for (let i = 0; i + pattern.length <= text.length; i++) {
    let distance = 0;
    for (let j = 0; j < pattern.length; j++) {
      const [a, b] = [text[i + j], pattern[j]];
      distance += Number(a !== b && a !== wildcard && b !== wildcard);
    }
    distances.push(distance);
  }
  return distances;
}

/** Comparisons from which on symbols are numbered first. */
const MANY = 2 ** 14;

/** The definition again, on the numbers of the symbols: two arrays of one type. */
function bruteForceByNumbers(text: ArrayLike<number>, pattern: ArrayLike<number>): number[] {
  const numbers = new Map<number, number>();
  const numbered = (symbols: ArrayLike<number>): Int32Array =>
    Int32Array.from(symbols, (symbol) => {
      const number = numbers.get(symbol) ?? numbers.size;
      if (number === numbers.size) numbers.set(symbol, number);
      return number;
    });
  const [t, p] = [numbered(text), numbered(pattern)];
  const distances: number[] = [];
  for (let i = 0; i + p.length <= t.length; i++) {
    let distance = 0;
    for (let j = 0; j < p.length; j++) {
      distance += Number(t[i + j] !== p[j]);
    }
    distances.push(distance);
  }
  return distances;
}

/** Text and pattern of many kinds: few and many symbols, periodic, Fibonacci, all equal, planted, m = 1, m = n. */
export function pairs(longest = 80): fc.Arbitrary<{ text: number[]; pattern: number[] }> {
  return fc
    .record({
      n: fc.integer({ min: 1, max: longest }),
      share: fc.oneof(fc.constant(0), fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
      symbols: fc.constantFrom(1, 2, 3, 26, longest),
      kind: fc.constantFrom('random', 'periodic', 'fibonacci', 'planted'),
      seed: fc.nat(),
    })
    .map(({ n, share, symbols, kind, seed }) => {
      const m = Math.max(1, Math.round(share * n));
      const next = mulberry32(seed);
      const random = (length: number) => Array.from({ length }, () => Math.floor(next() * symbols));
      const period = 1 + Math.floor(next() * 7);
      let text = random(n);
      let pattern = random(m);
      if (kind === 'periodic') {
        const motif = random(period);
        text = text.map((symbol, i) => (next() < 0.1 ? symbol : motif[i % period]));
        pattern = pattern.map((_, j) => motif[j % period]);
      } else if (kind === 'fibonacci') {
        let [a, b] = [[0], [0, 1]];
        while (b.length < n) [a, b] = [b, b.concat(a)];
        text = b.slice(0, n);
        pattern = b.slice(0, m);
      } else if (kind === 'planted') {
        const place = Math.floor(next() * (n - m + 1));
        pattern = text.slice(place, place + m).map((symbol) => (next() < 0.1 ? symbol + 1 : symbol));
      }
      return { text, pattern };
    });
}

/** The specification's hash of an output. */
export function hashOf(distances: Iterable<number>): number {
  let hash = 0;
  for (const distance of distances) hash = (Math.imul(hash, 31) + distance) | 0;
  return hash >>> 0;
}
