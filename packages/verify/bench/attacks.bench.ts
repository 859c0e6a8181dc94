// The hybrid after 1000 evaluations against the bar, which is direct search after 5000 with a slack of 1 % of the range, on seeds 1 to
// 10; bench/nomad.py has the values of NOMAD after 1000: `pnpm bench:package verify attacks [kind] [n]`.
import { compareSearches } from '../src/attacks/attacks-claims.ts';

const [kinds, sizes] = [process.argv[2], process.argv[3]];
const seeds = Array.from({ length: 10 }, (_, k) => k + 1);
for (const kind of ['distance', 'constrained'] as const) {
  if (kinds !== undefined && kinds !== kind) continue;
  for (const n of [10, 20, 50, 100]) {
    if (sizes !== undefined && Number(sizes) !== n) continue;
    const rows = seeds.map((seed) => compareSearches(kind, n, seed));
    const count = (passes: (row: (typeof rows)[number]) => boolean) => rows.filter(passes).length;
    console.log(
      `${kind} n = ${n}: reached by 1000 ${count(({ early, bar }) => early <= bar)}/10, worse at the end ${count(({ late, bar }) => late > bar)}/10`,
    );
    console.log(`  hybrid ${rows.map(({ early }) => early.toPrecision(5)).join(' ')}`);
    console.log(`  bar    ${rows.map(({ bar }) => bar.toPrecision(5)).join(' ')}`);
  }
}
