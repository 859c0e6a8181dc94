// The claims about penalty methods: how near the penalised problem is, and what noise costs.
import type { ClaimContext, ClaimResult } from '@infimum/core';
import { defineClaim, run } from '@infimum/core';
import { powerExponent } from '@infimum/core/claim';
import { toyInstance } from '../models/bilevel-optimization.ts';
import { modelOf } from '../models/instance.ts';
import { toy } from '../models/toys.ts';
import { penaltyPaper } from '../papers.ts';
import { penalizedValue } from './penalized-value.ts';
import { penaltyBilevelSingleLoopSteps } from './penalty-bilevel-single-loop.ts';

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
    figures[`${name}Value`] = powerExponent(
      sigmas,
      found.map(({ value }) => Math.abs(value - exact.value)),
    );
    figures[`${name}Gradient`] = powerExponent(
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

/** |∇ψ_σ(x)| at the end of the single-loop method with one sample an iteration, by the theory’s schedule or with steps that stay. */
export function singleLoopError(schedule: 'theory' | 'constant', length: number, seed: number): number {
  const { source, initial } = toyInstance('follow', { noise: 0.1, noiseSeed: seed });
  const { problem } = modelOf({ source, initial });
  const options = { schedule, sigma: 1, stepSize: 0.1, lipschitz: 1, upperLipschitz: 1, seed };
  const { x, sigma } = run(penaltyBilevelSingleLoopSteps(problem, initial, options), { maxIterations: length });
  return Math.abs(x[0] - 1 + (2 * (2 * x[0] - 3)) / (1 + sigma));
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
    budget: 60,
    null: 'steps that do not shrink',
    bars: [{ figure: 'exponent of the error in the iterations', atMost: -0.2, source: 'theorem: -1/5' }],
    measure: (seed) => {
      const lengths = [300, 3000, 30_000];
      const errors = (schedule: 'theory' | 'constant') =>
        lengths.map((length) => [0, 1, 2, 3].reduce((sum, k) => sum + singleLoopError(schedule, length, 10 * seed + k) / 4, 0));
      const [theory, constant] = [errors('theory'), errors('constant')];
      const figure = (values: number[]) => ({ 'exponent of the error in the iterations': powerExponent(lengths, values) });
      return {
        ours: { ...figure(theory), ...Object.fromEntries(lengths.map((length, k) => [`error@${length}`, theory[k]])) },
        null: figure(constant),
      };
    },
  }),
];
