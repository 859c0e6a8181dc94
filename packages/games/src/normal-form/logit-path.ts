// The principal branch of logit quantal response equilibria: from uniformly random play to a Nash equilibrium, for any number of
// players.
//
// McKelvey, Palfrey, "Quantal response equilibria for normal form games" (1995); followed as by Turocy, "A dynamic homotopy
// interpretation of the logistic quantal response equilibrium correspondence" (2005).
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { checkNumber, converged, defineSolver, resolveOptions, runWith, stalled } from '@infimum/core';
import { solveSmall } from '@infimum/linalg/numerics';
import type { EquilibriumIterate, EquilibriumSolution } from './equilibrium.ts';
import { nashSolution, normalized } from './equilibrium.ts';
import type { GameLike, NormalFormGame } from './normal-form-game.ts';
import { asGame, rangeOf, stridesOf, unitPayoffs } from './normal-form-game.ts';
import { normalForm } from './normal-form-problem.ts';

const logitOptions = {
  tolerance: {
    type: 'number',
    above: 0,
    default: 1e-3,
    description: 'Regret at which to stop, relative to the range of payoffs',
  },
  maxIterations: { type: 'integer', min: 0, default: 2000, description: 'Steps along the branch' },
} as const satisfies OptionSpecs;

/** Options of `logitEquilibrium`. */
export type LogitEquilibriumOptions = OptionsOf<typeof logitOptions> & RunOptions<EquilibriumIterate<LogitSolution>>;

/** A point of the branch. */
export interface LogitSolution extends EquilibriumSolution {
  /** How sharply players respond, in units of payoffs scaled to [0, 1]. */
  readonly lambda: number;
}

/**
 * Follows the logit equilibria p_ia ∝ exp(lambda u_i(a, p_-i)) from lambda = 0, where all players choose uniformly at random, until no
 * deviation gains more than the tolerance: a prediction along the tangent, a correction by Newton's method at right angles to it, in the
 * logarithms of the probabilities. In almost all games the branch leads to one Nash equilibrium, which is thereby selected.
 *
 * A step costs O(n² N + D³) for n players, N joint choices and D choices in all. `converged` when the regret, recomputed by best
 * responses, is below the tolerance; `stalled` where the branch cannot be followed.
 *
 * @param game - a game of two or more players
 * @throws {InvalidInputError} naming the field at fault
 *
 * @example
 * ```ts
 * import { bimatrix, logitEquilibrium } from '@infimum/games';
 *
 * // Stag hunt: the branch leads to the choice that is safe.
 * const { status, strategies } = logitEquilibrium(bimatrix([[4, 0], [3, 3]], [[4, 3], [0, 3]]));
 * console.log(status, strategies[0].map(Math.round).join(' ')); // converged 0 1
 * ```
 */
export function logitEquilibrium(
  given: GameLike,
  options: LogitEquilibriumOptions = {},
): Outcome<LogitSolution, EquilibriumIterate<LogitSolution>> {
  return runWith(logitOptions, options, logitSteps(given, options));
}

/** The steps of `logitEquilibrium`. */
export function* logitSteps(
  given: GameLike,
  options: LogitEquilibriumOptions = {},
): Steps<LogitSolution, EquilibriumIterate<LogitSolution>> {
  const { tolerance } = resolveOptions(logitOptions, options);
  const game = asGame(given);
  const branch = new Branch(game);
  for (let iteration = 0; ; iteration++) {
    const strategies = branch.strategies();
    const { lambda } = branch;
    const solution = (): LogitSolution => ({
      ...nashSolution(
        game,
        strategies.map((strategy) => strategy.slice()),
      ),
      lambda,
    });
    yield { iteration, solution };
    const found = solution();
    if (found.regret <= tolerance) {
      return converged(
        found,
        `at lambda ${found.lambda.toPrecision(3)} no deviation gains more than ${tolerance} of the range of payoffs`,
      );
    }
    if (!branch.advance()) {
      return stalled(found, `the branch could not be followed beyond lambda ${found.lambda.toPrecision(3)}`);
    }
  }
}

/**
 * The logit equilibrium of the principal branch at its first point of this lambda: p_ia = exp(lambda u_i(a, p_-i)) / sum.
 *
 * @param lambda - in units of the payoffs as given, the same for all players
 * @returns mixed strategies, and how far the largest probability is from its formula; undefined where the branch cannot be followed
 * @throws {InvalidInputError} naming the argument at fault
 *
 * @example
 * ```ts
 * import { bimatrix, quantalResponse } from '@infimum/games';
 *
 * const found = quantalResponse(bimatrix([[9, 0], [0, 1]], [[0, 1], [1, 0]]), 3);
 * console.log(found?.strategies.map(([p]) => p.toFixed(3)).join(' '), (found?.residual ?? 1) < 1e-9); // 0.795 0.145 true
 * ```
 */
export function quantalResponse(
  given: GameLike,
  lambda: number,
): { readonly strategies: readonly Float64Array[]; readonly residual: number } | undefined {
  const game = asGame(given);
  checkNumber(lambda, 'lambda', { min: 0 });
  // In the unit of the widest range of payoffs, which lambda is the inverse of.
  const unit = game.payoffs.reduce((widest, values) => Math.max(widest, rangeOf(values)), 0) || 1;
  const branch = new Branch(
    game,
    game.payoffs.map((values) => values.map((value) => value / unit - values[0] / unit)),
  );
  const goal = lambda * unit;
  for (let step = 0; branch.lambda < goal; step++) if (step === 5000 || !branch.advance(goal)) return undefined;
  const strategies = branch.strategies();
  return { strategies, residual: branch.residual(strategies) };
}

/** Newton corrections of a point. */
const CORRECTIONS = 8;
/** Largest residual of a point on the branch. */
const ON_BRANCH = 1e-10;

/** A point that moves along the branch. */
class Branch {
  readonly #actions: readonly number[];
  readonly #payoffs: readonly Float64Array[];
  readonly #strides: readonly number[];
  /** The index of the first choice of each player. */
  readonly #firsts: readonly number[];
  readonly #size: number;
  /** Logarithms of the probabilities of all players, then lambda. */
  #point: Float64Array;
  #tangent: Float64Array;
  #step = 0.05;

  constructor(game: NormalFormGame, payoffs: readonly Float64Array[] = unitPayoffs(game)) {
    const { actions } = game;
    this.#actions = actions;
    this.#payoffs = payoffs;
    this.#strides = stridesOf(actions);
    this.#firsts = actions.map((_, i) => actions.slice(0, i).reduce((sum, count) => sum + count, 0));
    this.#size = actions.reduce((sum, count) => sum + count, 0);
    this.#point = new Float64Array(this.#size + 1);
    for (const [i, count] of actions.entries()) {
      this.#point.fill(-Math.log(count), this.#firsts[i], this.#firsts[i] + count);
    }
    this.#tangent = new Float64Array(this.#size + 1);
    this.#tangent[this.#size] = 1;
  }

  get lambda(): number {
    return this.#point[this.#size];
  }

  strategies(): Float64Array[] {
    return this.#actions.map((count, i) =>
      normalized(this.#point.slice(this.#firsts[i], this.#firsts[i] + count).map(Math.exp)),
    );
  }

  /** One step; with a goal, the step that would pass it ends there. False where none is short enough. */
  advance(goal = Infinity): boolean {
    const size = this.#size;
    const { jacobian } = this.#system(this.#point);
    const border = this.#tangent;
    const tangent = solveBordered(jacobian, border, new Float64Array(size), 1);
    if (!tangent) return false;
    const length = Math.hypot(...tangent);
    for (let k = 0; k <= size; k++) tangent[k] /= length;
    for (; this.#step > 1e-9; this.#step /= 2) {
      const predicted = this.#point.map((value, k) => value + this.#step * tangent[k]);
      const isLast = predicted[size] >= goal;
      // The last step is corrected with lambda held, the others at right angles to the tangent.
      const normal = isLast ? new Float64Array(size + 1) : tangent;
      if (isLast) {
        normal[size] = 1;
        const part = (goal - this.#point[size]) / tangent[size];
        for (let k = 0; k < size; k++) predicted[k] = this.#point[k] + part * tangent[k];
        predicted[size] = goal;
      }
      const corrections = this.#correct(predicted, normal);
      if (corrections < 0) continue;
      this.#point = predicted;
      this.#tangent = tangent;
      if (corrections <= 3) this.#step *= 1.5;
      return true;
    }
    return false;
  }

  /** Newton's method at right angles to a direction; the number of corrections, -1 if it fails. */
  #correct(point: Float64Array, normal: Float64Array): number {
    for (let round = 0; round < CORRECTIONS; round++) {
      const { values, jacobian } = this.#system(point);
      const scale = 1 + Math.abs(point[this.#size]);
      if (values.every((value) => Math.abs(value) <= ON_BRANCH * scale)) return round;
      const move = solveBordered(
        jacobian,
        normal,
        values.map((value) => -value),
        0,
      );
      // Long corrections mean that the branch was lost.
      if (!move || !(Math.hypot(...move) <= Math.max(1, this.#step))) return -1;
      for (let k = 0; k < point.length; k++) point[k] += move[k];
    }
    return -1;
  }

  /** The equations sum_a p_ia = 1 and log p_ia - log p_i0 = lambda (u_ia - u_i0), and their derivatives. */
  #system(point: Float64Array): { readonly values: Float64Array; readonly jacobian: Float64Array } {
    const size = this.#size;
    const width = size + 1;
    const lambda = point[size];
    const values = new Float64Array(size);
    const jacobian = new Float64Array(size * width);
    const p = point.map(Math.exp);
    for (const [i, count] of this.#actions.entries()) {
      const first = this.#firsts[i];
      values[first] = -1;
      for (let a = 0; a < count; a++) {
        values[first] += p[first + a];
        jacobian[first * width + first + a] = p[first + a];
      }
      if (count === 1) continue;
      const worth = this.#worth(i, p);
      for (let a = 1; a < count; a++) {
        const row = (first + a) * width;
        jacobian[row + first + a] += 1;
        jacobian[row + first] -= 1;
        const gain = worth.own[a] - worth.own[0];
        values[first + a] = point[first + a] - point[first] - lambda * gain;
        jacobian[row + size] = -gain;
        for (let k = 0; k < size; k++) {
          if (k >= first && k < first + count) continue;
          jacobian[row + k] = -lambda * p[k] * (worth.against[a * size + k] - worth.against[k]);
        }
      }
    }
    return { values, jacobian };
  }

  /** The payoffs of a player's choices, and their payoffs against each choice of each other player. */
  #worth(player: number, p: Float64Array): { readonly own: Float64Array; readonly against: Float64Array } {
    const size = this.#size;
    const count = this.#actions[player];
    const own = new Float64Array(count);
    const against = new Float64Array(count * size);
    const payoffs = this.#payoffs[player];
    const others = this.#actions.map((_, i) => i).filter((i) => i !== player);
    const place = new Int32Array(this.#actions.length);
    for (let cell = 0; cell < payoffs.length; cell++) {
      let weight = 1;
      for (let i = 0; i < place.length; i++) {
        place[i] = this.#firsts[i] + (Math.floor(cell / this.#strides[i]) % this.#actions[i]);
        if (i !== player) weight *= p[place[i]];
      }
      const a = place[player] - this.#firsts[player];
      own[a] += weight * payoffs[cell];
      for (const i of others) {
        let rest = payoffs[cell];
        for (const k of others) if (k !== i) rest *= p[place[k]];
        against[a * size + place[i]] += rest;
      }
    }
    return { own, against };
  }

  /** The deviation of probabilities from their formula at this lambda. */
  residual(strategies: readonly Float64Array[]): number {
    const p = Float64Array.from(strategies.flatMap((strategy) => [...strategy]));
    return Math.max(
      ...strategies.map((strategy, i) => {
        const { own } = this.#worth(i, p);
        const most = own.reduce((x, y) => Math.max(x, y), -Infinity);
        const response = normalized(own.map((value) => Math.exp(this.lambda * (value - most))));
        return Math.max(...strategy.map((weight, a) => Math.abs(weight - response[a])));
      }),
    );
  }
}

/** Solves [J; b'] x = [r; last]; undefined where it is singular. */
function solveBordered(
  jacobian: Float64Array,
  border: Float64Array,
  right: Float64Array,
  last: number,
): Float64Array | undefined {
  const [matrix, x] = [new Float64Array(jacobian.length + border.length), new Float64Array(border.length)];
  matrix.set(jacobian);
  matrix.set(border, jacobian.length);
  x.set(right);
  x[right.length] = last;
  return solveSmall(matrix, border.length, x) && x.every(Number.isFinite) ? x : undefined;
}

export const logitSolver = /* @__PURE__ */ defineSolver({
  id: 'games/logit-path',
  title: 'Logit path',
  summary: 'The branch of quantal response equilibria from random choice to a Nash equilibrium, for any number of players.',
  problem: normalForm,
  role: 'baseline',
  paper: { title: 'Quantal response equilibria for normal form games', year: 1995 },
  cost: 'O(n^2 N + D^3) \\text{ per step}',
  options: logitOptions,
  variant: 'quantal',
  declines: ({ actions, payoffs }) =>
    actions.reduce((sum, count) => sum + count, 0) > 120 || payoffs[0].length > 20_000 ? 'its table is too large' : undefined,
  steps: (instance, options) => logitSteps(instance, options),
});
