// The registered problem of streams of rows: instances, metrics and file format of `linalg/streaming-top-eigenvector`.
import type { Problem } from '@infimum/core';
import { checkMatrix, defineFamily, defineProblem, Random } from '@infimum/core';
import { readMatrix, readObject } from '@infimum/core/data';
import { checkCsr } from '../check-compressed.ts';
import { denseMatrix } from '../dense/dense-matrix.ts';
import type { CsrMatrix, DenseMatrix } from '../matrices.ts';
import { matvec } from '../matvec.ts';
import { norm } from '../numerics/vectors.ts';
import { scaledMatrix } from '../power-of-two.ts';
import { selectCsr } from '../sparse/csr-slice.ts';
import { decodedMatrix } from '../sparse/fixture-matrix.ts';
import {
  driftingStream,
  hardStream,
  hardStreams,
  heavyStream,
  inRandomOrder,
  lightStream,
  lowerBoundStream,
  mixedStream,
  sortedStream,
} from './streaming-instances.ts';
import type { RowStream, StreamedEigenvectors } from './streaming-options.ts';
import { streamingTopEigenvector } from './streaming-top-eigenvector.ts';

/** Columns of which eigenvalues are proved. */
const MOST_PROVED = 400;

const length = (fallback: number) =>
  ({ type: 'integer', min: 1, max: 1_000_000, default: fallback, description: 'Rows' }) as const;
const dimension = (fallback: number) =>
  ({ type: 'integer', min: 2, max: 20_000, default: fallback, description: 'Length of a row' }) as const;
const gap = (fallback: number) => ({ type: 'number', min: 1, max: 1e6, default: fallback, description: 'Target gap' }) as const;
const heavy = (fallback: number) =>
  ({ type: 'integer', min: 1, max: 10_000, default: fallback, description: 'Heavy rows' }) as const;

const sizes = { n: /* @__PURE__ */ length(1000), d: /* @__PURE__ */ dimension(20) };

/** The top eigenvector from one pass. */
export const streamingProblem: Problem<RowStream, StreamedEigenvectors> = /* @__PURE__ */ defineProblem({
  id: 'linalg/streaming-top-eigenvector',
  title: 'Top eigenvector of a stream of rows',
  statement: `The rows $a_1, \\dots, a_n$ of a matrix $A$ arrive one after the other, once. Find a unit vector $v$ close to
the top eigenvector $v_1$ of $A^\\top A = \\sum_i a_i a_i^\\top$, which maximises
$$\\frac{\\lVert A v \\rVert^2}{\\lVert v \\rVert^2},$$
with far fewer than $d^2$ numbers. The difficulty depends on the order of the rows, on the gap $R = \\sigma_1^2/\\sigma_2^2$, and on
the number $h$ of rows with $\\lVert a \\rVert^2 \\ge \\lVert A \\rVert_F^2 / (d\\,p)$.`,
  families: {
    light: /* @__PURE__ */ defineFamily({
      title: 'Light rows',
      description: 'Normal rows, stretched by sqrt(R) in one random direction; no row is heavy.',
      real: false,
      params: { ...sizes, R: /* @__PURE__ */ gap(8) },
      suites: {
        quick: [{}],
        full: [
          { n: 20_000, d: 100, R: 4 },
          { n: 20_000, d: 100, R: 16 },
          { n: 40_000, d: 400, R: 16 },
        ],
      },
      generate: (sizes, seed) => ({ rows: lightStream(sizes, seed) }),
    }),
    heavy: /* @__PURE__ */ defineFamily({
      title: 'Heavy rows',
      description: 'Normal rows of small norm and h equal long ones, which alone determine the top eigenvector.',
      real: false,
      params: { ...sizes, R: /* @__PURE__ */ gap(8), h: /* @__PURE__ */ heavy(1) },
      suites: {
        quick: [{}],
        full: [
          { n: 20_000, d: 100, R: 8, h: 1 },
          { n: 20_000, d: 100, R: 8, h: 5 },
        ],
      },
      generate: (sizes, seed) => ({ rows: heavyStream(sizes, seed) }),
    }),
    mixed: /* @__PURE__ */ defineFamily({
      title: 'Heavy and light rows',
      description: 'Half of the top eigenvalue in light rows, half in h heavy ones at an angle of 1/sqrt(R).',
      real: false,
      params: { ...sizes, R: /* @__PURE__ */ gap(12), h: /* @__PURE__ */ heavy(3) },
      suites: { quick: [{}], full: [12, 50, 203].map((R) => ({ n: 40_000, d: 100, R })) },
      generate: (sizes, seed) => ({ rows: mixedStream(sizes, seed) }),
    }),
    hard: /* @__PURE__ */ defineFamily({
      title: 'Hard for fixed rates',
      description: 'Axis-parallel rows: tiny ones on d - 1 axes and R long ones on the first, in random order.',
      real: false,
      params: { n: /* @__PURE__ */ length(1000), d: /* @__PURE__ */ dimension(40), R: /* @__PURE__ */ gap(7) },
      suites: { quick: [{}], full: [3, 4, 8].map((R) => ({ n: 12_000, d: 300, R })) },
      generate: (sizes, seed) => ({ rows: hardStream(sizes, seed) }),
    }),
    sorted: /* @__PURE__ */ defineFamily({
      title: 'Sorted rows',
      description: 'Light rows ordered by their product with the top eigenvector: as far from random order as possible.',
      real: false,
      params: {
        ...sizes,
        R: /* @__PURE__ */ gap(12),
        order: {
          type: 'choice',
          choices: ['descending', 'ascending'],
          default: 'descending',
          description: 'Longest or shortest first',
        },
      },
      suites: {
        quick: [{}],
        full: [
          { n: 4000, d: 100, R: 22 },
          { n: 4000, d: 100, R: 22, order: 'ascending' },
        ],
      },
      generate: (sizes, seed) => ({ rows: sortedStream(sizes, seed) }),
    }),
    lowerBound: /* @__PURE__ */ defineFamily({
      title: 'Lower bound',
      description: 'Random unit rows, any of which may bend the top eigenvector away from one long row.',
      real: false,
      params: { d: /* @__PURE__ */ dimension(100), h: /* @__PURE__ */ heavy(16), R: /* @__PURE__ */ gap(8) },
      suites: { quick: [{}], full: [8, 16, 32].map((R) => ({ d: 400, h: 64, R })) },
      generate: (sizes, seed) => ({ rows: lowerBoundStream(sizes, seed) }),
    }),
    drifting: /* @__PURE__ */ defineFamily({
      title: 'Turning direction',
      description: 'Normal rows whose long direction rotates during the stream, which no forgetting method can follow.',
      real: false,
      params: {
        ...sizes,
        R: /* @__PURE__ */ gap(12),
        turn: { type: 'number', min: 0, max: Math.PI, default: 1, description: 'Total angle, in radians' },
      },
      suites: { quick: [{}], full: [{ n: 40_000 }] },
      generate: (sizes, seed) => ({ rows: driftingStream(sizes, seed) }),
    }),
    paragraphs: /* @__PURE__ */ defineFamily({
      title: 'Paragraphs of a text',
      description:
        'Counts of 1095 words in each paragraph of the constitution of the United States; sparse rows in random order.',
      real: true,
      params: {},
      suites: { quick: [{}], full: [{}] },
      generate: async (_, seed) => {
        const matrix = decodedMatrix(await import('../fixtures/term-document.ts'));
        return { rows: selectCsr(matrix, { rows: new Random(seed).permutation(matrix.rows) }) };
      },
    }),
    digits: /* @__PURE__ */ defineFamily({
      title: 'Handwritten digits',
      description: '600 images of 8 x 8 pixels, minus their mean, in random order.',
      real: true,
      params: {},
      suites: { quick: [{}], full: [{}] },
      generate: async (_, seed) => {
        const images = centered(await import('../fixtures/digits.ts'));
        return { rows: inRandomOrder(images, seed) };
      },
    }),
  },
  metrics: {
    misalignment: {
      title: 'Misalignment',
      description: '1 minus the squared correlation with the top eigenvector: the squared sine of the angle.',
      unit: '',
      direction: 'minimize',
      targets: [0.1, 0.01, 0.001],
      compute: (instance: RowStream, { vector }: StreamedEigenvectors) => 1 - correlation(reference(instance).vector, vector),
    },
    captured: {
      title: 'Captured energy',
      description: '|A v|² relative to the largest eigenvalue.',
      unit: '',
      direction: 'maximize',
      compute: ({ rows }: RowStream, { vector }: StreamedEigenvectors) => {
        const { singularValue, scaled } = reference({ rows });
        return singularValue === 0 ? 1 : (gain(scaled, vector) / singularValue) ** 2;
      },
    },
    lost: {
      title: 'Lost energy',
      description: '1 minus the captured energy: 0 for the top eigenvector, 1 for a vector orthogonal to all rows.',
      unit: '',
      direction: 'minimize',
      compute: ({ rows }: RowStream, { vector }: StreamedEigenvectors) => {
        const { singularValue, scaled } = reference({ rows });
        return singularValue === 0 ? 0 : 1 - (gain(scaled, vector) / singularValue) ** 2;
      },
    },
  },
  primaryMetric: 'misalignment',
  certificates: {
    angle: {
      title: 'Angle to the top eigenvector',
      statement: String.raw`For the doubles of the rows: the largest eigenvalue of $A^\top A$ is simple, the squared sine of the angle between $v$
and its eigenvector is *misalignment*, and $1 - \lVert Av\rVert^2 / (\lambda_1 \lVert v\rVert^2)$ is *lost*.`,
      about: 'optimum',
      figures: ['misalignment', 'lost'],
      cost: 'O(n d^2 + d^3)',
      always: false,
      declines: ({ rows }) => {
        if (rows.values.every((entry) => entry === 0)) return 'the rows are zero: all directions are equal';
        return rows.cols > MOST_PROVED ? `eigenvalues of more than ${MOST_PROVED} columns take too long` : undefined;
      },
      prover: () => import('./top-eigenvector-prover.ts'),
      checker: () => import('./top-eigenvector-checker.ts'),
    },
  },
  validate({ rows }) {
    if (typeof rows === 'object' && rows !== null && 'rowPointers' in rows) checkCsr(rows, 'rows');
    else checkMatrix(rows, 'rows');
  },
  badInstances: () => [
    { fault: 'no rows', instance: { rows: denseMatrix(0, 2) }, argument: 'rows' },
    {
      fault: 'a value that is not a number',
      instance: { rows: denseMatrix(1, 2, Float64Array.of(1, Number.NaN)) },
      argument: 'rows',
    },
    { fault: 'an infinite value', instance: { rows: denseMatrix(1, 2, Float64Array.of(Infinity, 1)) }, argument: 'rows' },
    { fault: 'values missing', instance: { rows: { rows: 2, cols: 2, values: new Float64Array(3) } }, argument: 'rows' },
  ],
  hardInstances: () => hardStreams(),
  success: {
    metric: 'lost',
    certificate: 'angle',
    // One pass in little memory promises nothing of a single stream but that the vector is one.
    bound: () => 1 + 1e-9,
  },
  reference: (instance) => streamingTopEigenvector(instance.rows, { method: 'covariance' }),
  instanceFile: {
    description: 'A JSON object with `rows`: a list of rows, or the path of a two-dimensional `.npy` file.',
    example: {
      rows: [
        [3, 1],
        [1, 0],
        [6, 2],
        [0, 1],
      ],
    },
    parse: (json) => ({ rows: readMatrix(readObject(json, 'instance', ['rows'])['rows'], 'rows') }),
  },
});

/** The images of the fixture less their mean. */
function centered({ rows, cols, counts }: { rows: number; cols: number; counts: string }): DenseMatrix {
  const values = Float64Array.from({ length: rows * cols }, (_, k) => counts.charCodeAt(k) - 48);
  for (let j = 0; j < cols; j++) {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += values[i * cols + j];
    for (let i = 0; i < rows; i++) values[i * cols + j] -= sum / rows;
  }
  return { rows, cols, values };
}

/** The exact answer for rows over a power of two where they are extreme. */
interface Reference {
  readonly vector: Float64Array;
  readonly singularValue: number;
  readonly scaled: DenseMatrix | CsrMatrix;
}

const references = new WeakMap<object, Reference>();

/** The exact answer, computed once for a matrix. */
function reference({ rows }: RowStream): Reference {
  let found = references.get(rows);
  if (found === undefined) {
    // Norms of extreme rows would be beyond the largest number.
    const { matrix: scaled } = scaledMatrix(rows);
    const { vector, singularValue } = streamingTopEigenvector(scaled, { method: 'covariance' });
    found = { vector, singularValue, scaled };
    references.set(rows, found);
  }
  return found;
}

/** |A v|. */
function gain(rows: DenseMatrix | CsrMatrix, vector: Float64Array): number {
  return norm(matvec(rows, vector));
}

function correlation(x: Float64Array, y: Float64Array): number {
  return x.reduce((sum, value, j) => sum + value * y[j], 0) ** 2;
}
