// The claims about bilevel optimisation under unbounded smoothness: who fails, who does not, and how errors fall.
import type { ClaimContext, ClaimResult } from '@infimum/core';
import { defineClaim } from '@infimum/core';
import { powerExponent } from '@infimum/core/claim';
import { norm } from '@infimum/linalg/numerics';
import { toyInstance } from '../models/bilevel-optimization.ts';
import { modelOf } from '../models/instance.ts';
import { unboundedPaper } from '../papers.ts';
import { boRep } from './bo-rep.ts';
import { maSoba } from './soba.ts';

/** The mean of |∇Φ| over the last iterations, infinite where the run was lost. */
function tail(
  method: typeof boRep | typeof maSoba,
  options: object,
  {
    noise,
    offset,
    seed,
    iterations: maxIterations,
    last,
  }: { noise: number; offset: number; seed: number; iterations: number; last: number },
): number {
  const instance = toyInstance('cosh', { size: 5, offset, noise, noiseSeed: seed });
  const { problem, hyperObjective } = modelOf(instance);
  let [sum, count] = [0, 0];
  const { status } = method(problem, instance.initial, {
    ...options,
    batchSize: 1,
    tolerance: 0,
    seed,
    maxIterations,
    onIteration: ({ iteration, solution }) => {
      if (iteration <= maxIterations - last) return;
      sum += norm(hyperObjective?.(solution().x).gradient ?? new Float64Array(1));
      count++;
    },
  });
  return status === 'stalled' ? Infinity : sum / count;
}

/** BO-REP against MA-SOBA at steps over decades, under noise. */
export async function unboundedExperiment(
  { seeds, iterations }: { seeds: number; iterations: number },
  { signal, onProgress }: ClaimContext,
): Promise<ClaimResult> {
  const shared = { linearStepSize: 0.1, lowerStepSize: 0.2 };
  const measure = (method: typeof boRep | typeof maSoba, options: object) => {
    signal?.throwIfAborted();
    const runs = Array.from({ length: seeds }, (_, seed) =>
      tail(method, { ...shared, ...options }, { noise: 1, offset: 10, seed, iterations, last: Math.floor(iterations / 5) }),
    );
    const kept = runs.filter((value) => value < Infinity);
    const mean = kept.reduce((a, b) => a + b, 0) / kept.length;
    const spread = Math.sqrt(kept.reduce((a, b) => a + (b - mean) ** 2, 0) / Math.max(1, kept.length - 1) / kept.length);
    return { lost: (seeds - kept.length) / seeds, mean, spread };
  };
  const steps = [1e-1, 1e-2, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5];
  const rivals = steps.map((stepSize) => {
    onProgress?.(`MA-SOBA, step ${stepSize}`);
    return measure(maSoba, { stepSize });
  });
  onProgress?.('BO-REP');
  const ours = measure(boRep, { stepSize: 0.02 });
  const failing = rivals.filter(({ lost, mean }) => lost > 0 || !(mean < 100)).length;
  const best = Math.min(...rivals.filter(({ lost }) => lost === 0).map(({ mean }) => mean));
  const holds = ours.lost === 0 && ours.mean < 10 && failing >= 4;
  return {
    measured: `BO-REP at step 0.02: mean |∇Φ| ${ours.mean.toFixed(2)} ± ${ours.spread.toFixed(2)}, no run lost; MA-SOBA fails at ${failing} of ${steps.length} steps from 1e-1 to 1e-5, its best mean is ${best.toFixed(2)}`,
    verdict: holds ? 'reproduced' : ours.mean < best ? 'partly reproduced' : 'not reproduced',
    figures: { ours: ours.mean, spread: ours.spread, lost: ours.lost, failing, best },
  };
}

/** Mean |∇Φ| over runs by the theory’s schedule against their length. */
export async function unboundedRateExperiment(
  horizons: readonly number[],
  seeds: number,
  { signal, onProgress }: ClaimContext,
): Promise<ClaimResult> {
  const means = horizons.map((horizon) => {
    onProgress?.(`${horizon} iterations`);
    let sum = 0;
    for (let seed = 0; seed < seeds; seed++) {
      signal?.throwIfAborted();
      const options = { schedule: 'theory', plannedIterations: horizon, refineSteps: 1000 };
      sum += tail(boRep, options, { noise: 1, offset: 3, seed, iterations: horizon, last: horizon }) / seeds;
    }
    return sum;
  });
  const slope = powerExponent(horizons, means);
  return {
    measured: `mean |∇Φ| over runs of ${horizons.join(', ')} iterations: ${means.map((t) => t.toFixed(2)).join(', ')}; slope ${slope.toFixed(3)}`,
    verdict: slope <= -0.18 ? 'reproduced' : 'not reproduced',
    figures: { slope, first: means[0], last: means[means.length - 1] },
  };
}

/** The claims of the paper. */
export const unboundedClaims = [
  defineClaim({
    id: 'bilevel/bo-rep-unbounded',
    paper: unboundedPaper,
    statement: 'Under unbounded smoothness BO-REP converges where methods without normalisation fail at most steps.',
    published: 'higher accuracy than MAML, ANIL, stocBiO, TTSA, SABA and MA-SOBA in three text tasks; figures of networks',
    budget: 30,
    run: (context) => unboundedExperiment({ seeds: 10, iterations: 4000 }, context),
  }),
  defineClaim({
    id: 'bilevel/bo-rep-rate',
    paper: unboundedPaper,
    statement: 'A hyper-gradient of ε takes Õ(ε^−4) calls.',
    published: 'Õ(ε^−4), a theorem: a mean of K^(−1/4)',
    budget: 60,
    run: (context) => unboundedRateExperiment([1000, 10_000, 100_000], 5, context),
  }),
];
