// What a call costs when there is next to nothing to do: microseconds of our functions beside a plain double loop that
// returns an array, in processor time, for other programs may be at work. Run: node bench/tiny.ts
import { checkInteger, resolveOptions } from '@infimum/core';
import { approximateHammingDistances } from '../src/approximate/approximate-hamming-distances.ts';
import { findWithMismatches } from '../src/bounded/find-with-mismatches.ts';
import { kMismatch } from '../src/bounded/k-mismatch.ts';
import { hammingDistances } from '../src/exact/hamming-distances.ts';
import { matchingOptions, readMatchingPair } from '../src/matching.ts';
import { ended } from '../src/tiny.ts';

/** What one would write by hand. */
function plain(text: Uint8Array, pattern: Uint8Array): Int32Array {
  const distances = new Int32Array(text.length - pattern.length + 1);
  for (let i = 0; i < distances.length; i++) {
    let distance = 0;
    for (let j = 0; j < pattern.length; j++) if (text[i + j] !== pattern[j]) distance++;
    distances[i] = distance;
  }
  return distances;
}

const CALLS = 10_000;

/** Processor microseconds of a call, the least of five rounds of all calls by turns. */
function microsecondsOf(calls: Readonly<Record<string, () => unknown>>): Record<string, string> {
  const microseconds: Record<string, number> = {};
  for (let round = 0; round < 5; round++) {
    for (const [name, call] of Object.entries(calls)) {
      const start = process.cpuUsage();
      for (let i = 0; i < CALLS; i++) call();
      const { user, system } = process.cpuUsage(start);
      microseconds[name] = Math.min(microseconds[name] ?? Infinity, (user + system) / CALLS);
    }
  }
  return Object.fromEntries(Object.entries(microseconds).map(([name, us]) => [name, us.toFixed(2)]));
}

const rows = [];
for (const [n, m] of [
  [7, 3],
  [32, 7],
  [100, 20],
  [300, 50],
]) {
  const text = Uint8Array.from({ length: n }, (_, i) => ((i * i) % 7) % 4);
  const pattern = Uint8Array.from({ length: m }, (_, j) => ((j * j) % 11) % 4);
  const calls = {
    plain: () => plain(text, pattern),
    hammingDistances: () => hammingDistances(text, pattern),
    kMismatch: () => kMismatch(text, pattern, 2),
    findWithMismatches: () => findWithMismatches(text, pattern, 2),
    approximate: () => approximateHammingDistances(text, pattern, { epsilon: 0.1 }),
  };
  rows.push({ n, m, ...microsecondsOf(calls) });
}
console.table(rows);

// What of it is not comparing, for 7 and 3 symbols.
const [text, pattern] = [Uint8Array.of(0, 1, 2, 3, 0, 1, 2), Uint8Array.of(0, 1, 1)];
const [specs, reading] = [matchingOptions, resolveOptions(matchingOptions, {})];
console.table([
  microsecondsOf({
    'options looked through': () => resolveOptions(specs, {}),
    'pair checked': () => readMatchingPair(text, pattern, reading),
    'bound checked': () => checkInteger(2, 'maxMismatches', { min: 0 }),
    'clock twice, and the outcome': () => ({ distances: text, completed: 5, ...ended(performance.now()) }),
    'an array of distances': () => new Int32Array(5),
    'an array of hits': () => Int32Array.from([0, 3]),
  }),
]);
