// A recurrent language model in floating point with gated units, its forward pass by any map of its layers, and back-propagation
// through time:
// z = W_x e(token) + b, u = W_h h + b', r = σ(z_r + u_r), g = σ(z_g + u_g), c = tanh(z_c + r u_c), h' = g h + (1 - g) c, logits O h' + o.
import type { Random } from '@infimum/core';
import { layersIn } from '../eggroll/low-rank-population.ts';
import type { LayerMap, TokenStep } from './token-model.ts';
import { multiplyBack, TokenModel } from './token-model.ts';

/** Sizes of a model. */
export interface GruSizes {
  readonly vocabulary: number;
  readonly embedding: number;
  readonly hidden: number;
}

/** A step of several sequences, kept for back-propagation. */
export interface GruStep extends TokenStep {
  readonly before: Float64Array;
  readonly embedded: Float64Array;
  readonly recurrent: Float64Array;
  /** r, g and c, one after the other. */
  readonly gates: Float64Array;
  readonly after: Float64Array;
}

/** The layers are embedding, input, recurrence and head. */
export class GruModel extends TokenModel<GruStep> {
  readonly sizes: GruSizes;

  constructor(sizes: GruSizes, parameters: Random | Float64Array) {
    const { vocabulary, embedding, hidden } = sizes;
    super(
      [
        [embedding, vocabulary],
        [3 * hidden, embedding],
        [3 * hidden, hidden],
        [vocabulary, hidden],
      ],
      parameters,
    );
    this.sizes = sizes;
  }

  step(map: LayerMap, tokens: Int32Array, last?: GruStep): GruStep {
    const { vocabulary, embedding, hidden } = this.sizes;
    const count = tokens.length;
    const before = last?.after ?? new Float64Array(count * hidden);
    const chosen = new Float64Array(count * vocabulary);
    for (let i = 0; i < count; i++) chosen[i * vocabulary + tokens[i]] = 1;
    const embedded = new Float64Array(count * embedding);
    const [input, recurrent, gates] = [0, 1, 2].map(() => new Float64Array(3 * count * hidden));
    const after = new Float64Array(count * hidden);
    const logits = new Float64Array(count * vocabulary);
    map(0, chosen, embedded);
    map(1, embedded, input);
    map(2, before, recurrent);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < hidden; j++) {
        const at = 3 * i * hidden + j;
        const r = logistic(input[at] + recurrent[at]);
        const g = logistic(input[at + hidden] + recurrent[at + hidden]);
        const c = Math.tanh(input[at + 2 * hidden] + r * recurrent[at + 2 * hidden]);
        [gates[at], gates[at + hidden], gates[at + 2 * hidden]] = [r, g, c];
        after[i * hidden + j] = g * before[i * hidden + j] + (1 - g) * c;
      }
    }
    map(3, after, logits);
    return { tokens, before, embedded, recurrent, gates, after, logits };
  }

  backward(steps: readonly GruStep[], slopes: readonly (Float64Array | undefined)[], gradient: Float64Array): void {
    const { hidden, embedding } = this.sizes;
    const own = layersIn(gradient, this.layers);
    const count = steps[0].tokens.length;
    let ahead = new Float64Array(count * hidden);
    for (let t = steps.length - 1; t >= 0; t--) {
      const { tokens, before, embedded, recurrent, gates, after } = steps[t];
      const slope = slopes[t];
      if (slope) multiplyBack(this.layers[3], after, slope, own[3], ahead);
      const [input, state] = [0, 1].map(() => new Float64Array(3 * count * hidden));
      const back = new Float64Array(count * hidden);
      for (let i = 0; i < count; i++) {
        for (let j = 0; j < hidden; j++) {
          const at = 3 * i * hidden + j;
          const [r, g, c] = [gates[at], gates[at + hidden], gates[at + 2 * hidden]];
          const d = ahead[i * hidden + j];
          const candidate = d * (1 - g) * (1 - c * c);
          const reset = candidate * recurrent[at + 2 * hidden] * r * (1 - r);
          const update = d * (before[i * hidden + j] - c) * g * (1 - g);
          input[at] = state[at] = reset;
          input[at + hidden] = state[at + hidden] = update;
          input[at + 2 * hidden] = candidate;
          state[at + 2 * hidden] = candidate * r;
          back[i * hidden + j] = d * g;
        }
      }
      multiplyBack(this.layers[2], before, state, own[2], back);
      const word = new Float64Array(count * embedding);
      multiplyBack(this.layers[1], embedded, input, own[1], word);
      const { cols } = this.layers[0];
      for (let i = 0; i < count; i++) {
        for (let a = 0; a < embedding; a++) {
          own[0].weights[a * cols + tokens[i]] += word[i * embedding + a];
          own[0].bias[a] += word[i * embedding + a];
        }
      }
      ahead = back;
    }
  }
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
