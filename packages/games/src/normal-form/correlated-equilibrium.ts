// Correlated and coarse correlated equilibria by a linear program over joint choices.
//
// Aumann, "Subjectivity and correlation in randomized strategies" (1974); Moulin, Vial, "Strategically zero-sum games" (1978).
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { converged, defineSolver, resolveOptions, runWith, stalled } from '@infimum/core';
import type { LinearProgram } from '@infimum/linalg/numerics';
import { simplexSteps } from '@infimum/linalg/numerics';
import type { EquilibriumIterate, EquilibriumSolution } from './equilibrium.ts';
import { EXACT, jointSolution, normalized, uniformStrategies } from './equilibrium.ts';
import type { GameLike, NormalFormGame } from './normal-form-game.ts';
import { asGame, jointOf, rangeOf, stridesOf, unitPayoffs } from './normal-form-game.ts';
import { normalForm } from './normal-form-problem.ts';

const correlatedEquilibriumOptions = {
  concept: {
    type: 'choice',
    choices: ['correlated', 'coarse'],
    default: 'correlated',
    description: 'Whether players may deviate after they are told their choice, or must commit before',
  },
  objective: {
    type: 'choice',
    choices: ['welfare', 'fair'],
    default: 'welfare',
    description: 'Objective: the sum of payoffs, or the smallest payoff, each player’s scaled to [0, 1]',
  },
  maxPivots: { type: 'integer', min: 1, default: 50_000, description: 'Maximum number of pivots' },
} as const satisfies OptionSpecs;

/** Options of `correlatedEquilibrium`. */
export type CorrelatedEquilibriumOptions = OptionsOf<typeof correlatedEquilibriumOptions> &
  LimitOptions<EquilibriumIterate<CorrelatedEquilibriumSolution>>;

/** A joint distribution. */
export interface CorrelatedEquilibriumSolution extends EquilibriumSolution {
  /** The distribution of joint choices, row-major. */
  readonly joint: Float64Array;
  /** The sum of payoffs, or the least scaled one. */
  readonly value: number;
}

/**
 * The correlated or coarse correlated equilibrium that maximises welfare or fairness:
 *
 *     maximise c'x   subject to   sum_a x(a) (u_i(a'_i, a_-i) - u_i(a)) <= 0,   sum_a x(a) = 1,   x >= 0
 *
 * for every player i and choice a'_i, for correlated equilibria also for every recommendation a_i, over which the sum runs then.
 * N = product of the numbers of choices variables, O(sum_i |A_i|²) or O(sum_i |A_i|) rows; O(N rows) a pivot.
 *
 * `converged` if no deviation gains 1e-9 of the range of payoffs and the multipliers prove the objective to 1e-9.
 *
 * @param game - a game of two or more players
 * @throws {InvalidInputError} naming the field at fault
 *
 * @example
 * ```ts
 * import { bimatrix, correlatedEquilibrium } from '@infimum/games';
 *
 * const chicken = bimatrix([[0, 7], [2, 6]], [[0, 2], [7, 6]]);
 * const { joint, value } = correlatedEquilibrium(chicken);
 * console.log(value.toFixed(3), [...joint].map((weight) => weight.toFixed(2)).join(' ')); // 10.500 0.00 0.25 0.25 0.50
 * ```
 */
export function correlatedEquilibrium(
  given: GameLike,
  options: CorrelatedEquilibriumOptions = {},
): Outcome<CorrelatedEquilibriumSolution, EquilibriumIterate<CorrelatedEquilibriumSolution>> {
  return runWith(correlatedEquilibriumOptions, options, correlatedEquilibriumSteps(given, options));
}

/** The steps of `correlatedEquilibrium`. */
export function* correlatedEquilibriumSteps(
  given: GameLike,
  options: CorrelatedEquilibriumOptions = {},
): Steps<CorrelatedEquilibriumSolution, EquilibriumIterate<CorrelatedEquilibriumSolution>> {
  const { concept, objective, maxPivots } = resolveOptions(correlatedEquilibriumOptions, options);
  const game = asGame(given);
  const units = unitPayoffs(game);
  const solutionOf = (joint: Float64Array): CorrelatedEquilibriumSolution => {
    const solution = jointSolution(game, joint, concept);
    const fair = Math.min(...units.map((values) => values.reduce((sum, value, a) => sum + value * joint[a], 0)));
    const welfare = solution.payoffs.reduce((sum, value) => sum + value, 0);
    return { ...solution, value: objective === 'welfare' ? welfare : fair };
  };
  const uniform = () => solutionOf(jointOf(uniformStrategies(game.actions)));
  let iteration = 0;
  yield { iteration, solution: uniform };
  const program = equilibriumProgram(game.actions, units, concept, costsOf(game, units, objective));
  const steps = simplexSteps(program, maxPivots);
  let step = steps.next();
  while (!step.done) {
    iteration++;
    yield { iteration, solution: uniform };
    step = steps.next();
  }
  const { status, x, duals, pivots } = step.value;
  const cells = units[0].length;
  if (status !== 'converged') {
    return stalled(uniform(), `the linear program was not solved in ${pivots} pivots (${status})`);
  }
  const solution = solutionOf(normalized(x.subarray(0, cells)));
  const excess = dualityGap(program, x, duals);
  return solution.regret <= EXACT && excess <= EXACT
    ? converged(solution, `the linear program was solved in ${pivots} pivots; its multipliers prove the optimum`)
    : stalled(solution, 'rounding: the constraints or the multipliers do not hold to 1e-9');
}

/** The objective, an entry a joint choice; undefined for the least payoff. */
function costsOf(
  { payoffs }: NormalFormGame,
  units: readonly Float64Array[],
  objective: 'welfare' | 'fair',
): Float64Array | undefined {
  if (objective === 'fair') return undefined;
  const ranges = payoffs.map(rangeOf);
  const widest = Math.max(...ranges) || 1;
  return units[0].map((_, a) => units.reduce((sum, values, i) => sum + values[a] * (ranges[i] / widest), 0));
}

/**
 * The linear program of equilibria over joint choices.
 *
 * @param units - payoffs of order one
 * @param costs - the objective to maximise; the least payoff if undefined
 */
export function equilibriumProgram(
  actions: readonly number[],
  units: readonly Float64Array[],
  concept: 'correlated' | 'coarse',
  costs: Float64Array | undefined,
): LinearProgram {
  const cells = units[0].length;
  const cols = costs ? cells : cells + 1;
  const strides = stridesOf(actions);
  const pairs = actions.reduce((sum, n) => sum + (concept === 'coarse' ? n : n * (n - 1)), 0);
  const rows = pairs + 2 + (costs ? 0 : actions.length);
  const matrix = new Float64Array(rows * cols);
  let row = 0;
  for (const [i, values] of units.entries()) {
    const [n, stride] = [actions[i], strides[i]];
    for (let other = 0; other < n; other++) {
      for (let told = 0; told < (concept === 'coarse' ? 1 : n); told++) {
        if (concept === 'correlated' && told === other) continue;
        for (let a = 0; a < cells; a++) {
          const mine = Math.floor(a / stride) % n;
          if (concept === 'correlated' && mine !== told) continue;
          matrix[row * cols + a] = values[a + (other - mine) * stride] - values[a];
        }
        row++;
      }
    }
  }
  const bounds = new Float64Array(rows);
  for (const sign of [1, -1]) {
    matrix.fill(sign, row * cols, row * cols + cells);
    bounds[row++] = sign;
  }
  if (costs) return { objective: costs, matrix, bounds };
  for (const values of units) {
    for (let a = 0; a < cells; a++) matrix[row * cols + a] = -values[a];
    matrix[row * cols + cells] = 1;
    row++;
  }
  const objective = new Float64Array(cols);
  objective[cells] = 1;
  return { objective, matrix, bounds };
}

/** The gap of the optimality proof of x by the multipliers: the bound b'y, repaired where y violates A'y >= c, minus c'x. */
function dualityGap({ objective, matrix, bounds }: LinearProgram, x: Float64Array, duals: Float64Array): number {
  const cols = objective.length;
  let bound = bounds.reduce((sum, value, i) => sum + value * duals[i], 0);
  let missing = 0;
  for (let j = 0; j < cols; j++) {
    let sum = 0;
    for (let i = 0; i < bounds.length; i++) sum += matrix[i * cols + j] * duals[i];
    missing = Math.max(missing, objective[j] - sum);
  }
  // Weights sum to one and payoffs are at most one, so the missing part costs at most twice as much.
  bound += 2 * missing;
  return bound - objective.reduce((sum, cost, j) => sum + cost * x[j], 0);
}

export const correlatedEquilibriumSolver = /* @__PURE__ */ defineSolver({
  id: 'games/correlated-equilibrium',
  title: 'Correlated equilibria by linear programming',
  summary: 'The correlated or coarse correlated equilibrium of largest welfare or fairness, with multipliers as a proof.',
  problem: normalForm,
  role: 'baseline',
  paper: { title: 'Subjectivity and correlation in randomized strategies', year: 1974 },
  cost: 'O(N \\textstyle\\sum_i |A_i|^2) \\text{ per pivot}',
  options: correlatedEquilibriumOptions,
  variant: 'correlated',
  declines: ({ actions, payoffs }) =>
    payoffs[0].length * actions.reduce((sum, n) => sum + n * n, 0) > 5e6 ? 'its table is too large' : undefined,
  steps: (instance, options) => correlatedEquilibriumSteps(instance, options),
});
