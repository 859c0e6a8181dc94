// A diffusion sampler of handwritten digits whose denoiser is known in closed form: a mixture of ten normal distributions. Nothing is
// trained and no weights are loaded; a generator for searches of latents by rankings.
import { checkNumbers, checkObject, checkVector } from '@infimum/core';
import { symmetricEigen } from '@infimum/linalg';

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
  return { generator: (latent: Float64Array) => sample(components, latent), heldOut };
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

/** The expectation of a clean image given x = image + s N(0, I). */
function denoise(components: readonly Component[], x: Float64Array, s: number): Float64Array {
  const logs: number[] = [];
  const projections: Float64Array[] = [];
  for (const { share, mean, variances, axes } of components) {
    const q = new Float64Array(SIZE);
    let log = Math.log(share);
    for (let k = 0; k < SIZE; k++) {
      let sum = 0;
      for (let p = 0; p < SIZE; p++) sum += axes[k * SIZE + p] * (x[p] - mean[p]);
      q[k] = sum;
      const variance = variances[k] + s * s;
      log -= 0.5 * ((sum * sum) / variance + Math.log(variance));
    }
    logs.push(log);
    projections.push(q);
  }
  const largest = Math.max(...logs);
  const weights = logs.map((log) => Math.exp(log - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const out = new Float64Array(SIZE);
  components.forEach(({ mean, variances, axes }, c) => {
    const weight = weights[c] / total;
    if (weight < 1e-12) return;
    for (let p = 0; p < SIZE; p++) out[p] += weight * mean[p];
    for (let k = 0; k < SIZE; k++) {
      const shrunk = (weight * projections[c][k] * variances[k]) / (variances[k] + s * s);
      for (let p = 0; p < SIZE; p++) out[p] += shrunk * axes[k * SIZE + p];
    }
  });
  return out;
}

const LEVELS = 18;

/** Heun's method along 18 levels of noise from 10 to 0.02, then to 0. */
function sample(components: readonly Component[], latent: Float64Array): Float64Array {
  const [high, low] = [10 ** (1 / 7), 0.02 ** (1 / 7)];
  const level = (i: number) => (i < LEVELS ? (high + (i / (LEVELS - 1)) * (low - high)) ** 7 : 0);
  let x = latent.map((entry) => level(0) * entry);
  for (let i = 0; i < LEVELS; i++) {
    const [s, next] = [level(i), level(i + 1)];
    const clean = denoise(components, x, s);
    const slope = x.map((entry, p) => (entry - clean[p]) / s);
    const ahead = x.map((entry, p) => entry + (next - s) * slope[p]);
    if (next === 0) x = ahead;
    else {
      const cleaner = denoise(components, ahead, next);
      x = x.map((entry, p) => entry + (next - s) * 0.5 * (slope[p] + (ahead[p] - cleaner[p]) / next));
    }
  }
  return x;
}
