// What estimates and gradients are handed to: gradient ascent, Adam, or Adam whose weights decay.
//
// D. Kingma, J. Ba: Adam (2014), arXiv 1412.6980; I. Loshchilov, F. Hutter: Decoupled weight decay regularization (2017), arXiv
// 1711.05101.

/** How parameters climb. */
export interface AscentSettings {
  readonly optimizer: 'sgd' | 'adam' | 'adamw';
  /** Of `adamw`: the share of a parameter, times the step size, that every step takes off; 0 by default. */
  readonly weightDecay?: number;
}

/** Moves parameters along slopes. */
export class Ascent {
  readonly #settings: AscentSettings;
  readonly #first: Float64Array;
  readonly #second: Float64Array;
  #steps = 0;

  constructor(count: number, settings: AscentSettings) {
    this.#settings = settings;
    this.#first = new Float64Array(count);
    this.#second = new Float64Array(count);
  }

  /** `rate` is the step size of this step; below 0 parameters go down instead. */
  step(parameters: Float64Array, slopes: Float64Array, rate: number): void {
    const { optimizer, weightDecay = 0 } = this.#settings;
    this.#steps++;
    if (optimizer === 'sgd') {
      for (let j = 0; j < parameters.length; j++) parameters[j] += rate * slopes[j];
      return;
    }
    const kept = optimizer === 'adamw' ? 1 - rate * weightDecay : 1;
    const [early, late] = [1 - 0.9 ** this.#steps, 1 - 0.999 ** this.#steps];
    for (let j = 0; j < parameters.length; j++) {
      const slope = slopes[j];
      this.#first[j] = 0.9 * this.#first[j] + 0.1 * slope;
      this.#second[j] = 0.999 * this.#second[j] + 0.001 * slope * slope;
      // The decay is of the parameter before the step, and not scaled by the moments.
      parameters[j] *= kept;
      parameters[j] += (rate * this.#first[j]) / early / (Math.sqrt(this.#second[j] / late) + 1e-8);
    }
  }
}
