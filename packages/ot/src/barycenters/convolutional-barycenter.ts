// Entropic Wasserstein barycentres of images: on a grid the Gibbs kernel is a convolution, one axis after the other.
//
// J. Solomon, F. de Goes, G. Peyré, M. Cuturi, A. Butscher, A. Nguyen, T. Du, L. Guibas: Convolutional Wasserstein
// distances (2015).
import type { MatrixLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { asMatrix, defineSolver, InvalidInputError, resolveOptions } from '@infimum/core';
import { GridKernel } from '../geometry/grid-kernel.ts';
import { weights } from '../options.ts';
import { runAdvised } from '../progress.ts';
import type { BarycenterIterate } from './barycenter.ts';
import { bregmanProjections } from './barycenter.ts';
import { barycenter } from './barycenter-problem.ts';
import type { Barycenter, BarycenterInstance } from './histograms.ts';
import { asHistograms } from './histograms.ts';

const convolutionalBarycenterOptions = {
  epsilon: {
    type: 'number',
    above: 0,
    max: 1e300,
    required: true,
    unit: 'squared side length',
    description: 'Entropic regularisation; a registered solver uses that of the instance',
  },
  weights,
  debiased: { type: 'boolean', default: false, description: 'Remove the entropic blur' },
  tolerance: { type: 'number', min: 0, default: 1e-9, description: 'Mean marginal error over the mass' },
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `convolutionalBarycenter`. */
export type ConvolutionalBarycenterOptions = OptionsOf<typeof convolutionalBarycenterOptions> & RunOptions<BarycenterIterate>;

/**
 * The entropic barycentre of images of one size, for squared distances between pixels.
 *
 * Solves the problem of `entropicBarycenter` with costs |p - q|^2 between the pixels of `gridPoints`, whose longer side
 * has length one, without ever forming them: exp(-|p - q|^2 / epsilon) is a product of a factor for either axis.
 *
 * @param images - at least one, rows x cols, non-negative, of equal totals
 * @param options - `epsilon`, in units of squared side lengths, is required
 * @returns `barycenter`, row by row, and how the run ended
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(rows cols (rows + cols)) exponentials an image and iteration, instead of O(rows^2 cols^2).
 *
 * Source: J. Solomon et al., Convolutional Wasserstein distances (2015).
 *
 * @example
 * ```ts
 * import { convolutionalBarycenter } from '@infimum/ot';
 *
 * const image = (...values: number[]) => ({ rows: 1, cols: 3, values: Float64Array.from(values) });
 * const { barycenter } = convolutionalBarycenter([image(1, 0, 0), image(0, 0, 1)], { epsilon: 0.02 });
 * console.log(barycenter.map((mass) => +mass.toFixed(3)).join(' ')); // 0 1 0
 * ```
 */
export function convolutionalBarycenter(
  images: readonly MatrixLike[],
  options: ConvolutionalBarycenterOptions,
): Outcome<Barycenter, BarycenterIterate> {
  return runAdvised(convolutionalBarycenterOptions, options, convolutionalBarycenterSteps(images, options));
}

/** The iteration as steps. */
export function* convolutionalBarycenterSteps(
  images: readonly MatrixLike[],
  options: ConvolutionalBarycenterOptions,
): Steps<Barycenter, BarycenterIterate> {
  const { shape, ...histograms } = asImages(images);
  const settings = resolveOptions(convolutionalBarycenterOptions, options);
  const kernel = new GridKernel({ shape, power: 2 }, settings.epsilon);
  try {
    return yield* bregmanProjections(histograms, kernel, settings);
  } finally {
    kernel.release();
  }
}

/** The images as histograms, one a row, and their shape. */
function asImages(given: readonly MatrixLike[]) {
  if (!Array.isArray(given) || given.length === 0) {
    throw new InvalidInputError('must not be empty', { argument: 'images', code: 'empty' });
  }
  const images = Array.from(given, (image: MatrixLike, k) => asMatrix(image, `images[${k}]`));
  const { rows, cols } = images[0];
  images.forEach((image, k) => {
    if (image.rows !== rows || image.cols !== cols) {
      throw new InvalidInputError(`is ${image.rows} x ${image.cols}, images[0] is ${rows} x ${cols}`, {
        argument: `images[${k}]`,
        code: 'shape',
      });
    }
  });
  const histograms = {
    rows: images.length,
    cols: rows * cols,
    values: Float64Array.from(images.flatMap((image) => [...image.values])),
  };
  return { ...asHistograms(histograms), shape: [rows, cols] };
}

export const convolutionalBarycenterSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/convolutional-barycenter',
  title: 'Convolutions',
  summary: 'Bregman projections whose kernel is applied along the rows and then along the columns of the grid.',
  problem: barycenter,
  role: 'baseline',
  paper: { title: 'Convolutional Wasserstein distances: efficient optimal transportation on geometric domains', year: 2015 },
  cost: 'O(K n (r + c)) \\text{ per iteration for } n = rc \\text{ pixels}',
  options: convolutionalBarycenterOptions,
  steps: (instance, { epsilon = instance.epsilon, tolerance }) =>
    convolutionalBarycenterSteps(imagesOf(instance), { epsilon, debiased: instance.debiased, tolerance }),
});

function imagesOf({ histograms, rows, cols }: BarycenterInstance) {
  return Array.from({ length: histograms.rows }, (_, k) => ({
    rows,
    cols,
    values: histograms.values.slice(k * histograms.cols, (k + 1) * histograms.cols),
  }));
}
