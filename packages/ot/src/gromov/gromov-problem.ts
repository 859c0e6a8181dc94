// The registered problem of Gromov-Wasserstein matching: instances, metrics and file format of `ot/gromov-wasserstein`.
import type { Problem } from '@infimum/core';
import { checkNumber, defineFamily, defineProblem, InvalidInputError, Random } from '@infimum/core';
import { readMatrix, readObject } from '@infimum/core/data';
import { portableCosine, portableSine } from '@infimum/core/portable-math';
import type { DenseMatrix } from '@infimum/linalg';
import { costMatrix, gridPoints } from '../cost-matrix.ts';
import { emd } from '../exact/network-simplex.ts';
import { inkOf, loadImages } from '../image-instances.ts';
import { marginalErrorOf } from '../plan-metrics.ts';
import { asMarginals, total } from '../transport.ts';
import type { GromovInstance, GromovPlan } from './gromov-objective.ts';
import { GromovObjective } from './gromov-objective.ts';
import { asSpace, asymmetryOf } from './gromov-terms.ts';

const epsilon = { type: 'number', above: 0, default: 0.01, description: 'Regularisation of entropic solvers' } as const;

/** Matching of spaces that have nothing in common but the shape. */
export const gromov: Problem<GromovInstance, GromovPlan> = /* @__PURE__ */ (() =>
  defineProblem<GromovInstance, GromovPlan>({
    id: 'ot/gromov-wasserstein',
    title: 'Gromov-Wasserstein matching',
    statement: String.raw`Given the distances $C$ and $D$ within two spaces and weights $a$ and $b$ of equal mass, find a
plan that matches points so that distances agree:
$$\min_{T \ge 0}\ \sum_{ijkl} (C_{ik} - D_{jl})^2\, T_{ij} T_{kl} \quad \text{subject to}\quad T\mathbf 1 = a,\ T^\top
\mathbf 1 = b.$$
The problem is not convex; solvers return stationary points.`,
    families: {
      moved: defineFamily({
        title: 'A shape, moved',
        description: 'A spiral of points and its image under a rotation and a permutation: the least distortion is 0.',
        real: false,
        params: { n: { type: 'integer', min: 2, max: 2000, default: 30, description: 'Points' }, epsilon },
        suites: { quick: [{}], full: [{ n: 100 }, { n: 300 }] },
        generate: ({ n, epsilon }, seed) => {
          const order = new Random(seed).permutation(n);
          const first = distancesOf(spiral(n));
          const second = { ...first, values: first.values.slice() };
          for (let i = 0; i < n; i++) {
            for (let j = 0; j < n; j++) second.values[i * n + j] = first.values[order[i] * n + order[j]];
          }
          return { first, second, a: uniform(n), b: uniform(n), epsilon };
        },
      }),
      dimensions: defineFamily({
        title: 'Two dimensions and three',
        description: 'Uniform points of a square and of a cube: no map keeps all distances.',
        real: false,
        params: {
          n: { type: 'integer', min: 2, max: 2000, default: 25, description: 'Points of the square' },
          m: { type: 'integer', min: 2, max: 2000, default: 35, description: 'Points of the cube' },
          epsilon,
        },
        suites: { quick: [{}], full: [{ n: 100, m: 120 }] },
        generate: ({ n, m, epsilon }, seed) => {
          const random = new Random(seed);
          const cloud = (rows: number, cols: number) => ({
            rows,
            cols,
            values: random.uniforms(new Float64Array(rows * cols)),
          });
          const [square, cube] = [cloud(n, 2), cloud(m, 3)];
          return { first: distancesOf(square), second: distancesOf(cube), a: uniform(n), b: uniform(m), epsilon };
        },
      }),
      digits: defineFamily({
        title: 'Handwritten digits',
        description:
          'The inked pixels of two real 8 x 8 digits, with their ink as weights and their distances. The seed picks the pair.',
        real: true,
        params: { epsilon },
        suites: { quick: [{}], full: [{}, { epsilon: 1e-3 }] },
        generate: async ({ epsilon }, seed) => {
          const images = await loadImages(8);
          const pixels = distancesOf(gridPoints(8));
          const inked = (image: number) => {
            const ink = inkOf(images.values, image, images.cols);
            const places = Array.from(ink.keys()).filter((pixel) => ink[pixel] > 0.01);
            const mass = places.reduce((sum, pixel) => sum + ink[pixel], 0);
            return {
              distances: {
                rows: places.length,
                cols: places.length,
                values: Float64Array.from(places.flatMap((i) => places.map((j) => pixels.values[i * 64 + j]))),
              },
              weights: Float64Array.from(places, (pixel) => ink[pixel] / mass),
            };
          };
          const [one, other] = [inked(seed % images.rows), inked((seed * 37 + 91) % images.rows)];
          return { first: one.distances, second: other.distances, a: one.weights, b: other.weights, epsilon };
        },
      }),
    },
    metrics: {
      distortion: {
        title: 'Distortion',
        description: 'The sum of all squared differences of distances, weighted by the plan.',
        unit: '',
        direction: 'minimize',
        compute: distortion,
      },
      marginalError: {
        title: 'Marginal error',
        description: 'Sum of the absolute differences between the marginals of the plan and the weights.',
        unit: '',
        direction: 'minimize',
        targets: [1e-6],
        compute: ({ a, b }: GromovInstance, { plan }: GromovPlan) => marginalErrorOf(plan, a, b),
      },
    },
    primaryMetric: 'distortion',
    certificates: {
      marginals: {
        title: 'Distortion, slope and marginals',
        statement: String.raw`For the doubles as they are: $T \ge 0$ has the distortion $E(T) =$ *distortion*, its marginals are off by
*marginalError*, and the derivative of $E$ from $T$ towards any $Q \ge 0$ with the marginals of $T$ is at least $-$ *slope*.`,
        about: 'answer',
        figures: ['distortion', 'slope', 'marginalError'],
        cost: 'O(nm (n + m))',
        always: false,
        async prover() {
          const { certify } = await import('./gromov-prover.ts');
          const tools = { cheapest: emd, Objective: GromovObjective };
          return { certify: (instance, solution) => certify(instance, solution, tools) };
        },
        checker: () => import('./gromov-checker.ts'),
      },
    },
    unproved: 'That no plan has less distortion is not proved: the problem is not convex.',
    validate: ({ first, second, a, b, epsilon }) => {
      checkSymmetric(first, 'first');
      checkSymmetric(second, 'second');
      asMarginals({ a, b }, first.rows, second.rows);
      checkNumber(epsilon, 'epsilon', { above: 0 });
    },
    badInstances: () => {
      const first = { rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, 0) };
      const good = { first, second: first, a: uniform(2), b: uniform(2), epsilon: 0.1 };
      return [
        {
          fault: 'distances that are not square',
          instance: { ...good, first: { rows: 1, cols: 2, values: Float64Array.of(0, 1) } },
          argument: 'first',
        },
        {
          fault: 'distances that are not symmetric',
          instance: { ...good, second: { ...first, values: Float64Array.of(0, 1, 2, 0) } },
          argument: 'second',
        },
        { fault: 'too many weights', instance: { ...good, a: uniform(3) }, argument: 'a' },
        { fault: 'unequal masses', instance: { ...good, b: Float64Array.of(1, 1) }, argument: 'b' },
        { fault: 'no epsilon', instance: { ...good, epsilon: 0 }, argument: 'epsilon' },
      ];
    },
    hardInstances: () => {
      const line = (unit: number) => ({
        rows: 4,
        cols: 4,
        values: Float64Array.from({ length: 16 }, (_, k) => unit * Math.abs(Math.floor(k / 4) - (k % 4))),
      });
      const scaled = (unit: number, mass: number) => ({
        first: line(unit),
        second: line(2 * unit),
        a: uniform(4).map((weight) => mass * weight),
        b: uniform(4).map((weight) => mass * weight),
        epsilon: 0.1 * unit * unit,
      });
      return [
        { hardness: 'distances times 1e150', instance: scaled(1e150, 1) },
        { hardness: 'distances times 1e-150', instance: scaled(1e-150, 1) },
        { hardness: 'masses times 1e100', instance: scaled(1, 1e100) },
        { hardness: 'no distances at all', instance: { ...scaled(0, 1), epsilon: 0.1 } },
        { hardness: 'tiny weights', instance: { ...scaled(1, 1), a: Float64Array.of(1, 1e-305, 1e-200, 1e-30) } },
      ];
    },
    success: {
      metric: 'marginalError',
      certificate: 'marginals',
      bound: ({ a }, { variant, options }) => {
        const { tolerance = 0 } = options as { tolerance?: number };
        return Math.max(variant === 'exact' ? 1e-9 : 1e-6, 1.001 * tolerance) * total(a);
      },
    },
    instanceFile: {
      description:
        'A JSON object with the square matrices `first` and `second` (lists of rows, or paths of two-dimensional `.npy` files) and `epsilon` for entropic solvers, 0.01 by default. Weights are uniform.',
      example: {
        first: [
          [0, 1],
          [1, 0],
        ],
        second: [
          [0, 2],
          [2, 0],
        ],
        epsilon: 0.1,
      },
      parse: (json) => {
        const { first, second, epsilon = 0.01 } = readObject(json, 'instance', ['first', 'second', 'epsilon']);
        checkNumber(epsilon, 'epsilon', { above: 0 });
        const [one, other] = [readMatrix(first, 'first'), readMatrix(second, 'second')];
        return { first: one, second: other, a: uniform(one.rows), b: uniform(other.rows), epsilon };
      },
    },
  }))();

/** sum_ijkl (C_ik - D_jl)^2 T_ij T_kl, from C T and T D with the marginals of the plan itself. */
function distortion({ first, second }: GromovInstance, { plan }: GromovPlan): number {
  const { rows: n, cols: m, values: t } = plan;
  const [ofRows, ofColumns] = [new Float64Array(n), new Float64Array(m)];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      ofRows[i] += t[i * m + j];
      ofColumns[j] += t[i * m + j];
    }
  }
  let sum = quadratic(first, ofRows) + quadratic(second, ofColumns);
  const image = new Float64Array(m);
  for (let i = 0; i < n; i++) {
    // (C T)_i, then its product with D, paired with T_i.
    image.fill(0);
    for (let k = 0; k < n; k++) {
      const c = first.values[i * n + k];
      for (let j = 0; j < m; j++) image[j] += c * t[k * m + j];
    }
    for (let j = 0; j < m; j++) {
      let inner = 0;
      for (let l = 0; l < m; l++) inner += image[l] * second.values[l * m + j];
      sum -= 2 * inner * t[i * m + j];
    }
  }
  // A sum of squares, but for rounding.
  return Math.max(0, sum);
}

/** sum_ik C_ik^2 w_i w_k */
function quadratic({ rows, values }: DenseMatrix, w: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < rows; k++) sum += values[i * rows + k] ** 2 * w[i] * w[k];
  }
  return sum;
}

function distancesOf(points: DenseMatrix): DenseMatrix {
  return costMatrix(points, points, 'euclidean');
}

function uniform(length: number): Float64Array {
  return new Float64Array(length).fill(1 / length);
}

/** Points on a spiral of one and a half turns, with growing gaps: it has no symmetry. */
function spiral(n: number): DenseMatrix {
  const values = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    const radius = 0.1 + (0.9 * (i + 0.5)) / n;
    const angle = 3 * Math.PI * radius * radius;
    values[2 * i] = radius * portableCosine(angle);
    values[2 * i + 1] = radius * portableSine(angle);
  }
  return { rows: n, cols: 2, values };
}

/** Checks distances of the registered problem, which are those of spaces and not of networks. */
function checkSymmetric(space: DenseMatrix, argument: string): void {
  asSpace(space, argument);
  const index = asymmetryOf(space);
  if (index < 0) return;
  throw new InvalidInputError(`is not symmetric at index ${index}`, { argument, code: 'out-of-range', index });
}
