// Ridge regressions of the loss on the context, one an arm, kept as inverses that each observation updates by rank one.
import type { PolicyState } from './policy.ts';
import { lengthened, numbersOf } from './policy.ts';

/** One regression an arm: θ = (λI + Σ x x')⁻¹ Σ x loss. An observation costs O(d²). */
export class ArmRegressions {
  readonly dimension: number;
  readonly #ridge: number;
  #inverses: Float64Array;
  #sums: Float64Array;
  #theta: Float64Array;
  readonly #image: Float64Array;

  constructor(arms: number, dimension: number, ridge: number) {
    this.dimension = dimension;
    this.#ridge = ridge;
    this.#inverses = new Float64Array(0);
    this.#sums = new Float64Array(0);
    this.#theta = new Float64Array(0);
    this.#image = new Float64Array(dimension);
    for (let a = 0; a < arms; a++) this.grow();
  }

  /** The expected loss. */
  predict(arm: number, x: Float64Array): number {
    const at = arm * this.dimension;
    let sum = 0;
    for (let i = 0; i < this.dimension; i++) sum += this.#theta[at + i] * x[i];
    return sum;
  }

  /** √(x' (λI + Σ x x')⁻¹ x): the uncertainty at x. */
  uncertainty(arm: number, x: Float64Array): number {
    this.#multiply(arm, x);
    let sum = 0;
    for (let i = 0; i < this.dimension; i++) sum += x[i] * this.#image[i];
    return Math.sqrt(Math.max(0, sum));
  }

  /** Takes in one observation. */
  learn(arm: number, x: Float64Array, loss: number): void {
    const d = this.dimension;
    this.#multiply(arm, x);
    const image = this.#image;
    let denominator = 1;
    for (let i = 0; i < d; i++) denominator += x[i] * image[i];
    const [square, at] = [arm * d * d, arm * d];
    for (let i = 0; i < d; i++) {
      const factor = image[i] / denominator;
      for (let j = 0; j < d; j++) this.#inverses[square + i * d + j] -= factor * image[j];
    }
    for (let i = 0; i < d; i++) this.#sums[at + i] += x[i] * loss;
    for (let i = 0; i < d; i++) {
      let value = 0;
      for (let j = 0; j < d; j++) value += this.#inverses[square + i * d + j] * this.#sums[at + j];
      this.#theta[at + i] = value;
    }
  }

  grow(): void {
    const d = this.dimension;
    const start = this.#inverses.length;
    this.#inverses = lengthened(this.#inverses, d * d);
    for (let i = 0; i < d; i++) this.#inverses[start + i * d + i] = 1 / this.#ridge;
    this.#sums = lengthened(this.#sums, d);
    this.#theta = lengthened(this.#theta, d);
  }

  save(): PolicyState {
    return { inverses: [...this.#inverses], sums: [...this.#sums], theta: [...this.#theta] };
  }

  load(state: PolicyState): void {
    this.#inverses = numbersOf(state, 'inverses', this.#inverses.length);
    this.#sums = numbersOf(state, 'sums', this.#sums.length);
    this.#theta = numbersOf(state, 'theta', this.#theta.length);
  }

  #multiply(arm: number, x: Float64Array): void {
    const d = this.dimension;
    const square = arm * d * d;
    for (let i = 0; i < d; i++) {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += this.#inverses[square + i * d + j] * x[j];
      this.#image[i] = sum;
    }
  }
}
