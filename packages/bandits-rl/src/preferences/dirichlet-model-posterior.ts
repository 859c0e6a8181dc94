// The posterior of transitions.
import { Random } from '@infimum/core';
import { drawGamma } from '@infimum/linalg/numerics';
import type { PreferenceFeatures } from './play-preferences.ts';

/** The posterior of the transitions: Dirichlet counts. */
export class DirichletModelPosterior {
  readonly #world: PreferenceFeatures;
  readonly #counts: Float64Array;
  readonly #transitions: Float64Array;
  readonly #random: Random;

  constructor(world: PreferenceFeatures, concentration: number, seed: number) {
    const size = world.horizon * world.states * world.actions * world.states;
    this.#world = world;
    this.#counts = new Float64Array(size).fill(concentration);
    this.#transitions = new Float64Array(size);
    this.#random = new Random(seed, 9);
  }

  /** Transition probabilities drawn from the posterior; valid until the next call. */
  sample(): Float64Array {
    const { states } = this.#world;
    const out = this.#transitions;
    for (let row = 0; row < out.length; row += states) {
      let sum = 0;
      for (let s = 0; s < states; s++) {
        out[row + s] = drawGamma(this.#random, this.#counts[row + s]);
        sum += out[row + s];
      }
      for (let s = 0; s < states; s++) out[row + s] = sum > 0 ? out[row + s] / sum : 1 / states;
    }
    return out;
  }

  /** Adds the transitions of a path. */
  update(pairs: Int32Array, visited: Int32Array): void {
    const { states, actions } = this.#world;
    for (let h = 0; h + 1 < pairs.length; h++) {
      this.#counts[(h * states * actions + pairs[h]) * states + visited[h + 1]]++;
    }
  }
}
