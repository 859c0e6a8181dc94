// Weighted mismatches: weights of the pattern's positions, and costs of one symbol in place of another.
import type { Iterate, LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps, VectorLike } from '@infimum/core';
import { asVector, converged, fault, resolveOptions, runWith } from '@infimum/core';
import type { Explained } from '../hamming-solution.ts';
import { shiftsOf } from '../hamming-solution.ts';
import { threads, unit } from '../solver-options.ts';
import type { Sequence, SymbolPair } from '../symbols.ts';
import { checkPair, numberPair } from '../symbols.ts';
import type { Profile } from './correlation-bank.ts';
import { correlate, planBank } from './correlation-bank.ts';

/** The cost of a symbol of the text in the place of one of the pattern. */
export type SymbolCost = (text: number, pattern: number) => number;

const weightedOptions = {
  weights: { type: 'value', check: checkWeights, description: 'A weight for each pattern position; 1 by default' },
  costs: {
    type: 'value',
    check: checkCosts,
    description: 'A function of a text symbol and a pattern symbol, as numbers; by default 0 for equal ones and 1 for others',
  },
  method: {
    type: 'choice',
    choices: ['auto', 'direct', 'transforms'],
    default: 'auto',
    description: 'Direct sums, or Fourier transforms; auto picks the one with the shorter predicted time',
  },
  threads,
  unit,
} as const satisfies OptionSpecs;

function checkWeights(value: unknown, argument: string): asserts value is VectorLike {
  if (typeof value === 'object' && value !== null && 'length' in value) return;
  throw fault('expected an array of numbers', argument, 'type');
}

function checkCosts(value: unknown, argument: string): asserts value is SymbolCost {
  if (typeof value !== 'function') throw fault('expected a function', argument, 'type');
}

/** Weighted distances. */
export interface WeightedDistances {
  /** One for each shift 0 … n-m; NaN from `completed` on where a run was ended early. */
  readonly distances: Float64Array;
  /** Shifts that are done. */
  readonly completed: number;
}

/** More shifts are done. */
export interface WeightedIterate extends Iterate<WeightedDistances> {
  /** Shifts that are done. */
  readonly completed: number;
}

/** Options of `weightedDistances`. */
export type WeightedDistancesOptions = OptionsOf<typeof weightedOptions> & LimitOptions<WeightedIterate>;

/**
 * Weighted mismatches between a pattern and every place of a text: D_i = sum_j w_j cost(T[i+j], P[j]) for i = 0 … n-m. For example, weights
 * are the qualities of a read's bases, and costs those of transitions and transversions, or distances of keys on a keyboard.
 *
 * Time O(nm), or O(σ n log m) by transforms, for σ symbols of the pattern, or of the text where there are `costs`. Whole numbers whose
 * products have a sum below 2^40 give exact distances; others are within some 1e-13 of the sum of all |w_j cost|.
 *
 * @param text - a string or an array of integers, n symbols
 * @param pattern - the same kind, m ≥ 1 symbols; the result is empty if m > n
 * @returns `distances` (`Float64Array` of length n-m+1), `method`, `explanation`, and how the run ended
 * @throws {InvalidInputError} as `hammingDistances`; `shape` for a wrong number of weights, `not-finite` for weights and costs
 *
 * Source: M. Fischer, M. Paterson, String matching and other products (1974).
 *
 * @example
 * ```ts
 * import { weightedDistances } from '@infimum/strings';
 *
 * const { distances } = weightedDistances('GATTACA', 'TAC', { weights: [1, 2, 0.5] });
 * console.log(distances.join(' ')); // 1.5 3.5 2.5 0 3.5
 * ```
 */
export function weightedDistances(
  text: Sequence,
  pattern: Sequence,
  options: WeightedDistancesOptions = {},
): Outcome<WeightedDistances & Explained<'direct' | 'transforms'>, WeightedIterate> {
  const { weights, costs, method, threads, unit } = resolveOptions(weightedOptions, options);
  const pair = checkPair(text, pattern, unit);
  const m = pair.pattern.length;
  const task = weightedTask(pair, weights ? asVector(weights, 'weights', m) : new Float64Array(m).fill(1), costs);
  const shifts = shiftsOf(pair);
  const plan = planBank(pair.text.length, m, task.kinds, 1, threads);
  const direct = SUM * shifts * m;
  const chosen = method !== 'auto' ? method : direct <= plan.nanoseconds ? 'direct' : 'transforms';
  const steps = chosen === 'direct' ? directSteps(task, shifts) : transformSteps(task, shifts, { ...plan, threads });
  const outcome = runWith(weightedOptions, options, steps);
  const explanation = `${chosen}: ${(direct / 1e6).toPrecision(2)} ms predicted for direct sums, ${(plan.nanoseconds / 1e6).toPrecision(2)} ms for transforms`;
  return { ...outcome, method: chosen, explanation };
}

/** Nanoseconds of one weight that is looked up and added. */
const SUM = 1.2;

/**
 * The text in kinds, and what they add to a `base`: `table` has a row for each different symbol of the pattern, a zero for symbols of no
 * kind and a number for each kind; `isWhole` says whether all sums are whole numbers.
 */
function weightedTask(pair: SymbolPair, weights: Float64Array, costs: SymbolCost | undefined) {
  const { alphabetSize: rows, pattern: rowOf, numberText } = numberPair(pair);
  if (!costs) {
    const text = numberText(0, pair.text.length, new Int32Array(pair.text.length));
    const table = new Float64Array(rows * (rows + 1));
    for (let r = 0; r < rows; r++) table[r * (rows + 1) + r + 1] = -1;
    const base = weights.reduce((sum, weight) => sum + weight, 0);
    return { text, kinds: rows, base, table, rowOf, weights, isWhole: areWhole(weights, table) };
  }
  // An empty text has no kinds.
  const { alphabetSize: kinds, pattern: text } = numberPair({ text: pair.pattern, pattern: pair.text });
  const table = new Float64Array(rows * (kinds + 1));
  const [firstOfText, firstOfPattern] = [firsts(text, kinds), firsts(rowOf, rows)];
  for (let r = 0; r < rows; r++) {
    for (let kind = 0; kind < kinds; kind++) {
      const cost = costs(pair.text[firstOfText[kind]], pair.pattern[firstOfPattern[r]]);
      if (!Number.isFinite(cost)) throw fault(`gives ${cost}, which is not finite`, 'costs', 'not-finite');
      table[r * (kinds + 1) + kind + 1] = cost;
    }
  }
  return { text, kinds, base: 0, table, rowOf, weights, isWhole: areWhole(weights, table) };
}

/** Whether sums are whole numbers that transforms can tell from their neighbors. */
function areWhole(weights: Float64Array, table: Float64Array): boolean {
  const most = table.reduce((sum, cost) => Math.max(sum, Math.abs(cost)), 0);
  const isSmall = weights.reduce((sum, weight) => sum + Math.abs(weight), 0) * most < 2 ** 40;
  return isSmall && weights.every(Number.isInteger) && table.every(Number.isInteger);
}

type WeightedTask = ReturnType<typeof weightedTask>;

/** Where each number occurs first. */
function firsts(numbers: Int32Array, size: number): Int32Array {
  const places = new Int32Array(size);
  for (let i = numbers.length - 1; i >= 0; i--) places[numbers[i]] = i;
  return places;
}

/** Shifts of a step by looking up. */
const BLOCK = 2 ** 12;

function* directSteps({ text, kinds, base, table, rowOf, weights }: WeightedTask, shifts: number) {
  const { distances, iterate } = progress(shifts);
  for (let from = 0; ; from += BLOCK) {
    yield iterate(Math.min(from, shifts));
    if (from >= shifts) break;
    const part = distances.subarray(from, Math.min(shifts, from + BLOCK)).fill(base);
    for (let j = 0; j < rowOf.length; j++) {
      const row = table.subarray(rowOf[j] * (kinds + 1), (rowOf[j] + 1) * (kinds + 1));
      const weight = weights[j];
      for (let i = 0; i < part.length; i++) {
        part[i] += weight * row[text[from + i + j] + 1];
      }
    }
  }
  return converged({ distances, completed: shifts }, 'all shifts are done');
}

function* transformSteps(
  { text, kinds, base, table, rowOf, weights, isWhole }: WeightedTask,
  shifts: number,
  choices: { readonly length: number; readonly threads: number },
): Steps<WeightedDistances, WeightedIterate> {
  const { distances, iterate } = progress(shifts);
  let completed = 0;
  if (shifts > 0) {
    const profile: Profile = {
      length: rowOf.length,
      fill: (kind, out) => {
        for (let j = 0; j < rowOf.length; j++) out[j] = weights[j] * table[rowOf[j] * (kinds + 1) + kind + 1];
        return out.some((value) => value !== 0);
      },
    };
    const work = correlate(text, kinds, [profile], choices, (_, from, sums) => {
      for (let i = 0; i < sums.length; i++) {
        const value = base + sums[i] / choices.length;
        distances[from + i] = isWhole ? Math.round(value) : value;
      }
      completed = from + sums.length;
    });
    do yield iterate(completed);
    while (!work.next().done);
  }
  yield iterate(shifts);
  return converged({ distances, completed: shifts }, 'all shifts are done');
}

/** Distances computed from the front, and their progress. */
function progress(shifts: number) {
  const distances = new Float64Array(shifts);
  let iteration = 0;
  const iterate = (completed: number): WeightedIterate => {
    const solution = () => ({ distances: distances.slice().fill(Number.NaN, completed), completed });
    return { iteration: iteration++, completed, solution };
  };
  return { distances, iterate };
}
