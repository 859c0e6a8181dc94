// Balancing online: steady streams of batches, streams whose experts drift in popularity, and streams with bursts.
// Prints regret against the best fixed biases in hindsight with its fits to ln n and sqrt(n), the mean violation of the
// last 500 batches, and the affinity of a token. Where popularity drifts, fixed biases are no match, and regret may be
// negative.
// Run: pnpm bench:package ot expert-streams [tokens…]      64 256 1024 4096 by default; takes some minutes
import type { DenseLike } from '@infimum/core';
import { affinityOf } from '../src/experts/expert-assignment.ts';
import type { ExpertBalancerOptions } from '../src/experts/expert-balancer.ts';
import { createExpertBalancer } from '../src/experts/expert-balancer.ts';
import { linearMeans, scoreStream } from '../src/experts/expert-instances.ts';
import { bestInHindsight, regretFits } from '../src/experts/expert-regret.ts';
import { Router } from '../src/experts/expert-routing.ts';

const [experts, expertsPerToken] = [8, 2];

const streams = { steady: {}, drift: { drift: 0.01 }, bursts: { burstShare: 0.1 } };

const rules: Record<string, Partial<ExpertBalancerOptions>> = {
  'sign, 0.01': { update: 'sign', stepSize: 0.01 },
  'proportional, 0.05/L': { update: 'proportional' },
  'proportional, 0.1/(L sqrt(n))': { update: 'proportional', schedule: 'square-root' },
  'proportional, 5/(L n)': { update: 'proportional', schedule: 'harmonic' },
  'harmonic, estimated curvature': { update: 'proportional', schedule: 'harmonic', stepSize: 'curvature' },
  'coordinate dual, two sweeps': { method: 'coordinate-dual' },
};

/** One rule on a stream; the losses are those of the best fixed biases. */
function race(rule: Partial<ExpertBalancerOptions>, batches: readonly DenseLike[], losses: Float64Array) {
  const balancer = createExpertBalancer({ experts, expertsPerToken, ...rule });
  const regret = new Float64Array(batches.length);
  let sum = 0;
  let violation = 0;
  let affinity = 0;
  let tokens = 0;
  for (const [n, batch] of batches.entries()) {
    const routed = balancer.route(batch);
    sum += routed.dualValue - losses[n];
    regret[n] = sum;
    affinity += affinityOf(batch, routed);
    tokens += batch.rows;
    if (n >= batches.length - 500) violation += routed.maxViolation / 500;
  }
  balancer.release();
  return { regret, violation, affinity: affinity / tokens };
}

console.log('| tokens | stream | rule | regret | slope in ln n (r²) | in sqrt(n) (r²) | MaxVio | affinity |');
console.log('| --- | --- | --- | --- | --- | --- | --- | --- |');
const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [64, 256, 1024, 4096];
for (const tokens of sizes) {
  // As many batches as fit the memory of the search for the best biases.
  const count = Math.min(4000, Math.floor(5e7 / (tokens * experts)));
  for (const [name, stream] of Object.entries(streams)) {
    const batches = [...scoreStream({ tokens, batches: count, means: linearMeans(experts), ...stream }, 1)];
    const best = bestInHindsight(batches, expertsPerToken, new Float64Array(experts).fill(1 / experts));
    using router = new Router(experts, expertsPerToken);
    // The best biases sum to zero, so that the dual value is the sum of the biased scores.
    const losses = Float64Array.from(batches, (batch) => router.route(batch, best).biasedAffinity);
    for (const [title, rule] of Object.entries(rules)) {
      const { regret, violation, affinity } = race(rule, batches, losses);
      const { logarithmic, squareRoot } = regretFits(regret);
      // What looks at the batch first has no regret to speak of.
      const seen = rule.method === 'coordinate-dual';
      const fits = [logarithmic, squareRoot].map(({ slope, r2 }) => (seen ? '' : `${slope.toPrecision(3)} (${r2.toFixed(3)})`));
      const total = seen ? '' : (regret.at(-1) ?? 0).toFixed(1);
      const cells = [tokens, name, title, total, ...fits, violation.toFixed(3), affinity.toFixed(4)];
      console.log(`| ${cells.join(' | ')} |`);
    }
  }
}
