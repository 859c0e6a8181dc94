// Every method on the specification's grid, and what is lost by leaving the choice to the planner: `regret` is the time of
// `auto`, with planning, over that of the best method.
// Run: node bench/crossovers.ts [n, by default 262144] [exact | bounded] [csv | table] [lengths of the pattern, as 32,256]
// [alphabets, as 2,256]
//
// A cell whose regret seems to be above 1.2 is measured a second time, longer: the least of all runs counts.

import type { BoundedMethod } from '../src/bounded/bounded-planner.ts';
import { BOUNDED_METHODS } from '../src/bounded/bounded-planner.ts';
import { kMismatch } from '../src/bounded/k-mismatch.ts';
import type { ExactMethod } from '../src/exact/hamming-distances.ts';
import { hammingDistances } from '../src/exact/hamming-distances.ts';
import { shiftAddFits } from '../src/exact/shift-add.ts';
import { periodicPair, plantedPattern, uniformPair, zipfPair } from '../src/instances.ts';
import type { SymbolPair } from '../src/symbols.ts';
import { milliseconds, race } from './race.ts';

const n = Number(process.argv[2] ?? 2 ** 18);
const bounded = process.argv[3] === 'bounded';
const rows: Record<string, string | number>[] = [];
const regrets: number[] = [];

/** The regret above which a cell is measured again. */
const SUSPICIOUS = 1.2;

function measure<Method extends string>(
  cell: Record<string, string | number>,
  methods: readonly Method[],
  chosen: Method,
  solve: (method: Method | 'auto') => unknown,
): void {
  const calls = Object.fromEntries([...methods, 'auto' as const].map((method) => [method, () => solve(method)])) as Record<
    Method | 'auto',
    () => unknown
  >;
  let least = race(calls);
  const regretOf = () => least.auto / Math.min(...methods.map((method) => least[method]));
  if (regretOf() > SUSPICIOUS) {
    const again = race(calls, { rounds: [20, 200], milliseconds: 2000 });
    least = Object.fromEntries(
      Object.entries<number>(least).map(([name, ms]) => [name, Math.min(ms, again[name as Method])]),
    ) as typeof least;
  }
  regrets.push(regretOf());
  const times = Object.fromEntries(methods.map((method) => [method, milliseconds(least[method])]));
  rows.push({ ...cell, ...times, auto: milliseconds(least.auto), method: chosen, regret: regretOf().toFixed(2) });
}

function exactCell(cell: Record<string, string | number>, { text, pattern }: SymbolPair): void {
  const work = text.length * pattern.length;
  const distinct = new Set(pattern).size;
  const usable = (['naive', 'simd', 'bitset', 'shift-add', 'hybrid', 'fft', 'abrahamson'] satisfies ExactMethod[]).filter(
    (method) => {
      if (method === 'naive') return work < 2 ** 22;
      if (method === 'bitset') return distinct <= 15;
      if (method === 'shift-add') return pattern.length <= 32;
      // A transform for every symbol.
      if (method === 'fft') return distinct <= 64;
      return method !== 'simd' || work <= 2 ** 34;
    },
  );
  const { method } = hammingDistances(text, pattern);
  const solve = (method: ExactMethod | 'auto') => hammingDistances(text, pattern, { method });
  measure(cell, usable, method as (typeof usable)[number], solve);
}

function boundedCell(cell: Record<string, string | number>, { text, pattern }: SymbolPair, k: number): void {
  const m = pattern.length;
  const usable = BOUNDED_METHODS.filter((method) => method !== 'shift-add' || shiftAddFits(m, k)).filter(
    // Jumps take 60 nanoseconds and more: never near the best here.
    (method) => method !== 'kangaroo' || text.length * Math.min(k, m) < 2 ** 20,
  );
  const { method } = kMismatch(text, pattern, k);
  measure(cell, usable, method, (method: BoundedMethod | 'auto') => kMismatch(text, pattern, k, { method }));
}

const everything = n <= 2 ** 18;
const lengths = everything ? [32, 2 ** 8, 2 ** 10, 2 ** 12, 2 ** 14, 2 ** 16] : [32, 2 ** 10, 2 ** 12, 2 ** 16];
const [asked, alphabetsAsked] = process.argv.slice(5).map((list) => list.split(',').map(Number));
for (const m of lengths.filter((m) => 4 * m <= n && (!asked || asked.includes(m)))) {
  const alphabets = everything ? [2, 4, 26, 256, Math.round(Math.sqrt(m)), 4096, n] : [2, 26, 256, 4096];
  for (const symbols of new Set(alphabets.filter((size) => alphabetsAsked?.includes(size) ?? true))) {
    for (const kind of ['uniform', 'zipf', 'periodic', ...(bounded ? ['planted'] : [])]) {
      const sizes = { n, m, symbols };
      const pair =
        kind === 'uniform'
          ? uniformPair(sizes, 1)
          : kind === 'zipf'
            ? zipfPair(sizes, 1)
            : kind === 'periodic'
              ? periodicPair(sizes, { period: 7, noise: 0.01 }, 1)
              : plantedPattern(uniformPair(sizes, 1).text, m, Math.floor(m / 100), 2);
      if (!bounded) exactCell({ m, symbols, kind }, pair);
      else for (const k of [1, 8, 64, 512].filter((k) => k < m)) boundedCell({ m, symbols, kind, k }, pair, k);
    }
  }
}
if (process.argv[4] === 'csv') for (const row of rows) console.log(Object.values(row).join(','));
else console.table(rows);
const above = regrets.filter((regret) => regret > 1.25).length;
console.log(`n = ${n}: regret above 1.25 in ${above} of ${regrets.length} cells, at most ${Math.max(...regrets).toFixed(2)}`);
