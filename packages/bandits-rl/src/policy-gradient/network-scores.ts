// The scores of a network of tanh layers at many steps, summed with weights: each layer is one product of matrices for all of them.
import { GEMM_SCRATCH, layout, linalgKernels, scratch } from '@infimum/linalg/kernels';

/** Steps of a block: what its layers hold fits the second level of the cache. */
const BLOCK = 128;

/** Where the parameters of a network are. */
export interface NetworkShape {
  /** Widths of observation, hidden layers and outputs. */
  readonly sizes: readonly number[];
  /** Where the weights of each layer begin, a row an output, and its constant terms behind them. */
  readonly offsets: readonly number[];
  /** Parameters of the network; those of the head follow. */
  readonly length: number;
}

/** Writes the derivatives by the outputs z of step h into `byZ`, and adds those by the head's own parameters where they belong. */
export type HeadSlope = (h: number, z: Float64Array, byZ: Float64Array) => void;

/** out += the sum over the steps of the network's derivatives, given those at its outputs; observations are rows. */
export function addNetworkScores(
  { sizes, offsets, length }: NetworkShape,
  parameters: Float64Array,
  observations: Float64Array,
  count: number,
  slopeAt: HeadSlope,
  out: Float64Array,
): void {
  const layers = sizes.length - 1;
  const starts = sizes.map((_, l) => BLOCK * sizes.slice(0, l).reduce((sum, size) => sum + size, 0));
  const room = BLOCK * sizes.reduce((sum, size) => sum + size, 0);
  using memory = layout({
    weights: parameters,
    gradient: length,
    values: scratch(room),
    slopes: scratch(room),
    products: scratch(GEMM_SCRATCH),
  });
  const { workspace, weights, gradient, values, slopes } = memory;
  const { gemm } = workspace.kernels(linalgKernels);
  const products = memory.products.byteOffset;
  const rowsOf = (array: Float64Array, l: number, steps: number) =>
    array.subarray(starts[l], starts[l] + steps * sizes[l]);
  const layerOf = (array: Float64Array, l: number) => array.byteOffset + 8 * offsets[l];
  const z = new Float64Array(sizes[layers]);
  const byZ = new Float64Array(sizes[layers]);

  for (let from = 0; from < count; from += BLOCK) {
    const steps = Math.min(BLOCK, count - from);
    rowsOf(values, 0, steps).set(observations.subarray(from * sizes[0], (from + steps) * sizes[0]));
    for (let l = 0; l < layers; l++) forward(l, steps);
    slopesOfOutputs(from, steps);
    for (let l = layers - 1; l >= 0; l--) backward(l, steps);
  }
  for (let i = 0; i < length; i++) out[i] += gradient[i];

  /** V_(l+1) = tanh(V_l W' + b), without tanh in the last layer. */
  function forward(l: number, steps: number): void {
    const [width, next] = [sizes[l], sizes[l + 1]];
    const biases = offsets[l] + width * next;
    const [from, to] = [rowsOf(values, l, steps), rowsOf(values, l + 1, steps)];
    for (let h = 0, at = 0; h < steps; h++) for (let i = 0; i < next; i++) to[at++] = weights[biases + i];
    const w = layerOf(weights, l);
    gemm(0, steps, next, width, 1, from.byteOffset, width, 1, w, 1, width, 1, to.byteOffset, next, products);
    if (l + 1 < layers) for (let k = 0; k < to.length; k++) to[k] = Math.tanh(to[k]);
  }

  function slopesOfOutputs(from: number, steps: number): void {
    const [outputs, towards] = [rowsOf(values, layers, steps), rowsOf(slopes, layers, steps)];
    for (let h = 0; h < steps; h++) {
      for (let i = 0; i < z.length; i++) z[i] = outputs[h * z.length + i];
      slopeAt(from + h, z, byZ);
      for (let i = 0; i < z.length; i++) towards[h * z.length + i] = byZ[i];
    }
  }

  /** ∂W += S' V, ∂b += the sum of S, and S_l = (S_(l+1) W) (1 - V²). */
  function backward(l: number, steps: number): void {
    const [width, next] = [sizes[l], sizes[l + 1]];
    const biases = offsets[l] + width * next;
    const [value, slope] = [rowsOf(values, l, steps), rowsOf(slopes, l + 1, steps)];
    const [v, s] = [value.byteOffset, slope.byteOffset];
    gemm(0, next, width, steps, 1, s, 1, next, v, width, 1, 1, layerOf(gradient, l), width, products);
    for (let h = 0, at = 0; h < steps; h++)
      for (let i = 0; i < next; i++) gradient[biases + i] += slope[at++];
    if (l === 0) return;
    const before = rowsOf(slopes, l, steps);
    const w = layerOf(weights, l);
    gemm(0, steps, width, next, 1, s, next, 1, w, width, 1, 0, before.byteOffset, width, products);
    for (let k = 0; k < before.length; k++) before[k] *= 1 - value[k] * value[k];
  }
}
