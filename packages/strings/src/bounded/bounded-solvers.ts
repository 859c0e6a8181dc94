// The solvers of `strings/k-mismatch`.
import { defineSolver } from '@infimum/core';
import { shiftAddFits } from '../exact/shift-add.ts';
import { countingSteps } from '../hamming-solution.ts';
import {
  errorDetecting,
  fasterAlgorithms,
  generalizedMatching,
  kMismatchesFaster,
  landauVishkin,
  textSearching,
} from '../papers.ts';
import type { SolverTexts } from '../solver-options.ts';
import { noOptions, packing, seed, studySize, threads, variant } from '../solver-options.ts';
import type { BoundedMethod } from './bounded-planner.ts';
import { kMismatchSteps } from './k-mismatch.ts';
import { kMismatchPeriodicSteps } from './k-mismatch-periodic.ts';
import type { KMismatchInstance } from './k-mismatch-problem.ts';
import { kMismatchProblem } from './k-mismatch-problem.ts';
import { kangarooCounter } from './kangaroo.ts';

/** A solver of bounded distances whose method has no options. */
const boundedSolver = (
  method: BoundedMethod,
  texts: SolverTexts,
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

/** A solver of bounded distances whose work threads can share. */
const sharedSolver = (method: BoundedMethod | 'auto', texts: SolverTexts) =>
  defineSolver({
    id: `strings/k-mismatch-${method}`,
    ...texts,
    problem: kMismatchProblem,
    role: 'baseline',
    options: { threads },
    steps: (instance, { threads }, { seed }) => kMismatchSteps(instance, instance.maxMismatches, method, { seed, threads }),
  });

const methodSolvers = [
  sharedSolver('auto', {
    title: 'Bounded planner',
    summary: 'Samples 64 shifts, predicts the times of scanning, jumping and exact distances, and picks the fastest.',
    cost: 'O(m + 64 k) \\text{ for the choice}',
    paper: kMismatchesFaster,
  }),
  sharedSolver('scan', {
    title: 'Scan with early exit',
    summary: 'Compares 64 shifts at a time until all have more than k mismatches: the fastest on random text.',
    cost: 'O(nm/16), \\text{ about } nk/16 \\text{ on random text}',
    paper: errorDetecting,
  }),
  boundedSolver('marking', {
    title: 'Marking filter',
    summary: 'Marks a few positions of frequent symbols and verifies the few shifts with many marks.',
    cost: 'O(n \\sqrt{k \\log k})',
    paper: kMismatchesFaster,
  }),
  boundedSolver(
    'shift-add',
    {
      title: 'Shift-Add with overflow',
      summary: 'Counters up to k for all prefixes, packed into words; for short patterns and small k.',
      cost: 'O(nm \\log(k)/32)',
      paper: textSearching,
    },
    ({ pattern: { length: m }, maxMismatches }: KMismatchInstance) =>
      shiftAddFits(m, Math.min(m, maxMismatches)) ? undefined : 'the counters need more than 64 words',
  ),
  sharedSolver('clip', {
    title: 'Clipped exact distances',
    summary: 'The planner’s exact method, clipped at k + 1: often the fastest for large k and periodic text.',
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
  options: {
    verify: {
      type: 'boolean',
      default: true,
      description: 'Compare close shifts symbol by symbol, so collisions do not matter',
    },
  },
  steps: (instance, { verify }, { seed }) => {
    const k = Math.min(instance.maxMismatches, instance.pattern.length);
    return countingSteps(() => kangarooCounter(instance, k, { seed, verify }), { undecided: k + 1 });
  },
});

const periodicSolver = defineSolver({
  id: 'strings/k-mismatch-periodic',
  title: 'Approximate periods',
  summary: 'The paper’s algorithm in O(n + nk/sqrt m), for study: many close shifts make text and pattern almost periodic.',
  problem: kMismatchProblem,
  role: 'paper',
  paper: fasterAlgorithms,
  cost: 'O(n + nk/\\sqrt m)',
  options: { variant, seed, packing },
  declines: (instance) => studySize(instance),
  steps: ({ text, pattern, maxMismatches }, options) => kMismatchPeriodicSteps({ text, pattern, k: maxMismatches }, options),
});

/** Solvers of distances up to k. */
export const boundedSolvers = [...methodSolvers, kangarooSolver, periodicSolver] as const;
