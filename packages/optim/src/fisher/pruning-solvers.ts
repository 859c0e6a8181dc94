// The registered criteria of pruning: M-FAC and the baselines.
import type { OptionSpecs, Solver, Steps } from '@infimum/core';
import { defineSolver, resolveOptions } from '@infimum/core';
import { drawGradients } from '../training/training-model.ts';
import { kfacPaper } from './kfac.ts';
import { areDenseLayers } from './kronecker-inverse.ts';
import { mfacPaper } from './mfac.ts';
import type { ObsPruneOptions, PrunedWeights, PruningIterate, SampleGradients } from './obs-prune.ts';
import { obsPruneOptions, obsPruneSteps } from './obs-prune.ts';
import type { PruningProblem } from './pruning-problem.ts';
import { matrixEntries, pruning } from './pruning-problem.ts';

/** The steps on an instance. */
export function pruneSteps(
  { objective, initial, shapes, sparsity }: PruningProblem,
  options: Omit<ObsPruneOptions, 'sparsity'>,
): Steps<PrunedWeights, PruningIterate> {
  const gradients: SampleGradients = (x, out, random) => drawGradients(objective, x, out, random);
  return obsPruneSteps(initial, gradients, { ...options, sparsity, prunable: matrixEntries(shapes), shapes });
}

/** A criterion for the registry. */
function pruningSolver<const Specs extends OptionSpecs>(
  criterion: NonNullable<ObsPruneOptions['criterion']>,
  definition: Omit<Solver<PruningProblem, PrunedWeights, Specs, PruningIterate>, 'problem' | 'steps'>,
) {
  const isLayered = criterion === 'kronecker' || criterion === 'layerwise';
  return defineSolver({
    ...definition,
    problem: pruning,
    declines: ({ shapes }) =>
      isLayered && !areDenseLayers(shapes) ? 'its parameters are not those of dense layers' : undefined,
    steps: (instance, options) => pruneSteps(instance, { ...resolveOptions(definition.options, options), criterion }),
  });
}

const { correction, samples, damping, blockSize, rounds, seed } = obsPruneOptions;
const layered = { correction, samples, damping, rounds, seed } as const;
const blocked = { ...layered, blockSize } as const;
/** M-FAC and what it is measured against. */
export const pruningSolvers = /* @__PURE__ */ (() => [
  pruningSolver('fisher', {
    id: 'optim/mfac-pruning',
    title: 'M-FAC pruning',
    summary:
      'Removes the weights that the inverse Fisher matrix rates cheapest and corrects the rest, without forming the matrix.',
    role: 'paper',
    paper: mfacPaper,
    cost: 'O(m^2 d) \\text{ per round, and gradients of } m \\text{ samples}',
    options: blocked,
  }),
  pruningSolver('wood-fisher', {
    id: 'optim/wood-fisher-pruning',
    title: 'WoodFisher pruning',
    summary: 'As M-FAC pruning, with the inverse in dense blocks that every gradient updates.',
    role: 'baseline',
    paper: {
      title: 'WoodFisher: efficient second-order approximation for neural network compression',
      arxiv: '2004.14340',
      year: 2020,
    },
    cost: 'O(m d b) \\text{ per round with blocks of } b \\text{ weights, and gradients of } m \\text{ samples}',
    options: blocked,
  }),
  pruningSolver('kronecker', {
    id: 'optim/kfac-pruning',
    title: 'K-FAC pruning',
    summary: 'The Optimal Brain Surgeon with a Fisher matrix that is a Kronecker product in every dense layer.',
    role: 'baseline',
    paper: kfacPaper,
    cost: 'O(d (n_{in} + n_{out})) \\text{ per round, cubes of the layers, and gradients of } m \\text{ samples}',
    options: layered,
  }),
  pruningSolver('layerwise', {
    id: 'optim/layerwise-pruning',
    title: 'Layer-wise Optimal Brain Surgeon',
    summary: 'Keeps the outputs of every dense layer before its activation, by the second moments of its inputs.',
    role: 'baseline',
    paper: {
      title: 'Learning to prune deep neural networks via layer-wise optimal brain surgeon',
      arxiv: '1705.07565',
      year: 2017,
    },
    cost: 'O(d n_{in}) \\text{ per round, cubes of the inputs, and gradients of } m \\text{ samples}',
    options: layered,
  }),
  pruningSolver('diagonal', {
    id: 'optim/diagonal-fisher-pruning',
    title: 'Diagonal Fisher pruning',
    summary: 'Removes the weights with the smallest squares times mean squared gradients, without corrections.',
    role: 'baseline',
    paper: { title: 'Faster gaze prediction with dense networks and Fisher pruning', arxiv: '1801.05787', year: 2018 },
    cost: 'O(m d) \\text{ per round, and gradients of } m \\text{ samples}',
    options: { samples, damping, rounds, seed },
  }),
  pruningSolver('magnitude', {
    id: 'optim/magnitude-pruning',
    title: 'Magnitude pruning',
    summary: 'Removes the smallest weights: the simplest method.',
    role: 'baseline',
    paper: { title: 'Learning both weights and connections for efficient neural networks', arxiv: '1506.02626', year: 2015 },
    cost: 'O(d \\log d)',
    options: {},
  }),
])();
