// The registered problem of sparse products: instances, metrics and file format of `linalg/sparse-product`.
import type { HardInstance, Problem } from '@infimum/core';
import { defineFamily, defineProblem, fault, Random } from '@infimum/core';
import { readObject } from '@infimum/core/data';
import { checkCsr } from '../check-compressed.ts';
import type { CsrMatrix } from '../matrices.ts';
import { exponentOf, powerOfTwoNear } from '../power-of-two.ts';
import { csrFromDense } from '../sparse/csr-matrix.ts';
import { transposed } from '../sparse/csr-transpose.ts';
import { decodedMatrix } from '../sparse/fixture-matrix.ts';
import { fivePointLaplacian } from '../sparse/grid-stencils.ts';
import { MATRIX_FORMS, readSparse } from '../sparse/matrix-instance.ts';
import type { RmatShape } from './rmat.ts';
import { rmat } from './rmat.ts';
import { banded, galerkin, markovChain } from './sparse-product-instances.ts';
import type { SparsePair, SparseProduct } from './spgemm-solution.ts';

export type { SparsePair } from './spgemm-solution.ts';

/**
 * Checks both matrices and that their shapes fit.
 *
 * @throws {InvalidInputError} naming the matrix and what is wrong with it
 */
function checkPair({ a, b }: SparsePair): void {
  checkCsr(a, 'a');
  checkCsr(b, 'b');
  if (a.cols !== b.rows) throw fault(`expected ${a.cols} rows, as many as a has columns, got ${b.rows}`, 'b', 'shape');
}

const seeded = (params: RmatShape, seed: number) => ({ a: rmat(params, 2 * seed - 1), b: rmat(params, 2 * seed) });
const scale = { type: 'integer', min: 1, max: 20, default: 7, description: 'Rows and columns as a power of two' } as const;
const edges = { type: 'integer', min: 1, max: 4_000_000, default: 600, description: 'Entries of each matrix' } as const;
const side = (points: number) =>
  ({ type: 'integer', min: 2, max: 2000, default: points, description: 'Points per side of the grid' }) as const;
const share = (quarter: string, value: number) =>
  ({
    type: 'number',
    min: 0,
    max: 1,
    default: value,
    description: `Probability of the ${quarter} quarter at every level`,
  }) as const;

/** Products of two sparse matrices. */
export const sparseProduct: Problem<SparsePair, SparseProduct> = /* @__PURE__ */ defineProblem({
  id: 'linalg/sparse-product',
  title: 'Product of two sparse matrices',
  statement: `Given sparse matrices $A$ ($m \\times k$) and $B$ ($k \\times n$) in compressed rows, find
$C = AB$ in compressed rows, with an entry
$$C_{ij} = \\sum_{l\\,:\\,A_{il},\\,B_{lj} \\text{ are entries}} A_{il} B_{lj}$$
wherever the sum has a term. The work is the number of terms, $P = \\sum_{(i,l) \\in A} \\operatorname{nnz}(B_{l*})$.`,
  families: {
    rmat: /* @__PURE__ */ defineFamily({
      title: 'R-MAT',
      description:
        'Two random graphs with skewed degrees. T14 is scale 14 with 254 211 entries, G12 is scale 12 with 32 768 entries of the Graph 500 shares; seed 1 gives the specified matrices.',
      real: false,
      params: {
        scale,
        edges,
        upperLeft: share('upper left', 0.57),
        upperRight: share('upper right', 0.19),
        lowerLeft: share('lower left', 0.19),
      },
      suites: {
        quick: [{}, { scale: 12, edges: 32_768 }],
        full: [
          { scale: 12, edges: 32_768 },
          { scale: 14, edges: 254_211, upperLeft: 0.4, upperRight: 0.2, lowerLeft: 0.2 },
          { scale: 14, edges: 254_211 },
        ],
      },
      generate: ({ scale, edges, upperLeft, upperRight, lowerLeft }, seed) =>
        seeded({ scale, edges, quarters: [upperLeft, upperRight, lowerLeft] }, seed),
    }),
    uniform: /* @__PURE__ */ defineFamily({
      title: 'Uniform',
      description: 'Two matrices with randomly placed entries: hardly any products are summed.',
      real: false,
      params: { scale, edges },
      suites: {
        quick: [{}],
        full: [
          { scale: 14, edges: 254_211 },
          { scale: 16, edges: 1_000_000 },
        ],
      },
      generate: (params, seed) => seeded({ ...params, quarters: [0.25, 0.25, 0.25] }, seed),
    }),
    banded: /* @__PURE__ */ defineFamily({
      title: 'Band',
      description: 'A band matrix with normal random values, squared: many products fall on each entry.',
      real: false,
      params: {
        size: { type: 'integer', min: 1, max: 1_000_000, default: 200, description: 'Rows and columns' },
        halfWidth: { type: 'integer', min: 0, max: 100, default: 13, description: 'Entries on each side of the diagonal' },
      },
      suites: { quick: [{}], full: [{ size: 100_000 }] },
      generate: ({ size, halfWidth }, seed) => {
        const a = banded(size, halfWidth, seed);
        return { a, b: a };
      },
    }),
    laplacian: /* @__PURE__ */ defineFamily({
      title: 'Squared Laplacian',
      description: 'The five-point Laplacian of a square grid times itself: the biharmonic stencil.',
      real: false,
      params: { side: /* @__PURE__ */ side(30) },
      suites: { quick: [{}], full: [{ side: 300 }, { side: 1000 }] },
      generate: ({ side }) => {
        const a = fivePointLaplacian(side);
        return { a, b: a };
      },
    }),
    galerkin: /* @__PURE__ */ defineFamily({
      title: 'Galerkin operator',
      description:
        'Restriction times (Laplacian times prolongation) of smoothed aggregation: the coarse matrix of a multigrid method.',
      real: false,
      params: { side: /* @__PURE__ */ side(24) },
      suites: { quick: [{}], full: [{ side: 500 }] },
      generate: ({ side }) => galerkin(side),
    }),
    markov: /* @__PURE__ */ defineFamily({
      title: 'Markov clustering',
      description: 'The expansion step of Markov clustering: the transition matrix of a graph with communities, squared.',
      real: false,
      params: {
        communities: { type: 'integer', min: 1, max: 10_000, default: 10, description: 'Communities' },
        members: { type: 'integer', min: 1, max: 10_000, default: 20, description: 'Members of each community' },
        degree: { type: 'integer', min: 0, max: 1000, default: 8, description: 'Mean number of neighbours' },
      },
      suites: { quick: [{}], full: [{ communities: 500, members: 50, degree: 20 }] },
      generate: ({ communities, members, degree }, seed) => {
        const a = markovChain(communities, members, degree, seed);
        return { a, b: a };
      },
    }),
    airports: /* @__PURE__ */ defineFamily({
      title: 'Connecting flights',
      description:
        'Flights between 305 airports of the United States in 2008, squared: the number of ways to travel with one change.',
      real: true,
      params: {},
      suites: { quick: [{}], full: [{}] },
      generate: async () => {
        const a = decodedMatrix(await import('../fixtures/airports.ts'));
        return { a, b: a };
      },
    }),
    documents: /* @__PURE__ */ defineFamily({
      title: 'Similar paragraphs',
      description:
        "Word counts A of each paragraph of the constitution of the United States; the product A A' counts common words.",
      real: true,
      params: {},
      suites: { quick: [{}], full: [{}] },
      generate: async () => {
        const a = decodedMatrix(await import('../fixtures/term-document.ts'));
        return { a, b: transposed(a) };
      },
    }),
  },
  metrics: {
    error: {
      title: 'Error',
      description: 'Largest entry of C x - A (B x) for a random x, relative to the largest of |A| (|B| x).',
      unit: '',
      direction: 'minimize',
      targets: [0.5, 1e-12],
      compute: (pair: SparsePair, { matrix }: SparseProduct) => productError(pair, matrix),
    },
    entries: {
      title: 'Entries',
      description: 'Entries of C, including zeros from cancellation.',
      unit: '',
      direction: 'minimize',
      compute: (_: SparsePair, { matrix }: SparseProduct) => matrix.values.length,
    },
    products: {
      title: 'Products',
      description: 'Products of two entries required by the instance.',
      unit: '',
      direction: 'minimize',
      compute: (pair: SparsePair) => productCount(pair),
    },
  },
  primaryMetric: 'error',
  certificates: {
    entries: {
      title: 'Entries of the product',
      statement: String.raw`For the given doubles of $A$ and $B$: $C$ has no entry without terms, and the largest
  $\lvert C_{ij} - (AB)_{ij}\rvert / (\lvert A\rvert \lvert B\rvert)_{ij}$ is *entryError*.`,
      about: 'optimum',
      figures: ['entryError'],
      cost: 'O(P)',
      always: false,
      prover: async () => ({ certify: () => ({}) }),
      checker: () => import('./sparse-product-checker.ts'),
    },
  },
  validate: checkPair,
  badInstances: () => {
    const good = csrFromDense({ rows: 2, cols: 2, values: Float64Array.of(1, 2, 0, 3) });
    const wide = csrFromDense({ rows: 3, cols: 2, values: new Float64Array(6).fill(1) });
    const swapped = { ...good, columnIndices: Int32Array.of(1, 0, 1) };
    const infinite = { ...good, values: Float64Array.of(1, Infinity, 3) };
    const falling = { ...good, rowPointers: Int32Array.of(0, 4, 3) };
    return [
      { fault: 'shapes that do not fit', instance: { a: good, b: wide }, argument: 'b' },
      { fault: 'columns out of order', instance: { a: swapped, b: good }, argument: 'a.columnIndices' },
      { fault: 'an infinite value', instance: { a: good, b: infinite }, argument: 'b.values' },
      { fault: 'falling pointers', instance: { a: falling, b: good }, argument: 'a.rowPointers' },
    ];
  },
  hardInstances: () => hardPairs(),
  success: { metric: 'error', bound: () => 1e-12 },
  instanceFile: {
    description: `A JSON object with the matrices \`a\` and \`b\`, each ${MATRIX_FORMS}.`,
    example: {
      a: [
        [1, 0, 2],
        [0, 3, 0],
      ],
      b: { rows: 3, cols: 2, rowIndices: [0, 1, 2, 2], columnIndices: [1, 0, 0, 1], values: [4, 5, 6, 7] },
    },
    parse: (json) => {
      const { a, b } = readObject(json, 'instance', ['a', 'b']);
      const pair = { a: readSparse(a, 'a'), b: readSparse(b, 'b') };
      checkPair(pair);
      return pair;
    },
  },
});

/** P, the number of products of two entries. */
export function productCount({ a, b }: SparsePair): number {
  let products = 0;
  for (const k of a.columnIndices) products += b.rowPointers[k + 1] - b.rowPointers[k];
  return products;
}

function productError({ a, b }: SparsePair, c: CsrMatrix): number {
  const x = new Random(1).uniforms(new Float64Array(b.cols));
  // Each over a power of two near its largest entry, so that the metric's own products neither over- nor underflow.
  const [left, right, product] = [a, b, c].map(({ values }) => powerOfTwoNear(values));
  const power = (exponent: number) => 2 ** Math.min(1023, exponent - exponentOf(left) - exponentOf(right));
  const truth = times(a, left, times(b, right, x));
  const sizes = timesMagnitudes(a, left, timesMagnitudes(b, right, x));
  const factor = power(exponentOf(product));
  const found = times(c, product, x).map((value) => value * factor);
  // What the smallest numbers do not tell apart is no error.
  const least = power(-1022);
  const largest = sizes.reduce((most, value) => Math.max(most, value), 0);
  const difference = found.reduce((most, value, i) => Math.max(most, Math.abs(value - truth[i])), 0);
  return difference / (Math.max(largest, least) || 1);
}

/** (A / scale) x. */
function times({ rows, rowPointers, columnIndices, values }: CsrMatrix, scale: number, x: Float64Array): Float64Array {
  const y = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) sum += (values[k] / scale) * x[columnIndices[k]];
    y[i] = sum;
  }
  return y;
}

/** (|A| / scale) x. */
function timesMagnitudes(matrix: CsrMatrix, scale: number, x: Float64Array): Float64Array {
  return times({ ...matrix, values: matrix.values.map(Math.abs) }, scale, x);
}

/** Pairs at the ends of the range of numbers, with nothing in them, and with everything cancelling. */
function hardPairs(): HardInstance<SparsePair>[] {
  const stencil = fivePointLaplacian(4);
  const times = (factor: number): CsrMatrix => ({ ...stencil, values: stencil.values.map((x) => x * factor) });
  const one = (value: number): CsrMatrix => csrFromDense({ rows: 1, cols: 1, values: Float64Array.of(value) });
  const none: CsrMatrix = {
    rows: 3,
    cols: 3,
    rowPointers: new Int32Array(4),
    columnIndices: new Int32Array(0),
    values: new Float64Array(0),
  };
  const row = csrFromDense({ rows: 1, cols: 2, values: Float64Array.of(1, 1) });
  const column = csrFromDense({ rows: 2, cols: 1, values: Float64Array.of(1, -1) });
  return [
    { hardness: 'entries times 1e150', instance: { a: times(1e150), b: times(1e150) } },
    { hardness: 'entries times 1e-150', instance: { a: times(1e-150), b: times(1e-150) } },
    { hardness: 'products that overflow', instance: { a: times(1e200), b: times(1e200) } },
    { hardness: 'products that underflow', instance: { a: times(1e-200), b: times(1e-200) } },
    { hardness: 'denormal entries', instance: { a: times(5e-324), b: times(1) } },
    { hardness: 'denormal entries times large ones', instance: { a: times(5e-324), b: times(1e150) } },
    { hardness: 'one entry', instance: { a: one(3), b: one(1e-310) } },
    { hardness: 'no entries', instance: { a: none, b: none } },
    { hardness: 'a sum that cancels', instance: { a: row, b: column } },
  ];
}
