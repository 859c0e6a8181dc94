// AdamW on the trained numbers of layers.
//
// I. Loshchilov, F. Hutter: Decoupled weight decay regularization (2019), arXiv 1711.05101.
import { AdaptiveSparsity } from './adaptive-sparsity.ts';
import type { Scratch, TunableLinear } from './tunable-linear.ts';

/** Numbers that training holds beside the network and its activations. */
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
  readonly #moments: readonly { readonly first: Float64Array; readonly second: Float64Array }[][];
  readonly #sparsities: AdaptiveSparsity | undefined;
  #steps = 0;

  /** Over `adaptiveSteps`, if there are any, layers come to keep what of all entries is not to be zero. */
  constructor(layers: readonly TunableLinear[], sparsity = 0, adaptiveSteps = 0) {
    this.#layers = layers;
    this.#sparsities = adaptiveSteps > 0 ? new AdaptiveSparsity(layers, sparsity, adaptiveSteps) : undefined;
    this.#moments = layers.map(({ parameters }) =>
      parameters.map(({ length }) => ({ first: new Float64Array(length), second: new Float64Array(length) })),
    );
  }

  /** One step along the gradients that the layers have gathered, which are zero again after it. */
  step(learningRate: number, weightDecay: number): void {
    this.#steps++;
    this.#sparsities?.next();
    const [a, b] = [1 - 0.9 ** this.#steps, 1 - 0.999 ** this.#steps];
    this.#layers.forEach(({ parameters, gradients }, l) => {
      parameters.forEach((values, p) => {
        const gradient = gradients[p];
        const { first, second } = this.#moments[l][p];
        for (let k = 0; k < values.length; k++) {
          first[k] = 0.9 * first[k] + 0.1 * gradient[k];
          second[k] = 0.999 * second[k] + 0.001 * gradient[k] * gradient[k];
          values[k] -= learningRate * (first[k] / a / (Math.sqrt(second[k] / b) + 1e-8) + weightDecay * values[k]);
        }
        gradient.fill(0);
      });
    });
  }

  /** What is held, by the arrays' lengths; layers may be a part of all. */
  memory(scratch: Scratch, layers: readonly TunableLinear[] = this.#layers): TrainingMemory {
    const count = (arrays: readonly Float64Array[]) => arrays.reduce((sum, { length }) => sum + length, 0);
    const chosen = this.#layers.flatMap((layer, l) => (layers.includes(layer) ? this.#moments[l] : []));
    return {
      trained: layers.reduce((sum, { parameters }) => sum + count(parameters), 0),
      gradients: layers.reduce((sum, { gradients }) => sum + count(gradients), 0),
      moments: chosen.reduce((sum, { first, second }) => sum + first.length + second.length, 0),
      scratch: scratch.first.length + scratch.second.length,
    };
  }
}
