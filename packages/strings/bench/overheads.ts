// What calls that rest on others cost beside them: approximate distances where exact ones are returned, and a stream beside
// the whole text. Processor milliseconds. Run: CLOCK=processor node bench/overheads.ts
import { approximateHammingDistances } from '../src/approximate/approximate-hamming-distances.ts';
import { findManyInStream } from '../src/bounded/find-in-stream.ts';
import { findManyWithMismatches } from '../src/bounded/many-patterns.ts';
import { hammingDistances } from '../src/exact/hamming-distances.ts';
import { uniformPair } from '../src/instances.ts';
import { milliseconds, race } from './race.ts';

const rows = [];
for (const [n, m, symbols] of [
  [2 ** 20, 32, 4],
  [2 ** 20, 32, 60_000],
  [2 ** 20, 1000, 4],
  [2 ** 18, 4096, 4096],
  [2 ** 16, 32, 256],
] as const) {
  const { text, pattern } = uniformPair({ n, m, symbols }, 1);
  const times = race(
    {
      exact: () => hammingDistances(text, pattern),
      approximate: () => approximateHammingDistances(text, pattern, { epsilon: 0.1 }),
    },
    { rounds: [10, 60], milliseconds: 1500 },
  );
  rows.push({
    n,
    m,
    symbols,
    'exact ms': milliseconds(times.exact),
    'approximate, auto / exact': (times.approximate / times.exact).toFixed(2),
  });
}
console.table(rows);

const { text } = uniformPair({ n: 2 ** 22, m: 1, symbols: 4 }, 1);
const reads = Array.from({ length: 1000 }, (_, r) => text.slice(4001 * r, 4001 * r + 100));
const processor = () => (process.cpuUsage().user + process.cpuUsage().system) / 1000;
for (const size of [2 ** 14, 2 ** 16, 2 ** 20]) {
  const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, c) => text.slice(c * size, (c + 1) * size));
  let [whole, streamed] = [Infinity, Infinity];
  for (let round = 0; round < 4; round++) {
    let start = processor();
    const places = findManyWithMismatches(text, reads, 3).occurrences.length;
    whole = Math.min(whole, processor() - start);
    start = processor();
    let count = 0;
    for await (const _ of findManyInStream(chunks, reads, 3)) count++;
    streamed = Math.min(streamed, processor() - start);
    if (count !== places) throw new Error(`${count} places, not ${places}`);
  }
  console.log(
    `1000 reads in 2^22 bases: whole ${milliseconds(whole)} ms, in chunks of ${size} ${milliseconds(streamed)} ms, quotient ${(streamed / whole).toFixed(2)}`,
  );
}
