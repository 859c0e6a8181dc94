// Pivots and processor time of Lemke-Howson on uniform and correlated games, by label 0 and by racing labels.
import { lemkeHowson } from '../src/normal-form/lemke-howson.ts';
import { randomGame } from '../src/normal-form/normal-form-problem.ts';

for (const correlation of [-0.9, 0]) {
  for (const size of [100, 200]) {
    for (const label of [0, 'race'] as const) {
      const rows = [1, 2, 3, 4, 5].map((seed) => {
        const game = randomGame(size, size, correlation, seed);
        const solve = () => lemkeHowson(game, { label, maxPivots: 20_000 });
        solve();
        const start = process.cpuUsage();
        const { pivots, status } = solve();
        const { user, system } = process.cpuUsage(start);
        return `${((user + system) / 1e3).toFixed(1)} ms (${status === 'converged' ? pivots : 'limit'})`;
      });
      console.log(`r ${correlation} n ${size} label ${label}: ${rows.join(', ')}`);
    }
  }
}
