// The first layers of small networks: linear in their parameters, dense or convolutional, with the pooling behind them.
import type { FloatArray } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';

/** A layer that sees the data. Its parameters are the first ones of the network's. */
export interface FeatureLayer {
  /** Shapes of its parameters. */
  readonly shapes: readonly (readonly number[])[];
  /** Number of samples. */
  readonly samples: number;
  /** What it gives, before the activation. */
  readonly units: number;
  /** What is left after pooling. */
  readonly features: number;
  /** The feature that each unit is averaged into, `units / features` of them each. */
  readonly featureOf: Int32Array;
  /** out <- the units of a sample. Linear in the parameters, so directions of them go through it too. */
  apply(parameters: Float64Array, sample: number, out: Float64Array, at: number): void;
  /** out <- out + scale times the adjoint of `apply` at d. */
  addAdjoint(d: Float64Array, sample: number, scale: number, out: FloatArray, outAt: number): void;
}

/** u = W x + b. Parameters: W, units by inputs, and b. */
export function denseLayer({ rows, cols, values }: DenseMatrix, units: number): FeatureLayer {
  const biases = units * cols;
  return {
    shapes: [[units, cols], [units]],
    samples: rows,
    units,
    features: units,
    featureOf: Int32Array.from({ length: units }, (_, unit) => unit),
    apply: (parameters, sample, out, at) => {
      const row = sample * cols;
      for (let unit = 0, k = 0; unit < units; unit++) {
        let sum = parameters[biases + unit];
        for (let j = 0; j < cols; j++, k++) sum += parameters[k] * values[row + j];
        out[at + unit] = sum;
      }
    },
    addAdjoint: (d, sample, scale, out, outAt) => {
      const row = sample * cols;
      for (let unit = 0, k = outAt; unit < units; unit++) {
        const factor = scale * d[unit];
        for (let j = 0; j < cols; j++, k++) out[k] += factor * values[row + j];
        out[outAt + biases + unit] += factor;
      }
    },
  };
}

/** Sizes of a convolution. */
export interface ConvolutionSizes {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Side of the kernels, odd. */
  readonly kernel: number;
  /** Side of the squares that are averaged; divides height and width. */
  readonly pool: number;
}

/**
 * A convolution of grey images with zeros around them, and means over squares. Parameters: kernels, channels by 1 by side
 * by side, and a bias a channel.
 */
export function convolutionLayer(
  { rows, values }: DenseMatrix,
  { height, width, channels, kernel, pool }: ConvolutionSizes,
): FeatureLayer {
  const margin = (kernel - 1) / 2;
  const [paddedHeight, paddedWidth] = [height + 2 * margin, width + 2 * margin];
  const pixels = height * width;
  const padded = new Float64Array(rows * paddedHeight * paddedWidth);
  for (let sample = 0; sample < rows; sample++) {
    for (let i = 0; i < height; i++) {
      const from = sample * pixels + i * width;
      const to = (sample * paddedHeight + i + margin) * paddedWidth + margin;
      padded.set(values.subarray(from, from + width), to);
    }
  }
  const biases = channels * kernel * kernel;
  const [pooledHeight, pooledWidth] = [height / pool, width / pool];
  const featureOf = Int32Array.from({ length: channels * pixels }, (_, unit) => {
    const [channel, pixel] = [Math.floor(unit / pixels), unit % pixels];
    const [i, j] = [Math.floor(pixel / width / pool), Math.floor((pixel % width) / pool)];
    return (channel * pooledHeight + i) * pooledWidth + j;
  });
  return {
    shapes: [[channels, 1, kernel, kernel], [channels]],
    samples: rows,
    units: channels * pixels,
    features: channels * pooledHeight * pooledWidth,
    featureOf,
    apply: (parameters, sample, out, at) => {
      out.fill(0, at, at + channels * pixels);
      const image = sample * paddedHeight * paddedWidth;
      for (let channel = 0, k = 0; channel < channels; channel++) {
        const start = at + channel * pixels;
        for (let a = 0; a < kernel; a++) {
          for (let b = 0; b < kernel; b++, k++) {
            const weight = parameters[k];
            for (let i = 0, unit = start; i < height; i++) {
              let pixel = image + (i + a) * paddedWidth + b;
              for (let j = 0; j < width; j++) out[unit++] += weight * padded[pixel++];
            }
          }
        }
        const bias = parameters[biases + channel];
        for (let unit = start; unit < start + pixels; unit++) out[unit] += bias;
      }
    },
    addAdjoint: (d, sample, scale, out, outAt) => {
      const image = sample * paddedHeight * paddedWidth;
      for (let channel = 0, k = outAt; channel < channels; channel++) {
        const start = channel * pixels;
        for (let a = 0; a < kernel; a++) {
          for (let b = 0; b < kernel; b++, k++) {
            let sum = 0;
            for (let i = 0, unit = start; i < height; i++) {
              let pixel = image + (i + a) * paddedWidth + b;
              for (let j = 0; j < width; j++) sum += d[unit++] * padded[pixel++];
            }
            out[k] += scale * sum;
          }
        }
        let sum = 0;
        for (let unit = start; unit < start + pixels; unit++) sum += d[unit];
        out[outAt + biases + channel] += scale * sum;
      }
    },
  };
}
