// Shares of instances on which the hybrid after 1000 evaluations is as good as direct search after 5000, with a slack of
// 1 % of the range, and its values after 1000 for comparison with bench/nomad.py: `pnpm bench:package verify attacks [kind] [n]`.
import { attackDirectSearchSolver } from '../src/attacks/attack-direct-search.ts';
import { countReached, valuesAfter } from '../src/attacks/attacks-claims.ts';
import { constrainedInstance } from '../src/attacks/random-surrogates.ts';

const [kinds, sizes] = [process.argv[2], process.argv[3]];
const seeds = Array.from({ length: 10 }, (_, k) => k + 1);
for (const kind of ['distance', 'constrained'] as const) {
  if (kinds !== undefined && kinds !== kind) continue;
  for (const n of [10, 20, 50, 100]) {
    if (sizes !== undefined && Number(sizes) !== n) continue;
    const { instances, reached, worseAtEnd } = countReached(kind, n, seeds);
    console.log(
      `${kind} n = ${n}: reached by 1000 ${reached}/${instances}, worse at the end ${worseAtEnd}/${instances}`,
    );
    if (kind === 'distance') continue;
    const values = seeds.slice(0, 3).map((seed) => {
      const [value] = valuesAfter(attackDirectSearchSolver, constrainedInstance(n, 64, seed), [1000], seed);
      return (-value).toFixed(4);
    });
    console.log(`  hybrid after 1000, seeds 1 to 3: ${values.join(' ')}`);
  }
}
