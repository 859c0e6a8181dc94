// Distances of several patterns in several texts with shared work: texts are joined, and their transforms serve all patterns.
import type { Iterate, LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { checkList, converged, resolveOptions, runWith } from '@infimum/core';
import type { Counts } from '../hamming-solution.ts';
import { countingSteps, countsUpTo, shiftsOf } from '../hamming-solution.ts';
import type { Matching } from '../matching.ts';
import { foldAll, foldOf, matches, matchingOf, matchingOptions } from '../matching.ts';
import { threads } from '../solver-options.ts';
import type { Sequence, SymbolArray } from '../symbols.ts';
import { checkKinds, checkPattern, integers, numberPair, toSymbols } from '../symbols.ts';
import { ROUNDING_LIMIT } from '../transforms/convolution.ts';
import type { Profile } from './correlation-bank.ts';
import { correlate, planBank } from './correlation-bank.ts';
import { knownSymbols } from './hamming-bitset.ts';
import { chooseExact } from './hamming-distances.ts';

const manyOptions = {
  method: {
    type: 'choice',
    choices: ['auto', 'one-by-one', 'transforms'],
    default: 'auto',
    description: 'Each pattern by its fastest method, or all by shared transforms; auto picks the faster one by prediction',
  },
  threads,
  ...matchingOptions,
} as const satisfies OptionSpecs;

/** Distances of several patterns in several texts. */
export interface ManyHammingDistances {
  /** By text, then by pattern, as from `hammingDistances`; for patterns that are not done, all are the pattern's length. */
  readonly distances: readonly (readonly Counts[])[];
  /** Patterns that are done in all texts. */
  readonly completed: number;
}

/** More of the work is done. */
export interface ManyHammingIterate extends Iterate<ManyHammingDistances> {
  /** Patterns that are done in all texts. */
  readonly completed: number;
}

/** Options of `manyHammingDistances`. */
export type ManyHammingDistancesOptions = OptionsOf<typeof manyOptions> & LimitOptions<ManyHammingIterate>;

/**
 * The Hamming distances between several patterns and every place of several texts. The texts are read as one, so that a pattern is
 * prepared once for all of them; where patterns are long, all share the texts' Fourier transforms, and each adds those of its own
 * symbols and one back for every two blocks.
 *
 * @param texts - strings or arrays of integers
 * @param patterns - of the same kind, none of them empty
 * @returns `distances[t][p]` of text t and pattern p, exact, and how the run ended
 * @throws {InvalidInputError} `type` unless all are of one kind, `empty` for an empty pattern; `patterns[p]` or `texts[t]` is named
 *
 * Source: K. Abrahamson, Generalized string matching (1987).
 *
 * @example
 * ```ts
 * import { manyHammingDistances } from '@infimum/strings';
 *
 * const { distances } = manyHammingDistances(['GATTACA', 'TACO'], ['TAC', 'GA']);
 * console.log(distances.map((ofText) => ofText.map((all) => all.join('')).join(' ')).join(', ')); // 23203 022121, 03 122
 * ```
 */
export function manyHammingDistances(
  texts: readonly Sequence[],
  patterns: readonly Sequence[],
  options: ManyHammingDistancesOptions = {},
): Outcome<ManyHammingDistances, ManyHammingIterate> {
  const { method, threads, ...reading } = resolveOptions(manyOptions, options);
  checkList(texts, 'texts');
  checkList(patterns, 'patterns');
  const isString = typeof (texts[0] ?? patterns[0]) === 'string';
  const fold = foldOf(isString, reading);
  const read = (name: string) => (value: Sequence, index: number) => {
    const argument = `${name}[${index}]`;
    checkKinds(texts[0] ?? patterns[0], value, argument, 'the first');
    return foldAll(toSymbols(value, argument, reading.unit), fold);
  };
  const parts = texts.map(read('texts'));
  const symbols = patterns.map(read('patterns'));
  for (const [p, pattern] of symbols.entries()) checkPattern(pattern, `patterns[${p}]`);
  const matching = matchingOf(isString, reading);
  return runWith(manyOptions, options, manyDistancesSteps(parts, symbols, { method, threads, matching }));
}

/** All texts in one array. */
function joined(texts: readonly SymbolArray[]): SymbolArray {
  if (texts.length === 1) return texts[0];
  const isAlike = texts.every((text) => text.constructor === texts[0].constructor);
  if (!isAlike || texts.length === 0)
    return integers(
      texts.flatMap((text) => Array.from(text)),
      'texts',
    );
  const Type = texts[0].constructor as new (length: number) => SymbolArray;
  const all = new Type(texts.reduce((sum, text) => sum + text.length, 0));
  let at = 0;
  for (const text of texts) {
    all.set(text, at);
    at += text.length;
  }
  return all;
}

/** How distances are found. */
interface ManyChoices {
  readonly method: 'auto' | 'one-by-one' | 'transforms';
  readonly threads: number;
  readonly matching: Matching | undefined;
}

/** The steps of `manyHammingDistances`: one iteration a pattern. */
export function* manyDistancesSteps(
  texts: readonly SymbolArray[],
  patterns: readonly SymbolArray[],
  { method, threads, matching }: ManyChoices,
): Steps<ManyHammingDistances, ManyHammingIterate> {
  const text = joined(texts);
  const distances = texts.map((part) =>
    patterns.map((pattern) => countsUpTo(pattern.length, shiftsOf({ text: part, pattern })).fill(pattern.length)),
  );
  let [iteration, completed] = [0, 0];
  const solution = () => ({ distances: distances.map((all) => all.map((one) => one.slice())), completed });
  const iterate = (): ManyHammingIterate => ({ iteration: iteration++, completed, solution });
  /** Distributes the distances of a pattern from a shift of the joined text on; those across the ends of texts are dropped. */
  const deal = (p: number, from: number, values: Counts) => {
    for (let t = 0, start = 0; t < texts.length; start += texts[t++].length) {
      const [first, last] = [Math.max(from, start), Math.min(from + values.length, start + distances[t][p].length)];
      if (first < last) distances[t][p].set(values.subarray(first - from, last - from), first - start);
    }
  };
  const alone = (p: number) => chooseExact({ text, pattern: patterns[p] }, 'auto', { threads, matching });
  const fitting = [...patterns.keys()].filter((p) => patterns[p].length <= text.length);
  const bank =
    method === 'one-by-one' || fitting.length === 0
      ? undefined
      : bankOf(
          text,
          fitting.map((p) => patterns[p]),
          matching,
        );
  const plan = bank && planBank(text.length, bank.longest, bank.kinds, fitting.length, threads);
  const seconds = () => fitting.reduce((sum, p) => sum + (alone(p).seconds ?? 0), 0);
  const redo = new Set(fitting);
  if (bank && plan && (method === 'transforms' || plan.nanoseconds < 1e9 * seconds())) {
    const unsafe = new Set<number>();
    const work = correlate(bank.text, bank.kinds, bank.profiles, { ...plan, threads }, (f, from, _, whole) => {
      const { counts, error } = whole(bank.profiles[f].total);
      if (!(error < ROUNDING_LIMIT)) unsafe.add(fitting[f]);
      deal(fitting[f], from, counts);
    });
    do yield iterate();
    while (!work.next().done);
    for (const p of fitting) if (!unsafe.has(p)) redo.delete(p);
    completed = patterns.length - redo.size;
  }
  for (const p of redo) {
    yield iterate();
    const { create } = alone(p);
    const steps = countingSteps<unknown, Counts>(create, { room: countsUpTo });
    try {
      let step = steps.next();
      while (!step.done) step = steps.next();
      deal(p, 0, step.value.solution.distances);
    } finally {
      steps.return(undefined as never);
    }
    completed++;
  }
  completed = patterns.length;
  yield iterate();
  return converged({ distances, completed }, 'all patterns are done');
}

/** The text in kinds of symbols, and for every pattern the places that may differ and where a kind matches. */
function bankOf(text: SymbolArray, patterns: readonly SymbolArray[], matching: Matching | undefined) {
  const all = new Set<number>();
  for (const pattern of patterns) for (const symbol of knownSymbols({ text, pattern }, matching)) all.add(symbol);
  const known = [...all];
  const isWide = known.some((symbol) => symbol >= 2 ** 31);
  const { numberText } = numberPair({ text, pattern: isWide ? Uint32Array.from(known) : Int32Array.from(known) });
  // Numbers are given in the order of first occurrence, as the set has them.
  const numberOf = new Map(known.map((symbol, number) => [symbol, number]));
  const profiles = patterns.map((pattern): Profile & { readonly total: number } => {
    // Wild symbols match everywhere.
    const places = [...pattern.keys()].filter((j) => !matching || pattern[j] !== matching.wildcard);
    const numbers = places.map((j) => numberOf.get(pattern[j]) as number);
    const fill = (kind: number, out: Float64Array) => {
      const found = known.map((p, number) => (matching ? matches(known[kind], p, matching) : number === kind));
      let any = false;
      for (const [k, j] of places.entries()) {
        if (!found[numbers[k]]) continue;
        out[j] = 1;
        any = true;
      }
      return any;
    };
    return { length: pattern.length, total: places.length, fill };
  });
  const kinds = numberText(0, text.length, new Int32Array(text.length));
  return { text: kinds, kinds: known.length, longest: Math.max(...patterns.map(({ length }) => length)), profiles };
}
