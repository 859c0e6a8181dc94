// Points of two classes: the paper's hard ones, random ones with a margin, a ladder, and real data.
import { allocateVector, checkInteger, checkNumber, defineFamily, fault } from '@infimum/core';
import { importData } from '@infimum/core/data';
import { mulberry32 } from '@infimum/core/reference-generators';
import type { DenseMatrix } from '@infimum/linalg';
import { rowDot } from '@infimum/linalg/numerics';
import type { SeparableInstance } from './signed-rows.ts';

/** Standard normal numbers from a uniform generator (Box and Muller). */
export function normals(next: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

/**
 * n - 1 copies of (1, m) / sqrt(1 + m²) and one (-1, m) / sqrt(1 + m²), all of class 1, without intercept: margin
 * m / sqrt(1 + m²), R = 1. Plain gradient descent needs n / 2 iterations, the normalised one 1 / mu².
 *
 * @throws {InvalidInputError} naming `n` or `m`
 */
export function hardSeparable(n: number, m: number): SeparableInstance {
  checkInteger(n, 'n', { min: 2 });
  checkNumber(m, 'm', { above: 0 });
  const size = Math.hypot(1, m);
  const values = allocateVector(2 * n, 'n');
  for (let i = 0; i < n; i++) {
    values[2 * i] = (i === n - 1 ? -1 : 1) / size;
    values[2 * i + 1] = m / size;
  }
  return { points: { rows: n, cols: 2, values }, labels: new Int8Array(n).fill(1), fitIntercept: false };
}

/**
 * The ladder b_i = e_i - sum_{j<i} e_j in R^d, of class 1, without intercept: mu² = 3 / (4^d - 1), and the cyclic perceptron
 * takes exactly (4^d - 1) / 3 updates.
 *
 * @throws {InvalidInputError} naming `d`
 */
export function separableLadder(d: number): SeparableInstance {
  checkInteger(d, 'd', { min: 1, max: 1000 });
  const values = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    values.fill(-1, i * d, i * d + i);
    values[i * d + i] = 1;
  }
  return { points: { rows: d, cols: d, values }, labels: new Int8Array(d).fill(1), fitIntercept: false };
}

/** Maximum number of consecutive draws within the margin. */
const MOST_MISSES = 1_000_000;

/** Points uniform on the sphere at least m away from a random plane: margin at least m, R = 1. */
export function separatedSphere(n: number, d: number, m: number, seed: number): SeparableInstance {
  for (const [name, size] of Object.entries({ n, d })) checkInteger(size, name, { min: 1, max: 2 ** 24 });
  checkNumber(m, 'm', { below: 1 });
  checkInteger(seed, 'seed');
  const next = normals(mulberry32(seed));
  const unit = (out: Float64Array) => {
    let square = 0;
    for (let j = 0; j < out.length; j++) {
      out[j] = next();
      square += out[j] * out[j];
    }
    for (let j = 0; j < out.length; j++) out[j] /= Math.sqrt(square);
    return out;
  };
  const v = unit(new Float64Array(d));
  const x = new Float64Array(d);
  const values = allocateVector(n * d, 'n');
  const labels = new Int8Array(n);
  for (let i = 0, missed = 0; i < n; missed++) {
    if (missed === MOST_MISSES) {
      throw fault(`is so wide that none of ${MOST_MISSES} points in ${d} dimensions is outside it`, 'm', 'out-of-range');
    }
    unit(x);
    const height = rowDot(x, 0, v, 0, d);
    if (!(Math.abs(height) >= m)) continue;
    missed = -1;
    values.set(x, i * d);
    labels[i++] = height > 0 ? 1 : -1;
  }
  return { points: { rows: n, cols: d, values }, labels, fitIntercept: false };
}

/** Every column with mean 0 and variance 1; constant columns become 0. */
export function standardizedColumns({ rows, cols, values }: DenseMatrix): DenseMatrix {
  const scaled = new Float64Array(values.length);
  for (let j = 0; j < cols; j++) {
    let mean = 0;
    for (let i = 0; i < rows; i++) mean += values[i * cols + j] / rows;
    let variance = 0;
    for (let i = 0; i < rows; i++) variance += (values[i * cols + j] - mean) ** 2 / rows;
    const deviation = Math.sqrt(variance) || 1;
    for (let i = 0; i < rows; i++) scaled[i * cols + j] = (values[i * cols + j] - mean) / deviation;
  }
  return { rows, cols, values: scaled };
}

/** The images of two digits, pixels from 0 to 1: a is class 1, b class -1. */
export async function digitPair(a: number, b: number, stride = 1): Promise<SeparableInstance> {
  if (a === b) throw fault('must differ from a', 'b', 'out-of-range');
  const { loadDigits } = await importData(() => import('@infimum/datasets/digits'));
  const { images, labels } = loadDigits();
  const chosen = Array.from(labels.keys()).filter((i) => labels[i] === a || labels[i] === b);
  const kept = chosen.filter((_, k) => k % stride === 0);
  const values = new Float64Array(kept.length * images.cols);
  kept.forEach((i, row) => {
    for (let j = 0; j < images.cols; j++) values[row * images.cols + j] = images.values[i * images.cols + j] / 16;
  });
  return {
    points: { rows: kept.length, cols: images.cols, values },
    labels: Int8Array.from(kept, (i) => (labels[i] === a ? 1 : -1)),
    fitIntercept: true,
  };
}

const digit = (name: string, fallback: number) =>
  ({ type: 'integer', min: 0, max: 9, default: fallback, description: `The digit of ${name}` }) as const;

/** The families of `learn/separable-classification`. */
export const separableFamilies = {
  hard: defineFamily({
    title: 'The hard instance',
    description: 'All rows but one are equal, and that one is nearly their opposite; no intercept.',
    real: false,
    params: {
      n: { type: 'integer', min: 2, max: 1_000_000, default: 100, description: 'Points' },
      m: { type: 'number', above: 0, max: 10, default: 0.1, description: 'Height of the points: about the margin' },
    },
    suites: {
      quick: [{ n: 20, m: 0.3 }, { n: 1000 }],
      full: [10, 100, 1000, 10_000, 100_000].flatMap((n) => [0.5, 0.1, 0.03].map((m) => ({ n, m }))),
    },
    generate: ({ n, m }): SeparableInstance => hardSeparable(n, m),
  }),
  sphere: defineFamily({
    title: 'Points on a sphere',
    description: 'Uniform on the unit sphere, except near a random plane: easy for most methods.',
    real: false,
    params: {
      n: { type: 'integer', min: 1, max: 1_000_000, default: 200, description: 'Points' },
      d: { type: 'integer', min: 2, max: 1000, default: 10, description: 'Coordinates' },
      m: { type: 'number', min: 0.0001, max: 0.3, default: 0.1, description: 'Width of the margin' },
    },
    suites: { quick: [{ n: 50, d: 4 }], full: [{}, { n: 10_000, d: 50, m: 0.02 }, { n: 100_000, d: 100, m: 0.01 }] },
    generate: ({ n, d, m }, seed) => separatedSphere(n, d, m, seed),
  }),
  ladder: defineFamily({
    title: 'The ladder',
    description: 'Rows that cancel each other: the margin falls as 2 to the power of the dimension; no intercept.',
    real: false,
    params: { d: { type: 'integer', min: 1, max: 12, default: 4, description: 'Rows and coordinates' } },
    suites: { quick: [{ d: 3 }], full: [{}, { d: 6 }, { d: 8 }] },
    generate: ({ d }) => separableLadder(d),
  }),
  digits: defineFamily({
    title: 'Two handwritten digits',
    description: 'Images of two digits, 8 x 8 pixels, with an intercept.',
    real: true,
    params: {
      a: digit('class 1', 3),
      b: digit('class -1', 8),
      stride: { type: 'integer', min: 1, max: 50, default: 1, description: 'Use every k-th image' },
    },
    suites: { quick: [{ stride: 10 }], full: [{}, { a: 1 }, { a: 4, b: 9 }, { a: 0, b: 1 }] },
    generate: ({ a, b, stride }) => digitPair(a, b, stride),
  }),
  tumours: defineFamily({
    title: 'Benign and malignant tumours',
    description: '30 standardised measurements of 569 tumours, with an intercept: separable with a margin of 1/800.',
    real: true,
    params: { count: { type: 'integer', min: 10, max: 569, default: 569, description: 'Number of tumours' } },
    suites: { quick: [{ count: 60 }], full: [{}] },
    generate: async ({ count }) => {
      const { loadBreastCancer } = await importData(() => import('@infimum/datasets/breast-cancer'));
      const { features, labels } = loadBreastCancer();
      const { cols, values } = standardizedColumns(features);
      return {
        points: { rows: count, cols, values: values.slice(0, count * cols) },
        labels: Int8Array.from(labels.subarray(0, count), (label) => (label > 0 ? 1 : -1)),
        fitIntercept: true,
      };
    },
  }),
  irises: defineFamily({
    title: 'Irises',
    description: 'One species against the other two, by four standardised lengths; only setosa can be separated.',
    real: true,
    params: { species: { type: 'integer', min: 0, max: 2, default: 0, description: '0 setosa, 1 versicolor, 2 virginica' } },
    suites: { quick: [{}], full: [{}] },
    generate: async ({ species }) => {
      const { loadIris } = await importData(() => import('@infimum/datasets/iris'));
      const { features, labels } = loadIris();
      return {
        points: standardizedColumns(features),
        labels: Int8Array.from(labels, (label) => (label === species ? 1 : -1)),
        fitIntercept: true,
      };
    },
  }),
};
