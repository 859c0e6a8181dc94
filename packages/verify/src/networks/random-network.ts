// Random networks of the He-normal kind, drawn with mulberry32 so that they can be reproduced anywhere.
import { mulberry32 } from '@infimum/core/reference-generators';
import type { Activation, ConvolutionLayer, Layer, Network } from './network.ts';

/** Standard normal numbers, two uniforms each: sqrt(-2 ln(1 - u)) cos(2 pi v). */
export function normalSource(uniform: () => number): () => number {
  return () => {
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    return radius * Math.cos(2 * Math.PI * uniform());
  };
}

/** A dense network with weights N(0, 2 / fan in) and biases N(0, 0.01), layer by layer, weights first. */
export function randomDenseNetwork(dims: readonly number[], seed: number, activation: Activation = 'relu'): Network {
  const normal = normalSource(mulberry32(seed));
  const layers = dims.slice(1).map((outputs, k): Layer => {
    const inputs = dims[k];
    const scale = Math.sqrt(2 / inputs);
    const weight = Float64Array.from({ length: inputs * outputs }, () => normal() * scale);
    const bias = Float64Array.from({ length: outputs }, () => 0.1 * normal());
    const last = k === dims.length - 2;
    return { kind: 'dense', inputs, outputs, weight, bias, activation: last ? 'linear' : activation };
  });
  return { layers };
}

/** A convolution of a random network: channels out, side of the square kernel, stride, padding. */
export type ConvolutionShape = readonly [channels: number, size: number, stride: number, padding: number];

/** Convolutions with weights N(0, 2 / (channels in * kernel)), then dense layers, ReLU between them. */
export function randomConvolutionalNetwork(
  shape: readonly [number, number, number],
  convolutions: readonly ConvolutionShape[],
  dense: readonly number[],
  seed: number,
): Network {
  const normal = normalSource(mulberry32(seed));
  const layers: Layer[] = [];
  let [depth, height, width] = shape;
  for (const [channels, size, stride, padding] of convolutions) {
    const fanIn = depth * size * size;
    const scale = Math.sqrt(2 / fanIn);
    const kernel = Float64Array.from({ length: channels * fanIn }, () => normal() * scale);
    const bias = Float64Array.from({ length: channels }, () => 0.1 * normal());
    const layer: ConvolutionLayer = {
      kind: 'convolution',
      shape: [depth, height, width],
      channels,
      size: [size, size],
      stride: [stride, stride],
      padding: [padding, padding, padding, padding],
      kernel,
      bias,
      activation: 'relu',
    };
    layers.push(layer);
    height = Math.floor((height + 2 * padding - size) / stride) + 1;
    width = Math.floor((width + 2 * padding - size) / stride) + 1;
    depth = channels;
  }
  let inputs = depth * height * width;
  dense.forEach((outputs, k) => {
    const scale = Math.sqrt(2 / inputs);
    const weight = Float64Array.from({ length: inputs * outputs }, () => normal() * scale);
    const bias = Float64Array.from({ length: outputs }, () => 0.1 * normal());
    const activation = k === dense.length - 1 ? 'linear' : 'relu';
    layers.push({ kind: 'dense', inputs, outputs, weight, bias, activation });
    inputs = outputs;
  });
  return { layers };
}

/** The point for a random network: uniform numbers of mulberry32(seed + 100). */
export function randomCenter(inputs: number, seed: number): Float64Array {
  const uniform = mulberry32(seed + 100);
  return Float64Array.from({ length: inputs }, () => uniform());
}
