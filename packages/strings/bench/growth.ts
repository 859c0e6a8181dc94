// How time grows with the text, what the SIMD kernel does a second, and what two threads gain.
// Run: node bench/growth.ts

import { powerExponent } from '@infimum/core/claim';
import { kMismatch } from '../src/bounded/k-mismatch.ts';
import { hammingDistances } from '../src/exact/hamming-distances.ts';
import { uniformPair } from '../src/instances.ts';
import { milliseconds, race } from './race.ts';

const rounds = { rounds: [7, 30], milliseconds: 1500 } as const;

const growth = [];
const sizes = [18, 19, 20, 21, 22].map((exponent) => 2 ** exponent);
for (const [m, symbols] of [
  [256, 256],
  [1024, 2],
  [4096, 256],
  [16384, 26],
  [65536, 256],
]) {
  const times = sizes
    .filter((n) => n * m <= 2 ** 36 && n >= 4 * m)
    .map((n) => {
      const { text, pattern } = uniformPair({ n, m, symbols }, 1);
      return [n - m + 1, race({ ours: () => hammingDistances(text, pattern) }, rounds).ours] as const;
    });
  const last = times[times.length - 1];
  growth.push({
    m,
    symbols,
    'ns a shift, first and last n': [times[0], last].map(([shifts, ms]) => ((1e6 * ms) / shifts).toFixed(2)).join(' … '),
    exponent: powerExponent(
      times.map(([shifts]) => shifts),
      times.map(([, ms]) => ms),
    ).toFixed(3),
  });
}
console.table(growth);

const threads = [];
for (const [name, n, m, symbols, method] of [
  ['SIMD comparison', 2 ** 20, 4096, 256, 'simd'],
  ['bit planes', 2 ** 20, 4096, 4, 'bitset'],
  ['hybrid', 2 ** 20, 16384, 26, 'hybrid'],
] as const) {
  const { text, pattern } = uniformPair({ n, m, symbols }, 1);
  const { one, two } = race(
    {
      one: () => hammingDistances(text, pattern, { method }),
      two: () => hammingDistances(text, pattern, { method, threads: 2 }),
    },
    rounds,
  );
  const bytes = ((n - m + 1) * m) / (one * 1e6);
  threads.push({
    name,
    'one thread, ms': milliseconds(one),
    'two threads, ms': milliseconds(two),
    quotient: (one / two).toFixed(2),
    'billion comparisons a second': bytes.toFixed(1),
  });
}
{
  const { text, pattern } = uniformPair({ n: 2 ** 22, m: 1000, symbols: 4 }, 1);
  const { one, two } = race(
    {
      one: () => kMismatch(text, pattern, 300, { method: 'scan' }),
      two: () => kMismatch(text, pattern, 300, { method: 'scan', threads: 2 }),
    },
    rounds,
  );
  threads.push({
    name: 'scan, k = 300',
    'one thread, ms': milliseconds(one),
    'two threads, ms': milliseconds(two),
    quotient: (one / two).toFixed(2),
    'billion comparisons a second': '',
  });
}
console.table(threads);
