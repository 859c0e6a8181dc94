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
  description: 'Whether entries are counted first; by default where memory for the upper bound would be too much',
} as const;

/** Elements that inner products read in a few seconds. */
const MOST_INNER_READS = 2 ** 30;
/** Partial products that are stored without filling the memory. */
const MOST_PARTIAL_PRODUCTS = 2 ** 25;

const tooManyProducts = (pair: SparsePair): string | undefined => {
  const products = productCount(pair);
  return products > MOST_PARTIAL_PRODUCTS
    ? `for study: takes at most ${MOST_PARTIAL_PRODUCTS} products, not ${products}`
    : undefined;
};

const tooManyReads = ({ a, b }: SparsePair): string | undefined => {
  const reads = b.cols * a.values.length + a.rows * b.values.length;
  return reads > MOST_INNER_READS
    ? `for study: reads up to ${reads} elements here, ${MOST_INNER_READS} are allowed`
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
        description: 'Threads that share the scratchpad; with several, the order of additions is left to chance',
      },
      scratchSlots: {
        type: 'choice',
        choices: [2 ** 10, 2 ** 12, 2 ** 15, 2 ** 18],
        default: 2 ** 15,
        description: 'Slots of the scratchpad',
      },
      loadFactor: { type: 'number', above: 0, max: 0.9, default: 0.5, description: 'How full the scratchpad may become' },
    },
    declines,
    steps: ({ a, b }, options) => spgemmSteps(a, b, { ...options, kernel: `smash-v${version}` }),
  });

const accumulator = { threads, twoPhase };

/** All solvers of sparse products. */
export const sparseProductSolvers = [
  kernelSolver('auto', accumulator, {
    title: 'Row by row, adaptively',
    summary: 'Takes for every row the accumulator that suits it; the default of products of sparse matrices.',
    cost: 'O(P + m)',
    paper: gustavsonPaper,
  }),
  smashSolver(
    1,
    {
      title: 'SMASH V1',
      summary: 'Windows of rows in one atomic hash table by high-order bits, rows dealt out in advance; for study.',
      cost: 'O(P \\cdot \\text{probes}), \\text{ some hundred of them}',
    },
    tooManyProducts,
  ),
  smashSolver(2, {
    title: 'SMASH V2',
    summary: 'As V1 with tokens that idle threads take, and a hash that scatters; entries are sorted in the end.',
    cost: 'O(P + \\operatorname{nnz}(C))',
  }),
  smashSolver(3, {
    title: 'SMASH V3',
    summary: 'As V2 with values in dense fragments, written back while the next window is hashed.',
    cost: 'O(P + \\operatorname{nnz}(C))',
  }),
  kernelSolver('dense', accumulator, {
    title: 'Dense accumulator',
    summary: 'A sum and a bit for every column; reading the bits in order replaces all sorting.',
    cost: 'O(P + m)',
    paper: gustavsonPaper,
  }),
  kernelSolver('hash', accumulator, {
    title: 'Hash table a row',
    summary: 'A table of its own for each row, twice its bound long; for many columns and few entries.',
    cost: 'O(P + \\operatorname{nnz}(C))',
    paper: hashPaper,
  }),
  kernelSolver('heap', accumulator, {
    title: 'Heap of rows',
    summary: 'Merges the rows of B with a heap: sorted output with next to no memory.',
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
      summary: 'Row by row with a dense accumulator, in plain TypeScript: the reference of all others.',
      cost: 'O(P + n), \\text{ and } O(\\operatorname{nnz}(C) \\log n) \\text{ to sort}',
      paper: gustavsonPaper,
    },
  ),
  kernelSolver(
    'inner',
    {},
    {
      title: 'Inner products',
      summary: 'Every row of A against every column of B, for study: most of what is read meets nothing.',
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
