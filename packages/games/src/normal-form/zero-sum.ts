// Zero-sum games of two players by one linear program: the value and optimal strategies of both.
//
// von Neumann (1928); Dantzig, "A proof of the equivalence of the programming problem and the game problem" (1951).
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { converged, defineSolver, fault, resolveOptions, runWith, stalled } from '@infimum/core';
import { simplexSteps } from '@infimum/linalg/numerics';
import type { EquilibriumIterate, EquilibriumSolution } from './equilibrium.ts';
import { EXACT, nashSolution, normalized, uniformStrategies } from './equilibrium.ts';
import type { GameLike, NormalFormGame } from './normal-form-game.ts';
import { asBimatrix, rangeOf, unitPayoffs } from './normal-form-game.ts';
import { normalForm } from './normal-form-problem.ts';

const zeroSumOptions = {
  maxPivots: { type: 'integer', min: 1, default: 50_000, description: 'Maximum number of pivots' },
} as const satisfies OptionSpecs;

/** Options of `zeroSum`. */
export type ZeroSumOptions = OptionsOf<typeof zeroSumOptions> & LimitOptions<EquilibriumIterate<ZeroSumSolution>>;

/** Optimal strategies. */
export interface ZeroSumSolution extends EquilibriumSolution {
  /** The first player's payoff. */
  readonly value: number;
}

/**
 * The value of a zero-sum game and optimal strategies of both players, by the linear program
 *
 *     maximise sum_j q_j   subject to   A q <= 1, q >= 0   (A scaled to be positive)
 *
 * whose multipliers are the first player's strategy. Sums of payoffs may be any constant. O(m n) a pivot.
 *
 * `converged` if both strategies are best responses to 1e-9 of the range of payoffs.
 *
 * @param game - a game of two players whose payoffs add up to a constant; see `bimatrix`
 * @throws {InvalidInputError} for other games, naming the field at fault
 *
 * @example
 * ```ts
 * import { bimatrix, zeroSum } from '@infimum/games';
 *
 * const { value, strategies } = zeroSum(bimatrix([[2, -1], [-1, 1]]));
 * console.log(value.toFixed(3), strategies[0][0].toFixed(3)); // 0.200 0.400
 * ```
 */
export function zeroSum(
  given: GameLike,
  options: ZeroSumOptions = {},
): Outcome<ZeroSumSolution, EquilibriumIterate<ZeroSumSolution>> {
  return runWith(zeroSumOptions, options, zeroSumSteps(given, options));
}

/** The steps of `zeroSum`. */
export function* zeroSumSteps(
  given: GameLike,
  options: ZeroSumOptions = {},
): Steps<ZeroSumSolution, EquilibriumIterate<ZeroSumSolution>> {
  const { maxPivots } = resolveOptions(zeroSumOptions, options);
  const game = asBimatrix(given);
  if (!isConstantSum(game)) throw fault('do not add up to a constant', 'payoffs', 'unsupported');
  const cols = game.actions[1];
  const solutionOf = (strategies: readonly Float64Array[]): ZeroSumSolution => {
    const solution = nashSolution(game, strategies);
    return { ...solution, value: solution.payoffs[0] };
  };
  let iteration = 0;
  const uniform = () => solutionOf(uniformStrategies(game.actions));
  yield { iteration, solution: uniform };
  const steps = simplexSteps(
    {
      objective: new Float64Array(cols).fill(1),
      matrix: unitPayoffs(game)[0].map((value) => value + 1),
      bounds: new Float64Array(game.actions[0]).fill(1),
    },
    maxPivots,
  );
  let step = steps.next();
  while (!step.done) {
    iteration++;
    yield { iteration, solution: uniform };
    step = steps.next();
  }
  const { status, x: q, duals, pivots } = step.value;
  if (status !== 'converged') return stalled(uniform(), `the linear program was not solved in ${pivots} pivots`);
  const solution = solutionOf([normalized(duals), normalized(q)]);
  return solution.regret <= EXACT
    ? converged(solution, `the linear program was solved in ${pivots} pivots`)
    : stalled(solution, 'rounding: the strategies are not best responses to 1e-9 of the range of payoffs');
}

/** Whether payoffs of two players add up to a constant, up to rounding. */
export function isConstantSum({ payoffs: [a, b] }: NormalFormGame): boolean {
  const sums = a.map((value, k) => value + b[k]);
  return rangeOf(sums) <= 1e-12 * Math.min(rangeOf(a), rangeOf(b));
}

export const zeroSumSolver = /* @__PURE__ */ defineSolver({
  id: 'games/zero-sum',
  title: 'Zero-sum games by linear programming',
  summary: 'One linear program gives the value and optimal strategies of both players.',
  problem: normalForm,
  role: 'baseline',
  paper: { title: 'A proof of the equivalence of the programming problem and the game problem', year: 1951 },
  cost: 'O(m n) \\text{ per pivot}',
  options: zeroSumOptions,
  variant: 'nash',
  declines: (game) => (game.actions.length === 2 && isConstantSum(game) ? undefined : 'payoffs do not add up to a constant'),
  steps: (instance, options) => zeroSumSteps(instance, options),
});
