// The algorithm of Lemke and Howson: one Nash equilibrium of a game of two players, by complementary pivoting.
//
// Lemke, Howson, "Equilibrium points of bimatrix games", SIAM Journal 12 (1964); lexicographic rule: von Stengel,
// "Computing equilibria for two-person games" (2002).
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { checkInteger, converged, defineSolver, fault, resolveOptions, runWith, stalled } from '@infimum/core';
import type { EquilibriumIterate, EquilibriumSolution } from './equilibrium.ts';
import { EXACT, nashSolution, normalize, uniformStrategies } from './equilibrium.ts';
import { exactPath } from './lemke-howson-exact.ts';
import { Path, Polytopes } from './lemke-howson-path.ts';
import type { GameLike, NormalFormGame } from './normal-form-game.ts';
import { asBimatrix, asTyped, checkBimatrix, unitPayoffs } from './normal-form-game.ts';
import { normalForm } from './normal-form-problem.ts';
import { scalesByKernels } from './scale-by-kernels.ts';

const lemkeHowsonOptions = {
  label: {
    type: 'choice',
    choices: ['race'],
    orInteger: { min: 0 },
    default: 'race',
    description:
      'The label to drop first: rows from 0, then columns; `race` tries all of them, each up to an increasing number of pivots',
  },
  maxPivots: { type: 'integer', min: 1, default: 1_000_000, description: 'Maximum number of pivots per path' },
} as const satisfies OptionSpecs;

/** Options of `lemkeHowson`. */
export type LemkeHowsonOptions = OptionsOf<typeof lemkeHowsonOptions> & LimitOptions<EquilibriumIterate<LemkeHowsonSolution>>;

/** An equilibrium at the end of a path. */
export interface LemkeHowsonSolution extends EquilibriumSolution {
  /** The label whose path ended there; -1 as long as none has. */
  readonly label: number;
  /** Pivots of that path. */
  readonly pivots: number;
  /** Whether ties occurred: the game is degenerate. */
  readonly degenerate: boolean;
  /** Whether rounding made exact arithmetic necessary. */
  readonly exact: boolean;
}

/**
 * One Nash equilibrium of a game of two players. From the artificial equilibrium a label is dropped, and complementary pivots in
 *
 *     {x >= 0 : B'x <= 1},   {y >= 0 : A y <= 1}
 *
 * continue until it is found again. Payoffs are scaled to [1, 2] and ties are broken lexicographically. A pivot touches only the supports:
 * O((rows + columns) k + k²) for k choices in a support. Paths may be exponentially long and vary wildly with the label, so the labels
 * race. The result is verified by best responses; if rounding has invalidated it, the path is followed again with whole numbers.
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
 * console.log(status, pivots, strategies[0]?.map((weight) => Number(weight.toFixed(3))).join(' ')); // converged 4 0 0.333 0.667
 * ```
 */
export function lemkeHowson(
  given: GameLike,
  options: LemkeHowsonOptions = {},
): Outcome<LemkeHowsonSolution, EquilibriumIterate<LemkeHowsonSolution>> {
  return runWith(lemkeHowsonOptions, options, lemkeHowsonSteps(given, options));
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
export function lemkeHowsonAll(given: GameLike, options: Omit<LemkeHowsonOptions, 'label'> = {}): LemkeHowsonSolution[] {
  const game = asBimatrix(given);
  const found: LemkeHowsonSolution[] = [];
  for (let label = 0; label < game.actions[0] + game.actions[1]; label++) {
    const outcome = lemkeHowson(game, { ...options, label });
    const { status, reason: _, iterations: __, seconds: ___, ...solution } = outcome;
    const isNew = found.every(({ strategies }) => distance(strategies, solution.strategies) > 1e-8);
    if (status === 'converged' && isNew) found.push(solution);
  }
  return found;
}

function distance(a: readonly Float64Array[], b: readonly Float64Array[]): number {
  const furthest = (x: Float64Array, y: Float64Array) =>
    x.reduce((most, weight, k) => Math.max(most, Math.abs(weight - y[k])), 0);
  return Math.max(furthest(a[0], b[0]), furthest(a[1], b[1]));
}

/** The steps of `lemkeHowson`. */
export function* lemkeHowsonSteps(
  given: GameLike,
  options: LemkeHowsonOptions = {},
): Steps<LemkeHowsonSolution, EquilibriumIterate<LemkeHowsonSolution>> {
  const { label, maxPivots } = resolveOptions(lemkeHowsonOptions, options);
  const game = asTyped(given);
  const scales = checkBimatrix(game, scalesByKernels);
  const [rows, cols] = game.actions;
  if (typeof label === 'number') checkLabel(label, rows + cols);
  const nothing = (): LemkeHowsonSolution => ({
    ...nashSolution(game, uniformStrategies(game.actions)),
    label: -1,
    pivots: 0,
    degenerate: false,
    exact: false,
  });
  let iteration = 0;
  yield { iteration, solution: nothing };
  using polytopes = new Polytopes(game, scales);
  const race = new Race(polytopes, label, maxPivots);
  for (let path = race.next(); path; path = race.next()) {
    for (; !path.isDone && path.pivots < race.cap; iteration++) {
      path.walk(race.cap, WORK);
      yield { iteration: iteration + 1, solution: nothing };
    }
    if (!path.isDone) continue;
    const { pivots, isDegenerate: degenerate, label: start } = path;
    const found = { ...nashSolution(game, strategiesOf(path), scales), label: start, pivots, degenerate, exact: false };
    if (found.regret <= EXACT) return converged(found, `the path of label ${start} ended after ${pivots} pivots`);
    const polished = polish(game, found.strategies);
    if (polished && polished.regret <= EXACT) {
      return converged(
        { ...found, ...polished },
        `the path of label ${start} ended after ${pivots} pivots; its equations were solved again`,
      );
    }
    const exact = exactPath(game, start);
    for (let step = exact.next(); ; step = exact.next()) {
      if (step.done) {
        const solution = { ...nashSolution(game, step.value.strategies), label: start, degenerate };
        return converged(
          { ...solution, pivots: step.value.pivots, exact: true },
          `rounding spoilt the path of label ${start}; in exact arithmetic it ended after ${step.value.pivots} pivots`,
        );
      }
      iteration++;
      yield { iteration, solution: () => found };
    }
  }
  return stalled(nothing(), `no path ended within ${maxPivots} pivots: raise maxPivots or try another label`);
}

/** Multiplications between two yields. */
const WORK = 1e7;
/** Numbers that waiting paths may hold together; a path that would need more is followed again from its start. */
const MEMORY = 2 ** 24;

/**
 * Which path is walked next, and up to how many pivots. The first label runs alone for a long time, since most paths of games of opposed
 * interests have similar lengths; then all labels race from a few pivots on, with four times as many in every round, and continue where
 * they stopped.
 */
class Race {
  cap: number;
  readonly #polytopes: Polytopes;
  readonly #labels: readonly number[];
  readonly #maxPivots: number;
  readonly #waiting = new Map<number, Path>();
  #held = 0;
  #turn = -1;
  #current: Path | undefined;

  constructor(polytopes: Polytopes, label: number | 'race', maxPivots: number) {
    const count = polytopes.rows + polytopes.cols;
    this.#polytopes = polytopes;
    this.#labels = typeof label === 'number' ? [label] : Array.from({ length: count }, (_, k) => k);
    this.#maxPivots = maxPivots;
    this.cap = typeof label === 'number' ? maxPivots : Math.min(maxPivots, FIRST * count);
  }

  /** The next path; undefined when all have had their pivots. */
  next(): Path | undefined {
    if (this.#current) this.#wait(this.#current);
    if (this.#turn < 0) {
      this.#turn = this.#labels.length;
      this.#current = this.#take(this.#labels[0]);
      return this.#current;
    }
    if (this.#turn >= this.#labels.length) {
      if (this.#labels.length === 1 || this.#round >= this.#maxPivots) return undefined;
      this.#round = Math.min(this.#maxPivots, 4 * this.#round);
      this.cap = this.#round;
      this.#turn = 0;
    }
    this.#current = this.#take(this.#labels[this.#turn++]);
    return this.#current;
  }

  #round = 2;

  #take(label: number): Path {
    const path = this.#waiting.get(label);
    if (!path) return new Path(this.#polytopes, label);
    this.#waiting.delete(label);
    this.#held -= path.memory;
    return path;
  }

  #wait(path: Path): void {
    if (this.#held + path.memory > MEMORY) return;
    this.#waiting.set(path.label, path);
    this.#held += path.memory;
  }
}

/** Pivots of the first label's run, in numbers of labels. */
const FIRST = 6;

function checkLabel(label: number, count: number): void {
  checkInteger(label, 'label', { min: 0 });
  if (label < count) return;
  throw fault(`must be below ${count}, the number of rows and columns, got ${label}`, 'label', 'out-of-range');
}

/** A vertex as mixed strategies; a path corrupted by rounding may end at zero. */
function strategiesOf(path: Path): Float64Array[] {
  const [x, y] = path.weights();
  return [normalize(x), normalize(y)];
}

/** The equilibrium with the same supports from its equations, where they have one solution. */
function polish(game: NormalFormGame, [x, y]: readonly Float64Array[]): ReturnType<typeof nashSolution> | undefined {
  const [a, b] = unitPayoffs(game);
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
  return nashSolution(game, [normalize(nextX), normalize(nextY)]);
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
    for (let r = k + 1; r < size; r++) if (Math.abs(t[r * width + k]) > Math.abs(t[best * width + k])) best = r;
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

export const lemkeHowsonSolver = /* @__PURE__ */ defineSolver({
  id: 'games/lemke-howson',
  title: 'Lemke-Howson',
  summary: 'Complementary pivots from a dropped label to one Nash equilibrium; the labels run in parallel.',
  problem: normalForm,
  role: 'baseline',
  paper: { title: 'Equilibrium points of bimatrix games', year: 1964 },
  cost: 'O((m + n) k + k^2) \\text{ per pivot}',
  options: lemkeHowsonOptions,
  variant: 'nash',
  declines: ({ actions }) => (actions.length === 2 ? undefined : 'it is for two players'),
  steps: (instance, options) => lemkeHowsonSteps(instance, options),
});
