// Optimisers for estimates and gradients: gradient ascent, Adam, or Adam whose weights decay.
//
// I. Loshchilov, F. Hutter: Decoupled weight decay regularization (2017), arXiv 1711.05101.
import { AdamMoments } from '@infimum/linalg/numerics';

/** How parameters climb. */
export interface AscentSettings {
  readonly optimizer: 'sgd' | 'adam' | 'adamw';
  /** Of `adamw`: the weight decay: every step subtracts this share, times the step size, of a parameter; 0 by default. */
  readonly weightDecay?: number;
}

/** Moves parameters along slopes. */
export class Ascent {
  readonly #settings: AscentSettings;
  readonly #moments: AdamMoments;
  readonly #direction: Float64Array;

  constructor(count: number, settings: AscentSettings) {
    this.#settings = settings;
    this.#moments = new AdamMoments(settings.optimizer === 'sgd' ? 0 : count);
    this.#direction = new Float64Array(this.#moments.mean.length);
  }

  /** `rate` is the step size of this step; below 0 parameters go down instead. */
  step(parameters: Float64Array, slopes: Float64Array, rate: number): void {
    const { optimizer, weightDecay = 0 } = this.#settings;
    const isPlain = optimizer === 'sgd';
    const direction = isPlain ? slopes : this.#moments.direction(slopes, this.#direction);
    // The decay is of the parameter before the step, and not scaled by the moments.
    const kept = optimizer === 'adamw' ? 1 - rate * weightDecay : 1;
    for (let j = 0; j < parameters.length; j++) parameters[j] = kept * parameters[j] + rate * direction[j];
  }
}
