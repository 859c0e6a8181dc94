// The algorithm of Lemke and Howson: one Nash equilibrium of a game of two players, by complementary pivoting.
//
// Lemke, Howson, "Equilibrium points of bimatrix games", SIAM Journal 12 (1964); lexicographic rule: von Stengel,
// "Computing equilibria for two-person games" (2002).
import {
  checkInteger,
  converged,
  defineSolver,
  InvalidInputError,
  type OptionSpecs,
  type OptionsOf,
  type Outcome,
  type RunOptions,
  resolveOptions,
  run,
  runOptionsOf,
  type Steps,
  stalled,
} from '@infimum/core';
import {
  type EquilibriumIterate,
  type EquilibriumSolution,
  EXACT,
  nashSolution,
  normalized,
  uniformStrategies,
} from './equilibrium.ts';
import { exactPath } from './lemke-howson-exact.ts';
import { checkBimatrix, type NormalFormGame, unitPayoffs } from './normal-form-game.ts';
import { normalForm } from './normal-form-problem.ts';

/** Options of `lemkeHowson`. */
const lemkeHowsonOptions = {
  label: {
    type: 'choice',
    choices: ['race'],
    orInteger: { min: 0 },
    default: 'race',
    description:
      'The label that is dropped first: rows from 0 on, then columns; `race` tries them all, each up to a growing number of pivots',
  },
  maxPivots: {
    type: 'integer',
    min: 1,
    default: 1_000_000,
    description: 'Pivots of one path after which it is given up',
  },
} as const satisfies OptionSpecs;

/** What callers of `lemkeHowson` give. */
export type LemkeHowsonOptions = OptionsOf<typeof lemkeHowsonOptions>;

/** An equilibrium at the end of a path. */
export interface LemkeHowsonSolution extends EquilibriumSolution {
  /** The label whose path ended there; -1 as long as none has. */
  readonly label: number;
  /** Pivots of that path. */
  readonly pivots: number;
  /** Whether ties were met: the game is degenerate. */
  readonly degenerate: boolean;
  /** Whether rounding made exact arithmetic necessary. */
  readonly exact: boolean;
}

/**
 * One Nash equilibrium of a game of two players. From the artificial equilibrium a label is dropped, and complementary pivots in
 *
 *     {x >= 0 : B'x <= 1},   {y >= 0 : A y <= 1}
 *
 * lead to where it is found again. Payoffs are scaled to [1, 2], ties are broken lexicographically, and tableaux hold the free
 * variables only: O(rows columns) a pivot. Paths may be exponentially long and vary wildly with the label, so the labels race.
 * The result is verified by best responses; if rounding has spoilt it, the path is walked again with whole numbers.
 *
 * Paths of all labels together may still miss equilibria: `extremeEquilibria` finds all.
 *
 * `converged` if the regret is below 1e-9 of the range of payoffs.
 *
 * @param game - a game of two players; see `bimatrix`
 * @throws {InvalidInputError} naming the field at fault
 *
 * @example
 * ```ts
 * import { bimatrix, lemkeHowson } from '@infimum/games';
 *
 * const game = bimatrix([[3, 3], [2, 5], [0, 6]], [[3, 2], [2, 6], [3, 1]]);
 * const { status, strategies, pivots } = lemkeHowson(game, { label: 1 });
 * console.log(status, pivots, [...strategies[0]].map((weight) => weight.toFixed(3)).join(' ')); // converged 4 0.000 0.333 0.667
 * ```
 */
export function lemkeHowson(
  game: NormalFormGame,
  options: LemkeHowsonOptions & RunOptions<EquilibriumIterate<LemkeHowsonSolution>> = {},
): Outcome<LemkeHowsonSolution, EquilibriumIterate<LemkeHowsonSolution>> {
  return run(lemkeHowsonSteps(game, options), runOptionsOf(lemkeHowsonOptions, options));
}

/**
 * The equilibria at the ends of the paths of all labels, each once: not necessarily all that exist.
 *
 * @example
 * ```ts
 * import { bimatrix, lemkeHowsonAll } from '@infimum/games';
 *
 * const battle = bimatrix([[2, 0], [0, 1]], [[1, 0], [0, 2]]);
 * console.log(lemkeHowsonAll(battle).map(({ label, payoffs }) => `${label}: ${payoffs.join(' ')}`).join('; ')); // 0: 2 1; 1: 1 2
 * ```
 */
export function lemkeHowsonAll(
  game: NormalFormGame,
  options: Omit<LemkeHowsonOptions, 'label'> = {},
): LemkeHowsonSolution[] {
  checkBimatrix(game);
  const found: LemkeHowsonSolution[] = [];
  for (let label = 0; label < game.actions[0] + game.actions[1]; label++) {
    const {
      status,
      reason: _,
      iterations: __,
      seconds: ___,
      ...solution
    } = lemkeHowson(game, { ...options, label });
    const isNew = found.every(({ strategies }) => distance(strategies, solution.strategies) > 1e-8);
    if (status === 'converged' && isNew) found.push(solution);
  }
  return found;
}

function distance(a: readonly Float64Array[], b: readonly Float64Array[]): number {
  return Math.max(
    ...a.map((strategy, i) => Math.max(...strategy.map((weight, k) => Math.abs(weight - b[i][k])))),
  );
}

/** The steps of `lemkeHowson`. */
export function* lemkeHowsonSteps(
  game: NormalFormGame,
  options: LemkeHowsonOptions = {},
): Steps<LemkeHowsonSolution, EquilibriumIterate<LemkeHowsonSolution>> {
  const { label, maxPivots } = resolveOptions(lemkeHowsonOptions, options);
  checkBimatrix(game);
  const [rows, cols] = game.actions;
  if (typeof label === 'number') checkLabel(label, rows + cols);
  const units = unitPayoffs(game);
  const nothing = (): LemkeHowsonSolution => ({
    ...nashSolution(game, uniformStrategies(game.actions)),
    label: -1,
    pivots: 0,
    degenerate: false,
    exact: false,
  });
  let iteration = 0;
  yield { iteration, solution: nothing };
  const labels = typeof label === 'number' ? [label] : Array.from({ length: rows + cols }, (_, k) => k);
  // Costs of a race grow by a constant factor: every round has four times the pivots of the one before.
  let cap = typeof label === 'number' ? maxPivots : Math.min(maxPivots, 6 * (rows + cols) + 16);
  for (;;) {
    for (const start of labels) {
      const path = new Path(units, rows, cols, start);
      while (!path.isDone && path.pivots < cap) {
        path.walk(Math.min(cap, path.pivots + path.pivotsAtOnce));
        iteration++;
        yield { iteration, solution: nothing };
      }
      if (!path.isDone) continue;
      const { pivots, degenerate } = path;
      const found = {
        ...nashSolution(game, path.strategies()),
        label: start,
        pivots,
        degenerate,
        exact: false,
      };
      if (found.regret <= EXACT)
        return converged(found, `the path of label ${start} ended after ${pivots} pivots`);
      const polished = polish(game, units, found.strategies);
      if (polished && polished.regret <= EXACT) {
        return converged(
          { ...found, ...polished },
          `the path of label ${start} ended after ${pivots} pivots; its equations were solved anew`,
        );
      }
      const exact = exactPath(game, start);
      for (let step = exact.next(); ; step = exact.next()) {
        if (step.done) {
          const solution = { ...nashSolution(game, step.value.strategies), label: start, degenerate };
          return converged(
            { ...solution, pivots: step.value.pivots, exact: true },
            `rounding spoilt the path of label ${start}; with whole numbers it ended after ${step.value.pivots} pivots`,
          );
        }
        iteration++;
        yield { iteration, solution: () => found };
      }
    }
    if (cap >= maxPivots) {
      return stalled(
        nothing(),
        `no path ended within ${maxPivots} pivots: raise maxPivots or try another label`,
      );
    }
    cap = Math.min(maxPivots, 4 * cap);
  }
}

function checkLabel(label: number, count: number): void {
  checkInteger(label, 'label', { min: 0 });
  if (label >= count) {
    throw new InvalidInputError(`must be below ${count}, the number of rows and columns, got ${label}`, {
      argument: 'label',
      code: 'out-of-range',
    });
  }
}

/** Entries below this are no pivots. */
const PIVOT = 1e-11;
/** Ratios that differ by less, relatively, are tied. */
const TIE = 1e-12;

/** One of the two systems: rows are basic variables, columns free ones; the last column is the right-hand side. */
interface Tableau {
  readonly t: Float64Array;
  readonly height: number;
  readonly width: number;
  /** Label of the variable of a row. */
  readonly basic: Int32Array;
  /** Label of the variable of a column. */
  readonly free: Int32Array;
  /** Where a label is: its column, or minus its row minus one. */
  readonly place: Int32Array;
  /** Label of the first slack. */
  readonly firstSlack: number;
}

/** A path from the artificial equilibrium. */
class Path {
  readonly pivotsAtOnce: number;
  pivots = 0;
  isDone = false;
  degenerate = false;
  readonly #tableaux: readonly [Tableau, Tableau];
  readonly #start: number;
  readonly #rows: number;
  readonly #cols: number;
  #enter: number;
  #side: 0 | 1;

  constructor(units: readonly Float64Array[], rows: number, cols: number, start: number) {
    const x = tableau(cols, rows, (j, i) => 1 + units[1][i * cols + j], rows, 0);
    const y = tableau(rows, cols, (i, j) => 1 + units[0][i * cols + j], 0, rows);
    this.#tableaux = [x, y];
    this.#start = start;
    this.#rows = rows;
    this.#cols = cols;
    this.#enter = start;
    this.#side = start < rows ? 0 : 1;
    this.pivotsAtOnce = Math.max(1, Math.ceil(1e7 / (rows * cols)));
  }

  /** Pivots until the label is found again or so many pivots have been done. */
  walk(limit: number): void {
    while (!this.isDone && this.pivots < limit) {
      const side = this.#tableaux[this.#side];
      const col = side.place[this.#enter];
      const row = this.#leavingRow(side, col);
      // The polytopes are bounded, so some row blocks; not after rounding errors.
      if (row < 0) {
        this.isDone = true;
        return;
      }
      const left = side.basic[row];
      exchange(side, row, col);
      this.pivots++;
      this.isDone = left === this.#start;
      this.#enter = left;
      this.#side = this.#side === 0 ? 1 : 0;
    }
  }

  strategies(): Float64Array[] {
    const [x, y] = this.#tableaux;
    return [strategyOf(x, this.#rows, 0), strategyOf(y, this.#cols, this.#rows)];
  }

  #leavingRow({ t, height, width, ...rest }: Tableau, col: number): number {
    const rhs = width - 1;
    let row = -1;
    let least = Infinity;
    for (let i = 0; i < height; i++) {
      const entry = t[i * width + col];
      if (!(entry > PIVOT)) continue;
      const ratio = t[i * width + rhs] / entry;
      if (row >= 0 && Math.abs(ratio - least) <= TIE * Math.max(Math.abs(ratio), Math.abs(least))) {
        this.degenerate = true;
        if (!isLexSmaller({ t, height, width, ...rest }, i, row, col)) continue;
      } else if (!(ratio < least)) continue;
      row = i;
      least = ratio;
    }
    return row;
  }
}

function tableau(
  height: number,
  variables: number,
  entry: (row: number, variable: number) => number,
  firstSlack: number,
  firstVariable: number,
): Tableau {
  const width = variables + 1;
  const t = new Float64Array(height * width);
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < variables; j++) t[i * width + j] = entry(i, j);
    t[i * width + variables] = 1;
  }
  const place = new Int32Array(height + variables);
  const basic = Int32Array.from({ length: height }, (_, i) => firstSlack + i);
  const free = Int32Array.from({ length: variables }, (_, j) => firstVariable + j);
  for (const [i, label] of basic.entries()) place[label] = -i - 1;
  for (const [j, label] of free.entries()) place[label] = j;
  return { t, height, width, basic, free, place, firstSlack };
}

/** Whether row a divided by its pivot comes before row b: the columns of the slacks in their order. */
function isLexSmaller(
  { t, height, width, place, firstSlack }: Tableau,
  a: number,
  b: number,
  col: number,
): boolean {
  const [pivotA, pivotB] = [t[a * width + col], t[b * width + col]];
  for (let slack = firstSlack; slack < firstSlack + height; slack++) {
    const at = place[slack];
    const [valueA, valueB] =
      at >= 0 ? [t[a * width + at], t[b * width + at]] : [at === -a - 1 ? 1 : 0, at === -b - 1 ? 1 : 0];
    const [ratioA, ratioB] = [valueA / pivotA, valueB / pivotB];
    if (Math.abs(ratioA - ratioB) <= TIE * Math.max(1, Math.abs(ratioA), Math.abs(ratioB))) continue;
    return ratioA < ratioB;
  }
  return false;
}

/** Exchanges a basic and a free variable. */
function exchange({ t, height, width, basic, free, place }: Tableau, row: number, col: number): void {
  const start = row * width;
  const inverse = 1 / t[start + col];
  t[start + col] = 1;
  for (let j = 0; j < width; j++) t[start + j] *= inverse;
  for (let i = 0; i < height; i++) {
    const at = i * width;
    const factor = t[at + col];
    if (i === row || factor === 0) continue;
    t[at + col] = 0;
    for (let j = 0; j < width; j++) t[at + j] -= factor * t[start + j];
  }
  const [left, entered] = [basic[row], free[col]];
  basic[row] = entered;
  free[col] = left;
  place[entered] = -row - 1;
  place[left] = col;
}

function strategyOf({ t, width, place }: Tableau, count: number, first: number): Float64Array {
  const weights = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    const at = place[first + k];
    if (at < 0) weights[k] = t[(-at - 1) * width + width - 1];
  }
  // A path that rounding has led astray may end at zero.
  return weights.some((weight) => weight > 0) ? normalized(weights) : weights.fill(1 / count);
}

/** The equilibrium with the same supports from its equations, where they have one solution. */
function polish(
  game: NormalFormGame,
  [a, b]: readonly Float64Array[],
  [x, y]: readonly Float64Array[],
): ReturnType<typeof nashSolution> | undefined {
  const cols = game.actions[1];
  const I = [...x.keys()].filter((i) => x[i] > 1e-12);
  const J = [...y.keys()].filter((j) => y[j] > 1e-12);
  if (I.length !== J.length) return undefined;
  const weightsY = indifferent(I, J, (i, j) => a[i * cols + j]);
  const weightsX = indifferent(J, I, (j, i) => b[i * cols + j]);
  if (!weightsX || !weightsY) return undefined;
  const [nextX, nextY] = [new Float64Array(x.length), new Float64Array(y.length)];
  for (const [k, i] of I.entries()) nextX[i] = weightsX[k];
  for (const [k, j] of J.entries()) nextY[j] = weightsY[k];
  return nashSolution(game, [normalized(nextX), normalized(nextY)]);
}

/**
 * The weights of the choices `mine` that leave the other player indifferent between its choices `others`: sum_k w_k
 * payoff(i, k) = u for all i, sum_k w_k = 1. Undefined where the equations are singular.
 */
export function indifferent(
  others: readonly number[],
  mine: readonly number[],
  payoff: (other: number, own: number) => number,
): Float64Array | undefined {
  const size = mine.length + 1;
  const width = size + 1;
  const t = new Float64Array(size * width);
  for (const [r, i] of others.entries()) {
    for (const [c, k] of mine.entries()) t[r * width + c] = payoff(i, k);
    t[r * width + size - 1] = -1;
  }
  t.fill(1, (size - 1) * width, (size - 1) * width + size - 1);
  t[(size - 1) * width + size] = 1;
  for (let k = 0; k < size; k++) {
    let best = k;
    for (let r = k + 1; r < size; r++)
      if (Math.abs(t[r * width + k]) > Math.abs(t[best * width + k])) best = r;
    if (!(Math.abs(t[best * width + k]) > 1e-12)) return undefined;
    for (let c = k; c < width; c++) {
      const swap = t[k * width + c];
      t[k * width + c] = t[best * width + c];
      t[best * width + c] = swap;
    }
    for (let r = 0; r < size; r++) {
      const factor = r === k ? 0 : t[r * width + k] / t[k * width + k];
      if (factor !== 0) for (let c = k; c < width; c++) t[r * width + c] -= factor * t[k * width + c];
    }
  }
  return Float64Array.from(mine, (_, k) => t[k * width + size] / t[k * width + k]);
}

/** As registered. */
export const lemkeHowsonSolver = /* @__PURE__ */ defineSolver({
  id: 'games/lemke-howson',
  title: 'Lemke-Howson',
  summary: 'Complementary pivots from a dropped label to one Nash equilibrium; the labels race.',
  problem: normalForm,
  role: 'baseline',
  paper: { title: 'Equilibrium points of bimatrix games', year: 1964 },
  cost: 'O(m n) \\text{ a pivot}',
  options: lemkeHowsonOptions,
  variant: 'nash',
  declines: ({ actions }) => (actions.length === 2 ? undefined : 'it takes two players'),
  steps: (instance, options) => lemkeHowsonSteps(instance, options),
});
