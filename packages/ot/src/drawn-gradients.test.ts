// Gradients of every kind of result against differences of the value that each belongs to, on drawn problems.
import { mulberry32 } from '@infimum/core/reference-generators';
import { describe, expect, it } from 'vitest';
import { costMatrix } from './cost-matrix.ts';
import { sinkhornNewtonSparse } from './entropic/sinkhorn-newton-sparse.ts';
import { emd } from './exact/network-simplex.ts';
import { pointCloudSinkhorn } from './geometry/point-cloud-sinkhorn.ts';
import { sinkhornDivergence } from './geometry/sinkhorn-divergence.ts';
import { gromovWasserstein } from './gromov/gromov-wasserstein.ts';
import { slicedWasserstein } from './one-dimension/sliced-wasserstein.ts';
import { transportGradient } from './transport-gradient.ts';
import { unbalancedSinkhorn } from './unbalanced/unbalanced-sinkhorn.ts';

/** What a value depends on, by name: vectors that may be moved. */
type Setting = Record<'a' | 'b' | 'x' | 'y' | 'cost' | 'first' | 'second', Float64Array>;

const [N, M, D] = [5, 6, 2];
const matrix = (values: Float64Array, cols: number) => ({ rows: values.length / cols, cols, values });

function draw(seed: number): Setting {
  const random = mulberry32(seed);
  const vector = (length: number) => Float64Array.from({ length }, random);
  const weights = (length: number) => {
    const values = vector(length).map((value) => value + 0.2);
    const mass = values.reduce((sum, value) => sum + value, 0);
    return values.map((value) => value / mass);
  };
  const space = (length: number) => {
    const points = matrix(vector(2 * length), 2);
    return costMatrix(points, points, 'euclidean').values;
  };
  return {
    a: weights(N),
    b: weights(M),
    x: vector(N * D),
    y: vector(M * D),
    cost: vector(N * M),
    first: space(N),
    second: space(M),
  };
}

/** A value and its gradients; which of them move alone, and which in pairs, so that the mass stays. */
interface Kind {
  readonly value: (given: Setting) => number;
  readonly gradient: (given: Setting) => { readonly [Name in keyof Setting]?: Float64Array | undefined };
  readonly free: readonly (keyof Setting)[];
  readonly paired: readonly (keyof Setting)[];
  readonly step?: number;
}

const epsilon = 0.1;
const points = ({ x, y }: Setting) => [matrix(x, D), matrix(y, D)] as const;
const klOf = (p: number, q: number) => p * Math.log(p / q) - p + q;
const entropic = (given: Setting) =>
  sinkhornNewtonSparse(given.a, given.b, matrix(given.cost, M), { epsilon, tolerance: 1e-13 });
const between = (given: Setting) =>
  sinkhornNewtonSparse(given.a, given.b, costMatrix(...points(given)), { epsilon, tolerance: 1e-13 });
const exact = (given: Setting) => emd(given.a, given.b, costMatrix(...points(given)));
const clouds = ({ a, b, ...given }: Setting, maxBytes = 0) =>
  pointCloudSinkhorn(...points({ a, b, ...given }), { a, b, epsilon, tolerance: 1e-12, maxBytes });
const divergence = ({ a, b, ...given }: Setting) =>
  sinkhornDivergence(...points({ a, b, ...given }), { a, b, epsilon, tolerance: 1e-12, maxBytes: 0 });
const unbalanced = ({ a, b, cost }: Setting, sourcePenalty = 0.7) =>
  unbalancedSinkhorn(a, b, matrix(cost, M), { epsilon, marginalPenalty: 0.7, sourcePenalty, tolerance: 1e-13 });
const sliced = ({ a, b, ...given }: Setting, p: number, gradient: boolean) =>
  slicedWasserstein(...points({ a, b, ...given }), { a, b, p, projections: 7, gradient });
const spaces = ({ first, second }: Setting) => ({ first: matrix(first, N), second: matrix(second, M) });
const gromov = (given: Setting) => {
  const { first, second } = spaces(given);
  return gromovWasserstein(first, second, { a: given.a, b: given.b, tolerance: 1e-13 });
};

function objectiveOf(given: Setting, sourcePenalty: number): number {
  const { a, b, cost } = given;
  const { plan } = unbalanced(given, sourcePenalty);
  const [rows, columns] = [new Float64Array(N), new Float64Array(M)];
  let sum = 0;
  plan.values.forEach((mass, k) => {
    const [i, j] = [Math.floor(k / M), k % M];
    rows[i] += mass;
    columns[j] += mass;
    sum += mass * cost[k] + epsilon * klOf(mass, a[i] * b[j]);
  });
  if (sourcePenalty < Infinity) for (const [i, mass] of rows.entries()) sum += sourcePenalty * klOf(mass, a[i]);
  for (const [j, mass] of columns.entries()) sum += 0.7 * klOf(mass, b[j]);
  return sum;
}

const ofSliced = (p: number): Kind => ({
  value: (given) => sliced(given, p, false).distance,
  gradient: (given) => {
    const { a, b, x, y } = transportGradient(sliced(given, p, true));
    return { a, b, x: x?.values, y: y?.values };
  },
  free: ['x', 'y'],
  paired: ['a', 'b'],
});
const ofUnbalanced = (penalty: number): Kind => ({
  value: (given) => objectiveOf(given, penalty),
  gradient: (given) => {
    const { a, b, cost } = transportGradient(unbalanced(given, penalty));
    return { a, b, cost: cost.values };
  },
  free: ['a', 'b', 'cost'],
  paired: [],
});

const kinds: Record<string, Kind> = {
  'entropic plans': {
    value: (given) => entropic(given).dualValue,
    gradient: (given) => {
      const { a, b, cost } = transportGradient(entropic(given));
      return { a, b, cost: cost.values };
    },
    free: ['cost'],
    paired: ['a', 'b'],
  },
  'entropic plans between points': {
    value: (given) => between(given).dualValue,
    gradient: (given) => {
      const [x, y] = points(given);
      const gradient = transportGradient(between(given), { x, y });
      return { a: gradient.a, b: gradient.b, x: gradient.x.values, y: gradient.y.values };
    },
    free: ['x', 'y'],
    paired: ['a', 'b'],
  },
  'exact plans': {
    value: (given) => exact(given).cost,
    gradient: (given) => {
      const [x, y] = points(given);
      const gradient = transportGradient(exact(given), { x, y });
      return { a: gradient.a, b: gradient.b, x: gradient.x.values, y: gradient.y.values };
    },
    free: ['x', 'y'],
    paired: ['a', 'b'],
    step: 1e-6,
  },
  clouds: {
    value: (given) => clouds(given).dualValue,
    gradient: (given) => {
      const { a, b, x, y } = transportGradient(clouds(given));
      return { a, b, x: x?.values, y: y?.values };
    },
    free: ['x', 'y'],
    paired: ['a', 'b'],
  },
  divergences: {
    value: (given) => divergence(given).divergence,
    gradient: (given) => {
      const { a, b, x, y } = transportGradient(divergence(given));
      return { a, b, x: x.values, y: y.values };
    },
    free: ['x', 'y'],
    paired: ['a', 'b'],
  },
  'unbalanced plans': ofUnbalanced(0.7),
  'unbalanced plans with one side met': ofUnbalanced(Infinity),
  'sliced distances': ofSliced(2),
  'sliced distances with p = 1.5': { ...ofSliced(1.5), step: 1e-6 },
  'Gromov-Wasserstein': {
    value: (given) => gromov(given).distortion,
    gradient: (given) => {
      const { a, b, first, second } = transportGradient(gromov(given), spaces(given));
      return { a, b, first: first.values, second: second.values };
    },
    free: ['first', 'second'],
    paired: ['a', 'b'],
    step: 1e-6,
  },
};

describe.each(Object.entries(kinds))('the gradient of %s', (_, { value, gradient, free, paired, step = 1e-4 }) => {
  it('agrees with differences to 1e-5, forty of them', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const given = draw(seed);
      const found = gradient(given);
      const names = [...free, ...paired];
      for (let k = 0; k < 4; k++) {
        const name = names[k % names.length];
        const length = given[name].length;
        const [at, other] = [(7 * seed + 3 * k) % length, (7 * seed + 3 * k + 1) % length];
        const isPaired = paired.includes(name);
        const moved = (t: number) => {
          const values = given[name].slice();
          values[at] += t;
          if (isPaired) values[other] -= t;
          return value({ ...given, [name]: values });
        };
        const slope = (8 * (moved(step) - moved(-step)) - (moved(2 * step) - moved(-2 * step))) / (12 * step);
        const entries = found[name] ?? new Float64Array(0);
        const expected = entries[at] - (isPaired ? entries[other] : 0);
        expect(Math.abs(expected - slope), `${name} of ${seed}`).toBeLessThan(1e-5 * Math.max(1, Math.abs(slope)));
      }
    }
  });
});
