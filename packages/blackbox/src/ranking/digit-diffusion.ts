// A diffusion sampler of handwritten digits whose denoiser is known in closed form: a mixture of ten normal distributions. Nothing is
// trained and no weights are loaded; a generator for searches of latents by rankings.
import { checkNumbers, checkObject, checkVector } from '@infimum/core';
import type { DenseMatrix, PreparedMatrix } from '@infimum/linalg';
import { prepareMatrix, symmetricEigen } from '@infimum/linalg';

/** The picture of a latent: 64 numbers in, 64 pixels about in [-1, 1] out. */
export type DigitGenerator = (latent: Float64Array) => Float64Array;

interface Component {
  readonly share: number;
  readonly mean: Float64Array;
  readonly variances: Float64Array;
  /** Axes in rows. */
  readonly axes: Float64Array;
}

const SIZE = 64;

/** Fits the ten components to all images but every fifth, which are held out. */
export function digitGenerator(digits: { images: { values: Float64Array }; labels: Uint8Array }) {
  checkObject(digits, 'digits');
  const { images, labels } = digits;
  checkObject(images, 'digits.images');
  checkVector(images.values, 'digits.images.values');
  checkNumbers(labels, 'digits.labels');

  const pixels = images.values.map((value) => value / 8 - 1);
  const image = (i: number) => pixels.subarray(i * SIZE, (i + 1) * SIZE);
  const indices = [...labels.keys()];
  const training = indices.filter((i) => i % 5 !== 0);
  const components = Array.from({ length: 10 }, (_, digit) => {
    const members = training.filter((i) => labels[i] === digit).map(image);
    return fitComponent(members, members.length / training.length);
  });
  const heldOut = indices.filter((i) => i % 5 === 0).map((i) => image(i).slice());
  const mixture = mixtureOf(components);
  return { generator: (latent: Float64Array) => sample(mixture, latent), heldOut };
}

function fitComponent(members: readonly Float64Array[], share: number): Component {
  const mean = new Float64Array(SIZE);
  for (const member of members) for (let p = 0; p < SIZE; p++) mean[p] += member[p] / members.length;
  const covariance = new Float64Array(SIZE * SIZE);
  for (const member of members) {
    for (let p = 0; p < SIZE; p++) {
      for (let q = 0; q < SIZE; q++) {
        covariance[p * SIZE + q] += ((member[p] - mean[p]) * (member[q] - mean[q])) / members.length;
      }
    }
  }
  for (let p = 0; p < SIZE; p++) covariance[p * SIZE + p] += 0.01;
  const { values, vectors } = symmetricEigen({ rows: SIZE, cols: SIZE, values: covariance });
  const axes = new Float64Array(SIZE * SIZE);
  for (let p = 0; p < SIZE; p++) for (let q = 0; q < SIZE; q++) axes[q * SIZE + p] = vectors.values[p * SIZE + q];
  return { share, mean, variances: values, axes };
}

/** The components together: their axes in one matrix, so that an image takes one product. */
interface Mixture {
  readonly components: readonly Component[];
  readonly axes: PreparedMatrix<DenseMatrix>;
  /** The coordinates of the means. */
  readonly centres: Float64Array;
}

function mixtureOf(components: readonly Component[]): Mixture {
  const rows = components.length * SIZE;
  const values = new Float64Array(rows * SIZE);
  components.forEach((component, c) => {
    values.set(component.axes, c * SIZE * SIZE);
  });
  const axes = prepareMatrix({ rows, cols: SIZE, values });
  const centres = components.flatMap(({ mean }, c) => [...axes.multiply(mean).subarray(c * SIZE, (c + 1) * SIZE)]);
  return { components, axes, centres: Float64Array.from(centres) };
}

/** The expectation of a clean image given x = image + s N(0, I). */
function denoise({ components, axes, centres }: Mixture, x: Float64Array, s: number): Float64Array {
  const along = axes.multiply(x);
  const logs = new Float64Array(components.length);
  for (const [c, { share, variances }] of components.entries()) {
    logs[c] = Math.log(share);
    for (let k = 0, at = c * SIZE; k < SIZE; k++, at++) {
      const variance = variances[k] + s * s;
      along[at] -= centres[at];
      logs[c] -= 0.5 * ((along[at] * along[at]) / variance + Math.log(variance));
    }
  }
  const largest = logs.reduce((a, b) => Math.max(a, b));
  const weights = logs.map((log) => Math.exp(log - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const centre = new Float64Array(SIZE);
  for (const [c, { mean, variances }] of components.entries()) {
    const weight = weights[c] / total;
    for (let p = 0; p < SIZE; p++) centre[p] += weight * mean[p];
    for (let k = 0, at = c * SIZE; k < SIZE; k++, at++) along[at] *= (weight * variances[k]) / (variances[k] + s * s);
  }
  const shrunk = axes.multiplyTransposed(along);
  return centre.map((entry, p) => entry + shrunk[p]);
}

const LEVELS = 18;

/** Heun's method along 18 levels of noise from 10 to 0.02, then to 0. */
function sample(mixture: Mixture, latent: Float64Array): Float64Array {
  if (!latent.every(Number.isFinite)) return new Float64Array(SIZE).fill(Number.NaN);
  const [high, low] = [10 ** (1 / 7), 0.02 ** (1 / 7)];
  const level = (i: number) => (i < LEVELS ? (high + (i / (LEVELS - 1)) * (low - high)) ** 7 : 0);
  let x = latent.map((entry) => level(0) * entry);
  for (let i = 0; i < LEVELS; i++) {
    const [s, next] = [level(i), level(i + 1)];
    const clean = denoise(mixture, x, s);
    const slope = x.map((entry, p) => (entry - clean[p]) / s);
    const ahead = x.map((entry, p) => entry + (next - s) * slope[p]);
    if (next === 0) x = ahead;
    else {
      const cleaner = denoise(mixture, ahead, next);
      x = x.map((entry, p) => entry + (next - s) * 0.5 * (slope[p] + (ahead[p] - cleaner[p]) / next));
    }
  }
  return x;
}
