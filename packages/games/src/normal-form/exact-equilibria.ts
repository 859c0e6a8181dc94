// Zero-sum games and correlated equilibria in fractions: by linear programs in whole numbers.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { checkList, fault, resolveOptions } from '@infimum/core';
import type { Fraction } from '@infimum/rigor';
import { fraction } from '@infimum/rigor';
import { positiveIntegers } from './lemke-howson-exact.ts';
import type { GameLike, PayoffTable } from './normal-form-game.ts';
import { asBimatrix, asGame, bimatrix, exactPayoffs, stridesOf } from './normal-form-game.ts';
import { solveRationally } from './rational-simplex.ts';

const maxPivots = { type: 'integer', min: 1, default: 50_000, description: 'Maximum number of pivots' } as const;
const zeroSumOptions = { maxPivots } as const satisfies OptionSpecs;

/** Options of `exactZeroSum`. */
export type ExactZeroSumOptions = OptionsOf<typeof zeroSumOptions>;

/** Value and optimal strategies, as fractions. */
export interface ExactZeroSumSolution {
  /** `iteration-limit` if there were too many pivots: value and strategies are then not optimal. */
  readonly status: 'converged' | 'iteration-limit';
  /** The first player's payoff. */
  readonly value: Fraction;
  /** Optimal strategies of both. */
  readonly strategies: readonly [readonly Fraction[], readonly Fraction[]];
}

/**
 * The value of a zero-sum game and optimal strategies, exactly: payoffs are the fractions of `bimatrix`, or the doubles as they are. Both
 * strategies are best responses in exact arithmetic, as the multipliers of the linear program are the first one's. O(m n) products of whole
 * numbers a pivot.
 *
 * @param game - a game of two players whose payoffs add up to a constant, exactly
 * @throws {InvalidInputError} for other games, naming the field at fault
 *
 * @example
 * ```ts
 * import { bimatrix, exactZeroSum } from '@infimum/games';
 *
 * const { value, strategies } = exactZeroSum(bimatrix([['1/3', '0'], ['0', '1/4']]));
 * console.log(`${value.num}/${value.den}`, strategies[0].map(({ num, den }) => `${num}/${den}`).join(' ')); // 1/7 3/7 4/7
 * ```
 */
export function exactZeroSum(game: GameLike, options: ExactZeroSumOptions = {}): ExactZeroSumSolution {
  const { maxPivots } = resolveOptions(zeroSumOptions, options);
  const checked = asBimatrix(game);
  const [a, b] = exactPayoffs(checked);
  const sumAt = (k: number) => fraction(a[k].num * b[k].den + b[k].num * a[k].den, a[k].den * b[k].den);
  const total = sumAt(0);
  if (a.some((_, k) => sumAt(k).num !== total.num || sumAt(k).den !== total.den)) {
    throw fault('do not add up to a constant', 'payoffs', 'unsupported');
  }
  const { integers, factor, shift } = positiveIntegers(a);
  const [rows, cols] = checked.actions;
  const matrix = Array.from({ length: rows }, (_, i) => integers.slice(i * cols, (i + 1) * cols));
  const ones = (count: number) => Array.from({ length: count }, () => 1n);
  const program = { objective: ones(cols), matrix, bounds: ones(rows) };
  const { status, x, duals, value } = solveRationally(program, maxPivots);
  // The optimum is 1 / v for the value v of the scaled game.
  const share = ({ num, den }: Fraction) => (value.num === 0n ? value : fraction(num * value.den, den * value.num));
  return {
    status: status === 'converged' ? status : 'iteration-limit',
    value: value.num === 0n ? value : fraction(value.den - shift * value.num, value.num * factor),
    strategies: [duals.map(share), x.map(share)],
  };
}

const correlatedOptions = {
  concept: {
    type: 'choice',
    choices: ['correlated', 'coarse'],
    default: 'correlated',
    description: 'Whether players may deviate after they are told their choice, or must commit before',
  },
  objective: {
    type: 'value',
    check: checkObjective,
    description:
      'The sum of payoffs (default), or a weight for every joint choice, row-major: numbers, texts or bigints, as in `bimatrix`',
  },
  sense: {
    type: 'choice',
    choices: ['largest', 'least'],
    default: 'largest',
    description: 'Whether to maximise or minimise the objective',
  },
  maxPivots,
} as const satisfies OptionSpecs;

/** Options of `exactCorrelatedEquilibrium`. */
export type ExactCorrelatedEquilibriumOptions = OptionsOf<typeof correlatedOptions>;

function checkObjective(value: unknown, argument: string): asserts value is 'welfare' | readonly (number | string | bigint)[] {
  if (value !== 'welfare') checkList(value, argument);
}

/** An equilibrium as fractions. */
export interface ExactCorrelatedEquilibriumSolution {
  /** `iteration-limit` if there were too many pivots: the result is then not optimal. */
  readonly status: 'converged' | 'iteration-limit';
  /** The weights of joint choices, row-major. */
  readonly joint: readonly Fraction[];
  /** The objective there. */
  readonly value: Fraction;
}

/**
 * The correlated or coarse correlated equilibrium with the largest or least value of a linear objective, exactly: the program of
 * `correlatedEquilibrium` in whole numbers, whose multipliers prove the optimum. For small games: N = product of the numbers of choices
 * variables and up to sum |A_i|² rows, O(N rows) products of whole numbers a pivot.
 *
 * @param game - a game of two or more players
 * @throws {InvalidInputError} naming the field or option at fault
 *
 * @example
 * ```ts
 * import { bimatrix, exactCorrelatedEquilibrium } from '@infimum/games';
 *
 * const chicken = bimatrix([[0, 7], [2, 6]], [[0, 2], [7, 6]]);
 * const { value, joint } = exactCorrelatedEquilibrium(chicken);
 * console.log(`${value.num}/${value.den}`, joint.map(({ num, den }) => `${num}/${den}`).join(' ')); // 21/2 0/1 1/4 1/4 1/2
 * ```
 */
export function exactCorrelatedEquilibrium(
  game: GameLike,
  options: ExactCorrelatedEquilibriumOptions = {},
): ExactCorrelatedEquilibriumSolution {
  const { concept, objective = 'welfare', sense, maxPivots } = resolveOptions(correlatedOptions, options);
  const checked = asGame(game);
  const tables = exactPayoffs(checked);
  const cells = tables[0].length;
  const weights = objective === 'welfare' ? sumOf(tables) : weightsOf(objective, cells);
  // Moved to be positive, which changes the objective by a constant; for the least value turned around.
  const signed = sense === 'largest' ? weights : weights.map(({ num, den }) => ({ num: -num, den }));
  const { integers, factor, shift } = positiveIntegers(signed);
  const ones = integers.map(() => 1n);
  const matrix = [...deviationRows(checked.actions, tables, concept), ones, ones.map((one) => -one)];
  const bounds = [...matrix.slice(2).map(() => 0n), 1n, -1n];
  const { status, x, value } = solveRationally({ objective: integers, matrix, bounds }, maxPivots);
  const found = fraction(value.num - shift * value.den, value.den * factor);
  return {
    status: status === 'converged' ? status : 'iteration-limit',
    joint: x,
    value: sense === 'largest' ? found : { num: -found.num, den: found.den },
  };
}

function sumOf(tables: readonly (readonly Fraction[])[]): Fraction[] {
  const plus = (a: Fraction, b: Fraction) => fraction(a.num * b.den + b.num * a.den, a.den * b.den);
  return tables[0].map((_, a) => tables.map((values) => values[a]).reduce(plus));
}

function weightsOf(objective: readonly (number | string | bigint)[], cells: number): Fraction[] {
  const game = bimatrix([objective] as PayoffTable);
  if (game.actions[1] === cells) return [...exactPayoffs(game)[0]];
  throw fault(`expected a weight for each of ${cells} joint choices, got ${game.actions[1]}`, 'objective', 'shape');
}

/** The gain of every deviation at every joint choice, in whole numbers. */
function deviationRows(
  actions: readonly number[],
  tables: readonly (readonly Fraction[])[],
  concept: 'correlated' | 'coarse',
): bigint[][] {
  const strides = stridesOf(actions);
  return tables.flatMap((values, i) => {
    const { integers } = positiveIntegers(values);
    const [count, stride] = [actions[i], strides[i]];
    const choices = Array.from({ length: count }, (_, k) => k);
    const told = concept === 'coarse' ? [-1] : choices;
    return choices.flatMap((other) =>
      told
        .filter((mine) => mine !== other)
        .map((mine) =>
          integers.map((value, a) => {
            const here = Math.floor(a / stride) % count;
            return mine === -1 || mine === here ? integers[a + (other - here) * stride] - value : 0n;
          }),
        ),
    );
  });
}
