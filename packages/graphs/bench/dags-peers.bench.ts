// Scores and times of topological swaps against NOTEARS of gCastle and DAGMA of its authors, on the same instances:
// pnpm bench:package graphs dags-peers [d …] [--instances=10] [--from=1] [--limit=900]
//
// Needs the peers' environment (`pnpm peers:install`, and then requirements-graphs.txt as tooling/peers/README.md says).
// Every graph is made acyclic by leaving out the smallest weights on cycles, and its order is refitted by least squares.
import { parseArgs } from 'node:util';
import { Random } from '@infimum/core';
import { startPeers } from '@infimum/peers';
import { type Noise, randomDag, refittedScore, sampleLinearModel } from '../src/dags/dag-problem.ts';
import { graphDistance, topo, topoPostProcess } from '../src/index.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    instances: { type: 'string', default: '10' },
    from: { type: 'string', default: '1' },
    limit: { type: 'string', default: '900' },
  },
});
const sizes = positionals.length > 0 ? positionals.map(Number) : [10, 20];
const noises: readonly Noise[] = ['normal', 'exponential', 'gumbel', 'unequal'];
const peers = await startPeers();
if (!peers.present) throw new Error(peers.reason);
const ids = ['gcastle/notears', 'dagma/linear'];
const missing = ids.find((id) => !peers.process.list().some((peer) => peer.id === id));
if (missing) throw new Error(`${missing} is not installed: ${JSON.stringify(peers.process.absent)}`);

for (const d of sizes) {
  const count = Number(values.instances);
  const seconds = [0, 0, 0];
  const errors = [0, 0, 0];
  let [notHigher, improved] = [0, 0];
  const worse: string[] = [];
  for (let seed = Number(values.from); seed < Number(values.from) + count; seed++) {
    const random = new Random(77_000 + 1000 * d + seed);
    const kind = seed % 2 ? 'scale-free' : 'erdos-renyi';
    const noise = noises[seed % 4];
    const truth = randomDag(d, 2, kind, random);
    const instance = { data: sampleLinearModel(truth, 1000, noise, random), truth };
    const before = process.cpuUsage();
    const own = topo(instance.data, { seed, restarts: 10 });
    const { user, system } = process.cpuUsage(before);
    seconds[0] += (user + system) / 1e6;
    errors[0] += graphDistance(truth, own.weights).shd;
    // The score of the order that was found, not of the pruned graph: the peers' are refitted on their orders as well.
    const best = refittedScore(
      instance,
      topo(instance.data, { initialOrder: own.order, prune: false, threshold: 0 }).weights,
    );
    let isNotHigher = true;
    let isImproved = true;
    for (const [k, id] of ids.entries()) {
      const result = await peers.process.solve(id, instance, {}, { seconds: Number(values.limit) });
      const weights = result.solution?.['weights'] as Float64Array | undefined;
      if (!weights) throw new Error(`${id}: ${result.reason}`);
      seconds[k + 1] += result.seconds;
      errors[k + 1] += graphDistance(truth, weights).shd;
      const theirs = refittedScore(instance, weights);
      if (!(best <= theirs * (1 + 1e-9))) {
        isNotHigher = false;
        worse.push(`${id} ${kind} ${noise} seed ${seed}: ${best} above ${theirs}`);
      }
      const after = topoPostProcess(instance.data, weights, { prune: false, threshold: 0 });
      if (!(refittedScore(instance, after.weights) <= theirs * (1 + 1e-9))) isImproved = false;
    }
    if (isNotHigher) notHigher++;
    if (isImproved) improved++;
  }
  const mean = (list: readonly number[]) => list.map((sum) => (sum / count).toFixed(2)).join(', ');
  console.log(
    `d = ${d}: score not higher than both peers' on ${notHigher} of ${count}, as post-processor never worse on ${improved}; mean SHD ${mean(errors)}, seconds ${mean(seconds)} for topo (10 starts), gCastle NOTEARS, DAGMA`,
  );
  for (const line of worse) console.log(`  ${line}`);
}
await peers.process.close();
