// The solvers of `strings/approximate-hamming`.
import type { OptionSpecs } from '@infimum/core';
import { defineSolver, resolveOptions } from '@infimum/core';
import { chernoff, countingMismatches, fasterAlgorithms, revisited, simpleApproximation } from '../papers.ts';
import type { SolverTexts } from '../solver-options.ts';
import { delta, epsilon, seed, studySize } from '../solver-options.ts';
import type { ApproximateMethod } from './approximate-hamming-distances.ts';
import { approximateSteps } from './approximate-hamming-distances.ts';
import type { ApproximateInstance } from './approximate-problem.ts';
import { approximateProblem } from './approximate-problem.ts';
import { coarseningSteps } from './coarsening.ts';

const accuracyOptions = { epsilon, delta, seed } as const satisfies OptionSpecs;

const coarseningOptions = {
  epsilon,
  delta,
  seed,
  repeats: { type: 'integer', min: 1, description: 'Number of colourings; by default log2(n/delta)' },
} as const satisfies OptionSpecs;

/** Options with the instance's own relative error where none is given. */
export const withEpsilon = <Options extends { readonly epsilon?: number | undefined }>(
  instance: ApproximateInstance,
  options: Options,
) => ({ ...options, epsilon: options.epsilon ?? instance.epsilon });

/** A solver of approximate distances. */
const approximateSolver = (
  id: string,
  method: Exclude<ApproximateMethod, 'coarsen'>,
  texts: SolverTexts & { readonly role: 'paper' | 'baseline' },
  declines?: (instance: ApproximateInstance) => string | undefined,
) =>
  defineSolver({
    id,
    ...texts,
    problem: approximateProblem,
    options: accuracyOptions,
    declines,
    steps: (instance, options) =>
      approximateSteps(instance, resolveOptions(accuracyOptions, withEpsilon(instance, options)), method),
  });

const coarseningSolver = defineSolver({
  id: 'strings/coarsening',
  title: 'Random coarsening',
  summary: 'The maximum of a few exact distances after random colourings with 2/epsilon colours: never too large.',
  problem: approximateProblem,
  role: 'baseline',
  paper: simpleApproximation,
  cost: '\\tilde O(n/\\varepsilon)',
  options: coarseningOptions,
  steps: (instance, options) => coarseningSteps(instance, resolveOptions(coarseningOptions, withEpsilon(instance, options))),
});

const methodSolvers = [
  approximateSolver('strings/unbiased-coarsening', 'unbiased', {
    title: 'Unbiased coarsening',
    summary: 'The corrected median of a few colourings with 8 colours: fewer than 1/epsilon colours are enough.',
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
    summary: 'Mismatches at random positions of the pattern, scaled; shifts with few mismatches by coarsening.',
    cost: 'O(n \\log(n)/\\varepsilon^2)',
    paper: chernoff,
    role: 'baseline',
  }),
] as const;

/** Solvers of approximate distances. */
export const approximateSolvers = [coarseningSolver, ...methodSolvers] as const;
