// Every iterative function that meets a limit says what to change; inner solves keep the limits and are not trusted blindly.
import type { RunReport } from '@infimum/core';
import { run } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { entropicBarycenter } from './barycenters/barycenter.ts';
import { convolutionalBarycenter } from './barycenters/convolutional-barycenter.ts';
import { freeSupportBarycenter, freeSupportBarycenterSteps } from './barycenters/free-support-barycenter.ts';
import { costMatrix } from './cost-matrix.ts';
import { squaredEuclideanFactors } from './geometry/cost-factors.ts';
import { lowRankSinkhorn } from './geometry/low-rank-sinkhorn.ts';
import { semiDiscreteTransport } from './geometry/semi-discrete.ts';
import { sinkhornDivergence } from './geometry/sinkhorn-divergence.ts';
import { entropicGromovWasserstein, entropicGromovWassersteinSteps } from './gromov/entropic-gromov-wasserstein.ts';
import { gromovWasserstein, gromovWassersteinSteps } from './gromov/gromov-wasserstein.ts';
import { gaussianCloudPoints } from './instances.ts';
import { groupLassoTransport, groupLassoTransportSteps } from './maps/group-lasso-transport.ts';
import { unbalancedMm } from './unbalanced/unbalanced-mm.ts';

const { x, y } = gaussianCloudPoints(30, 3);
const weights = new Float64Array(30).fill(1 / 30);
const cost = costMatrix(x, y);
const [first, second] = [costMatrix(x, x), costMatrix(y, y)];
const labels = Int32Array.from({ length: 30 }, (_, i) => i % 3);
const histograms = { rows: 2, cols: 30, values: Float64Array.from({ length: 60 }, (_, k) => (1 + (k % 7)) / 4) };
for (const h of [0, 1]) {
  const part = histograms.values.subarray(30 * h, 30 * h + 30);
  const sum = part.reduce((all, value) => all + value, 0);
  part.forEach((value, i) => {
    part[i] = value / sum;
  });
}
const image = (seed: number) => ({ rows: 5, cols: 6, values: weights.map((w, i) => w * (1 + (((seed + i) % 2) - 0.5))) });

type Limits = { readonly maxIterations: number };
const functions: Record<string, (limits: Limits) => RunReport> = {
  entropicBarycenter: (limits) => entropicBarycenter(histograms, cost, { epsilon: 0.1, ...limits }),
  convolutionalBarycenter: (limits) => convolutionalBarycenter([image(0), image(1)], { epsilon: 0.01, ...limits }),
  entropicGromovWasserstein: (limits) => entropicGromovWasserstein(first, second, { epsilon: 1, ...limits }),
  gromovWasserstein: (limits) => gromovWasserstein(first, second, limits),
  lowRankSinkhorn: (limits) => lowRankSinkhorn(weights, weights, squaredEuclideanFactors(x, y), { rank: 3, ...limits }),
  semiDiscreteTransport: (limits) => semiDiscreteTransport({ points: x }, y, limits),
  unbalancedMm: (limits) => unbalancedMm(weights, weights, cost, { marginalPenalty: 1, ...limits }),
  freeSupportBarycenter: (limits) => freeSupportBarycenter([x, y], x, limits),
  sinkhornDivergence: (limits) => sinkhornDivergence(x, y, { epsilon: 0.1, ...limits }),
  groupLassoTransport: (limits) =>
    groupLassoTransport(weights, weights, cost, labels, { epsilon: 0.1, groupPenalty: 1, ...limits }),
};

describe.each(Object.entries(functions))('%s', (_, call) => {
  it('says what to raise when the iterations end', () => {
    const { status, reason } = call({ maxIterations: 1 });
    expect(status).toBe('iteration-limit');
    expect(reason).toMatch(/maxIterations = 1 was reached.*; raise it or (epsilon|tolerance)/);
  });
});

describe('inner solves that are cut off', () => {
  const cut = { signal: AbortSignal.abort() };

  it('end conditional gradients without a claim of convergence', () => {
    const outcome = run(gromovWassersteinSteps(first, second, cut));
    expect(outcome.status).toBe('stalled');
    expect(outcome.reason).toMatch(/not exact: the signal was aborted/);
    expect(outcome.marginalError).toBeLessThan(1e-12);
  });

  it('end barycentres of clouds likewise', () => {
    const { status, reason } = run(freeSupportBarycenterSteps([x, y], x, cut));
    expect([status, reason]).toEqual(['stalled', 'a plan is not exact: the signal was aborted']);
  });

  it('keep entropic methods from converging', () => {
    const limits = { maxIterations: 200 };
    const spaces = run(entropicGromovWassersteinSteps(first, second, { epsilon: 1, ...cut }), limits);
    expect(spaces.status).not.toBe('converged');
    const problem = { epsilon: 0.1, groupPenalty: 1, ...cut };
    const classes = run(groupLassoTransportSteps({ a: weights, b: weights, cost }, labels, problem), limits);
    expect(classes.status).toBe('stalled');
    expect(classes.reason).toMatch(/ended unsolved: the signal was aborted/);
  });

  it('keep to the time of the whole', () => {
    const { status, reason } = run(gromovWassersteinSteps(first, second, { maxSeconds: 0 }));
    expect(status).toBe('stalled');
    expect(reason).toMatch(/maxSeconds = 0 was reached/);
  });
});
