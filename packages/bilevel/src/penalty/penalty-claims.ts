// The claims about penalty methods: how near the penalised problem is, and what noise costs.
import type { ClaimContext, ClaimResult } from '@infimum/core';
import { defineClaim, run } from '@infimum/core';
import { toyInstance } from '../models/bilevel-optimization.ts';
import { modelOf } from '../models/instance.ts';
import { toy } from '../models/toys.ts';
import { penaltyPaper } from '../papers.ts';
import { penalizedValue } from './penalized-value.ts';
import { penaltyBilevelSingleLoopSteps } from './penalty-bilevel-single-loop.ts';

/** Least-squares slope of log b against log a. */
export function logSlope(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [a, b].map((values) => values.map(Math.log));
  const [meanX, meanY] = [x, y].map((values) => values.reduce((sum, t) => sum + t, 0) / values.length);
  const top = x.reduce((sum, t, k) => sum + (t - meanX) * (y[k] - meanY), 0);
  return top / x.reduce((sum, t) => sum + (t - meanX) ** 2, 0);
}

/** How fast |ψ_σ − ψ| and |∇ψ_σ − ∇ψ| fall with σ, on three toys. */
export async function closenessExperiment({ signal, onProgress }: ClaimContext): Promise<ClaimResult> {
  const sigmas = [1e-2, 3e-3, 1e-3, 3e-4];
  const figures: Record<string, number> = {};
  for (const name of ['follow', 'line', 'segment'] as const) {
    signal?.throwIfAborted();
    onProgress?.(name);
    const { problem, hyperObjective, initial } = toy(name);
    const exact = hyperObjective?.(initial.x) ?? { value: 0, gradient: new Float64Array(1) };
    const found = sigmas.map((sigma) => penalizedValue(problem, initial.x, sigma, { initial: initial.y, tolerance: 1e-13 }));
    figures[`${name}Value`] = logSlope(
      sigmas,
      found.map(({ value }) => Math.abs(value - exact.value)),
    );
    figures[`${name}Gradient`] = logSlope(
      sigmas,
      found.map(({ gradient }) => Math.abs(gradient[0] - exact.gradient[0])),
    );
  }
  const holds = Object.values(figures).every((slope) => Math.abs(slope - 1) <= 0.05);
  return {
    measured: `slopes of log differences against log σ: ${Object.entries(figures)
      .map(([name, slope]) => `${name} ${slope.toFixed(3)}`)
      .join(', ')}`,
    verdict: holds ? 'reproduced' : 'not reproduced',
    figures,
  };
}

/** Mean |∇ψ_σ(x)| at the end of the single-loop method by the theory’s schedule, for several numbers of iterations. */
export async function rateExperiment(
  lengths: readonly number[],
  seeds: number,
  { signal, onProgress }: ClaimContext,
): Promise<ClaimResult> {
  const errors: number[] = [];
  for (const length of lengths) {
    onProgress?.(`${length} iterations`);
    let sum = 0;
    for (let seed = 0; seed < seeds; seed++) {
      signal?.throwIfAborted();
      const { source, initial } = toyInstance('follow', { noise: 0.1, noiseSeed: seed });
      const { problem } = modelOf({ source, initial });
      const steps = penaltyBilevelSingleLoopSteps(problem, initial, {
        schedule: 'theory',
        sigma: 1,
        stepSize: 0.1,
        lipschitz: 1,
        upperLipschitz: 1,
        seed,
      });
      const { x, sigma } = run(steps, { maxIterations: length });
      sum += Math.abs(x[0] - 1 + (2 * (2 * x[0] - 3)) / (1 + sigma)) / seeds;
    }
    errors.push(sum);
  }
  const slope = logSlope(lengths, errors);
  return {
    measured: `mean |∇ψ_σ| after ${lengths.join(', ')} iterations with one sample each: ${errors.map((e) => e.toFixed(4)).join(', ')}; slope ${slope.toFixed(3)}`,
    verdict: slope <= -0.15 ? 'reproduced' : 'not reproduced',
    figures: { slope, first: errors[0], last: errors[errors.length - 1] },
  };
}

/** The claims of the paper. */
export const penaltyClaims = [
  defineClaim({
    id: 'bilevel/penalty-closeness',
    paper: penaltyPaper,
    statement: 'Value and gradient of the penalised hyper-objective are within O(σ) of those of the hyper-objective.',
    published: 'O(σ), a theorem',
    budget: 5,
    run: closenessExperiment,
  }),
  defineClaim({
    id: 'bilevel/penalty-rate',
    paper: penaltyPaper,
    statement: 'With one sample an iteration the single-loop method reaches ε in O(ε^−5) gradients.',
    published: 'O(ε^−5), a theorem: an error of K^−0.2',
    budget: 30,
    run: (context) => rateExperiment([1000, 10_000, 100_000], 10, context),
  }),
];
