// The registered problem of barycentres of images: instances, metrics and file format of `ot/barycenter`.
import type { Problem } from '@infimum/core';
import { checkMatrix, checkNumber, defineFamily, defineProblem, InvalidInputError } from '@infimum/core';
import { readMatrix, readObject } from '@infimum/core/data';
import type { DenseMatrix } from '@infimum/linalg';
import { costMatrix, gridPoints } from '../cost-matrix.ts';
import { sinkhornNewtonSparse } from '../entropic/sinkhorn-newton-sparse.ts';
import { inkOf, loadImages } from '../image-instances.ts';
import { gridMixtures } from '../instances.ts';
import type { Barycenter, BarycenterInstance } from './histograms.ts';
import { asHistograms } from './histograms.ts';

const epsilon = {
  type: 'number',
  above: 0,
  default: 0.01,
  description: 'Entropic regularisation, in squared side lengths',
} as const;
const debiased = { type: 'boolean', default: false, description: 'Remove the entropic blur' } as const;

/** Barycentres of images. */
export const barycenter: Problem<BarycenterInstance, Barycenter> = /* @__PURE__ */ (() =>
  defineProblem({
    id: 'ot/barycenter',
    title: 'Wasserstein barycentre',
    statement: String.raw`Given distributions $h_1, \dots, h_K$ on the pixels of a grid, with squared distances between
pixels as costs, find the distribution that is nearest to all of them:
$$\min_{h}\ \frac1K \sum_k \mathrm{OT}_\varepsilon(h_k, h),$$
or, debiased, with Sinkhorn divergences in place of $\mathrm{OT}_\varepsilon$.`,
    families: {
      mixtures: defineFamily({
        title: 'Mixtures on a grid',
        description: 'Sums of three Gaussians on a square grid.',
        real: false,
        params: {
          side: { type: 'integer', min: 2, max: 200, default: 10, description: 'Pixels along a side' },
          count: { type: 'integer', min: 1, max: 20, default: 3, description: 'Images' },
          epsilon,
          debiased,
        },
        suites: {
          quick: [{}, { debiased: true }],
          full: [{ side: 24 }, { side: 24, epsilon: 0.002 }, { side: 24, debiased: true }],
        },
        generate: ({ side, count, epsilon, debiased }, seed) => ({
          histograms: stacked(Array.from({ length: count }, (_, k) => gridMixtures(side, seed + k, 'l2').a)),
          rows: side,
          cols: side,
          epsilon,
          debiased,
        }),
      }),
      digits: defineFamily({
        title: 'Handwritten digits',
        description: 'Eights and other digits on 8 x 8 pixels, as distributions of ink, chosen by the seed.',
        real: true,
        params: { count: { type: 'integer', min: 1, max: 20, default: 4, description: 'Images' }, epsilon, debiased },
        suites: { quick: [{}], full: [{}, { epsilon: 0.002 }, { debiased: true }] },
        generate: async ({ count, epsilon, debiased }, seed) => {
          const images = await loadImages(8);
          const chosen = Array.from({ length: count }, (_, k) => (seed + 91 * k) % images.rows);
          return {
            histograms: stacked(chosen.map((image) => inkOf(images.values, image, images.cols))),
            rows: 8,
            cols: 8,
            epsilon,
            debiased,
          };
        },
      }),
    },
    metrics: {
      stationarity: {
        title: 'Stationarity',
        description:
          'Variation of the gradient of the objective over the barycentre, weighted by it: zero at the optimum. Uses potentials from another solver.',
        unit: '',
        direction: 'minimize',
        targets: [1e-2, 1e-4, 1e-6],
        compute: stationarity,
      },
    },
    primaryMetric: 'stationarity',
    certificates: {
      gap: {
        title: 'Gap of the barycentre',
        statement: String.raw`For $C_{ij}$ the squared distances of pixels and the doubles $\varepsilon$ and $h$: there are $h'_k$ with
$\frac1K\sum_k\lVert h'_k - h_k\rVert_1$ at most *marginalError* so that for no $q \ge 0$ the mean over $k$ of $\min\{\langle C, Q\rangle +
\varepsilon \sum Q_{ij} \log Q_{ij} : Q \ge 0,\ Q\mathbf 1 = h'_k,\ Q^\top\mathbf 1 = q\}$ is below that for $q = h$ by more than *gap*.`,
        about: 'optimum',
        figures: ['gap', 'marginalError'],
        cost: 'O(Kn^2), two exponentials per pair of pixels and image',
        always: false,
        declines: ({ debiased }) =>
          debiased
            ? 'For debiased barycentres, stationarity is only measured: their objective is a difference of two minima'
            : undefined,
        prover: () => import('./barycenter-prover.ts'),
        checker: () => import('./barycenter-checker.ts'),
      },
    },
    validate: ({ histograms, rows, cols, epsilon }) => {
      checkMatrix(histograms, 'histograms');
      asHistograms(histograms);
      checkNumber(rows, 'rows', { min: 1 });
      checkNumber(cols, 'cols', { min: 1 });
      checkNumber(epsilon, 'epsilon', { above: 0 });
      if (rows * cols === histograms.cols) return;
      const problem = `has ${histograms.cols} columns, which are not ${rows} x ${cols} pixels`;
      throw new InvalidInputError(problem, { argument: 'histograms', code: 'shape' });
    },
    badInstances: () => {
      const good = {
        histograms: { rows: 2, cols: 2, values: Float64Array.of(1, 0, 0, 1) },
        rows: 1,
        cols: 2,
        epsilon: 0.1,
        debiased: false,
      };
      const holding = (...values: number[]) => ({ ...good.histograms, values: Float64Array.from(values) });
      return [
        { fault: 'another size', instance: { ...good, rows: 2 }, argument: 'histograms' },
        { fault: 'negative mass', instance: { ...good, histograms: holding(2, -1, 0, 1) }, argument: 'histograms' },
        { fault: 'unequal masses', instance: { ...good, histograms: holding(1, 1, 0, 1) }, argument: 'histograms' },
        { fault: 'no epsilon', instance: { ...good, epsilon: 0 }, argument: 'epsilon' },
      ];
    },
    hardInstances: () => {
      const scaled = (mass: number, ...values: number[]) => ({
        histograms: { rows: 2, cols: 3, values: Float64Array.from(values, (value) => mass * value) },
        rows: 1,
        cols: 3,
        epsilon: 0.05,
        debiased: false,
      });
      const spread = [0.5, 0.25, 0.25, 0.125, 0.125, 0.75];
      return [
        { hardness: 'masses times 1e150', instance: scaled(1e150, ...spread) },
        { hardness: 'masses times 1e-150', instance: scaled(1e-150, ...spread) },
        { hardness: 'one pixel each', instance: scaled(1, 1, 0, 0, 0, 0, 1) },
        { hardness: 'tiny weights', instance: scaled(1, 1, 1e-200, 1e-305, 1e-310, 1e-30, 1) },
        { hardness: 'an epsilon far below the costs', instance: { ...scaled(1, ...spread), epsilon: 1e-6 } },
        { hardness: 'debiased', instance: { ...scaled(1, ...spread), debiased: true } },
      ];
    },
    success: {
      metric: 'stationarity',
      bound: ({ epsilon }, { options }) => Math.max(1e-4, 100 * Number(options['tolerance'] ?? 0)) * Math.max(1, epsilon),
    },
    instanceFile: {
      description:
        'A JSON object with `images` (a list of matrices of one size: lists of rows, or paths of two-dimensional `.npy` files), `epsilon`, and `debiased`. Images are scaled to mass 1.',
      example: { images: [[[1, 0, 0]], [[0, 0, 1]]], epsilon: 0.1, debiased: false },
      parse: (json) => {
        const { images, epsilon, debiased = false } = readObject(json, 'instance', ['images', 'epsilon', 'debiased']);
        checkNumber(epsilon, 'epsilon', { above: 0 });
        if (!Array.isArray(images) || images.length === 0) {
          throw new InvalidInputError('must be a list of matrices', { argument: 'images', code: 'type' });
        }
        const matrices = images.map((image: unknown, k) => readMatrix(image, `images[${k}]`));
        const [{ rows, cols }] = matrices;
        const odd = matrices.findIndex((matrix) => matrix.rows !== rows || matrix.cols !== cols);
        if (odd >= 0) {
          const problem = `is not ${rows} x ${cols}, as images[0] is`;
          throw new InvalidInputError(problem, { argument: `images[${odd}]`, code: 'shape' });
        }
        const scaled = matrices.map(({ values }) => {
          const mass = values.reduce((sum, value) => sum + value, 0);
          return values.map((value) => value / mass);
        });
        return { histograms: stacked(scaled), rows, cols, epsilon, debiased: debiased === true };
      },
    },
  }))();

/** The distributions, one a row. */
function stacked(histograms: readonly Float64Array[]): DenseMatrix {
  const [{ length: cols }] = histograms;
  const values = new Float64Array(histograms.length * cols);
  histograms.forEach((histogram, k) => {
    values.set(histogram, k * cols);
  });
  return { rows: histograms.length, cols, values };
}

/** Share of the mass below which a pixel is not looked at: potentials are not determined where nothing is. */
const NOTHING = 1e-12;

/** sum_j h_j |G_j - mean| over the largest cost, G the mean of the potentials of h; debiased less that of (h, h). */
function stationarity(instance: BarycenterInstance, { barycenter: h }: Barycenter): number {
  const { histograms, rows, cols, epsilon, debiased } = instance;
  const points = gridPoints(rows, cols);
  const cost = costMatrix(points, points, 'squared-euclidean');
  const mass = h.reduce((sum, value) => sum + value, 0);
  const target = h.map((value) => value / mass);
  const potential = (source: Float64Array) =>
    sinkhornNewtonSparse(source, target, cost, { epsilon, tolerance: 1e-10 }).targetPotential;
  const gradient = new Float64Array(h.length);
  for (let k = 0; k < histograms.rows; k++) {
    const row = histograms.values.slice(k * histograms.cols, (k + 1) * histograms.cols);
    const total = row.reduce((sum, value) => sum + value, 0);
    const of = potential(row.map((value) => value / total));
    for (let j = 0; j < gradient.length; j++) gradient[j] += of[j] / histograms.rows;
  }
  if (debiased) {
    const own = potential(target);
    for (let j = 0; j < gradient.length; j++) gradient[j] -= own[j];
  }
  const inside = (j: number) => target[j] > NOTHING;
  const mean = target.reduce((sum, share, j) => (inside(j) ? sum + share * gradient[j] : sum), 0);
  const largest = cost.values.reduce((most, value) => Math.max(most, value), 0) || 1;
  return target.reduce((sum, share, j) => (inside(j) ? sum + share * Math.abs(gradient[j] - mean) : sum), 0) / largest;
}
