// The picture of pruning: the weights that are left, tensor by tensor; those that went are as pale as zero.
import type { View } from '../../../docs/demo/view.ts';
import type { PrunedWeights } from '../src/fisher/obs-prune.ts';
import type { PruningProblem } from '../src/fisher/pruning-problem.ts';
import { drawWeights } from './training.view.ts';

/** The view of `optim/pruning`. */
export const view: View<PruningProblem, PrunedWeights> = {
  aspect: 2,
  opening: { family: 'digits-mlp', params: { samples: 400, epochs: 20 }, seed: 1 },
  caption: () =>
    'Weights that are left, from the most negative to the most positive: what each unit looks for in the image, and below what the classes make of the units.',
  describe: ({ solution: { x, sparsity } }) =>
    `${x.filter((weight) => weight !== 0).length} of ${x.length} parameters are left, ${(100 * sparsity).toFixed(0)} % of the weights went.`,
  draw: (surface, { family, instance: { shapes }, solution: { x } }) => drawWeights(surface, { family, shapes, x }),
};
