// What wildcards, classes of symbols and both cases cost beside plain symbols: quotients of processor time.
// Run: CLOCK=processor node bench/matching.ts
import { kMismatch } from '../src/bounded/k-mismatch.ts';
import { hammingDistances } from '../src/exact/hamming-distances.ts';
import { uniformPair } from '../src/instances.ts';
import { milliseconds, race } from './race.ts';

const n = 2 ** 20;
const rows = [];
/** Every tenth symbol replaced, from a place on. */
const holes = (symbols: Uint8Array, from: number, hole: number) =>
  symbols.map((symbol, i) => (i % 10 === from ? hole : symbol));

for (const [m, alphabet] of [
  [32, 'ACGT'],
  [100, 'ACGT'],
  [1000, 'ACGT'],
  [16384, 'ACGT'],
  [100, 'abcdefghijklmnopqrstuvwxyz'],
  [16384, 'abcdefghijklmnopqrstuvwxyz'],
] as const) {
  const write = (symbols: ArrayLike<number>) => Uint8Array.from(symbols, (symbol) => alphabet.charCodeAt(symbol));
  const pair = uniformPair({ n, m, symbols: alphabet.length }, 1);
  const [text, pattern] = [write(pair.text), write(pair.pattern)];
  const wildText = holes(text, 3, 42);
  const wildPattern = holes(pattern, 7, 42);
  const [codeText, codePattern] = [holes(text, 3, 78), holes(pattern, 7, 82)];
  const times = race<string>(
    {
      plain: () => hammingDistances(text, pattern),
      'wild text': () => hammingDistances(wildText, pattern, { wildcard: 42 }),
      'wild pattern': () => hammingDistances(text, wildPattern, { wildcard: 42 }),
      both: () => hammingDistances(wildText, wildPattern, { wildcard: 42 }),
      ...(alphabet === 'ACGT' && m < 2000 && { IUPAC: () => hammingDistances(codeText, codePattern, { classes: 'iupac' }) }),
      'ignore case': () => hammingDistances(text, pattern, { ignoreCase: true }),
    },
    { rounds: [3, 20], milliseconds: 1000 },
  );
  const bounded = race(
    { plain: () => kMismatch(text, pattern, 3), both: () => kMismatch(wildText, wildPattern, 3, { wildcard: 42 }) },
    { rounds: [3, 20], milliseconds: 500 },
  );
  const quotient = (ms: number | undefined) => (ms === undefined ? '' : (ms / times['plain']).toFixed(1));
  rows.push({
    m,
    symbols: alphabet.length,
    'plain ms': milliseconds(times['plain']),
    'wild text': quotient(times['wild text']),
    'wild pattern': quotient(times['wild pattern']),
    both: quotient(times['both']),
    IUPAC: quotient(times['IUPAC']),
    'ignore case': quotient(times['ignore case']),
    'k = 3, plain ms': milliseconds(bounded.plain),
    'k = 3, both': (bounded.both / bounded.plain).toFixed(1),
  });
}
console.table(rows);
