// Scores and times of topological swaps against NOTEARS of gCastle and DAGMA of its authors, on the same instances:
// pnpm bench:package graphs dags-peers [d …] [--instances=10] [--from=1] [--limit=900] [--few-rows]
//
// With --few-rows the peers get 2d rows that have the table's means and covariances instead of its 1000: their least
// squares depend on nothing else, and they answer sooner. Scores are computed on the table in any case. A line an instance;
// an instance without an answer of a peer within the limit counts for the other peer alone.
//
// Needs the peers' environment (`pnpm peers:install`, and then requirements-graphs.txt as tooling/peers/README.md says), or
// another one, whose Python INFIMUM_PYTHON names.
// Every graph is made acyclic by leaving out the smallest weights on cycles, and its order is refitted by least squares.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Random } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { startPeers } from '@infimum/peers';
import type { Noise } from '../src/dags/dag-problem.ts';
import { randomDag, refittedScore, sampleLinearModel } from '../src/dags/dag-problem.ts';
import { choleskyOf, momentsOf } from '../src/dags/moments.ts';
import { graphDistance, topo, topoPostProcess } from '../src/index.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    instances: { type: 'string', default: '10' },
    from: { type: 'string', default: '1' },
    limit: { type: 'string', default: '900' },
    'few-rows': { type: 'boolean', default: false },
  },
});
const sizes = positionals.length > 0 ? positionals.map(Number) : [10, 20];
const noises: readonly Noise[] = ['normal', 'exponential', 'gumbel', 'unequal'];
const python = process.env['INFIMUM_PYTHON'];
const peers = await startPeers({ problem: 'graphs/dag-learning', ...(python && { venv: path.dirname(path.dirname(python)) }) });
if (!peers.present) throw new Error(peers.reason);
const ids = ['gcastle/notears', 'dagma/linear'];
const missing = ids.find((id) => !peers.process.list().some((peer) => peer.id === id));
if (missing) throw new Error(`${missing} is not installed: ${JSON.stringify(peers.process.absent)}`);

for (const d of sizes) {
  const count = Number(values.instances);
  const errors = [0, 0];
  const answers = [0, 0];
  const notHigher = [0, 0];
  const improved = [0, 0];
  let own = 0;
  for (let seed = Number(values.from); seed < Number(values.from) + count; seed++) {
    const random = new Random(77_000 + 1000 * d + seed);
    const kind = seed % 2 ? 'scale-free' : 'erdos-renyi';
    const noise = noises[seed % 4];
    const truth = randomDag(d, 2, kind, random);
    const instance = { data: sampleLinearModel(truth, 1000, noise, random), truth };
    const before = process.cpuUsage();
    const found = topo(instance.data, { seed, starts: 10 });
    const { user, system } = process.cpuUsage(before);
    const shd = graphDistance(truth, found.weights).shd;
    own += shd;
    // The score of the order that was found, not of the pruned graph: the peers' are refitted on their orders as well.
    const best = refittedScore(
      instance,
      topo(instance.data, { initialOrder: found.order, prune: false, threshold: 0 }).weights,
    );
    const line = [
      `d = ${d} seed ${seed} ${kind} ${noise}: topo ${best.toPrecision(10)} SHD ${shd} ${((user + system) / 1e6).toFixed(2)} s`,
    ];
    const given = values['few-rows'] ? { data: fewRows(instance.data), truth } : instance;
    for (const [k, id] of ids.entries()) {
      const result = await peers.process.solve(id, given, {}, { seconds: Number(values.limit) });
      const weights = result.solution?.['weights'] as Float64Array | undefined;
      if (!weights) {
        line.push(`${id} no answer: ${result.reason}`);
        continue;
      }
      answers[k]++;
      const distance = graphDistance(truth, weights).shd;
      errors[k] += distance;
      const theirs = refittedScore(instance, weights);
      const isNotHigher = best <= theirs * (1 + 1e-9);
      if (isNotHigher) notHigher[k]++;
      const after = topoPostProcess(instance.data, weights, { prune: false, threshold: 0 });
      if (refittedScore(instance, after.weights) <= theirs * (1 + 1e-9)) improved[k]++;
      line.push(
        `${id} ${theirs.toPrecision(10)}${isNotHigher ? '' : ' LOWER'} SHD ${distance} ${result.seconds.toFixed(1)} s by the clock`,
      );
    }
    console.log(line.join('; '));
  }
  for (const [k, id] of ids.entries()) {
    console.log(
      `d = ${d}: score not higher than ${id} on ${notHigher[k]} of ${answers[k]} answers, as post-processor never worse on ${improved[k]}; its mean SHD ${(errors[k] / answers[k]).toFixed(2)}`,
    );
  }
  console.log(`d = ${d}: mean SHD of topo ${(own / count).toFixed(2)} on ${count}`);
}
await peers.process.close();

/** Rows ±√d L of the covariances LLᵀ: as many as twice the columns, of mean zero and the same covariances. */
function fewRows(data: DenseMatrix): DenseMatrix {
  const { d, covariance, scale } = momentsOf(data);
  const factor = new Float64Array(d * d);
  choleskyOf(
    covariance,
    d,
    Int32Array.from({ length: d }, (_, i) => i),
    factor,
  );
  const few = new Float64Array(2 * d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      few[2 * j * d + i] = scale * Math.sqrt(d) * factor[i * d + j];
      few[(2 * j + 1) * d + i] = -few[2 * j * d + i];
    }
  }
  return { rows: 2 * d, cols: d, values: few };
}
