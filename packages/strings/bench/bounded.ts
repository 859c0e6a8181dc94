// Bounded and approximate methods: milliseconds on random, periodic and real texts.
// Run: node bench/bounded.ts [bounded | approximate]; CLOCK=processor counts processor time
import { APPROXIMATE_METHODS, approximateHammingDistances } from '../src/approximate/approximate-hamming-distances.ts';
import { BOUNDED_METHODS } from '../src/bounded/bounded-planner.ts';
import { kMismatch } from '../src/bounded/k-mismatch.ts';
import { hammingDistances } from '../src/exact/hamming-distances.ts';
import { shiftAddFits } from '../src/exact/shift-add.ts';
import { periodicPair, plantedPattern, uniformPair } from '../src/instances.ts';
import { loadLambdaPhage } from '../src/lambda-phage.ts';
import { milliseconds, race } from './race.ts';

/** The least milliseconds of each call, written out. */
function times(calls: Record<string, () => unknown>): Record<string, string> {
  const least = race(calls, { rounds: [2, 10], milliseconds: 400 });
  return Object.fromEntries(Object.entries(least).map(([name, ms]) => [name, milliseconds(ms)]));
}

const n = 2 ** 17;
const [only] = process.argv.slice(2);
const bounded = [];
for (const [name, pair] of only === 'approximate'
  ? []
  : ([
      ['random, 4 symbols, m = 1024', uniformPair({ n, m: 1024, symbols: 4 }, 1)],
      ['random, 256 symbols, m = 1024', uniformPair({ n, m: 1024, symbols: 256 }, 1)],
      ['period 2 with 1 % noise, m = 8192', periodicPair({ n, m: 8192, symbols: 4 }, { period: 2, noise: 0.01 }, 1)],
      ['phage lambda, m = 1000', plantedPattern(loadLambdaPhage(), 1000, 37, 1)],
    ] as const)) {
  for (const k of [1, 8, 64, 512]) {
    const methods = BOUNDED_METHODS.filter((method) => method !== 'shift-add' || shiftAddFits(pair.pattern.length, k));
    const calls = Object.fromEntries(
      ['auto' as const, ...methods].map((method) => [method, () => kMismatch(pair.text, pair.pattern, k, { method })]),
    );
    const { method, hits } = kMismatch(pair.text, pair.pattern, k);
    bounded.push({ name, k, hits: hits.length, chosen: method, ...times(calls) });
  }
}
if (bounded.length > 0) console.table(bounded);

const approximate = [];
const pair = plantedPattern(uniformPair({ n, m: 1, symbols: 4096 }, 1).text, 2 ** 13, 400, 2);
const exact = hammingDistances(pair.text, pair.pattern).distances;
for (const epsilon of only === 'bounded' ? [] : [0.5, 0.2, 0.1]) {
  for (const method of ['exact', ...APPROXIMATE_METHODS] as const) {
    if (method === 'stride' || (method === 'karloff' && epsilon < 0.5)) continue;
    const call = () =>
      method === 'exact'
        ? { distances: hammingDistances(pair.text, pair.pattern).distances, repeats: 0 }
        : approximateHammingDistances(pair.text, pair.pattern, { epsilon, method });
    const { distances, repeats } = call();
    let worst = 0;
    for (let i = 0; i < exact.length; i++) worst = Math.max(worst, Math.abs(distances[i] - exact[i]) / Math.max(1, exact[i]));
    approximate.push({ epsilon, method, repeats, 'worst error': worst.toFixed(4), ...times({ ms: call }) });
  }
}
if (approximate.length > 0) console.table(approximate);
