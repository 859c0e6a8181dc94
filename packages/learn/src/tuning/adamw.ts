// AdamW on the trained numbers of layers.
//
// I. Loshchilov, F. Hutter: Decoupled weight decay regularization (2019), arXiv 1711.05101.
import { AdamMoments } from '@infimum/linalg/numerics';
import { AdaptiveSparsity } from './adaptive-sparsity.ts';
import type { Scratch, TunableLinear } from './tunable-linear.ts';

/** Numbers that training holds besides the network and its activations. */
export interface TrainingMemory {
  /** Numbers that are trained. */
  readonly trained: number;
  /** Their gradients. */
  readonly gradients: number;
  /** The optimiser's first and second moments. */
  readonly moments: number;
  /** What the layers share. */
  readonly scratch: number;
}

/** Moments of everything that is trained. */
export class AdamW {
  readonly #layers: readonly TunableLinear[];
  readonly #moments: readonly AdamMoments[][];
  readonly #sparsities: AdaptiveSparsity | undefined;

  /** Over `adaptiveSteps`, if any, the nonzero entries are redistributed among layers. */
  constructor(layers: readonly TunableLinear[], sparsity = 0, adaptiveSteps = 0) {
    this.#layers = layers;
    this.#sparsities = adaptiveSteps > 0 ? new AdaptiveSparsity(layers, sparsity, adaptiveSteps) : undefined;
    this.#moments = layers.map(({ parameters }) => parameters.map(({ length }) => new AdamMoments(length)));
  }

  /** One step along the gradients that the layers have gathered, which are zero again after it. */
  step(learningRate: number, weightDecay: number): void {
    this.#sparsities?.next();
    this.#layers.forEach(({ parameters, gradients }, l) => {
      parameters.forEach((values, p) => {
        const gradient = gradients[p];
        this.#moments[l][p].direction(gradient, gradient);
        for (let k = 0; k < values.length; k++) values[k] -= learningRate * (gradient[k] + weightDecay * values[k]);
        gradient.fill(0);
      });
    });
  }

  /** The numbers held, by the arrays' lengths; for all layers or some. */
  memory(scratch: Scratch, layers: readonly TunableLinear[] = this.#layers): TrainingMemory {
    const count = (arrays: readonly Float64Array[]) => arrays.reduce((sum, { length }) => sum + length, 0);
    const chosen = this.#layers.flatMap((layer, l) => (layers.includes(layer) ? this.#moments[l] : []));
    return {
      trained: layers.reduce((sum, { parameters }) => sum + count(parameters), 0),
      gradients: layers.reduce((sum, { gradients }) => sum + count(gradients), 0),
      moments: chosen.reduce((sum, { mean, square }) => sum + mean.length + square.length, 0),
      scratch: scratch.first.length + scratch.second.length,
    };
  }
}
