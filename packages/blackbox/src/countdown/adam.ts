// Adam, for what fine-tuning compares.
//
// D. Kingma, J. Ba: Adam (2014), arXiv 1412.6980.

/** Moves parameters against slopes. */
export class Adam {
  readonly #rate: number;
  readonly #first: Float64Array;
  readonly #second: Float64Array;
  #steps = 0;

  constructor(count: number, rate: number) {
    this.#rate = rate;
    this.#first = new Float64Array(count);
    this.#second = new Float64Array(count);
  }

  step(parameters: Float64Array, slopes: Float64Array): void {
    this.#steps++;
    const [early, late] = [1 - 0.9 ** this.#steps, 1 - 0.999 ** this.#steps];
    for (let j = 0; j < parameters.length; j++) {
      this.#first[j] += 0.1 * (slopes[j] - this.#first[j]);
      this.#second[j] += 0.001 * (slopes[j] ** 2 - this.#second[j]);
      parameters[j] -= (this.#rate * this.#first[j]) / early / (Math.sqrt(this.#second[j] / late) + 1e-8);
    }
  }
}
