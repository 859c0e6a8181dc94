// The common part of language models of a few characters: affine layers in one vector, steps by any map of the layers, and back-propagation
// through the steps.
import { Random } from '@infimum/core';
import type { Ascent } from '../eggroll/ascent.ts';
import type { AffineLayer } from '../eggroll/low-rank-population.ts';
import { affine, layersIn } from '../eggroll/low-rank-population.ts';

/** Writes the outputs of a layer for inputs, one sequence after the other. */
export type LayerMap = (layer: number, x: Float64Array, out: Float64Array) => void;

/** A step of several sequences, kept for back-propagation. */
export interface TokenStep {
  readonly tokens: Int32Array;
  readonly logits: Float64Array;
}

/** A language model: all parameters in one vector, and the layers that lie in it, the embedding of one-hot inputs first. */
export abstract class TokenModel<Step extends TokenStep = TokenStep> {
  readonly parameters: Float64Array;
  readonly layers: readonly AffineLayer[];

  /** Copies parameters, or draws what is usual: embeddings normal, other weights uniform within ± 1 / sqrt(inputs), biases 0. */
  constructor(shapes: readonly (readonly [rows: number, cols: number])[], given: Random | Float64Array) {
    const sizes = shapes.map(([rows, cols]) => ({ rows, cols }));
    this.parameters = new Float64Array(sizes.reduce((sum, { rows, cols }) => sum + rows * (cols + 1), 0));
    this.layers = layersIn(this.parameters, sizes);
    if (!(given instanceof Random)) {
      this.parameters.set(given);
      return;
    }
    const [words, ...others] = this.layers;
    for (let e = 0; e < words.weights.length; e++) words.weights[e] = given.normal();
    for (const { weights, cols } of others) {
      const width = 1 / Math.sqrt(cols);
      for (let e = 0; e < weights.length; e++) weights[e] = width * (2 * given.uniform() - 1);
    }
  }

  /** The map of the layers as they are. */
  plain(): LayerMap {
    return (layer, x, out) => affine(this.layers[layer], x, x.length / this.layers[layer].cols, out);
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

/** A step of Adam on the mean log-loss of tokens, one array a place, from place `first` on; each is predicted from those before it. */
export function learnTokens(model: TokenModel, adam: Ascent, tokens: readonly Int32Array[], first: number, rate: number): void {
  const taken = stepsOf(model, tokens.slice(0, -1));
  const slopes = taken.map((step, t) => {
    if (t + 1 < first) return undefined;
    const [slope, share] = [new Float64Array(step.logits.length), 1 / (step.tokens.length * (tokens.length - first))];
    for (const [i, token] of tokens[t + 1].entries()) addSlope(step, i, token, share, slope);
    return slope;
  });
  const gradient = new Float64Array(model.parameters.length);
  model.backward(taken, slopes, gradient);
  adam.step(model.parameters, gradient, rate);
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

/** Back-propagates the slopes over the outputs, adding to those over weights, biases and inputs. */
export function multiplyBack(
  { rows, cols, weights }: AffineLayer,
  x: Float64Array,
  slopes: Float64Array,
  own: AffineLayer,
  inputs: Float64Array,
): void {
  const count = x.length / cols;
  for (let i = 0; i < count; i++) for (let a = 0; a < rows; a++) own.bias[a] += slopes[i * rows + a];
  for (let a = 0; a < rows; a++) addRows(slopes, a, rows, x, own.weights.subarray(a * cols, (a + 1) * cols));
  for (let i = 0; i < count; i++) addRows(slopes, i * rows, 1, weights, inputs.subarray(i * cols, (i + 1) * cols));
}

/**
 * Adds the rows of a matrix to `out`, times the coefficients from `at` on, `stride` apart. Four at a time, in the order of plain loops:
 * sums are read and written once for four terms.
 */
function addRows(coefficients: Float64Array, at: number, stride: number, matrix: Float64Array, out: Float64Array): void {
  const cols = out.length;
  let k = 0;
  for (; k + 4 * cols <= matrix.length; k += 4 * cols, at += 4 * stride) {
    const [c0, c1] = [coefficients[at], coefficients[at + stride]];
    const [c2, c3] = [coefficients[at + 2 * stride], coefficients[at + 3 * stride]];
    if (c0 === 0 && c1 === 0 && c2 === 0 && c3 === 0) continue;
    for (let b = 0, e = k; b < cols; b++, e++) {
      const sum = out[b] + c0 * matrix[e] + c1 * matrix[e + cols];
      out[b] = sum + c2 * matrix[e + 2 * cols] + c3 * matrix[e + 3 * cols];
    }
  }
  for (; k < matrix.length; k += cols, at += stride) {
    for (let b = 0; b < cols; b++) out[b] += coefficients[at] * matrix[k + b];
  }
}
