// `pointCloudSinkhorn` on drawn clouds of growing size: processor time, the rise of resident memory, and the marginal error by a
// pass of its own over all pairs. The exponent of time is fitted over the sizes of each family.
//
//   pnpm bench:package ot clouds [sizes, as 1000,5000,20000] [dimensions, as 2,3] [epsilons over the mean cost, as .1,.01,.001]
//     [families, as uniform,clustered,heavy] [seed] [maxSeconds]
import { mulberry32 } from '@infimum/core/reference-generators';
import { pointCloudSinkhorn } from '../src/geometry/point-cloud-sinkhorn.ts';
import { draws, errorOf, meanCost } from './drawn-clouds.ts';

const [
  sizes = '1000,5000,20000',
  dimensions = '2,3',
  shares = '.1,.01,.001',
  families = 'uniform,clustered,heavy',
  seed = '1',
] = process.argv.slice(2);
const maxSeconds = Number(process.argv[7] ?? 240);
const TOLERANCE = 1e-6;

let wrong = 0;
for (const family of families.split(',')) {
  for (const d of dimensions.split(',').map(Number)) {
    for (const share of shares.split(',').map(Number)) {
      const logs: [number, number][] = [];
      for (const n of sizes.split(',').map(Number)) {
        const random = mulberry32(Number(seed) + 31 * n + d);
        const [from, to] = [draws[family](n, d, random), draws[family](n, d, random)];
        const epsilon = share * meanCost(from.points, to.points, d, random);
        const matrix = (values: Float64Array) => ({ rows: n, cols: d, values });
        globalThis.gc?.();
        const [memory, before] = [process.memoryUsage().rss, process.cpuUsage()];
        let largest = memory;
        const given = { a: from.weights, b: to.weights, epsilon, tolerance: TOLERANCE, maxSeconds, maxIterations: 100_000 };
        const onIteration = () => {
          largest = Math.max(largest, process.memoryUsage.rss());
        };
        const solved = pointCloudSinkhorn(matrix(from.points), matrix(to.points), { ...given, onIteration });
        const { user, system } = process.cpuUsage(before);
        const seconds = (user + system) / 1e6;
        largest = Math.max(largest, process.memoryUsage.rss());
        const { sourcePotential: f, targetPotential: g, status, iterations } = solved;
        const error = errorOf(from.points, to.points, d, from.weights, to.weights, epsilon, f, g);
        const isWrong = status === 'converged' && error > TOLERANCE;
        if (isWrong) wrong++;
        logs.push([Math.log(n), Math.log(seconds)]);
        const figures = `${seconds.toFixed(2)} s, ${((largest - memory) / 2 ** 20).toFixed(0)} MB, ${iterations} sweeps`;
        console.log(
          `${family}, d = ${d}, ${share}, n = ${n}: ${status}, ${figures}, error ${error.toExponential(1)}${isWrong ? ' WRONG' : ''}`,
        );
      }
      const [u, v] = [0, 1].map((k) => logs.reduce((sum, log) => sum + log[k], 0) / logs.length);
      const slope = logs.reduce((sum, [p, q]) => sum + (p - u) * (q - v), 0) / logs.reduce((sum, [p]) => sum + (p - u) ** 2, 0);
      if (logs.length > 1) console.log(`${family}, d = ${d}, ${share}: exponent ${slope.toFixed(2)}`);
    }
  }
}
console.log(`${wrong} cells say converged above the tolerance`);
