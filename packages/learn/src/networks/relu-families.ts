// Data for two-layer networks: the specified planes, planted networks, digits, and features that an adversary can flip.
import { defineFamily } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import { rowDot } from '@infimum/linalg/numerics';
import { digitPair, normals } from '../separable/separable-families.ts';
import type { ReluInstance } from './relu-network.ts';

/** n rows of two normal numbers, then n normal targets: the specification's planes. */
export function planarRegression(n: number, seed: number, beta: number): ReluInstance {
  const normal = normals(mulberry32(seed));
  const values = Float64Array.from({ length: 2 * n }, normal);
  const targets = Float64Array.from({ length: n }, normal);
  return { points: { rows: n, cols: 2, values }, targets, loss: 'squared', beta };
}

/** Normal rows, and the predictions of a drawn network with a little noise. */
export function plantedRegression(n: number, d: number, units: number, beta: number, seed: number): ReluInstance {
  const normal = normals(mulberry32(seed));
  const values = Float64Array.from({ length: n * d }, normal);
  const hidden = Float64Array.from({ length: units * d }, () => normal() / Math.sqrt(d));
  const targets = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    for (let j = 0; j < units; j++) {
      const height = rowDot(values, k * d, hidden, j * d, d);
      if (height > 0) targets[k] += j % 2 === 0 ? height : -height;
    }
    targets[k] += 0.05 * normal();
  }
  return { points: { rows: n, cols: d, values }, targets, loss: 'squared', beta };
}

/** Two classes: feature 0 is y + normal / 2, features 1 to 19 are 0.15 y + normal / 10 and can be flipped; a column of ones. */
export function robustFeatures(n: number, epsilon: number, beta: number, seed: number): ReluInstance {
  const normal = normals(mulberry32(seed));
  const cols = 21;
  const values = new Float64Array(n * cols);
  const targets = Float64Array.from({ length: n }, (_, k) => (k % 2 === 0 ? 1 : -1));
  for (let k = 0; k < n; k++) {
    values[k * cols] = targets[k] + 0.5 * normal();
    for (let j = 1; j < 20; j++) values[k * cols + j] = 0.15 * targets[k] + 0.1 * normal();
    values[k * cols + 20] = 1;
  }
  const radii = new Float64Array(cols).fill(epsilon);
  radii[20] = 0;
  return { points: { rows: n, cols, values }, targets, loss: 'hinge', beta, radii };
}

const beta = (fallback: number) =>
  ({ type: 'number', above: 0, max: 1e6, default: fallback, description: 'Factor of the penalty' }) as const;

/** The families of `learn/two-layer-relu`. */
export const reluFamilies = {
  planar: defineFamily({
    title: 'Points in the plane',
    description: 'Normal points and normal targets: small enough for a proved optimum.',
    real: false,
    params: { n: { type: 'integer', min: 1, max: 60, default: 6, description: 'Points' }, beta: beta(0.1) },
    suites: { quick: [{}], full: [{ n: 12 }, { n: 10, beta: 0.01 }, { n: 30 }] },
    generate: ({ n, beta }, seed) => planarRegression(n, seed, beta),
  }),
  absolute: defineFamily({
    title: 'The absolute value',
    description: 'y = |x| at evenly spaced points of [-1, 1], with a column of ones.',
    real: false,
    params: { n: { type: 'integer', min: 2, max: 60, default: 10, description: 'Points' }, beta: beta(0.01) },
    suites: { quick: [{ n: 5 }], full: [{}, { n: 30 }] },
    generate: ({ n, beta }): ReluInstance => {
      const x = Float64Array.from({ length: n }, (_, k) => -1 + (2 * k) / (n - 1));
      const values = Float64Array.from({ length: 2 * n }, (_, k) => (k % 2 === 0 ? x[k / 2] : 1));
      return { points: { rows: n, cols: 2, values }, targets: x.map(Math.abs), loss: 'squared', beta };
    },
  }),
  planted: defineFamily({
    title: 'A planted network',
    description: 'Normal points, predictions of a random network, a little noise.',
    real: false,
    params: {
      n: { type: 'integer', min: 1, max: 10_000, default: 100, description: 'Samples' },
      d: { type: 'integer', min: 1, max: 200, default: 5, description: 'Columns' },
      units: { type: 'integer', min: 1, max: 100, default: 4, description: 'Units of the random network' },
      beta: beta(0.1),
    },
    suites: { quick: [{ n: 20, d: 3 }], full: [{}, { n: 150, d: 20 }] },
    generate: ({ n, d, units, beta }, seed) => plantedRegression(n, d, units, beta, seed),
  }),
  digits: defineFamily({
    title: 'Two handwritten digits',
    description: 'Images of two digits with a column of ones, by the logistic loss.',
    real: true,
    params: {
      a: { type: 'integer', min: 0, max: 9, default: 4, description: 'The digit of class 1' },
      b: { type: 'integer', min: 0, max: 9, default: 9, description: 'The digit of class -1' },
      stride: { type: 'integer', min: 1, max: 50, default: 2, description: 'Use every k-th image' },
      beta: beta(0.05),
    },
    suites: { quick: [{ stride: 25 }], full: [{}] },
    generate: async ({ a, b, stride, beta }): Promise<ReluInstance> => {
      const { points, labels } = await digitPair(a, b, stride);
      const { rows, cols, values } = points as { rows: number; cols: number; values: Float64Array };
      const withOnes = new Float64Array(rows * (cols + 1)).fill(1);
      for (let k = 0; k < rows; k++) withOnes.set(values.subarray(k * cols, (k + 1) * cols), k * (cols + 1));
      return { points: { rows, cols: cols + 1, values: withOnes }, targets: Float64Array.from(labels), loss: 'logistic', beta };
    },
  }),
  adversarial: defineFamily({
    title: 'Features that an adversary can flip',
    description: 'One large noisy feature, nineteen small ones that predict better, and an adversary.',
    real: false,
    params: {
      n: { type: 'integer', min: 2, max: 1000, default: 60, description: 'Samples' },
      epsilon: { type: 'number', min: 0, max: 1, default: 0.2, description: 'Largest change of every feature' },
      beta: beta(1e-3),
    },
    suites: { quick: [{ n: 12 }], full: [{ epsilon: 0.1 }, {}, { epsilon: 0.3 }] },
    generate: ({ n, epsilon, beta }, seed) => robustFeatures(n, epsilon, beta, seed),
  }),
};
