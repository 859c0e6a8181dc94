// Functions take plain and nested arrays, and say the same as for typed ones.
import { expect, it } from 'vitest';
import { auctionAssignment } from './assignment/auction.ts';
import { gaussianBarycenter, gaussianMap } from './barycenters/gaussian-transport.ts';
import { linearBarycenter } from './barycenters/linear-barycenter.ts';
import { emdSparse } from './exact/emd-sparse.ts';
import {
  assignExperts,
  barycentricProjection,
  buresWasserstein,
  convolutionalBarycenter,
  costMatrix,
  createExpertBalancer,
  emd,
  emdPointCloud,
  entropicBarycenter,
  entropicGromovWasserstein,
  entropicPartialTransport,
  freeSupportBarycenter,
  graphDistances,
  gridSinkhorn,
  gromovWasserstein,
  linearAssignment,
  locationGradient,
  lowRankSinkhorn,
  partialTransport,
  pointCloudSinkhorn,
  quadraticTransport,
  roundToPolytope,
  semiDiscreteTransport,
  sinkhorn,
  sinkhornBatch,
  sinkhornDivergence,
  sinkhornNewtonSparse,
  slicedWasserstein,
  solvePointTransport,
  solveTransport,
  sparsePlan,
  squaredEuclideanFactors,
  topKRoute,
  transportMap,
  unbalancedSinkhorn,
  wasserstein1d,
  wassersteinCircle,
} from './index.ts';
import { groupLassoTransport } from './maps/group-lasso-transport.ts';
import { guessPotentials } from './maps/potential-guess.ts';

/** Plain arrays, typed in the second run. */
interface Forms {
  // biome-ignore lint/suspicious/noExplicitAny: both forms go through one call.
  readonly list: (...values: number[]) => any;
  // biome-ignore lint/suspicious/noExplicitAny: both forms go through one call.
  readonly rows: (...rows: number[][]) => any;
}
const plain: Forms = { list: (...values) => values, rows: (...rows) => rows };
const typed: Forms = {
  list: (...values) => Float64Array.from(values),
  rows: (...rows) => ({ rows: rows.length, cols: rows[0].length, values: Float64Array.from(rows.flat()) }),
};

const calls: Record<string, (forms: Forms) => object | number> = {
  solveTransport: ({ list, rows }) => solveTransport(list(0.5, 0.5), list(0.25, 0.75), rows([0, 1], [1, 0])),
  solvePointTransport: ({ list, rows }) =>
    solvePointTransport(rows([0, 1], [2, 3]), rows([1, 1], [2, 0]), { a: list(0.5, 0.5), epsilon: 0.5 }),
  sinkhorn: ({ list, rows }) =>
    sinkhorn(list(0.5, 0.5), list(0.25, 0.75), rows([0, 1], [1, 0]), {
      epsilon: 1,
      initial: { source: list(0, 0.1), target: list(0.1, 0) },
    }),
  sinkhornNewtonSparse: ({ list, rows }) =>
    sinkhornNewtonSparse(list(0.5, 0.5), list(0.25, 0.75), rows([0, 1], [1, 0]), { epsilon: 0.1 }),
  sinkhornBatch: ({ list }) => sinkhornBatch({ cost: { count: 1, rows: 1, cols: 2, values: list(1, 2) } }, { epsilon: 1 }),
  emd: ({ list, rows }) => emd(list(0.5, 0.5), list(0.25, 0.75), rows([0, 1], [1, 0])),
  emdPointCloud: ({ rows }) => emdPointCloud(rows([0, 1], [2, 3]), rows([1, 1], [2, 0])),
  emdSparse: ({ list }) =>
    emdSparse(list(0.5, 0.5), list(0.5, 0.5), {
      rows: 2,
      cols: 2,
      rowPointers: [0, 1, 2],
      columnIndices: [0, 1],
      values: list(1, 2),
    }),
  linearAssignment: ({ rows }) => linearAssignment(rows([4, 1], [2, 0])),
  auctionAssignment: ({ rows }) => auctionAssignment(rows([4, 1], [2, 0])),
  wasserstein1d: ({ list }) => wasserstein1d(list(3, 1), list(2, 4), { p: 2, a: list(0.5, 0.5) }),
  wassersteinCircle: ({ list }) => wassersteinCircle(list(0.125), list(0.875)),
  slicedWasserstein: ({ rows }) => slicedWasserstein(rows([0, 1], [2, 3]), rows([1, 1], [2, 0])),
  costMatrix: ({ rows }) => costMatrix(rows([0, 1], [2, 3]), rows([1, 1])),
  pointCloudSinkhorn: ({ rows }) => pointCloudSinkhorn(rows([0, 1], [2, 3]), rows([1, 1]), { epsilon: 1 }),
  sinkhornDivergence: ({ rows }) => sinkhornDivergence(rows([0, 1], [2, 3]), rows([1, 1]), { epsilon: 1 }),
  gridSinkhorn: ({ rows }) => gridSinkhorn(rows([0.5, 0.5]), rows([0.25, 0.75]), { epsilon: 0.1 }),
  lowRankSinkhorn: ({ list, rows }) =>
    lowRankSinkhorn(list(0.5, 0.5), list(0.5, 0.5), squaredEuclideanFactors(rows([0], [1]), rows([2], [4])), { rank: 1 }),
  semiDiscreteTransport: ({ rows }) =>
    semiDiscreteTransport({ points: rows([0], [1]) }, rows([0.25], [0.75]), { maxIterations: 4 }),
  graphDistances: ({ list }) =>
    graphDistances({ rows: 2, cols: 2, rowPointers: [0, 1, 2], columnIndices: [1, 0], values: list(3, 3) }, [0], [1]),
  unbalancedSinkhorn: ({ list, rows }) =>
    unbalancedSinkhorn(list(1, 2), list(1), rows([0], [1]), { epsilon: 1, marginalPenalty: 1 }),
  partialTransport: ({ list, rows }) => partialTransport(list(1, 2), list(1), rows([0], [1]), { mass: 0.5 }),
  entropicPartialTransport: ({ list, rows }) =>
    entropicPartialTransport(list(1, 2), list(1), rows([0], [1]), { mass: 0.5, epsilon: 1 }),
  quadraticTransport: ({ list, rows }) =>
    quadraticTransport(list(0.5, 0.5), list(0.25, 0.75), rows([0, 1], [1, 0]), { gamma: 1 }),
  entropicBarycenter: ({ list, rows }) =>
    entropicBarycenter(rows([1, 0], [0, 1]), rows([0, 1], [1, 0]), { epsilon: 1, weights: list(1, 3) }),
  linearBarycenter: ({ rows }) => linearBarycenter(rows([1, 0], [0, 1]), rows([0, 1], [1, 0])),
  convolutionalBarycenter: ({ rows }) => convolutionalBarycenter([rows([1, 0]), rows([0, 1])], { epsilon: 1 }),
  freeSupportBarycenter: ({ rows }) => freeSupportBarycenter([rows([0], [2]), rows([4], [6])], rows([1], [2])),
  buresWasserstein: ({ list, rows }) =>
    buresWasserstein({ mean: list(0), covariance: rows([1]) }, { mean: list(1), covariance: rows([4]) }),
  gaussianMap: ({ list, rows }) =>
    gaussianMap({ mean: list(0), covariance: rows([1]) }, { mean: list(1), covariance: rows([4]) }),
  gaussianBarycenter: ({ list, rows }) => gaussianBarycenter([{ mean: list(0), covariance: rows([1]) }]),
  gromovWasserstein: ({ rows }) => gromovWasserstein(rows([0, 1], [1, 0]), rows([0, 2], [2, 0])),
  entropicGromovWasserstein: ({ rows }) =>
    entropicGromovWasserstein(rows([0, 1], [1, 0]), rows([0, 2], [2, 0]), { epsilon: 1 }),
  groupLassoTransport: ({ list, rows }) =>
    groupLassoTransport(list(0.5, 0.5), list(0.5, 0.5), rows([0, 1], [1, 0]), [0, 1], { epsilon: 1, groupPenalty: 1 }),
  guessPotentials: ({ rows }) => guessPotentials(rows([0], [1]), rows([2], [4]), { method: 'sorting' }),
  transportMap: ({ rows }) => transportMap(rows([0], [1]), rows([2], [4])).map(rows([0.25])),
  barycentricProjection: ({ rows }) => barycentricProjection(rows([0.75, 0.25]), rows([0], [4])),
  locationGradient: ({ rows }) => locationGradient(rows([1]), rows([0]), rows([3])),
  sparsePlan: ({ rows }) => sparsePlan(rows([0.5, 0], [0, 0.5])),
  roundToPolytope: ({ list, rows }) => roundToPolytope(rows([0.6, 0], [0, 0.4]), list(0.5, 0.5), list(0.5, 0.5)),
  assignExperts: ({ list, rows }) =>
    assignExperts(rows([0.9, 0.8], [0.8, 0.5]), 1, { capacities: [1, 1], initialBias: list(0, 0.1) }),
  topKRoute: ({ list, rows }) => topKRoute(rows([0.9, 0.8], [0.8, 0.5]), 1, list(0, 0.1)),
  createExpertBalancer: ({ list, rows }) =>
    createExpertBalancer({ experts: 2, expertsPerToken: 1, shares: list(1, 1) }).route(rows([0.9, 0.8], [0.8, 0.5])),
};

it.each(Object.entries(calls))('%s', (_, call) => {
  const timeless = (answer: object | number) => (typeof answer === 'number' ? answer : { ...answer, seconds: undefined });
  expect(timeless(call(plain))).toEqual(timeless(call(typed)));
});

it('vectors in single precision count as they are rounded', () => {
  const a = Float32Array.of(0.1, 0.9);
  const { status, cost } = sinkhorn(
    a,
    [0.3, 0.7],
    [
      [0, 1],
      [1, 0],
    ],
    { epsilon: 0.01 },
  );
  expect(status).toBe('converged');
  expect(cost).toBeCloseTo(0.2, 6);
});
