// Arrivals a second, programmes and dual bounds: pnpm bench:package graphs matching
import { simulateOnline, stochasticConfigurationBound } from '../src/index.ts';
import { stochasticConfigurationLp } from '../src/linear-programs.ts';
import { randomOnline, triangular } from '../src/matching/online-families.ts';

const seconds = async (work: () => unknown) => {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
};

const large = randomOnline(100_000, 1_000_000, 5, 0, 0.1, 1);
for (const policy of ['stochastic-balance', 'least-load', 'greedy', 'ranking'] as const) {
  const spent = await seconds(() => simulateOnline(large, { policy, maxRuns: 3, tolerance: 0 }));
  console.log(
    `${policy}: ${((3 * 1_000_000) / spent / 1e6).toFixed(2)} million arrivals/s, ${large.columnIndices.length} edges`,
  );
}
await stochasticConfigurationLp(triangular(2, 2));
for (const method of ['compact', 'column-generation'] as const) {
  const instance = triangular(20, 10);
  let value = 0;
  const spent = await seconds(async () => {
    ({ value } = await stochasticConfigurationLp(instance, { method }));
  });
  console.log(`programme of 20 x 200, ${method}: ${(value / 20).toFixed(6)} in ${spent.toFixed(2)} s`);
}
const medium = randomOnline(2000, 20_000, 5, 0, 0.1, 1);
const maxRounds = 300;
let bound = 0;
const spent = await seconds(() => {
  bound = stochasticConfigurationBound(medium, { maxRounds }).value;
});
console.log(`dual bound at ${medium.columnIndices.length} edges: ${bound.toFixed(2)} in ${spent.toFixed(2)} s`);
