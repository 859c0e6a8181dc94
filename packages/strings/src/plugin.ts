// What this package registers: three problems of pattern matching with mismatches, their solvers, and the claims of a paper.
import { defineSolver, type Paper, type Plugin } from '@infimum/core';
import { z } from 'zod';
import { abrahamsonCounter } from './abrahamson.ts';
import { type ApproximateMethod, approximateSteps } from './approximate-hamming-distances.ts';
import { type ApproximateInstance, approximateProblem } from './approximate-problem.ts';
import type { Accuracy } from './approximate-solution.ts';
import type { BoundedMethod } from './bounded-planner.ts';
import { fasterAlgorithms, stringClaims } from './claims.ts';
import { coarseningSteps } from './coarsening.ts';
import { MAX_BITSET_SYMBOLS } from './hamming-bitset.ts';
import { type ExactMethod, hammingSteps } from './hamming-distances.ts';
import { hammingFredmanSteps } from './hamming-fredman.ts';
import { hybridCounter } from './hamming-hybrid.ts';
import { hammingProblem } from './hamming-problem.ts';
import { countingSteps } from './hamming-solution.ts';
import { hammingSqrtSteps } from './hamming-sqrt.ts';
import { kMismatchSteps } from './k-mismatch.ts';
import { kMismatchPeriodicSteps } from './k-mismatch-periodic.ts';
import { type KMismatchInstance, kMismatchProblem } from './k-mismatch-problem.ts';
import { kangarooCounter } from './kangaroo.ts';
import { shiftAddFits } from './shift-add.ts';
import { compact, numberSymbols, type SymbolPair } from './symbols.ts';

export { type ApproximateInstance, approximateProblem, type Estimates } from './approximate-problem.ts';
export { type Distances, hammingProblem } from './hamming-problem.ts';
export { type KMismatchInstance, kMismatchProblem } from './k-mismatch-problem.ts';
export type { SymbolArray, SymbolPair } from './symbols.ts';

const generalizedMatching: Paper = { title: 'Generalized string matching', year: 1987 };
const landauVishkin: Paper = { title: 'Efficient string matching with k mismatches', year: 1986 };
const kMismatchesFaster: Paper = {
  title: 'Faster algorithms for string matching with k mismatches',
  year: 2004,
};
const textSearching: Paper = { title: 'A new approach to text searching', year: 1992 };
const transformsOverFields: Paper = { title: 'The fast Fourier transform in a finite field', year: 1971 };
const simpleApproximation: Paper = {
  title: 'A simple algorithm for approximating the text-to-pattern Hamming distance',
  year: 2018,
};
const countingMismatches: Paper = {
  title: 'Fast algorithms for approximately counting mismatches',
  year: 1993,
};
const revisited: Paper = { title: 'The k-mismatch problem revisited', arxiv: '1508.00731', year: 2016 };
const folklore: Paper = { title: 'Comparison of all pairs of symbols', year: 1970 };

const noOptions = z.strictObject({});
const threads = z
  .int()
  .min(1)
  .max(64)
  .default(1)
  .describe('Threads; the distances do not depend on their number');

/** A solver of exact distances whose method has no options. */
const exactSolver = (
  method: ExactMethod,
  texts: { title: string; summary: string; cost: string; paper: Paper },
  declines?: (pair: SymbolPair) => string | undefined,
) =>
  defineSolver({
    id: `strings/${method}`,
    ...texts,
    problem: hammingProblem,
    role: 'baseline',
    options: noOptions,
    declines,
    steps: (pair) => hammingSteps(pair, method),
  });

/** A solver of exact distances whose work threads can share. */
const sharedSolver = (
  method: ExactMethod | 'auto',
  texts: { title: string; summary: string; cost: string; paper: Paper },
  declines?: (pair: SymbolPair) => string | undefined,
) =>
  defineSolver({
    id: `strings/${method}`,
    ...texts,
    problem: hammingProblem,
    role: 'baseline',
    options: z.strictObject({ threads }),
    declines,
    steps: (pair, { threads }) => hammingSteps(pair, method, threads),
  });

/** Different symbols of a pattern, as a reason not to take it. */
const tooManySymbols = (most: number) => (pair: SymbolPair) => {
  const { alphabetSize } = numberSymbols(pair.pattern);
  return alphabetSize > most
    ? `the pattern has ${alphabetSize} different symbols, ${most} are taken`
    : undefined;
};

const exactSolvers = [
  sharedSolver('auto', {
    title: 'Planner',
    summary: 'Predicts the time of every exact method from sizes and frequencies and takes the fastest.',
    cost: 'O(m) \\text{ for the choice}',
    paper: fasterAlgorithms,
  }),
  exactSolver('naive', {
    title: 'Double loop',
    summary: 'The definition in plain TypeScript: for a handful of symbols, and to measure by.',
    cost: 'O(nm)',
    paper: folklore,
  }),
  sharedSolver('simd', {
    title: 'SIMD comparison',
    summary:
      'The double loop, 16 symbols an instruction: the fastest for patterns up to some thousand symbols.',
    cost: 'O(nm/16)',
    paper: folklore,
  }),
  sharedSolver(
    'bitset',
    {
      title: 'Bit planes',
      summary: 'Exclusive or and bit counting, 64 symbols a word, for alphabets of at most 15 symbols.',
      cost: 'O(nm \\log(\\sigma)/64)',
      paper: folklore,
    },
    tooManySymbols(MAX_BITSET_SYMBOLS),
  ),
  exactSolver(
    'shift-add',
    {
      title: 'Shift-Add',
      summary: 'Counters of all prefixes, packed into words that move with the text; for short patterns.',
      cost: 'O(nm \\log(m)/32)',
      paper: textSearching,
    },
    ({ pattern: { length: m } }) =>
      shiftAddFits(m, m) ? undefined : `counters for ${m} symbols need more than 64 words`,
  ),
  exactSolver(
    'fft',
    {
      title: 'Transform per symbol',
      summary: 'Fourier transforms for every symbol of the pattern, one inverse a block.',
      cost: 'O(\\sigma n \\log m)',
      paper: generalizedMatching,
    },
    tooManySymbols(1024),
  ),
  exactSolver('ntt', {
    title: 'Number-theoretic hybrid',
    summary: 'As the hybrid with transforms modulo a prime: exact without any rounding.',
    cost: 'O(n \\sqrt{m \\log m})',
    paper: transformsOverFields,
  }),
] as const;

const hybridSolver = defineSolver({
  id: 'strings/hybrid',
  title: 'Hybrid',
  summary: 'Rare symbols pair by pair, frequent ones by Fourier transforms; the default for long patterns.',
  problem: hammingProblem,
  role: 'baseline',
  paper: generalizedMatching,
  cost: 'O(n \\sqrt{m \\log m})',
  options: z.strictObject({
    kappa: z
      .number()
      .min(0)
      .optional()
      .describe(
        'Symbols with more than kappa N log2 N pairs in a block are transformed; measured by default',
      ),
    simplex: z
      .boolean()
      .optional()
      .describe('Whether small alphabets go through a simplex; by default where that is faster'),
    threads,
  }),
  steps: (pair, options) => countingSteps(() => hybridCounter(compact(pair), options)),
});

const abrahamsonSolver = defineSolver({
  id: 'strings/abrahamson',
  title: 'Abrahamson',
  summary:
    "The algorithm of 1987 as published: one threshold on the pattern's frequencies, three transforms a symbol.",
  problem: hammingProblem,
  role: 'baseline',
  paper: generalizedMatching,
  cost: 'O(n \\sqrt{m \\log m})',
  options: z.strictObject({
    threshold: z
      .number()
      .min(1)
      .optional()
      .describe(
        'Occurrences in the pattern from which on a symbol is transformed; by default sqrt(m log2 m)',
      ),
  }),
  steps: (pair, { threshold }) => countingSteps(() => abrahamsonCounter(compact(pair), threshold)),
});

/** Symbols of a text up to which the study algorithms answer in seconds. */
const STUDY_SYMBOLS = 2 ** 18;

const studySize = ({ text: { length: n } }: SymbolPair): string | undefined =>
  n > STUDY_SYMBOLS ? `for study: takes at most ${STUDY_SYMBOLS} symbols of text, not ${n}` : undefined;

const variant = z
  .enum(['randomised', 'deterministic'])
  .default('randomised')
  .describe('Random moduli, or moduli chosen greedily without a random number');
const packing = z.literal([1, 2]).default(1).describe('Coefficients packed in one number of a transform');

const sqrtSolver = defineSolver({
  id: 'strings/hamming-sqrt',
  title: 'Dyadic classes and the X+Y lemma',
  summary:
    'The paper’s exact algorithm in O(n sqrt m), for study: work is counted, not saved, at practical sizes.',
  problem: hammingProblem,
  role: 'paper',
  paper: fasterAlgorithms,
  cost: 'O(n \\sqrt m)',
  options: z.strictObject({ packing }),
  declines: studySize,
  steps: (pair, options, { seed }) => hammingSqrtSteps(pair, { ...options, seed }),
});

const sqrtDeterministicSolver = defineSolver({
  id: 'strings/hamming-sqrt-deterministic',
  title: 'Dyadic classes without chance',
  summary: 'The paper’s exact algorithm with moduli chosen greedily and no random number drawn, for study.',
  problem: hammingProblem,
  role: 'paper',
  paper: fasterAlgorithms,
  cost: 'O(n \\sqrt m (\\log m \\log\\log m)^{1/4})',
  options: z.strictObject({ packing }),
  declines: studySize,
  steps: (pair, options) => hammingSqrtSteps(pair, { ...options, variant: 'deterministic' }),
});

/** A solver of bounded distances whose method has no options. */
const boundedSolver = (
  method: BoundedMethod | 'auto',
  texts: { title: string; summary: string; cost: string; paper: Paper },
  declines?: (instance: KMismatchInstance) => string | undefined,
) =>
  defineSolver({
    id: `strings/k-mismatch-${method}`,
    ...texts,
    problem: kMismatchProblem,
    role: 'baseline',
    options: noOptions,
    declines,
    steps: (instance, _, { seed }) => kMismatchSteps(instance, instance.maxMismatches, method, { seed }),
  });

const boundedSolvers = [
  boundedSolver('auto', {
    title: 'Bounded planner',
    summary: 'Looks at 64 shifts, predicts scanning, jumping and exact distances, and takes the fastest.',
    cost: 'O(m + 64 k) \\text{ for the choice}',
    paper: fasterAlgorithms,
  }),
  boundedSolver('scan', {
    title: 'Scan with early exit',
    summary:
      'Compares 64 shifts at a time until all have more than k mismatches: the fastest on random text.',
    cost: 'O(nm/16), \\text{ about } nk/16 \\text{ on random text}',
    paper: folklore,
  }),
  boundedSolver('marking', {
    title: 'Marking filter',
    summary: 'Marks a few places of frequent symbols and verifies the few shifts with many marks.',
    cost: 'O(n \\sqrt{k \\log k})',
    paper: kMismatchesFaster,
  }),
  boundedSolver(
    'shift-add',
    {
      title: 'Shift-Add with overflow',
      summary: 'Counters up to k of all prefixes, packed into words; for short patterns and small k.',
      cost: 'O(nm \\log(k)/32)',
      paper: textSearching,
    },
    ({ pattern: { length: m }, maxMismatches }: KMismatchInstance) =>
      shiftAddFits(m, Math.min(m, maxMismatches)) ? undefined : 'the counters need more than 64 words',
  ),
  boundedSolver('clip', {
    title: 'Exact distances, cut off',
    summary: 'The planner’s exact method, cut off at k + 1: often the fastest for large k and periodic text.',
    cost: 'O(n \\sqrt{m \\log m})',
    paper: generalizedMatching,
  }),
] as const;

const kangarooSolver = defineSolver({
  id: 'strings/k-mismatch-kangaroo',
  title: 'Kangaroo jumps',
  summary: 'Jumps from mismatch to mismatch by fingerprints: for few mismatches in long, similar sequences.',
  problem: kMismatchProblem,
  role: 'baseline',
  paper: landauVishkin,
  cost: 'O(nk \\log m)',
  options: z.strictObject({
    verify: z
      .boolean()
      .default(true)
      .describe('Compare what seems close symbol by symbol, so that collisions cannot matter'),
  }),
  steps: (instance, { verify }, { seed }) => {
    const k = Math.min(instance.maxMismatches, instance.pattern.length);
    return countingSteps(() => kangarooCounter(instance, k, { seed, verify }), { undecided: k + 1 });
  },
});

const periodicSolver = defineSolver({
  id: 'strings/k-mismatch-periodic',
  title: 'Approximate periods',
  summary:
    'The paper’s algorithm in O(n + nk/sqrt m), for study: many close shifts make text and pattern almost periodic.',
  problem: kMismatchProblem,
  role: 'paper',
  paper: fasterAlgorithms,
  cost: 'O(n + nk/\\sqrt m)',
  options: z.strictObject({ variant, packing }),
  declines: (instance) => studySize(instance),
  steps: ({ text, pattern, maxMismatches }, options, { seed }) =>
    kMismatchPeriodicSteps({ text, pattern, k: maxMismatches }, { ...options, seed }),
});

const accuracyOptions = {
  epsilon: z.number().gt(0).lt(1).optional().describe("Relative error; by default the instance's own"),
  delta: z
    .number()
    .gt(0)
    .lt(1)
    .default(1e-3)
    .describe('Probability with which a distance may have a larger error'),
};

const accuracyOf = (
  instance: ApproximateInstance,
  { epsilon, delta }: { epsilon?: number; delta: number },
  seed: number,
): Accuracy => ({ epsilon: epsilon ?? instance.epsilon, delta, seed });

/** A solver of approximate distances. */
const approximateSolver = (
  id: string,
  method: Exclude<ApproximateMethod, 'coarsen'>,
  texts: { title: string; summary: string; cost: string; paper: Paper; role: 'paper' | 'baseline' },
  declines?: (instance: ApproximateInstance) => string | undefined,
) =>
  defineSolver({
    id,
    ...texts,
    problem: approximateProblem,
    options: z.strictObject(accuracyOptions),
    declines,
    steps: (instance, options, { seed }) =>
      approximateSteps(instance, accuracyOf(instance, options, seed), method),
  });

const coarseningSolver = defineSolver({
  id: 'strings/coarsening',
  title: 'Random coarsening',
  summary:
    'The largest of a few exact distances after random colourings with 2/epsilon colours: never too large.',
  problem: approximateProblem,
  role: 'baseline',
  paper: simpleApproximation,
  cost: '\\tilde O(n/\\varepsilon)',
  options: z.strictObject({
    ...accuracyOptions,
    repeats: z.int().min(1).optional().describe('Colourings; by default log2(n/delta)'),
  }),
  steps: (instance, { repeats, ...options }, { seed }) =>
    coarseningSteps(instance, { ...accuracyOf(instance, options, seed), repeats }),
});

const approximateSolvers = [
  approximateSolver('strings/unbiased-coarsening', 'unbiased', {
    title: 'Unbiased coarsening',
    summary:
      'The corrected mean of a few colourings with 8 colours: fewer than 1/epsilon colours are enough.',
    cost: '\\tilde O(n/\\varepsilon)',
    paper: fasterAlgorithms,
    role: 'paper',
  }),
  approximateSolver('strings/karloff', 'karloff', {
    title: 'Karloff',
    summary: 'Twice the mean distance after random maps to two symbols: for large epsilon only.',
    cost: '\\tilde O(n/\\varepsilon^2)',
    paper: countingMismatches,
    role: 'baseline',
  }),
  approximateSolver(
    'strings/stride-fingerprints',
    'stride',
    {
      title: 'Stride fingerprints',
      summary: 'Counts residue classes modulo a random prime whose fingerprints differ: no transforms.',
      cost: '\\tilde O(n/\\varepsilon^3)',
      paper: revisited,
      role: 'baseline',
    },
    studySize,
  ),
  approximateSolver('strings/position-sampling', 'sampling', {
    title: 'Position sampling',
    summary:
      'Mismatches at random positions of the pattern, scaled; shifts with few mismatches by coarsening.',
    cost: 'O(n \\log(n)/\\varepsilon^2)',
    paper: simpleApproximation,
    role: 'baseline',
  }),
] as const;

/** Symbol pairs up to which the route through 3SUM answers in seconds. */
const FREDMAN_PAIRS = 2 ** 16;

const fredmanSolver = defineSolver({
  id: 'strings/hamming-fredman',
  title: 'Approximate 3SUM counting',
  summary:
    'The paper’s route by Fredman’s trick and equality products, for study: its guarantee and its counts.',
  problem: approximateProblem,
  role: 'paper',
  paper: fasterAlgorithms,
  cost: '\\tilde O(n/\\varepsilon^{0.93}) \\text{ with fast matrix multiplication}',
  options: z.strictObject({
    ...accuracyOptions,
    kappaInner: z
      .number()
      .positive()
      .optional()
      .describe('Parameter of the triangle instances; by default what the guarantee needs'),
  }),
  declines: ({ text: { length: n }, pattern: { length: m } }) =>
    n * m > FREDMAN_PAIRS
      ? `for study: takes at most ${FREDMAN_PAIRS} pairs of symbols, not ${n * m}`
      : undefined,
  steps: (instance, { kappaInner, ...options }, { seed }) =>
    hammingFredmanSteps(instance, { ...accuracyOf(instance, options, seed), kappaInner }),
});

/** Problems, solvers and claims of this package. */
export const plugin: Plugin = {
  name: '@infimum/strings',
  problems: [hammingProblem, kMismatchProblem, approximateProblem],
  solvers: [
    ...exactSolvers,
    hybridSolver,
    abrahamsonSolver,
    sqrtSolver,
    sqrtDeterministicSolver,
    ...boundedSolvers,
    kangarooSolver,
    periodicSolver,
    coarseningSolver,
    ...approximateSolvers,
    fredmanSolver,
  ],
  claims: stringClaims,
};
