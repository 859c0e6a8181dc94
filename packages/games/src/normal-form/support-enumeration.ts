// Support enumeration: all supports are tried; those of two players, equal sizes first, by linear systems, those of more by intervals.
//
// Dickhaut, Kaplan, "A program for finding Nash equilibria" (1991).
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { converged, defineSolver, resolveOptions, runWith, stalled } from '@infimum/core';
import { solveLinearProgram } from '@infimum/linalg/numerics';
import type { EquilibriumIterate, EquilibriumSolution } from './equilibrium.ts';
import { EXACT, nashSolution, normalized, uniformStrategies } from './equilibrium.ts';
import { zerosOnSupports } from './interval-supports.ts';
import { indifferent } from './lemke-howson.ts';
import type { GameLike } from './normal-form-game.ts';
import { asGame, unitPayoffs } from './normal-form-game.ts';
import { normalForm } from './normal-form-problem.ts';

const supportEnumerationOptions = {
  maxEquilibria: { type: 'integer', was: 'count', min: 1, default: 1_000_000, description: 'Maximum number of equilibria' },
} as const satisfies OptionSpecs;

/** Options of `supportEnumeration`. */
export type SupportEnumerationOptions = OptionsOf<typeof supportEnumerationOptions> &
  LimitOptions<EquilibriumIterate<SupportEnumerationSolution>>;

/** Equilibria by their supports. */
export interface SupportEnumerationSolution extends EquilibriumSolution {
  /** One equilibrium for each pair of supports that has some; for three and more players, all of them. */
  readonly equilibria: readonly (readonly Float64Array[])[];
  /** Whether ties or singular equations occurred: then there may be infinitely many, of which some are found. */
  readonly degenerate: boolean;
  /** Supports of which it is not known whether they have further equilibria; 0 for two players. */
  readonly undecided: number;
}

/**
 * The Nash equilibria of a game by their supports. Of two players one for each pair that has some: supports of equal size by their
 * equations, singular ones by a linear program, and if the game turns out degenerate unequal sizes by linear programs too. Of three and more
 * players all: the equations of indifference are solved by interval subdivision, which drops boxes of weights that hold none and keeps
 * those in which Krawczyk's test shows exactly one. For at most about 12 choices of two players, 9 or so of more: 2^(sum of choices)
 * supports.
 *
 * `converged` when all supports were tried and none is `undecided`, or `maxEquilibria` found; each is checked by best responses. Games with
 * continua of equilibria leave supports undecided; for all equilibria of degenerate games of two players see `extremeEquilibria`.
 *
 * @param game - a game of two or more players
 * @throws {InvalidInputError} naming the field at fault
 *
 * @example
 * ```ts
 * import { bimatrix, supportEnumeration } from '@infimum/games';
 *
 * const battle = bimatrix([[2, 0], [0, 1]], [[1, 0], [0, 2]]);
 * const { equilibria } = supportEnumeration(battle);
 * console.log(equilibria.map(([x, y]) => `${x[0].toFixed(2)} ${y[0].toFixed(2)}`).join(', ')); // 1.00 1.00, 0.00 0.00, 0.67 0.33
 * ```
 */
export function supportEnumeration(
  given: GameLike,
  options: SupportEnumerationOptions = {},
): Outcome<SupportEnumerationSolution, EquilibriumIterate<SupportEnumerationSolution>> {
  return runWith(supportEnumerationOptions, options, supportEnumerationSteps(given, options));
}

/** The steps of `supportEnumeration`. */
export function* supportEnumerationSteps(
  given: GameLike,
  options: SupportEnumerationOptions = {},
): Steps<SupportEnumerationSolution, EquilibriumIterate<SupportEnumerationSolution>> {
  const { maxEquilibria } = resolveOptions(supportEnumerationOptions, options);
  const game = asGame(given);
  const [rows, cols] = game.actions;
  const units = unitPayoffs(game);
  const equilibria: Float64Array[][] = [];
  let [degenerate, undecided] = [false, 0];
  const solution = (): SupportEnumerationSolution => ({
    ...nashSolution(game, equilibria[0]?.map((strategy) => strategy.slice()) ?? uniformStrategies(game.actions)),
    equilibria: equilibria.map((strategies) => strategies.map((strategy) => strategy.slice())),
    degenerate,
    undecided,
  });
  let iteration = 0;
  yield { iteration, solution };
  if (game.actions.length > 2) {
    for (const supports of allSupports(game.actions)) {
      const search = zerosOnSupports(game, supports);
      let step = search.next();
      for (; !step.done; step = search.next()) yield { iteration: ++iteration, solution };
      degenerate ||= step.value.hasTies || step.value.undecided > 0;
      if (step.value.undecided > 0) undecided++;
      for (const weights of step.value.found) {
        const strategies = game.actions.map((count) => new Float64Array(count));
        for (const [i, own] of supports.entries())
          for (const [k, choice] of own.entries()) strategies[i][choice] = weights[i][k];
        if (nashSolution(game, strategies).regret <= EXACT) equilibria.push(strategies);
        if (equilibria.length >= maxEquilibria) return converged(solution(), `${maxEquilibria} equilibria were found`);
      }
      yield { iteration: ++iteration, solution };
    }
    return undecided === 0
      ? converged(solution(), `all supports were tried: there are ${equilibria.length} equilibria`)
      : stalled(solution(), `${undecided} supports may have further equilibria: the game is degenerate, or nearly so`);
  }
  let work = 0;
  for (const areEqual of [true, false]) {
    if (!areEqual && !degenerate && equilibria.length > 0) break;
    for (let sizeX = 1; sizeX <= rows; sizeX++) {
      for (let sizeY = 1; sizeY <= cols; sizeY++) {
        if ((sizeX === sizeY) !== areEqual) continue;
        for (const I of subsets(rows, sizeX)) {
          for (const J of subsets(cols, sizeY)) {
            const tried = trySupports(units, rows, cols, I, J);
            degenerate ||= tried.isDegenerate;
            if (tried.strategies && nashSolution(game, tried.strategies).regret <= EXACT) {
              const isNew = equilibria.every((other) => !areClose(other, tried.strategies as Float64Array[]));
              if (isNew) equilibria.push(tried.strategies);
              if (equilibria.length >= maxEquilibria) return converged(solution(), `${maxEquilibria} equilibria were found`);
            }
            work += tried.work;
            if (work > 1e5) {
              work = 0;
              iteration++;
              yield { iteration, solution };
            }
          }
        }
      }
    }
  }
  return equilibria.length > 0
    ? converged(solution(), `all supports were tried: ${equilibria.length} have equilibria`)
    : stalled(solution(), 'rounding hid all equilibria: use extremeEquilibria, which works with integers');
}

/** All supports of all players, small ones first. */
function allSupports(actions: readonly number[]): (readonly number[])[][] {
  let all: (readonly number[])[][] = [[]];
  for (const count of actions) {
    const own = Array.from({ length: count }, (_, size) => [...subsets(count, size + 1)]).flat();
    all = all.flatMap((before) => own.map((support) => [...before, support]));
  }
  const size = (supports: readonly (readonly number[])[]) => supports.reduce((sum, { length }) => sum + length, 0);
  return all.sort((a, b) => size(a) - size(b));
}

function* subsets(n: number, size: number): Generator<readonly number[]> {
  const chosen = Array.from({ length: size }, (_, k) => k);
  for (;;) {
    yield chosen.slice();
    let k = size - 1;
    while (k >= 0 && chosen[k] === n - size + k) k--;
    if (k < 0) return;
    chosen[k]++;
    for (let l = k + 1; l < size; l++) chosen[l] = chosen[l - 1] + 1;
  }
}

interface Tried {
  readonly strategies?: Float64Array[];
  readonly isDegenerate: boolean;
  readonly work: number;
}

function trySupports(
  [a, b]: readonly Float64Array[],
  rows: number,
  cols: number,
  I: readonly number[],
  J: readonly number[],
): Tried {
  const payA = (i: number, j: number) => a[i * cols + j];
  const payB = (j: number, i: number) => b[i * cols + j];
  const work = (I.length + J.length + 2) ** 3 + rows * cols;
  const y = mixture(rows, cols, I, J, payA);
  if (!y.weights) return { isDegenerate: y.isDegenerate, work };
  const x = mixture(cols, rows, J, I, payB);
  const isDegenerate = x.isDegenerate || y.isDegenerate;
  return x.weights ? { strategies: [x.weights, y.weights], isDegenerate, work } : { isDegenerate, work };
}

/** Weights of the choices `mine` out of n that make all the choices `others` out of m best responses. */
function mixture(
  m: number,
  n: number,
  others: readonly number[],
  mine: readonly number[],
  payoff: (other: number, own: number) => number,
): { weights?: Float64Array; isDegenerate: boolean } {
  const solved = others.length === mine.length ? indifferent(others, mine, payoff) : undefined;
  const weights = new Float64Array(n);
  if (!solved) {
    const found = byLinearProgram(m, others, mine, payoff);
    if (!found) return { isDegenerate: false };
    for (const [k, own] of mine.entries()) weights[own] = found[k];
    return { weights: normalized(weights), isDegenerate: true };
  }
  let isDegenerate = false;
  for (const [k, own] of mine.entries()) {
    if (!(solved[k] >= -1e-12)) return { isDegenerate: false };
    if (solved[k] <= 1e-10) isDegenerate = true;
    weights[own] = solved[k];
  }
  const value = (other: number) => mine.reduce((sum, own) => sum + weights[own] * payoff(other, own), 0);
  const best = value(others[0]);
  for (let other = 0; other < m; other++) {
    const excess = value(other) - best;
    if (excess > 1e-9) return { isDegenerate: false };
    if (excess > -1e-10 && !others.includes(other)) isDegenerate = true;
  }
  return { weights: normalized(weights), isDegenerate };
}

/** The same by a linear program in the weights and the payoff u, the least of the weights as large as can be. */
function byLinearProgram(
  m: number,
  others: readonly number[],
  mine: readonly number[],
  payoff: (other: number, own: number) => number,
): Float64Array | undefined {
  const size = mine.length;
  const cols = size + 2; // weights, u, the least weight
  const rows: number[][] = [];
  const bounds: number[] = [];
  const add = (row: readonly number[], bound: number) => {
    rows.push([...row]);
    bounds.push(bound);
  };
  for (let other = 0; other < m; other++) {
    const row = [...mine.map((own) => payoff(other, own)), -1, 0];
    add(row, 0);
    if (others.includes(other))
      add(
        row.map((entry) => -entry),
        0,
      );
  }
  const ones = [...mine.map(() => 1), 0, 0];
  add(ones, 1);
  add(
    ones.map((entry) => -entry),
    -1,
  );
  for (const k of mine.keys()) add([...mine.map((_, l) => (l === k ? -1 : 0)), 0, 1], 0);
  const { status, x } = solveLinearProgram({
    objective: Float64Array.from({ length: cols }, (_, c) => (c === size + 1 ? 1 : 0)),
    matrix: Float64Array.from(rows.flat()),
    bounds: Float64Array.from(bounds),
  });
  return status === 'converged' && x.some((weight, k) => k < size && weight > 0) ? x.slice(0, size) : undefined;
}

function areClose(a: readonly Float64Array[], b: readonly Float64Array[]): boolean {
  return a.every((strategy, i) => strategy.every((weight, k) => Math.abs(weight - b[i][k]) <= 1e-8));
}

export const supportEnumerationSolver = /* @__PURE__ */ defineSolver({
  id: 'games/support-enumeration',
  title: 'Support enumeration',
  summary: 'Every pair of supports by its equations, degenerate ones by linear programs.',
  problem: normalForm,
  role: 'baseline',
  paper: { title: 'A program for finding Nash equilibria', year: 1991 },
  cost: 'O(2^{m+n}) \\text{ systems of equations}',
  options: supportEnumerationOptions,
  variant: 'nash',
  declines: ({ actions }) =>
    actions.reduce((sum, count) => sum + count, 0) > (actions.length > 2 ? 9 : 20) ? 'there are too many supports' : undefined,
  steps: (instance, options) => supportEnumerationSteps(instance, options),
});
