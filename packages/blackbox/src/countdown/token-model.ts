// What language models of a few characters have in common: affine layers in one vector, steps by any map of the layers, and the way
// back through the steps.
import type { Random } from '@infimum/core';
import type { AffineLayer } from '../eggroll/low-rank-population.ts';

/** Writes what a layer makes of inputs, one sequence after the other. */
export type LayerMap = (layer: number, x: Float64Array, out: Float64Array) => void;

/** A step of several sequences, kept for the way back. */
export interface TokenStep {
  readonly tokens: Int32Array;
  readonly logits: Float64Array;
}

/** A language model: all parameters in one vector, and the layers that lie in it, the embedding of one-hot inputs first. */
export abstract class TokenModel<Step extends TokenStep = TokenStep> {
  readonly parameters: Float64Array;
  readonly layers: readonly AffineLayer[];
  readonly #shapes: readonly (readonly [rows: number, cols: number])[];

  /** Embeddings normal, other weights uniform within ± 1 / sqrt(inputs), biases 0: what is usual where the paper's sources say nothing. */
  constructor(shapes: readonly (readonly [rows: number, cols: number])[], random: Random) {
    this.#shapes = shapes;
    this.parameters = new Float64Array(shapes.reduce((sum, [rows, cols]) => sum + rows * (cols + 1), 0));
    this.layers = this.view(this.parameters);
    const [words, ...others] = this.layers;
    for (let e = 0; e < words.weights.length; e++) words.weights[e] = random.normal();
    for (const { weights, cols } of others) {
      const width = 1 / Math.sqrt(cols);
      for (let e = 0; e < weights.length; e++) weights[e] = width * (2 * random.uniform() - 1);
    }
  }

  /** Parameters or slopes of another vector as layers. */
  view(vector: Float64Array): AffineLayer[] {
    let at = 0;
    return this.#shapes.map(([rows, cols]) => {
      const weights = vector.subarray(at, at + rows * cols);
      const bias = vector.subarray(at + rows * cols, at + rows * (cols + 1));
      at += rows * (cols + 1);
      return { rows, cols, weights, bias };
    });
  }

  /** The map of the layers as they are. */
  plain(): LayerMap {
    return (layer, x, out) => multiply(this.layers[layer], x, out);
  }

  /** One token of every sequence after those of the step before, if there was one. */
  abstract step(map: LayerMap, tokens: Int32Array, before?: Step): Step;

  /** Adds the slopes of a loss to `gradient`, from its slopes over the logits of every step; none where they are undefined. */
  abstract backward(steps: readonly Step[], slopes: readonly (Float64Array | undefined)[], gradient: Float64Array): void;
}

/** The steps of sequences of tokens, one array a step, by the layers as they are. */
export function stepsOf<Step extends TokenStep>(model: TokenModel<Step>, tokens: readonly Int32Array[]): Step[] {
  const steps: Step[] = [];
  for (const given of tokens) steps.push(model.step(model.plain(), given, steps.at(-1)));
  return steps;
}

/** The logarithm of the sum of exponentials of `count` logits from `at` on. */
export function logSum(logits: Float64Array, at: number, count: number): number {
  let [most, sum] = [-Infinity, 0];
  for (let e = at; e < at + count; e++) most = Math.max(most, logits[e]);
  for (let e = at; e < at + count; e++) sum += Math.exp(logits[e] - most);
  return most + Math.log(sum);
}

/** Log-probability of a token of sequence i. */
export function logProbability({ tokens, logits }: TokenStep, i: number, token: number): number {
  const n = logits.length / tokens.length;
  return logits[i * n + token] - logSum(logits, i * n, n);
}

/** Adds coefficient · d log p(token) / d logits of sequence i. */
export function addSlope(
  { tokens, logits }: TokenStep,
  i: number,
  token: number,
  coefficient: number,
  out: Float64Array,
): void {
  const n = logits.length / tokens.length;
  const all = logSum(logits, i * n, n);
  for (let v = 0; v < n; v++) out[i * n + v] += coefficient * (Number(v === token) - Math.exp(logits[i * n + v] - all));
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
export function multiplyBack(
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
