// The exact method that `solveTransport` chooses against both exact methods of this package, on drawn instances: clouds, clusters,
// digits, random costs and ties, with equal weights and weights of their own. Processor time; in a round the methods take turns
// in random order, and the regret is the median over the rounds of our time divided by the least of the others'.
//
//   pnpm bench:package ot exact-regret [sizes, as 100,300,1000,2000] [seed] [rounds] [families]
import { Random } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import { loadDigits } from '@infimum/datasets/digits';
import { linearAssignment } from '../src/assignment/linear-assignment.ts';
import { costMatrix } from '../src/cost-matrix.ts';
import { emd } from '../src/exact/network-simplex.ts';
import { gaussianClouds } from '../src/instances.ts';
import { solveTransport } from '../src/solve-transport.ts';

const [sizes = '100,300,1000,2000', seed = '1', rounds = '5', only = ''] = process.argv.slice(2);

const cloud = (n: number, cols: number, draw: (k: number) => number) => ({
  rows: n,
  cols,
  values: Float64Array.from({ length: n * cols }, (_, k) => draw(k)),
});

function clusters(n: number, random: () => number) {
  const centers = Array.from({ length: 10 }, random);
  const noise = () => 0.02 * (random() + random() + random() - 1.5);
  return cloud(n, 2, (k) => centers[2 * ((k >> 1) % 5) + (k % 2)] + noise());
}

function digits(n: number, random: () => number) {
  const { images } = loadDigits();
  const rows = Array.from({ length: n }, () => Math.floor(random() * images.rows));
  return cloud(n, 64, (k) => images.values[64 * rows[Math.floor(k / 64)] + (k % 64)]);
}

type Draw = (n: number, random: () => number, seed: number) => ReturnType<typeof costMatrix>;

const families: Record<string, Draw> = {
  gaussians: (n, _, seed) => gaussianClouds(n, seed).cost,
  plane: (n, random) => costMatrix(cloud(n, 2, random), cloud(n, 2, random)),
  'ten dimensions': (n, random) => costMatrix(cloud(n, 10, random), cloud(n, 10, random)),
  clusters: (n, random) => costMatrix(clusters(n, random), clusters(n, random)),
  digits: (n, random) => costMatrix(digits(n, random), digits(n, random)),
  random: (n, random) => cloud(n, n, random),
  ties: (n, random) => cloud(n, n, () => Math.floor(10 * random())),
};

/** The least processor time of calls that take 20 milliseconds together: others on the machine can only add to it. */
function spent(run: () => unknown): number {
  let [least, all] = [Infinity, 0];
  while (all < 20) {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
    all += (user + system) / 1000;
  }
  return least;
}

const regrets: number[] = [];
const order = new Random(Number(seed));
for (const [name, draw] of Object.entries(families)) {
  if (only && !only.split(',').includes(name)) continue;
  for (const n of sizes.split(',').map(Number)) {
    for (const isEven of [true, false]) {
      const random = mulberry32(Number(seed) + 7 * n);
      const cost = draw(n, random, Number(seed));
      const weights = () => {
        const drawn = Float64Array.from({ length: n }, () => (isEven ? 1 : 0.1 + random()));
        const mass = drawn.reduce((sum, weight) => sum + weight, 0);
        return drawn.map((weight) => weight / mass);
      };
      const [a, b] = isEven ? [weights(), new Float64Array(n).fill(1 / n)] : [weights(), weights()];
      const methods: Record<string, () => unknown> = {
        chosen: () => solveTransport(a, b, cost),
        emd: () => emd(a, b, cost),
        ...(isEven && { assignment: () => linearAssignment(cost) }),
      };
      // What takes far longer than the choice need not be measured again.
      const tries = Object.entries(methods).map(([method, run]) => [method, spent(run)] as const);
      const least = Math.min(...tries.map(([, time]) => time));
      const taking = tries.filter(([method, time]) => method === 'chosen' || time < 3 * least);
      const times: Record<string, number[]> = {};
      for (let round = 0; round < Number(rounds); round++) {
        for (const k of order.sample(taking.length, taking.length)) {
          const [method] = taking[k];
          times[method] ??= [];
          times[method].push(spent(methods[method]));
        }
      }
      const others = Object.keys(times).filter((method) => method !== 'chosen');
      const regret = Math.min(...times['chosen']) / Math.min(...others.flatMap((method) => times[method]));
      regrets.push(regret);
      const figures = tries.map(([method, time]) => `${method} ${Math.min(...(times[method] ?? [time])).toFixed(2)}`);
      const { method } = solveTransport(a, b, cost);
      console.log(
        `${name}, n = ${n}, ${isEven ? 'equal' : 'free'} weights: ${method}, ${figures.join(', ')} ms, regret ${regret.toFixed(2)}`,
      );
    }
  }
}
const share = regrets.filter((regret) => regret <= 1.2).length / regrets.length;
console.log(
  `regret at most 1.2 in ${(100 * share).toFixed(0)} % of ${regrets.length} cells, the largest ${Math.max(...regrets).toFixed(2)}`,
);
