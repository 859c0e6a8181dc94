// Drawn problems on which methods are tempted to say what is not so, each with a judge of its own: exact derivatives that no method sees.
import { Random } from '@infimum/core';
import { nonlinearConstraints } from '../constrained/constraint-sets.ts';
import { nelderMead } from '../derivative-free/nelder-mead.ts';
import { leastSquares } from '../least-squares/least-squares.ts';
import type { RobustLoss } from '../least-squares/robust-loss.ts';
import { minimize } from '../minimize.ts';
import { findRoot } from '../scalar/find-root.ts';

/** What a method said, and how far off it is: `left` is at most `allowed` where it is right. */
export interface Verdict {
  readonly status: string;
  readonly left: number;
  readonly allowed: number;
}

/** rho', the weight of a residual whose square over that of the scale is z. */
export const robustWeights: Readonly<Record<RobustLoss, (z: number) => number>> = {
  linear: () => 1,
  'soft-l1': (z) => 1 / Math.sqrt(1 + z),
  huber: (z) => (z <= 1 ? 1 : 1 / Math.sqrt(z)),
  cauchy: (z) => 1 / (1 + z),
  arctan: (z) => 1 / (1 + z * z),
};

/** Lines and exponentials through points, some far off, in units of 1e±6, judged by the cosines of columns with weighted residuals. */
export function robustFit(seed: number, loss: RobustLoss): Verdict {
  const random = new Random(seed);
  const m = 5 + (seed % 20);
  const unit = 10 ** Math.round(12 * random.uniform() - 6);
  const t = Float64Array.from({ length: m }, (_, i) => i / m);
  const isCurve = seed % 2 === 0;
  const model = ([a, b]: Float64Array, time: number) => (isCurve ? a * Math.exp(b * time) : a + b * time);
  const truth = Float64Array.of(1 + random.uniform(), random.normal());
  const y = t.map((time) => {
    const off = random.uniform() < 0.3 ? 10 ** (3 * random.uniform()) * random.normal() : 0.05 * random.normal();
    return model(truth, time) + off;
  });
  const residuals = (x: Float64Array) => Array.from(t, (time, i) => unit * (model(x, time) - y[i]));
  const slopes = ([a, b]: Float64Array, i: number) => {
    const e = Math.exp(b * t[i]);
    return isCurve ? [unit * e, unit * a * t[i] * e] : [unit, unit * t[i]];
  };
  const lossScale = unit * 10 ** ((seed % 5) - 3);
  const { x, status } = leastSquares(residuals, [1, 0], { loss, lossScale });
  const [gradient, lengths] = [
    [0, 0],
    [0, 0],
  ];
  let size = 0;
  for (const [i, r] of residuals(x).entries()) {
    const weight = robustWeights[loss]((r / lossScale) ** 2);
    size += weight * r * r;
    for (const [j, slope] of slopes(x, i).entries()) {
      gradient[j] += weight * r * slope;
      lengths[j] += weight * slope * slope;
    }
  }
  // A column that moves residuals by 1e-10 of them when its variable doubles (a decay at a rate of hundreds) has no cosine: over the step
  // of differences that is their rounding.
  const counts = lengths.map((length, j) => length * Math.max(1, x[j] * x[j]) > 1e-20 * size);
  const left = Math.max(0, ...gradient.map((g, j) => (counts[j] ? Math.abs(g) / Math.sqrt(lengths[j] * size) : 0)));
  return { status, left, allowed: 1e-6 };
}

/** Σ c (x - a)² and chained fourth powers in a box whose corner is the start, in units of 1e±6, judged by the projected gradient. */
function boundedMinimum(seed: number): Verdict {
  const random = new Random(seed);
  const n = 1 + (seed % 7);
  const unit = 10 ** Math.round(12 * random.uniform() - 6);
  const centers = random.normals(new Float64Array(n));
  const weights = centers.map(() => 0.1 + random.uniform());
  const value = (x: Float64Array) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += weights[i] * (x[i] - 2 * centers[i]) ** 2 + (i > 0 ? (x[i] - x[i - 1] ** 2) ** 2 : 0);
    return unit * sum;
  };
  /** The gradient, and the sizes of its terms. */
  const terms = (x: Float64Array): [slope: Float64Array, size: number] => {
    const slope = new Float64Array(n);
    let size = 0;
    const add = (i: number, term: number) => {
      slope[i] += term;
      size = Math.max(size, Math.abs(term));
    };
    for (let i = 0; i < n; i++) {
      add(i, 2 * unit * weights[i] * (x[i] - 2 * centers[i]));
      if (i === 0) continue;
      const gap = 2 * unit * (x[i] - x[i - 1] ** 2);
      add(i, gap);
      add(i - 1, -2 * gap * x[i - 1]);
    }
    return [slope, size + unit * 1e-3];
  };
  const lower = centers.map((c) => c - random.uniform());
  const upper = lower.map((low) => low + 2 * random.uniform());
  const isByValues = seed % 2 === 0;
  let outside = 0;
  const watched = (x: Float64Array) => {
    if (x.some((entry, i) => entry < lower[i] || entry > upper[i])) outside++;
    return value(x);
  };
  const objective = isByValues ? watched : { value: watched, gradient: (x: Float64Array) => terms(x)[0] };
  const { x, status } = minimize(objective, seed % 3 === 0 ? upper : lower, { lower, upper });
  const [slope, there] = terms(x);
  const size = Math.max(there, terms(seed % 3 === 0 ? upper : lower)[1]); // tolerances are relative to the start
  const left = slope.map((g, i) => Math.min(Math.abs(g) / size, g > 0 ? x[i] - lower[i] : upper[i] - x[i]));
  return {
    status: outside > 0 ? 'converged' : status,
    left: outside > 0 ? Infinity : Math.max(...left),
    allowed: isByValues ? 1e-4 : 1e-6,
  };
}

/**
 * Quadratic functions, most of them indefinite, in an ellipsoid and between planes, from where their gradient vanishes or anywhere, judged
 * by the first-order conditions with the multipliers that are returned and by the curvature along drawn directions that are free.
 */
function constrainedMinimum(seed: number): Verdict {
  const random = new Random(seed);
  const n = 2 + (seed % 5);
  const unit = 10 ** Math.round(8 * random.uniform() - 4);
  const draw = () => random.normals(new Float64Array(n));
  const [rows, weights, plane] = [Array.from({ length: n }, draw), draw().map((v) => 1 + v * v), draw()];
  const h = (i: number, j: number) => unit * (rows[i][j] + rows[j][i]);
  const isSaddle = seed % 3 === 0;
  const linear = draw().map((v) => (isSaddle ? 0 : unit * v));
  const objective = {
    value: (x: Float64Array) => {
      let sum = 0;
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sum += (x[i] * h(i, j) * x[j]) / 2;
      return sum + x.reduce((part, v, i) => part + linear[i] * v, 0);
    },
    gradient: (x: Float64Array) => x.map((_, i) => linear[i] + x.reduce((sum, v, j) => sum + h(i, j) * v, 0)),
  };
  const value = (x: Float64Array) => [
    x.reduce((sum, v, i) => sum + weights[i] * v * v, 0),
    x.reduce((sum, v, i) => sum + plane[i] * v, 0),
  ];
  const jacobian = (x: Float64Array) => [...x.map((v, i) => 2 * weights[i] * v), ...plane];
  const [low, high] = [
    [-Infinity, seed % 4 === 0 ? 0.1 : -0.5],
    [1, seed % 4 === 0 ? 0.1 : 0.5],
  ];
  const isByValues = seed % 2 === 0;
  const g = { count: 2, value, ...(!isByValues && { jacobian }) };
  const start = isSaddle ? new Float64Array(n) : draw();
  const found = minimize(isByValues ? objective.value : objective, start, {
    constraints: nonlinearConstraints(g, { lower: low, upper: high }),
    maxIterations: 300,
  });
  const { x, status, multipliers } = found;
  const [slope, slopes, g0] = [objective.gradient(x), jacobian(x), value(x)];
  const size = // of the terms, here or at the start: that is what tolerances are relative to
    unit * 1e-3 +
    Math.max(
      ...objective.gradient(start).map(Math.abs),
      ...slope.map(Math.abs),
      ...multipliers.map((y, j) => Math.abs(y) * Math.hypot(...slopes.slice(j * n, (j + 1) * n))),
    );
  let left = 0;
  for (let i = 0; i < n; i++) {
    left = Math.max(left, Math.abs(slope[i] + multipliers[0] * slopes[i] + multipliers[1] * slopes[n + i]) / size);
  }
  const normals: Float64Array[] = [];
  for (const j of [0, 1]) {
    left = Math.max(left, g0[j] - high[j], low[j] - g0[j]);
    const distance = multipliers[j] > 0 ? high[j] - g0[j] : g0[j] - low[j];
    if (low[j] < high[j] && multipliers[j] !== 0)
      left = Math.max(left, (Math.abs(multipliers[j]) * Math.min(1, Math.abs(distance))) / size);
    const near = Math.min(Math.abs(high[j] - g0[j]), Math.abs(g0[j] - low[j])) < 1e-5;
    if (near) normals.push(Float64Array.from(slopes.slice(j * n, (j + 1) * n)));
  }
  for (let k = 0; k < 20 && normals.length < n; k++) {
    const d = draw();
    for (let round = 0; round < 50; round++) {
      for (const normal of normals) {
        const share = normal.reduce((sum, v, i) => sum + v * d[i], 0) / normal.reduce((sum, v) => sum + v * v, 0);
        for (let i = 0; i < n; i++) d[i] -= share * normal[i];
      }
    }
    const square = d.reduce((sum, v) => sum + v * v, 0);
    if (!(square > 1e-6)) continue;
    let bend = d.reduce((sum, v, i) => sum + 2 * multipliers[0] * weights[i] * v * v, 0);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) bend += d[i] * h(i, j) * d[j];
    if (bend < -1e-3 * unit * square) left = Math.max(left, -bend / (unit * square));
  }
  // 1e-6 by values, ten times 1e-8 else, of functions whose gradients at the start count as 1 from .01 on, to a power of two.
  return { status, left, allowed: Math.SQRT2 * (isByValues ? 1e-4 : 1e-5) };
}

/** Sums of fractions and tangents between two ends of different sign, judged by what the function does on both sides. */
function rootOrPole(seed: number): Verdict {
  const random = new Random(seed);
  const [a, b] = [-random.uniform(), random.uniform()];
  const [pole, shift] = [a + (b - a) * random.uniform(), random.normal()];
  const f = (x: number) =>
    seed % 3 === 0 ? Math.tan(4 * (x - shift)) : seed % 3 === 1 ? 1 / (x - pole) + shift : (x - pole) * Math.exp(shift * x);
  if (!(f(a) * f(b) < 0)) return { status: 'stalled', left: 0, allowed: 0 };
  const { x, status } = findRoot(f, a, b);
  return { status, left: Math.abs(f(x)), allowed: 1e-6 };
}

/** Σ |A (x - c)| by values, judged by its value, which is 0 at c alone. */
function kink(seed: number): Verdict {
  const random = new Random(seed);
  const d = 1 + (seed % 5);
  const rows = Array.from({ length: d + 2 }, () => random.normals(new Float64Array(d)));
  const center = random.normals(new Float64Array(d));
  const sum = (x: Float64Array) =>
    rows.reduce((total, row) => total + Math.abs(row.reduce((part, a, i) => part + a * (x[i] - center[i]), 0)), 0);
  const start = random.normals(new Float64Array(d));
  const { status, value } =
    seed % 4 === 0 ? nelderMead(sum, start, { maxIterations: 3000 }) : minimize(sum, start, { maxIterations: 3000 });
  return { status, left: value, allowed: 1e-5 };
}

const LOSSES: readonly RobustLoss[] = ['soft-l1', 'huber', 'cauchy', 'arctan'];

/** All kinds, by name. */
export const drawnKinds: Readonly<Record<string, (seed: number) => Verdict>> = {
  'robust fits': (seed) => robustFit(seed, LOSSES[seed & 3]),
  'bounds, active at the start': boundedMinimum,
  'constraints, saddles': constrainedMinimum,
  'roots, poles': rootOrPole,
  kinks: kink,
};
