// The registered solvers of sparse products.
import type { OptionSpecs, Paper } from '@infimum/core';
import { defineSolver } from '@infimum/core';
import { smashPaper } from './smash-claims.ts';
import type { SparsePair } from './sparse-product.ts';
import { productCount, sparseProduct } from './sparse-product.ts';
import type { SpgemmKernel } from './spgemm.ts';
import { spgemmSteps } from './spgemm.ts';

const gustavsonPaper: Paper = {
  title: 'Two fast algorithms for sparse matrices: multiplication and permuted transposition',
  year: 1978,
};
const hashPaper: Paper = {
  title:
    'Performance optimization, modeling and analysis of sparse matrix-matrix products on multi-core and many-core processors',
  year: 2019,
};
const heapPaper: Paper = {
  title: 'Exploiting multiple levels of parallelism in sparse matrix-matrix multiplication',
  arxiv: '1510.00844',
  year: 2016,
};
const expansionPaper: Paper = { title: 'Exposing fine-grained parallelism in algebraic multigrid methods', year: 2012 };
const innerPaper: Paper = { title: 'Sparse matrix technology', year: 1984 };
const outerPaper: Paper = { title: 'OuterSPACE: an outer product based sparse matrix multiplication accelerator', year: 2018 };

const threads = {
  type: 'integer',
  min: 1,
  max: 64,
  default: 1,
  description: 'Threads; the result has the same bits for any number',
} as const;
const twoPhase = {
  type: 'boolean',
  description: 'Whether to count entries first; by default if memory for the upper bound would be too large',
} as const;

/** Elements that inner products read in a few seconds. */
const MOST_INNER_READS = 2 ** 30;
/** Partial products that are stored without filling the memory. */
const MOST_PARTIAL_PRODUCTS = 2 ** 25;

const tooManyProducts = (pair: SparsePair): string | undefined => {
  const products = productCount(pair);
  return products > MOST_PARTIAL_PRODUCTS
    ? `for study: limited to ${MOST_PARTIAL_PRODUCTS} products, not ${products}`
    : undefined;
};

const tooManyReads = ({ a, b }: SparsePair): string | undefined => {
  const reads = b.cols * a.values.length + a.rows * b.values.length;
  return reads > MOST_INNER_READS
    ? `for study: would read up to ${reads} elements here; the limit is ${MOST_INNER_READS}`
    : undefined;
};

type Texts = { title: string; summary: string; cost: string };

/** A solver by a kernel, with the options that it has. */
const kernelSolver = <const Specs extends OptionSpecs>(
  kernel: SpgemmKernel,
  options: Specs,
  texts: Texts & { paper: Paper },
  declines?: (pair: SparsePair) => string | undefined,
) =>
  defineSolver({
    id: kernel === 'auto' ? 'linalg/spgemm' : `linalg/spgemm-${kernel}`,
    ...texts,
    problem: sparseProduct,
    role: 'baseline',
    options,
    declines,
    steps: ({ a, b }, options) => spgemmSteps(a, b, { ...(options as object), kernel }),
  });

const smashSolver = (version: 1 | 2 | 3, texts: Texts, declines?: (pair: SparsePair) => string | undefined) =>
  defineSolver({
    id: `linalg/smash-v${version}`,
    ...texts,
    problem: sparseProduct,
    role: 'paper',
    paper: smashPaper,
    options: {
      threads: {
        type: 'integer',
        min: 1,
        max: 64,
        default: 1,
        description: 'Threads that share the scratchpad; with several, the order of additions is random',
      },
      scratchSlots: {
        type: 'choice',
        choices: [2 ** 10, 2 ** 12, 2 ** 15, 2 ** 18],
        default: 2 ** 15,
        description: 'Slots of the scratchpad',
      },
      loadFactor: { type: 'number', above: 0, max: 0.9, default: 0.5, description: 'Maximum fill of the scratchpad' },
    },
    declines,
    steps: ({ a, b }, options) => spgemmSteps(a, b, { ...options, kernel: `smash-v${version}` }),
  });

const accumulator = { threads, twoPhase };

/** All solvers of sparse products. */
export const sparseProductSolvers = [
  kernelSolver('auto', accumulator, {
    title: 'Row by row, adaptively',
    summary: 'Uses a suitable accumulator for every row; the default for sparse products.',
    cost: 'O(P + m)',
    paper: gustavsonPaper,
  }),
  smashSolver(
    1,
    {
      title: 'SMASH V1',
      summary: 'Windows of rows in one atomic hash table by high-order bits, with rows distributed in advance; for study.',
      cost: 'O(P \\cdot \\text{probes}), \\text{ some hundred of them}',
    },
    tooManyProducts,
  ),
  smashSolver(2, {
    title: 'SMASH V2',
    summary: 'V1 with tokens taken by idle threads, and a scattering hash; entries are sorted at the end.',
    cost: 'O(P + \\operatorname{nnz}(C))',
  }),
  smashSolver(3, {
    title: 'SMASH V3',
    summary: 'V2 with values in dense fragments, written back while the next window is hashed.',
    cost: 'O(P + \\operatorname{nnz}(C))',
  }),
  kernelSolver('dense', accumulator, {
    title: 'Dense accumulator',
    summary: 'A sum and a bit for every column; reading the bits in order replaces sorting.',
    cost: 'O(P + m)',
    paper: gustavsonPaper,
  }),
  kernelSolver('hash', accumulator, {
    title: 'Hash table per row',
    summary: 'A separate table for each row, twice as long as its bound; for many columns and few entries.',
    cost: 'O(P + \\operatorname{nnz}(C))',
    paper: hashPaper,
  }),
  kernelSolver('heap', accumulator, {
    title: 'Heap of rows',
    summary: 'Merges the rows of B with a heap: sorted output with hardly any memory.',
    cost: 'O\\big(\\sum_i p_i \\log \\operatorname{nnz}(A_i)\\big)',
    paper: heapPaper,
  }),
  kernelSolver('esc', accumulator, {
    title: 'Expand, sort, compress',
    summary: 'Lists all products of a block of rows, sorts them by radix and adds neighbours.',
    cost: 'O(P \\log_{256}(n \\cdot \\text{rows of a block}))',
    paper: expansionPaper,
  }),
  kernelSolver(
    'gustavson',
    {},
    {
      title: 'Gustavson',
      summary: 'Row by row with a dense accumulator, in plain TypeScript: the reference for all others.',
      cost: 'O(P + n), \\text{ and } O(\\operatorname{nnz}(C) \\log n) \\text{ to sort}',
      paper: gustavsonPaper,
    },
  ),
  kernelSolver(
    'inner',
    {},
    {
      title: 'Inner products',
      summary: 'Every row of A against every column of B, for study: most reads find no match.',
      cost: 'O(n \\operatorname{nnz}(A) + m \\operatorname{nnz}(B))',
      paper: innerPaper,
    },
    tooManyReads,
  ),
  kernelSolver(
    'outer',
    {},
    {
      title: 'Outer products',
      summary: 'Columns of A times rows of B, for study: all partial products are stored, then merged.',
      cost: 'O(P \\log P)',
      paper: outerPaper,
    },
    tooManyProducts,
  ),
] as const;
