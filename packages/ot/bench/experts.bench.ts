// Times of balanced expert assignment: an iteration of auxiliary-loss-free balancing, exact optima beside HiGHS and
// the network simplex, growth with size, linear assignment, regret. Best of several runs each.
// Run: pnpm bench:package ot experts [highs]      `highs` adds the run of HiGHS, which takes minutes
import { run } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import { useKernels } from '@infimum/linalg/kernels';
import type { LegacyHighs } from 'highs';
import highsModule from 'highs';
import { auctionAssignment } from '../src/assignment/auction.ts';
import { linearAssignment } from '../src/assignment/linear-assignment.ts';
import { emd } from '../src/exact/network-simplex.ts';
import { assignExperts } from '../src/experts/assign-experts.ts';
import { createExpertBalancer } from '../src/experts/expert-balancer.ts';
import { coordinateDualSteps } from '../src/experts/expert-coordinate-dual.ts';
import { linearMeans, moeInstance, scoreStream } from '../src/experts/expert-instances.ts';
import { onlineRegret } from '../src/experts/expert-regret.ts';

import { programOf } from '../src/testing/assignment-program.ts';

/** Milliseconds of the fastest of so many calls. */
function best(repeats: number, call: () => void): number {
  let least = Infinity;
  for (let repeat = 0; repeat < repeats; repeat++) {
    const start = performance.now();
    call();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

const print = (label: string, milliseconds: number, more = '') =>
  console.log(`${label.padEnd(58)} ${milliseconds.toFixed(2).padStart(10)} ms  ${more}`);

const large = moeInstance(32_768, 64, 1);
for (const build of ['auto', 'reference'] as const) {
  useKernels(build);
  const balancer = createExpertBalancer({ experts: 64, expertsPerToken: 6 });
  print(
    `ALF-LB iteration, T = 32768, E = 64, K = 6, ${build} kernels`,
    best(25, () => balancer.route(large)),
  );
  balancer.release();
}
useKernels('auto');
const exact = createExpertBalancer({ experts: 64, expertsPerToken: 6, method: 'coordinate-dual' });
print(
  'coordinate dual, 2 sweeps, warm, same batch',
  best(5, () => exact.route(large)),
);
exact.release();

const middle = { scores: moeInstance(2048, 64, 3), expertsPerToken: 6 };
print(
  'exact optimum, T = 2048, E = 64, K = 6, coordinate dual',
  best(15, () => assignExperts(middle.scores, 6)),
);
print(
  '  the same by sweeps alone',
  best(8, () => run(coordinateDualSteps(middle, { finishBelow: 0 }))),
);
print(
  '  the same by shortest paths alone',
  best(5, () => assignExperts(middle.scores, 6, { method: 'shortest-paths' })),
);
if (process.argv.includes('highs')) {
  const highs = await (highsModule as unknown as () => Promise<LegacyHighs>)();
  const program = programOf(middle);
  let value = 0;
  const time = best(1, () => {
    value = highs.solve(program).ObjectiveValue;
  });
  print('  the same by HiGHS', time, `affinity ${value}`);
}
const single = moeInstance(512, 16, 2);
print(
  'exact optimum, T = 512, E = 16, K = 1, coordinate dual',
  best(15, () => assignExperts(single, 1)),
);
print(
  '  auction',
  best(10, () => assignExperts(single, 1, { method: 'auction' })),
);
const cost = { ...single, values: single.values.map((value) => -value) };
print(
  '  network simplex',
  best(5, () => emd(new Float64Array(512).fill(1), new Float64Array(16).fill(32), cost)),
);
for (const tokens of [2048, 8192, 32_768]) {
  const scores = moeInstance(tokens, 64, 1);
  print(
    `growth: exact optimum, T = ${tokens}, E = 64, K = 6`,
    best(4, () => assignExperts(scores, 6)),
  );
}
for (const n of [500, 1000, 2000]) {
  const random = mulberry32(1);
  const costs = { rows: n, cols: n, values: Float64Array.from({ length: n * n }, random) };
  const weights = new Float64Array(n).fill(1);
  print(
    `linear assignment, uniform costs, n = ${n}`,
    best(5, () => linearAssignment(costs)),
  );
  if (n < 2000)
    print(
      '  auction',
      best(3, () => auctionAssignment(costs)),
    );
  if (n < 2000)
    print(
      '  network simplex',
      best(3, () => emd(weights, weights, costs)),
    );
}

console.log('\nregret, mean of six runs, T = 64, E = 8, K = 2: after 10, 100, 1000 and 4000 batches; slope in ln n');
for (const [name, options] of Object.entries({
  'harmonic, step 1/87': { schedule: 'harmonic', stepSize: 1 / 87 },
  'harmonic, estimated curvature': { schedule: 'harmonic', stepSize: 'curvature' },
  'square root, step 0.005': { schedule: 'square-root', stepSize: 0.005 },
  'constant, step 0.002': { schedule: 'constant', stepSize: 0.002 },
} as const)) {
  const batches = 4000;
  const mean = new Float64Array(batches);
  for (let seed = 1; seed <= 6; seed++) {
    const stream = scoreStream({ tokens: 64, batches, means: linearMeans(8) }, seed);
    const { regret } = onlineRegret(stream, { experts: 8, expertsPerToken: 2, update: 'proportional', ...options });
    for (let n = 0; n < batches; n++) mean[n] += regret[n] / 6;
  }
  const figures = [10, 100, 1000, 4000].map((n) => mean[n - 1].toFixed(1)).join(' / ');
  const slope = (mean[3999] - mean[399]) / Math.log(10);
  console.log(`${name.padEnd(32)} ${figures.padEnd(30)} ${slope.toFixed(2)}`);
}
