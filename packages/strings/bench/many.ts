// Many patterns in one text: together, by their pieces, and one by one.
// Run: node bench/many.ts
import { findWithMismatches } from '../src/bounded/find-with-mismatches.ts';
import { findManyWithMismatches } from '../src/bounded/many-patterns.ts';
import { planMany } from '../src/bounded/many-planner.ts';
import { uniformPair } from '../src/instances.ts';
import { loadLambdaPhage } from '../src/lambda-phage.ts';
import { milliseconds, race } from './race.ts';

const rows = [];
for (const [name, text] of [
  ['phage lambda', loadLambdaPhage()],
  ['random, 4 symbols, 2^20', uniformPair({ n: 2 ** 20, m: 1, symbols: 4 }, 1).text],
  ['random, 26 symbols, 2^20', uniformPair({ n: 2 ** 20, m: 1, symbols: 26 }, 1).text],
] as const) {
  for (const [count, m, k] of [
    [2, 32, 2],
    [10, 32, 2],
    [100, 32, 2],
    [1000, 32, 2],
    [100, 20, 3],
    [100, 100, 10],
  ]) {
    const patterns = Array.from({ length: count }, (_, p) => text.slice(37 * p, 37 * p + m));
    const { together, length } = planMany(
      text,
      patterns,
      patterns.map(() => k),
    );
    const { occurrences } = findManyWithMismatches(text, patterns, k);
    const times = race(
      {
        ours: () => findManyWithMismatches(text, patterns, k),
        'one by one': () => patterns.map((pattern) => findWithMismatches(text, pattern, k)),
      },
      { rounds: [2, 10], milliseconds: 500 },
    );
    rows.push({
      text: name,
      patterns: count,
      m,
      k,
      hits: occurrences.length,
      together: together.length,
      hashed: length,
      'ours, ms': milliseconds(times.ours),
      'one by one, ms': milliseconds(times['one by one']),
      quotient: (times['one by one'] / times.ours).toFixed(1),
    });
  }
}
console.table(rows);
