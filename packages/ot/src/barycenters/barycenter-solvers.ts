// The registered solvers of `ot/barycenter`.
import { defineSolver, type Paper } from '@infimum/core';
import { costMatrix, gridPoints } from '../cost-matrix.ts';
import { entropicBarycenterSteps } from './barycenter.ts';
import { type BarycenterInstance, barycenter } from './barycenter-problem.ts';
import { convolutionalBarycenterSteps } from './convolutional-barycenter.ts';

const benamou: Paper = {
  title: 'Iterative Bregman projections for regularized transportation problems',
  arxiv: '1412.5154',
  year: 2015,
};
const solomon: Paper = {
  title: 'Convolutional Wasserstein distances: efficient optimal transportation on geometric domains',
  year: 2015,
};
const options = {
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-9,
    description: 'Mean error of the marginals at which to stop',
  },
} as const;

const projections = defineSolver({
  id: 'ot/bregman-projections',
  title: 'Bregman projections',
  summary:
    'A Sinkhorn iteration for all images at once, whose second marginals are set to their common mean.',
  problem: barycenter,
  role: 'baseline',
  paper: benamou,
  cost: 'O(K n^2) \\text{ an iteration for } n \\text{ pixels}',
  options,
  steps: ({ histograms, rows, cols, epsilon, debiased }, { tolerance }) => {
    const points = gridPoints(rows, cols);
    const cost = costMatrix(points, points, 'squared-euclidean');
    return entropicBarycenterSteps(histograms, cost, { epsilon, debiased, tolerance });
  },
});

const convolutions = defineSolver({
  id: 'ot/convolutional-barycenter',
  title: 'Convolutions',
  summary:
    'Bregman projections whose kernel is applied along the rows and then along the columns of the grid.',
  problem: barycenter,
  role: 'baseline',
  paper: solomon,
  cost: 'O(K n (r + c)) \\text{ an iteration for } n = rc \\text{ pixels}',
  options,
  steps: (instance, { tolerance }) => {
    const { epsilon, debiased } = instance;
    return convolutionalBarycenterSteps(imagesOf(instance), { epsilon, debiased, tolerance });
  },
});

function imagesOf({ histograms, rows, cols }: BarycenterInstance) {
  return Array.from({ length: histograms.rows }, (_, k) => ({
    rows,
    cols,
    values: histograms.values.slice(k * histograms.cols, (k + 1) * histograms.cols),
  }));
}

/** All solvers of barycentres of images. */
export const barycenterSolvers = [projections, convolutions];
