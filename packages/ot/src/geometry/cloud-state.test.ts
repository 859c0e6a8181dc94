import { mulberry32 } from '@infimum/core/reference-generators';
import { useKernels } from '@infimum/linalg/kernels';
import { afterEach, describe, expect, it } from 'vitest';
import { costMatrix } from '../cost-matrix.ts';
import { GaussGrid } from './gauss-grid.ts';
import { pointCloudSinkhorn } from './point-cloud-sinkhorn.ts';

afterEach(() => useKernels('auto'));

const drawn = (rows: number, cols: number, random: () => number, shift = 0) => ({
  rows,
  cols,
  values: Float64Array.from({ length: rows * cols }, () => shift + random()),
});
const heavyWeights = (length: number, random: () => number) => {
  const values = Float64Array.from({ length }, () => (1 - random()) ** -0.9);
  const mass = values.reduce((sum, value) => sum + value, 0);
  return values.map((value) => value / mass);
};

describe.each(['reference', 'simd', 'relaxed-simd'] as const)('the %s build', (build) => {
  it.each(['squared-euclidean', 'euclidean'] as const)('sums what stored costs sum: %s', (metric) => {
    useKernels(build);
    const random = mulberry32(3);
    const [x, y] = [drawn(150, 3, random), drawn(101, 3, random)];
    const [a, b] = [heavyWeights(150, random), heavyWeights(101, random)];
    b[7] = 0;
    const options = { a, b: b.map((weight) => weight / b.reduce((sum, value) => sum + value, 0)), metric, epsilon: 0.1 };
    const tiled = pointCloudSinkhorn(x, y, { ...options, tolerance: 1e-11, maxBytes: 0 });
    const stored = pointCloudSinkhorn(x, y, { ...options, tolerance: 1e-11 });
    expect([tiled.status, stored.status]).toEqual(['converged', 'converged']);
    expect(tiled.cost).toBeCloseTo(stored.cost, 9);
    expect(tiled.dualValue).toBeCloseTo(stored.dualValue, 10);
    for (const side of ['x', 'y'] as const) {
      stored.locations?.[side].values.forEach((value, k) => {
        expect(tiled.locations?.[side].values[k]).toBeCloseTo(value, 8);
      });
    }
    stored.projection.values.forEach((value, k) => {
      expect(tiled.projection.values[k]).toBeCloseTo(value, 7);
    });
  });

  it('moves a cloud to itself with one potential', () => {
    useKernels(build);
    const random = mulberry32(4);
    const x = drawn(140, 2, random);
    const a = heavyWeights(140, random);
    const options = { a, b: a, epsilon: 0.05, tolerance: 1e-10 };
    const tiled = pointCloudSinkhorn(x, x, { ...options, maxBytes: 0 });
    const stored = pointCloudSinkhorn(x, x, options);
    expect(tiled.status).toBe('converged');
    expect(tiled.sourcePotential).toEqual(tiled.targetPotential);
    expect(tiled.cost).toBeCloseTo(stored.cost, 9);
    expect(tiled.dualValue).toBeCloseTo(stored.dualValue, 10);
    expect(tiled.marginalError).toBeLessThan(1e-10);
  });
});

it.each([
  [1, 1e-6, 0],
  [2, 1e-6, 0],
  [2, 1e-9, 0.7],
  [3, 1e-6, 0.4],
])('sums by a grid in %i dimensions are those over all pairs, tolerance %f, clouds by %f apart', (cols, tolerance, apart) => {
  const random = mulberry32(cols);
  const n = cols === 3 ? 4000 : 3000;
  const [x, y] = [drawn(n, cols, random), drawn(n, cols, random, apart)];
  const epsilon = cols === 3 ? 0.1 : 0.03;
  const grid = GaussGrid.for(x, y, epsilon, tolerance);
  const weights = heavyWeights(n, random).map(Math.log);
  // The potentials of a translation: of slopes that no box could do without taking them out.
  const shift = weights.map((weight, j) => {
    let along = 0;
    for (let k = 0; k < cols; k++) along += y.values[j * cols + k];
    return weight + (2 * apart * along) / epsilon;
  });
  // Those of the other side, of the same translation.
  const own = Float64Array.from({ length: n }, (_, i) => {
    let along = 0;
    for (let k = 0; k < cols; k++) along += x.values[i * cols + k];
    return (-2 * apart * along) / epsilon;
  });
  const sums = grid?.logSums(true, shift, own);
  const errors: number[] = [];
  for (let i = 0; i < n; i += 97) {
    const exponents = shift.map((value, j) => {
      let cost = 0;
      for (let k = 0; k < cols; k++) cost += (x.values[i * cols + k] - y.values[j * cols + k]) ** 2;
      return value - cost / epsilon;
    });
    const top = Math.max(...exponents);
    const expected = top + Math.log(exponents.reduce((sum, exponent) => sum + Math.exp(exponent - top), 0));
    errors.push(Math.abs((sums?.[i] ?? Number.NaN) - expected));
  }
  expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(tolerance / 10);
  expect(Math.max(...errors)).toBeLessThan(tolerance);
});

it('leaves the grid where clouds have many dimensions, few pairs or small epsilons', () => {
  const random = mulberry32(1);
  const cloud = drawn(4000, 2, random);
  expect(GaussGrid.for(cloud, cloud, 1e-5, 1e-6)).toBeUndefined();
  const [few, wide] = [drawn(20, 2, random), drawn(4000, 4, random)];
  expect(GaussGrid.for(few, few, 0.1, 1e-6)).toBeUndefined();
  expect(GaussGrid.for(wide, wide, 1, 1e-6)).toBeUndefined();
});

it.each([
  ['uniform', 1, 0.01],
  ['clustered', 2, 0.003],
  ['heavy', 2, 1e-3],
  ['clustered', 3, 0.03],
])('%s clouds in %i dimensions that are said to be solved are, at epsilon %f', (family, cols, epsilon) => {
  const random = mulberry32(9);
  const n = 2500;
  const centers = Float64Array.from({ length: 8 * cols }, random);
  const cloud = () => {
    const points = drawn(n, cols, random);
    if (family !== 'clustered') return points;
    return {
      ...points,
      values: points.values.map((value, k) => centers[cols * (Math.floor(k / cols) % 8) + (k % cols)] + 0.1 * value),
    };
  };
  const [x, y] = [cloud(), cloud()];
  const [a, b] =
    family === 'heavy' ? [heavyWeights(n, random), heavyWeights(n, random)] : [0, 0].map(() => new Float64Array(n).fill(1 / n));
  const solved = pointCloudSinkhorn(x, y, { a, b, epsilon, tolerance: 1e-6, maxBytes: 0 });
  expect(solved.status).toBe('converged');
  const cost = costMatrix(x, y).values;
  const columns = new Float64Array(n);
  let error = 0;
  for (let i = 0; i < n; i++) {
    let row = 0;
    for (let j = 0; j < n; j++) {
      const mass = Math.exp((solved.sourcePotential[i] + solved.targetPotential[j] - cost[i * n + j]) / epsilon);
      row += mass;
      columns[j] += mass;
    }
    error += Math.abs(row - a[i]);
  }
  for (let j = 0; j < n; j++) error += Math.abs(columns[j] - b[j]);
  expect(error).toBeLessThanOrEqual(1e-6);
  expect(solved.marginalError).toBeCloseTo(error, 10);
});
