// Finite sums of monotone operators: the specification's, games on simplices, and robust regression on real data.
import { checkMatrix, checkVector, defineFamily, fault } from '@infimum/core';
import { importData } from '@infimum/core/data';
import { mulberry32 } from '@infimum/core/reference-generators';
import type { DenseMatrix } from '@infimum/linalg';
import { l1Ball, simplex } from '@infimum/optim/proximal';
import type { FiniteSumOperator, MonotoneInclusion, Resolvent } from './inclusion.ts';

/** Normal numbers by Box and Muller, two uniform ones each. */
function normals(seed: number): () => number {
  const next = mulberry32(seed);
  return () => {
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    return radius * Math.cos(2 * Math.PI * next());
  };
}

/** Variables above which matrices are not kept: proofs are of the third order. */
const MOST_PROVED = 300;

/** With M and q of an affine operator as data, from its values at 0 and at the unit vectors. */
export function withData(problem: MonotoneInclusion, simplices?: readonly [number, number]): MonotoneInclusion {
  const { dimension: d, full } = problem.operator;
  if (!full || d > MOST_PROVED) return problem;
  const [u, offset, column, matrix] = [d, d, d, d * d].map((length) => new Float64Array(length));
  full(u, offset);
  for (let k = 0; k < d; k++) {
    u.fill(0)[k] = 1;
    full(u, column);
    for (let i = 0; i < d; i++) matrix[i * d + k] = column[i] - offset[i];
  }
  return { ...problem, affine: { matrix, offset, ...(simplices && { simplices }) } };
}

/** F_i = s_i F with F of Lipschitz constant 1 and the scales brought to mean 1, from 0; L from their mean square. */
function scaledSum(
  scales: Float64Array,
  dimension: number,
  lipschitz: (square: number) => number,
  evaluate: (u: Float64Array, scale: number, out: Float64Array) => void,
): MonotoneInclusion {
  const terms = scales.length;
  const mean = scales.reduce((sum, scale) => sum + scale, 0) / terms;
  for (let i = 0; i < terms; i++) scales[i] /= mean;
  return {
    operator: {
      terms,
      dimension,
      lipschitz: lipschitz(scales.reduce((sum, scale) => sum + scale * scale, 0) / terms),
      meanLipschitz: 1,
      component: (i, u, out) => evaluate(u, scales[i], out),
      full: (u, out) => evaluate(u, 1, out),
    },
    initial: new Float64Array(dimension),
  };
}

/** F_i(u) = s_i (H u - b), H = diag(1/j²), b = H 1, s_i = |1 + N/2| with mean 1. */
export function scaledQuadratics(n: number, d: number, seed: number): MonotoneInclusion {
  const normal = normals(seed);
  const scales = Float64Array.from({ length: n }, () => Math.abs(1 + 0.5 * normal()));
  const h = Float64Array.from({ length: d }, (_, j) => 1 / (j + 1) ** 2);
  const evaluate = (u: Float64Array, scale: number, out: Float64Array) => {
    for (let j = 0; j < d; j++) out[j] = scale * h[j] * (u[j] - 1);
  };
  return { ...scaledSum(scales, d, (square) => square, evaluate), cocoercive: true };
}

/** F_i(x, y) = s_i (B y - b, -(B x - c)) with B = diag(1/j), s_i in [1/2, 3/2] with mean 1, solution (1, -1). */
export function scaledBilinear(n: number, d: number, seed: number): MonotoneInclusion {
  const next = mulberry32(seed);
  const scales = Float64Array.from({ length: n }, () => 0.5 + next());
  return scaledSum(scales, 2 * d, Math.sqrt, (u, scale, out) => {
    for (let j = 0; j < d; j++) {
      out[j] = (scale / (j + 1)) * (u[d + j] + 1);
      out[d + j] = (-scale / (j + 1)) * (u[j] - 1);
    }
  });
}

/**
 * The chain of the lower bound: min_x max_y y' (A x - c e_1), (A x)_j = x_j - x_{j-1}; component i owns the rows j = i mod n.
 * From 0 every evaluation of the right component reveals one more row, and no method can be faster.
 */
export function chain(m: number, n: number, c = 1): MonotoneInclusion {
  const evaluate = (u: Float64Array, first: number, stride: number, scale: number, out: Float64Array) => {
    out.fill(0);
    for (let j = first; j < m; j += stride) {
      const y = u[m + j];
      out[j] += scale * y;
      if (j > 0) out[j - 1] -= scale * y;
      const height = u[j] - (j > 0 ? u[j - 1] : 0) - (j === 0 ? c : 0);
      out[m + j] -= scale * height;
    }
  };
  return {
    operator: {
      terms: n,
      dimension: 2 * m,
      lipschitz: 2 * Math.sqrt(n),
      meanLipschitz: 2,
      component: (i, u, out) => evaluate(u, i, n, n, out),
      full: (u, out) => evaluate(u, 0, 1, 1, out),
    },
    initial: new Float64Array(2 * m),
  };
}

/** Both players' strategies on their simplices. */
function twoSimplices(first: number, second: number): Resolvent {
  const { project } = simplex();
  const all = first + second;
  return (z, _, out) => {
    project(z.subarray(0, first), out.subarray(0, first));
    project(z.subarray(first, all), out.subarray(first, all));
  };
}

/**
 * A matrix game min_x max_y x' C y on two simplices as a finite sum: component k draws row and column k, F = (C y, -C' x).
 * The matrix must be square.
 */
export function matrixGameInclusion(matrix: DenseMatrix): MonotoneInclusion {
  checkMatrix(matrix, 'matrix');
  const { rows: n, values } = matrix;
  if (matrix.cols !== n) throw fault(`must be square, is ${n}x${matrix.cols}`, 'matrix', 'shape');
  let frobenius = 0;
  for (const value of values) frobenius += value * value;
  const row = (u: Float64Array, k: number) => {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += values[k * n + j] * u[n + j];
    return sum;
  };
  return {
    operator: {
      terms: n,
      dimension: 2 * n,
      lipschitz: Math.sqrt(n) * largestRowNorm(matrix),
      meanLipschitz: Math.sqrt(frobenius),
      // n times column k of C and row k of C': unbiased.
      component: (k, u, out) => {
        const [x, y] = [n * u[k], n * u[n + k]];
        for (let i = 0; i < n; i++) {
          out[i] = values[i * n + k] * y;
          out[n + i] = -values[k * n + i] * x;
        }
      },
      full: (u, out) => {
        for (let i = 0; i < n; i++) out[i] = row(u, i);
        for (let j = 0; j < n; j++) out[n + j] = 0;
        for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[n + j] -= values[i * n + j] * u[i];
      },
    },
    initial: new Float64Array(2 * n).fill(1 / n),
    resolvent: twoSimplices(n, n),
  };
}

function largestRowNorm({ rows, cols, values }: DenseMatrix): number {
  let largest = 0;
  for (let i = 0; i < rows; i++) {
    let [row, column] = [0, 0];
    for (let j = 0; j < cols; j++) {
      row += values[i * cols + j] ** 2;
      column += values[j * cols + i] ** 2;
    }
    largest = Math.max(largest, row, column);
  }
  return Math.sqrt(largest);
}

/** The policeman and the burglar: the burglar gains w_j, less if the policeman is near. */
export function policemanAndBurglar(n: number, theta: number, seed: number): MonotoneInclusion {
  const normal = normals(seed);
  const wealth = Float64Array.from({ length: n }, () => Math.abs(normal()));
  const values = Float64Array.from({ length: n * n }, (_, k) => {
    const [i, j] = [Math.floor(k / n), k % n];
    return wealth[j] * (1 - Math.exp(-theta * Math.abs(i - j)));
  });
  return matrixGameInclusion({ rows: n, cols: n, values });
}

/** The quadratic program of the lower bound, by columns of H and A. */
function worstCaseProgramme(n: number): MonotoneInclusion {
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    a[i * n + (n - 1 - i)] = 0.25;
    if (i < n - 1) a[i * n + (n - 2 - i)] = -0.25;
  }
  const h = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      for (let k = 0; k < n; k++) h[i * n + j] += 2 * a[k * n + i] * a[k * n + j];
    }
  }
  const evaluate = (u: Float64Array, k: number, scale: number, out: Float64Array) => {
    const [x, y] = [scale * u[k], scale * u[n + k]];
    for (let i = 0; i < n; i++) {
      out[i] += h[i * n + k] * x - a[k * n + i] * y;
      out[n + i] += a[i * n + k] * x;
    }
  };
  const constant = (out: Float64Array) => {
    out.fill(0);
    out[n - 1] -= 0.25;
    for (let i = 0; i < n; i++) out[n + i] -= 0.25;
  };
  return {
    operator: {
      terms: n,
      dimension: 2 * n,
      meanLipschitz: 1,
      component: (k, u, out) => {
        constant(out);
        evaluate(u, k, n, out);
      },
      full: (u, out) => {
        constant(out);
        for (let k = 0; k < n; k++) evaluate(u, k, 1, out);
      },
    },
    initial: new Float64Array(2 * n).fill(1 / n),
  };
}

/** Columns with mean 0 and variance 1. */
function standardized({ rows, cols, values }: DenseMatrix): Float64Array {
  const out = new Float64Array(values.length);
  for (let j = 0; j < cols; j++) {
    let [mean, variance] = [0, 0];
    for (let i = 0; i < rows; i++) mean += values[i * cols + j] / rows;
    for (let i = 0; i < rows; i++) variance += (values[i * cols + j] - mean) ** 2 / rows;
    for (let i = 0; i < rows; i++) out[i * cols + j] = (values[i * cols + j] - mean) / (Math.sqrt(variance) || 1);
  }
  return out;
}

/** Ridge-penalised logistic regression as an equation of gradients: cocoercive. */
function logisticInclusion(points: Float64Array, labels: ArrayLike<number>, cols: number, ridge: number): MonotoneInclusion {
  const n = labels.length;
  let [most, mean] = [0, 0];
  for (let i = 0; i < n; i++) {
    let square = 0;
    for (let j = 0; j < cols; j++) square += points[i * cols + j] ** 2;
    most = Math.max(most, square / 4 + ridge);
    mean += square / (4 * n);
  }
  return {
    operator: {
      terms: n,
      dimension: cols,
      lipschitz: most,
      meanLipschitz: mean + ridge,
      component: (i, u, out) => {
        let margin = 0;
        for (let j = 0; j < cols; j++) margin += points[i * cols + j] * u[j];
        const slope = -labels[i] / (1 + Math.exp(labels[i] * margin));
        for (let j = 0; j < cols; j++) out[j] = slope * points[i * cols + j] + ridge * u[j];
      },
    },
    initial: new Float64Array(cols),
    cocoercive: true,
  };
}

/**
 * Robust regression as a saddle point: min over |x|_1 <= r of max over |y_i| <= kappa of (1/n) sum_i (y_i (a_i . x - b_i) - y_i²/2),
 * which is the Huber loss under a bound on the weights.
 */
export function robustRegression(points: Float64Array, targets: Float64Array, radius: number, kappa = 1): MonotoneInclusion {
  checkVector(targets, 'targets');
  checkVector(points, 'points');

  const n = targets.length;
  const cols = points.length / n;
  const ball = l1Ball(radius);
  const operator: FiniteSumOperator = {
    terms: n,
    dimension: cols + n,
    component: (i, u, out) => {
      out.fill(0);
      let height = -targets[i];
      for (let j = 0; j < cols; j++) height += points[i * cols + j] * u[j];
      const y = u[cols + i];
      for (let j = 0; j < cols; j++) out[j] = y * points[i * cols + j];
      out[cols + i] = -(height - y);
    },
    full: (u, out) => {
      out.fill(0);
      for (let i = 0; i < n; i++) {
        let height = -targets[i];
        for (let j = 0; j < cols; j++) height += points[i * cols + j] * u[j];
        const y = u[cols + i];
        for (let j = 0; j < cols; j++) out[j] += (y * points[i * cols + j]) / n;
        out[cols + i] = -(height - y) / n;
      }
    },
  };
  return {
    operator,
    initial: new Float64Array(cols + n),
    resolvent: (z, _, out) => {
      ball.project(z.subarray(0, cols), out.subarray(0, cols));
      for (let i = cols; i < cols + n; i++) out[i] = Math.max(-kappa, Math.min(kappa, z[i]));
    },
  };
}

const terms = (fallback: number) =>
  ({ type: 'integer', min: 1, max: 1_000_000, default: fallback, description: 'Components' }) as const;

/** The families of `games/monotone-inclusion`. */
export const inclusionFamilies = {
  cocoercive: defineFamily({
    title: 'Scaled quadratics',
    description: 'F_i(u) = s_i (H u - H 1) with H = diag(1/j²) and random scales: cocoercive.',
    real: false,
    params: { n: terms(1000), d: { type: 'integer', min: 1, max: 10_000, default: 20, description: 'Variables' } },
    suites: { quick: [{ n: 25, d: 3 }, { n: 400 }], full: [{ n: 100 }, {}, { n: 10_000 }, { n: 100_000 }] },
    generate: ({ n, d }, seed) => withData(scaledQuadratics(n, d, seed)),
  }),
  bilinear: defineFamily({
    title: 'Scaled bilinear saddle',
    description: 'x’ B y with B = diag(1/j), shifted, with random scales: monotone but not cocoercive.',
    real: false,
    params: {
      n: terms(1000),
      d: { type: 'integer', min: 1, max: 10_000, default: 10, description: 'Variables of each player' },
    },
    suites: { quick: [{ n: 25, d: 2 }, { n: 400 }], full: [{ n: 100 }, {}, { n: 10_000 }] },
    generate: ({ n, d }, seed) => withData(scaledBilinear(n, d, seed)),
  }),
  'policeman-burglar': defineFamily({
    title: 'Policeman and burglar',
    description: 'A matrix game on two simplices: where to guard, and where to break in.',
    real: false,
    params: {
      n: { type: 'integer', min: 2, max: 2000, default: 100, description: 'Houses' },
      theta: { type: 'number', above: 0, max: 10, default: 0.8, description: 'Decay rate of the policeman’s reach' },
    },
    suites: { quick: [{ n: 8 }], full: [{}, { n: 500 }] },
    generate: ({ n, theta }, seed) => withData(policemanAndBurglar(n, theta, seed), [n, n]),
  }),
  'worst-case': defineFamily({
    title: 'The quadratic program of the lower bound',
    description: 'A saddle point with the structure that no first-order method can be fast on.',
    real: false,
    params: { n: { type: 'integer', min: 2, max: 500, default: 50, description: 'Variables of each player' } },
    suites: { quick: [{ n: 6 }], full: [{}, { n: 200 }] },
    generate: ({ n }) => withData(worstCaseProgramme(n)),
  }),
  chain: defineFamily({
    title: 'The chain',
    description: 'Every evaluation of the right component reveals one more variable: the lower bound for all methods.',
    real: false,
    params: {
      m: { type: 'integer', min: 2, max: 1000, default: 64, description: 'Links' },
      n: { type: 'integer', min: 1, max: 1000, default: 16, description: 'Components' },
    },
    suites: { quick: [{ m: 8, n: 4 }], full: [{}, { n: 64 }] },
    generate: ({ m, n }) => withData(chain(m, n)),
  }),
  tumours: defineFamily({
    title: 'Logistic regression, tumours',
    description: 'The gradient of a penalised logistic loss on 30 standardised measurements of 569 tumours: cocoercive.',
    real: true,
    params: {
      count: { type: 'integer', min: 10, max: 569, default: 569, description: 'Number of tumours' },
      ridge: { type: 'number', above: 0, max: 10, default: 0.01, description: 'Factor of |u|²/2' },
    },
    suites: { quick: [{ count: 40, ridge: 1 }], full: [{}] },
    generate: async ({ count, ridge }) => {
      const { loadBreastCancer } = await importData(() => import('@infimum/datasets/breast-cancer'));
      const { features, labels } = loadBreastCancer();
      const points = standardized(features).slice(0, count * features.cols);
      const signs = Array.from(labels.subarray(0, count), (label) => (label > 0 ? 1 : -1));
      return logisticInclusion(points, signs, features.cols, ridge);
    },
  }),
  irises: defineFamily({
    title: 'Robust regression, irises',
    description: 'Petal width from the other three lengths, by the Huber loss under a bound on |x|_1: a saddle point.',
    real: true,
    params: {
      radius: { type: 'number', above: 0, max: 10, default: 0.5, description: 'Bound on |x|_1, columns standardised' },
      stride: { type: 'integer', min: 1, max: 50, default: 1, description: 'Use every k-th flower' },
    },
    suites: { quick: [{ stride: 10 }], full: [{}] },
    generate: async ({ radius, stride }) => {
      const { loadIris } = await importData(() => import('@infimum/datasets/iris'));
      const all = standardized(loadIris().features);
      const rows = Array.from({ length: Math.ceil(150 / stride) }, (_, k) => k * stride);
      const points = Float64Array.from(rows.flatMap((i) => [all[4 * i], all[4 * i + 1], all[4 * i + 2]]));
      return robustRegression(
        points,
        Float64Array.from(rows, (i) => all[4 * i + 3]),
        radius,
      );
    },
  }),
};
