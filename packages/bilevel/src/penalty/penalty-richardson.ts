// Extrapolation in σ: the penalty method at σ and at σ/2, whose biases are nearly as 2 to 1, so that 2 x_{σ/2} − x_σ is off by
// O(σ²) where the path of solutions is smooth.
import type { Outcome } from '@infimum/core';
import { resolveOptions } from '@infimum/core';
import type { BilevelSolution } from '../models/bilevel-optimization.ts';
import type { BilevelProblem, BilevelStart } from '../oracles/bilevel-problem.ts';
import type { PenaltyBilevelOptions } from './penalty-bilevel.ts';
import { penaltyBilevel, penaltyBilevelOptions } from './penalty-bilevel.ts';
import type { PenaltyIterate } from './penalty-options.ts';

/** Two runs and their extrapolation. */
export interface Extrapolated {
  /** 2 x_{σ/2} − x_σ, projected onto X. */
  readonly x: Float64Array;
  /** 2 ψ_{σ/2} − ψ_σ at the two solutions, where the problem has values. */
  readonly value: number | undefined;
  /** The run at σ. */
  readonly coarse: Outcome<BilevelSolution, PenaltyIterate>;
  /** The run at σ/2, started where the other ended. */
  readonly fine: Outcome<BilevelSolution, PenaltyIterate>;
}

/**
 * Runs `penaltyBilevel` at σ and σ/2 and extrapolates. Off by O(σ²) instead of O(σ), where both runs converge and the solution
 * moves smoothly with σ.
 *
 * @param problem - as for `penaltyBilevel`
 * @throws {InvalidInputError} as `penaltyBilevel`
 */
export function penaltyRichardson(
  problem: BilevelProblem,
  initial: BilevelStart,
  options: PenaltyBilevelOptions = {},
): Extrapolated {
  const { sigma } = resolveOptions(penaltyBilevelOptions, options);
  const coarse = penaltyBilevel(problem, initial, options);
  const fine = penaltyBilevel(problem, coarse, { ...options, sigma: sigma / 2 });
  const x = fine.x.map((entry, i) => 2 * entry - coarse.x[i]);
  problem.setX?.project(x, x);
  const { f, g } = problem;
  const worth = (run: BilevelSolution) =>
    f && g ? f(run.x, run.y) + (g(run.x, run.y) - g(run.x, run.z)) / run.sigma : Number.NaN;
  return { x, value: f && g ? 2 * worth(fine) - worth(coarse) : undefined, coarse, fine };
}
