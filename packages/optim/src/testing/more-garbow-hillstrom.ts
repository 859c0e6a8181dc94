// The test problems of Moré, Garbow and Hillstrom, all of them sums of squares, with their usual starts and known minima.
//
// J. Moré, B. Garbow, K. Hillstrom: Testing unconstrained optimization software (1981).
import type { Residuals } from '../least-squares/least-squares.ts';
import { nistProblems } from './nist-models.ts';

/** A problem and the sums of squares at its known minima, local ones included. */
export interface MghProblem {
  readonly name: string;
  readonly residuals: Residuals;
  readonly start: Float64Array;
  readonly minima: readonly number[];
}

const { exp, sqrt, cos, sin, PI } = Math;

type Write = (x: Float64Array, out: Float64Array) => void;

function problem(
  name: string,
  count: number,
  start: readonly number[],
  minima: readonly number[],
  residuals: Write,
): MghProblem {
  return { name, residuals: { dimension: start.length, count, residuals }, start: Float64Array.from(start), minima };
}

/** Residual i by a function. */
const each =
  (term: (x: Float64Array, i: number) => number): Write =>
  (x, out) => {
    for (let i = 0; i < out.length; i++) out[i] = term(x, i);
  };

function nist(name: string, start: readonly number[], minimum: number): MghProblem {
  const found = nistProblems.find((candidate) => candidate.name === name);
  if (!found) throw new Error(name);
  return problem(
    name,
    found.y.length,
    start,
    [minimum],
    each((b, i) => found.model(b, i) - found.y[i]),
  );
}

const BARD = [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.1, 4.39];
const GAUSSIAN = [
  0.0009, 0.0044, 0.0175, 0.054, 0.1295, 0.242, 0.3521, 0.3989, 0.3521, 0.242, 0.1295, 0.054, 0.0175, 0.0044, 0.0009,
];
const OSBORNE_2 = [
  1.366, 1.191, 1.112, 1.013, 0.991, 0.885, 0.831, 0.847, 0.786, 0.725, 0.746, 0.679, 0.608, 0.655, 0.616, 0.606, 0.602, 0.626,
  0.651, 0.724, 0.649, 0.649, 0.694, 0.644, 0.624, 0.661, 0.612, 0.558, 0.533, 0.495, 0.5, 0.423, 0.395, 0.375, 0.372, 0.391,
  0.396, 0.405, 0.428, 0.429, 0.523, 0.562, 0.607, 0.653, 0.672, 0.708, 0.633, 0.668, 0.645, 0.632, 0.591, 0.559, 0.597, 0.625,
  0.739, 0.71, 0.729, 0.72, 0.636, 0.581, 0.428, 0.292, 0.162, 0.098, 0.054,
];

const powerSum = (x: Float64Array, term: (value: number, j: number) => number) =>
  x.reduce((sum, value, j) => sum + term(value, j), 0);

const helical: Write = ([a, b, c], out) => {
  const angle = Math.atan(b / a) / (2 * PI) + (a < 0 ? 0.5 : 0);
  out.set([10 * (c - 10 * angle), 10 * (sqrt(a * a + b * b) - 1), c]);
};

const watson: Write = (x, out) => {
  for (let i = 0; i < 29; i++) {
    const t = (i + 1) / 29;
    const slope = powerSum(x, (value, j) => (j === 0 ? 0 : j * value * t ** (j - 1)));
    const value = powerSum(x, (entry, j) => entry * t ** j);
    out[i] = slope - value * value - 1;
  }
  out[29] = x[0];
  out[30] = x[1] - x[0] * x[0] - 1;
};

const penalty1: Write = (x, out) => {
  const n = x.length;
  for (let i = 0; i < n; i++) out[i] = sqrt(1e-5) * (x[i] - 1);
  out[n] = powerSum(x, (value) => value * value) - 0.25;
};

const penalty2: Write = (x, out) => {
  const n = x.length;
  out[0] = x[0] - 0.2;
  for (let i = 1; i < n; i++) {
    const y = exp((i + 1) / 10) + exp(i / 10);
    out[i] = sqrt(1e-5) * (exp(x[i] / 10) + exp(x[i - 1] / 10) - y);
    out[n + i - 1] = sqrt(1e-5) * (exp(x[i] / 10) - exp(-1 / 10));
  }
  out[2 * n - 1] = powerSum(x, (value, j) => (n - j) * value * value) - 1;
};

const variablyDimensioned: Write = (x, out) => {
  const n = x.length;
  for (let i = 0; i < n; i++) out[i] = x[i] - 1;
  out[n] = powerSum(x, (value, j) => (j + 1) * (value - 1));
  out[n + 1] = out[n] ** 2;
};

const trigonometric: Write = (x, out) => {
  const n = x.length;
  const total = powerSum(x, cos);
  for (let i = 0; i < n; i++) out[i] = n - total + (i + 1) * (1 - cos(x[i])) - sin(x[i]);
};

const almostLinear: Write = (x, out) => {
  const n = x.length;
  const total = powerSum(x, (value) => value);
  for (let i = 0; i < n - 1; i++) out[i] = x[i] + total - (n + 1);
  out[n - 1] = x.reduce((product, value) => product * value, 1) - 1;
};

const integralEquation: Write = (x, out) => {
  const n = x.length;
  const h = 1 / (n + 1);
  for (let i = 0; i < n; i++) {
    const t = (i + 1) * h;
    let [left, right] = [0, 0];
    for (let j = 0; j < n; j++) {
      const s = (j + 1) * h;
      const cube = (x[j] + s + 1) ** 3;
      if (j <= i) left += s * cube;
      else right += (1 - s) * cube;
    }
    out[i] = x[i] + (h * ((1 - t) * left + t * right)) / 2;
  }
};

const banded: Write = (x, out) => {
  for (let i = 0; i < x.length; i++) {
    out[i] = x[i] * (2 + 5 * x[i] * x[i]) + 1;
    for (let j = Math.max(0, i - 5); j <= Math.min(x.length - 1, i + 1); j++) if (j !== i) out[i] -= x[j] * (1 + x[j]);
  }
};

const chebyquad: Write = (x, out) => {
  const n = x.length;
  out.fill(0);
  for (const value of x) {
    const z = 2 * value - 1;
    let [last, current] = [1, z];
    for (let i = 0; i < out.length; i++) {
      out[i] += current / n;
      [last, current] = [current, 2 * z * current - last];
    }
  }
  for (let i = 1; i < out.length; i += 2) out[i] += 1 / ((i + 1) ** 2 - 1);
};

const many = (n: number, value: (j: number) => number) => Array.from({ length: n }, (_, j) => value(j));
const rank1 = (m: number) => (m * (m - 1)) / (2 * (2 * m + 1));
const rank1Zeros = (m: number) => (m * m + 3 * m - 6) / (2 * (2 * m - 3));

/** All 35. */
export const mghProblems: readonly MghProblem[] = [
  problem('Rosenbrock', 2, [-1.2, 1], [0], ([a, b], out) => out.set([10 * (b - a * a), 1 - a])),
  problem('Freudenstein and Roth', 2, [0.5, -2], [0, 48.9842536792], ([a, b], out) =>
    out.set([-13 + a + ((5 - b) * b - 2) * b, -29 + a + ((b + 1) * b - 14) * b]),
  ),
  problem('Powell badly scaled', 2, [0, 1], [0], ([a, b], out) => out.set([1e4 * a * b - 1, exp(-a) + exp(-b) - 1.0001])),
  problem('Brown badly scaled', 3, [1, 1], [0], ([a, b], out) => out.set([a - 1e6, b - 2e-6, a * b - 2])),
  problem('Beale', 3, [1, 1], [0], ([a, b], out) =>
    out.set([1.5 - a * (1 - b), 2.25 - a * (1 - b * b), 2.625 - a * (1 - b ** 3)]),
  ),
  problem(
    'Jennrich and Sampson',
    10,
    [0.3, 0.4],
    [124.3621823556],
    each(([a, b], i) => 2 + 2 * (i + 1) - exp((i + 1) * a) - exp((i + 1) * b)),
  ),
  problem('Helical valley', 3, [-1, 0, 0], [0], helical),
  problem(
    'Bard',
    15,
    [1, 1, 1],
    [8.2148773065e-3, 17.4286933333],
    each(([a, b, c], i) => {
      const [u, v] = [i + 1, 15 - i];
      return BARD[i] - (a + u / (v * b + Math.min(u, v) * c));
    }),
  ),
  problem(
    'Gaussian',
    15,
    [0.4, 1, 0],
    [1.1279327696e-8],
    each(([a, b, c], i) => a * exp((-b * ((8 - (i + 1)) / 2 - c) ** 2) / 2) - GAUSSIAN[i]),
  ),
  nist('MGH10', [0.02, 4000, 250], 87.9458551709),
  problem(
    'Gulf research',
    99,
    [5, 2.5, 0.15],
    [0],
    each(([a, b, c], i) => {
      const t = (i + 1) / 100;
      const y = 25 + (-50 * Math.log(t)) ** (2 / 3);
      return exp(-(Math.abs(y - b) ** c) / a) - t;
    }),
  ),
  problem(
    'Box three-dimensional',
    10,
    [0, 10, 20],
    [0],
    each(([a, b, c], i) => {
      const t = (i + 1) / 10;
      return exp(-t * a) - exp(-t * b) - c * (exp(-t) - exp(-10 * t));
    }),
  ),
  problem('Powell singular', 4, [3, -1, 0, 1], [0], ([a, b, c, d], out) =>
    out.set([a + 10 * b, sqrt(5) * (c - d), (b - 2 * c) ** 2, sqrt(10) * (a - d) ** 2]),
  ),
  problem('Wood', 6, [-3, -1, -3, -1], [0], ([a, b, c, d], out) =>
    out.set([10 * (b - a * a), 1 - a, sqrt(90) * (d - c * c), 1 - c, sqrt(10) * (b + d - 2), (b - d) / sqrt(10)]),
  ),
  nist('MGH09', [0.25, 0.39, 0.415, 0.39], 3.0750560385e-4),
  problem(
    'Brown and Dennis',
    20,
    [25, 5, -5, -1],
    [85822.2016264],
    each(([a, b, c, d], i) => {
      const t = (i + 1) / 5;
      return (a + t * b - exp(t)) ** 2 + (c + d * sin(t) - cos(t)) ** 2;
    }),
  ),
  nist('MGH17', [0.5, 1.5, -1, 0.01, 0.02], 5.4648946975e-5),
  problem(
    'Biggs EXP6',
    13,
    [1, 2, 1, 1, 1, 1],
    [0, 5.6556499e-3, 0.30636677],
    each((x, i) => {
      const t = (i + 1) / 10;
      const y = exp(-t) - 5 * exp(-10 * t) + 3 * exp(-4 * t);
      return x[2] * exp(-t * x[0]) - x[3] * exp(-t * x[1]) + x[5] * exp(-t * x[4]) - y;
    }),
  ),
  problem(
    'Osborne 2',
    65,
    [1.3, 0.65, 0.65, 0.7, 0.6, 3, 5, 7, 2, 4.5, 5.5],
    [4.0137736294e-2, 1.7897613],
    each((x, i) => {
      const t = i / 10;
      return (
        OSBORNE_2[i] -
        (x[0] * exp(-t * x[4]) +
          x[1] * exp(-((t - x[8]) ** 2) * x[5]) +
          x[2] * exp(-((t - x[9]) ** 2) * x[6]) +
          x[3] * exp(-((t - x[10]) ** 2) * x[7]))
      );
    }),
  ),
  problem(
    'Watson, 6',
    31,
    many(6, () => 0),
    [2.2876700535e-3],
    watson,
  ),
  problem(
    'Extended Rosenbrock',
    10,
    many(10, (j) => (j % 2 ? 1 : -1.2)),
    [0],
    (x, out) => {
      for (let i = 0; i < 10; i += 2) {
        out[i] = 10 * (x[i + 1] - x[i] * x[i]);
        out[i + 1] = 1 - x[i];
      }
    },
  ),
  problem('Extended Powell singular', 8, [3, -1, 0, 1, 3, -1, 0, 1], [0], (x, out) => {
    for (let i = 0; i < 8; i += 4) {
      out[i] = x[i] + 10 * x[i + 1];
      out[i + 1] = sqrt(5) * (x[i + 2] - x[i + 3]);
      out[i + 2] = (x[i + 1] - 2 * x[i + 2]) ** 2;
      out[i + 3] = sqrt(10) * (x[i] - x[i + 3]) ** 2;
    }
  }),
  problem('Penalty I, 4', 5, [1, 2, 3, 4], [2.2499775008e-5], penalty1),
  problem(
    'Penalty II, 4',
    8,
    many(4, () => 0.5),
    [9.376293e-6],
    penalty2,
  ),
  problem(
    'Variably dimensioned',
    12,
    many(10, (j) => 1 - (j + 1) / 10),
    [0],
    variablyDimensioned,
  ),
  problem(
    'Trigonometric',
    10,
    many(10, () => 0.1),
    [0, 2.7950612e-5],
    trigonometric,
  ),
  problem(
    'Brown almost-linear',
    10,
    many(10, () => 0.5),
    [0, 1],
    almostLinear,
  ),
  problem(
    'Discrete boundary value',
    10,
    many(10, (j) => ((j + 1) / 11) * ((j + 1) / 11 - 1)),
    [0],
    each((x, i) => {
      const h = 1 / 11;
      return 2 * x[i] - (x[i - 1] ?? 0) - (x[i + 1] ?? 0) + (h * h * (x[i] + h * (i + 1) + 1) ** 3) / 2;
    }),
  ),
  problem(
    'Discrete integral equation',
    10,
    many(10, (j) => ((j + 1) / 11) * ((j + 1) / 11 - 1)),
    [0],
    integralEquation,
  ),
  problem(
    'Broyden tridiagonal',
    10,
    many(10, () => -1),
    [0],
    each((x, i) => (3 - 2 * x[i]) * x[i] - (x[i - 1] ?? 0) - 2 * (x[i + 1] ?? 0) + 1),
  ),
  problem(
    'Broyden banded',
    10,
    many(10, () => -1),
    [0],
    banded,
  ),
  problem(
    'Linear, full rank',
    10,
    many(5, () => 1),
    [5],
    (x, out) => {
      const total = powerSum(x, (value) => value);
      for (let i = 0; i < 10; i++) out[i] = (i < 5 ? x[i] : 0) - (2 * total) / 10 - 1;
    },
  ),
  problem(
    'Linear, rank 1',
    10,
    many(5, () => 1),
    [rank1(10)],
    each((x, i) => (i + 1) * powerSum(x, (value, j) => (j + 1) * value) - 1),
  ),
  problem(
    'Linear, rank 1 with zeros',
    10,
    many(5, () => 1),
    [rank1Zeros(10)],
    each((x, i) => (i === 0 || i === 9 ? -1 : i * powerSum(x, (value, j) => (j === 0 || j === 4 ? 0 : (j + 1) * value)) - 1)),
  ),
  problem(
    'Chebyquad, 8',
    8,
    many(8, (j) => (j + 1) / 9),
    [3.5168737257e-3],
    chebyquad,
  ),
];
