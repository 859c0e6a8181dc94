// The solvers of `strings/hamming-distances`.
import { defineSolver } from '@infimum/core';
import { countingSteps } from '../hamming-solution.ts';
import { errorDetecting, fasterAlgorithms, generalizedMatching, textSearching, transformsOverFields } from '../papers.ts';
import type { SolverTexts } from '../solver-options.ts';
import { packing, studySize, threads } from '../solver-options.ts';
import type { SymbolPair } from '../symbols.ts';
import { compact, numberSymbols } from '../symbols.ts';
import { abrahamsonCounter } from './abrahamson.ts';
import { MAX_BITSET_SYMBOLS } from './hamming-bitset.ts';
import type { ExactMethod } from './hamming-distances.ts';
import { hammingSteps } from './hamming-distances.ts';
import { hybridCounter } from './hamming-hybrid.ts';
import { hammingProblem } from './hamming-problem.ts';
import { hammingSqrtSteps } from './hamming-sqrt.ts';
import { shiftAddFits } from './shift-add.ts';

/** A solver of exact distances. */
const methodSolver = (method: ExactMethod | 'auto', texts: SolverTexts, declines?: (pair: SymbolPair) => string | undefined) =>
  defineSolver({
    id: `strings/${method}`,
    ...texts,
    problem: hammingProblem,
    role: 'baseline',
    options: { threads },
    declines,
    steps: (pair, { threads }) => hammingSteps(pair, method, threads),
  });

/** The number of different symbols of a pattern, as a reason to refuse it. */
const tooManySymbols = (most: number) => (pair: SymbolPair) => {
  const { alphabetSize } = numberSymbols(pair.pattern);
  return alphabetSize > most ? `the pattern has ${alphabetSize} different symbols; the maximum is ${most}` : undefined;
};

const methodSolvers = [
  methodSolver('auto', {
    title: 'Planner',
    summary: 'Predicts the time of every exact method from sizes and frequencies and picks the fastest.',
    cost: 'O(m) \\text{ for the choice}',
    paper: generalizedMatching,
  }),
  methodSolver('naive', {
    title: 'Double loop',
    summary: 'The definition in plain TypeScript: for a handful of symbols, and as a reference.',
    cost: 'O(nm)',
    paper: errorDetecting,
  }),
  methodSolver('simd', {
    title: 'SIMD comparison',
    summary: 'The double loop, 16 symbols per instruction: the fastest for patterns up to a few thousand symbols.',
    cost: 'O(nm/16)',
    paper: errorDetecting,
  }),
  methodSolver(
    'bitset',
    {
      title: 'Bits of matches',
      summary: 'Match bits for every symbol of the pattern, added 128 shifts at a time; for few symbols.',
      cost: 'O(nm/128 + n\\sigma)',
      paper: errorDetecting,
    },
    tooManySymbols(MAX_BITSET_SYMBOLS),
  ),
  methodSolver(
    'shift-add',
    {
      title: 'Shift-Add',
      summary: 'Counters of all prefixes, packed into words that move with the text; for short patterns.',
      cost: 'O(nm \\log(m)/32)',
      paper: textSearching,
    },
    ({ pattern: { length: m } }) => (shiftAddFits(m, m) ? undefined : `counters for ${m} symbols need more than 64 words`),
  ),
  methodSolver(
    'fft',
    {
      title: 'Transform per symbol',
      summary: 'Fourier transforms for every symbol of the pattern, one inverse per block.',
      cost: 'O(\\sigma n \\log m)',
      paper: generalizedMatching,
    },
    tooManySymbols(1024),
  ),
  methodSolver(
    'ntt',
    {
      title: 'Number-theoretic transform per symbol',
      summary: 'Transforms modulo a prime for every symbol of the pattern: exact without any rounding.',
      cost: 'O(\\sigma n \\log m)',
      paper: transformsOverFields,
    },
    tooManySymbols(1024),
  ),
] as const;

const hybridSolver = defineSolver({
  id: 'strings/hybrid',
  title: 'Hybrid',
  summary: 'Rare symbols pair by pair, frequent ones by Fourier transforms; the default for long patterns.',
  problem: hammingProblem,
  role: 'baseline',
  paper: generalizedMatching,
  cost: 'O(n \\sqrt{m \\log m})',
  options: {
    kappa: {
      type: 'number',
      min: 0,
      description: 'Symbols with more than kappa N log2 N pairs in a block are transformed; measured by default',
    },
    simplex: { type: 'boolean', description: 'Whether to map small alphabets to a simplex; by default if that is faster' },
    threads,
  },
  steps: (pair, options) => countingSteps(() => hybridCounter(compact(pair), options)),
});

const abrahamsonSolver = defineSolver({
  id: 'strings/abrahamson',
  title: 'Abrahamson',
  summary: 'The 1987 algorithm as published: one threshold on the pattern’s frequencies, three transforms per symbol.',
  problem: hammingProblem,
  role: 'baseline',
  paper: generalizedMatching,
  cost: 'O(n \\sqrt{m \\log m})',
  options: {
    threshold: {
      type: 'number',
      min: 1,
      description: 'Occurrences in the pattern above which a symbol is transformed; by default sqrt(m log2 m)',
    },
    threads,
  },
  steps: (pair, { threshold, threads }) => countingSteps(() => abrahamsonCounter(compact(pair), threshold, undefined, threads)),
});

const sqrtSolver = defineSolver({
  id: 'strings/hamming-sqrt',
  title: 'Dyadic classes and the X+Y lemma',
  summary: 'The paper’s exact algorithm in O(n sqrt m), for study: work is counted, not saved, at practical sizes.',
  problem: hammingProblem,
  role: 'paper',
  paper: fasterAlgorithms,
  cost: 'O(n \\sqrt m)',
  options: { packing },
  declines: studySize,
  steps: (pair, options, { seed }) => hammingSqrtSteps(pair, { ...options, seed }),
});

const sqrtDeterministicSolver = defineSolver({
  id: 'strings/hamming-sqrt-deterministic',
  title: 'Deterministic dyadic classes',
  summary: 'The paper’s exact algorithm with greedily chosen moduli and no random numbers, for study.',
  problem: hammingProblem,
  role: 'paper',
  paper: fasterAlgorithms,
  cost: 'O(n \\sqrt m (\\log m \\log\\log m)^{1/4})',
  options: { packing },
  declines: studySize,
  steps: (pair, options) => hammingSqrtSteps(pair, { ...options, variant: 'deterministic' }),
});

/** Solvers of exact distances. */
export const exactSolvers = [...methodSolvers, hybridSolver, abrahamsonSolver, sqrtSolver, sqrtDeterministicSolver] as const;
