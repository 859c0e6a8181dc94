// Times and errors of topological swaps: pnpm bench:package graphs dags
import { Random } from '@infimum/core';
import { randomDag, sampleLinearModel } from '../src/dags/dag-problem.ts';
import { graphDistance, topo } from '../src/index.ts';

for (const d of [20, 50, 100, 200]) {
  for (let seed = 1; seed <= 3; seed++) {
    const random = new Random(seed);
    const truth = randomDag(d, 2, 'erdos-renyi', random);
    const data = sampleLinearModel(truth, 1000, 'normal', random);
    if (seed === 1) topo(data, { seed });
    const before = process.cpuUsage();
    const { rounds, evaluations, weights, score } = topo(data, { seed, prune: false });
    const { user, system } = process.cpuUsage(before);
    const pruned = topo(data, { seed });
    console.log(
      `d = ${d}: ${((user + system) / 1000).toFixed(0)} ms, ${rounds} rounds, ${evaluations.value} swaps, score ${score.toFixed(2)}, SHD ${graphDistance(truth, weights).shd} by threshold alone, ${graphDistance(truth, pruned.weights).shd} pruned`,
    );
  }
}
