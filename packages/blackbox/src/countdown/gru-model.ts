// A recurrent language model in floating point with gated units, its forward pass by any map of its layers, and back-propagation
// through time:
// z = W_x e(token) + b, u = W_h h + b', r = σ(z_r + u_r), g = σ(z_g + u_g), c = tanh(z_c + r u_c), h' = g h + (1 - g) c, logits O h' + o.
import type { Random } from '@infimum/core';
import type { AffineLayer } from '../eggroll/low-rank-population.ts';

/** Sizes of a model. */
export interface GruSizes {
  readonly vocabulary: number;
  readonly embedding: number;
  readonly hidden: number;
}

/** Writes what a layer makes of inputs, one sequence after the other. */
export type LayerMap = (layer: number, x: Float64Array, out: Float64Array) => void;

/** A step of several sequences, kept for the way back. */
export interface GruStep {
  readonly tokens: Int32Array;
  readonly before: Float64Array;
  readonly embedded: Float64Array;
  readonly recurrent: Float64Array;
  /** r, g and c, one after the other. */
  readonly gates: Float64Array;
  readonly after: Float64Array;
  readonly logits: Float64Array;
}

/** All parameters in one vector, and the layers embedding, input, recurrence and head that lie in it. */
export class GruModel {
  readonly sizes: GruSizes;
  readonly parameters: Float64Array;
  readonly layers: readonly AffineLayer[];

  /** Embeddings normal, other weights uniform within ± 1 / sqrt(inputs), biases 0: what is usual where the paper's sources say nothing. */
  constructor(sizes: GruSizes, random: Random) {
    this.sizes = sizes;
    const { vocabulary, embedding, hidden } = sizes;
    const shapes = [
      [embedding, vocabulary],
      [3 * hidden, embedding],
      [3 * hidden, hidden],
      [vocabulary, hidden],
    ];
    this.parameters = new Float64Array(shapes.reduce((sum, [rows, cols]) => sum + rows * (cols + 1), 0));
    this.layers = layersOf(this.parameters, shapes);
    const [words, ...others] = this.layers;
    for (let e = 0; e < words.weights.length; e++) words.weights[e] = random.normal();
    for (const { weights, cols } of others) {
      const width = 1 / Math.sqrt(cols);
      for (let e = 0; e < weights.length; e++) weights[e] = width * (2 * random.uniform() - 1);
    }
  }

  /** Parameters or slopes of another vector as layers. */
  view(vector: Float64Array): AffineLayer[] {
    return layersOf(
      vector,
      this.layers.map(({ rows, cols }) => [rows, cols]),
    );
  }

  /** The map of the layers as they are. */
  plain(): LayerMap {
    return (layer, x, out) => multiply(this.layers[layer], x, out);
  }

  /** One token of every sequence from states `before`. */
  step(map: LayerMap, tokens: Int32Array, before: Float64Array): GruStep {
    const { vocabulary, embedding, hidden } = this.sizes;
    const count = tokens.length;
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

  /** Adds the slopes of a loss to `gradient`, from its slopes over the logits of every step; none where they are undefined. */
  backward(
    steps: readonly GruStep[],
    slopes: readonly (Float64Array | undefined)[],
    gradient: Float64Array,
  ): void {
    const { hidden, embedding } = this.sizes;
    const own = this.view(gradient);
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

function layersOf(vector: Float64Array, shapes: readonly (readonly number[])[]): AffineLayer[] {
  let at = 0;
  return shapes.map(([rows, cols]) => {
    const weights = vector.subarray(at, at + rows * cols);
    const bias = vector.subarray(at + rows * cols, at + rows * (cols + 1));
    at += rows * (cols + 1);
    return { rows, cols, weights, bias };
  });
}

/** out_i = W x_i + b, four sequences at a time. */
function multiply({ rows, cols, weights, bias }: AffineLayer, x: Float64Array, out: Float64Array): void {
  const count = x.length / cols;
  for (let i = 0; i < count; i += 4) {
    const last = Math.min(4, count - i);
    const [x0, x1, x2, x3] = [0, 1, 2, 3].map((k) => (i + Math.min(k, last - 1)) * cols);
    for (let a = 0; a < rows; a++) {
      let [s0, s1, s2, s3] = [bias[a], bias[a], bias[a], bias[a]];
      for (let b = 0; b < cols; b++) {
        const w = weights[a * cols + b];
        s0 += w * x[x0 + b];
        s1 += w * x[x1 + b];
        s2 += w * x[x2 + b];
        s3 += w * x[x3 + b];
      }
      out[i * rows + a] = s0;
      if (last > 1) out[(i + 1) * rows + a] = s1;
      if (last > 2) out[(i + 2) * rows + a] = s2;
      if (last > 3) out[(i + 3) * rows + a] = s3;
    }
  }
}

/** Adds to the slopes over weights, biases and inputs what those over the outputs make of them. */
function multiplyBack(
  { rows, cols, weights }: AffineLayer,
  x: Float64Array,
  slopes: Float64Array,
  own: AffineLayer,
  inputs: Float64Array,
): void {
  for (let i = 0; i * cols < x.length; i++) {
    for (let a = 0; a < rows; a++) {
      const slope = slopes[i * rows + a];
      if (slope === 0) continue;
      own.bias[a] += slope;
      for (let b = 0; b < cols; b++) {
        own.weights[a * cols + b] += slope * x[i * cols + b];
        inputs[i * cols + b] += slope * weights[a * cols + b];
      }
    }
  }
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
