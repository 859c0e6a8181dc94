// Every exact method on the specification's grid, and what the planner's choice loses against the best of
// them: `regret` compares the runs of the two methods, `auto` is a run with planning.
// Run: node bench/crossovers.ts [n, by default 262144] [csv]
import { type ExactMethod, hammingDistances } from '../src/hamming-distances.ts';
import { periodicPair, uniformPair, zipfPair } from '../src/instances.ts';

const n = Number(process.argv[2] ?? 2 ** 18);
const methods: ExactMethod[] = ['naive', 'simd', 'bitset', 'hybrid'];
const rows: Record<string, string | number>[] = [];
let worst = 0;

for (const m of [32, 2 ** 8, 2 ** 10, 2 ** 12, 2 ** 14, 2 ** 16].filter((m) => 4 * m <= n)) {
  for (const symbols of [2, 4, 26, 256, Math.round(Math.sqrt(m)), 4096, n]) {
    for (const kind of ['uniform', 'zipf', 'periodic'] as const) {
      const sizes = { n, m, symbols };
      const pair =
        kind === 'uniform'
          ? uniformPair(sizes, 1)
          : kind === 'zipf'
            ? zipfPair(sizes, 1)
            : periodicPair(sizes, { period: 7, noise: 0.01 }, 1);
      const distinct = new Set(pair.pattern).size;
      const usable = methods.filter((method) => {
        if (method === 'naive') return n * m < 2 ** 24;
        if (method === 'bitset') return distinct <= 15;
        return method !== 'simd' || n * m < 2 ** 33;
      });
      // All methods in turn, several times: what disturbs one disturbs all.
      const least = new Map<ExactMethod | 'auto', number>();
      const begin = performance.now();
      for (let round = 0; round < 20 && (round < 5 || performance.now() - begin < 300); round++) {
        for (const method of [...usable, 'auto' as const]) {
          const start = performance.now();
          hammingDistances(pair.text, pair.pattern, { method });
          least.set(method, Math.min(least.get(method) ?? Infinity, performance.now() - start));
        }
      }
      const times = Object.fromEntries(usable.map((method) => [method, least.get(method) ?? 0]));
      const { method } = hammingDistances(pair.text, pair.pattern);
      const auto = least.get('auto') ?? 0;
      const best = Math.min(...Object.values(times));
      const regret = times[method] / best;
      worst = Math.max(worst, regret);
      const rounded = Object.fromEntries(Object.entries(times).map(([name, ms]) => [name, ms.toFixed(2)]));
      rows.push({ m, symbols, kind, ...rounded, auto: auto.toFixed(2), method, regret: regret.toFixed(2) });
    }
  }
}
if (process.argv[3] === 'csv') for (const row of rows) console.log(Object.values(row).join(','));
else console.table(rows);
console.log(`n = ${n}: largest regret ${worst.toFixed(2)}`);
