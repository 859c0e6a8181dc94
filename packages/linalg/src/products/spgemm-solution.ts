// The result of every sparse product, and the generator that all algorithms share: one block of rows (or of
// products) after another, so that progress, limits and aborts are the same everywhere.
import type { Iterate, Steps } from '@infimum/core';
import { converged, stalled } from '@infimum/core';
import type { CsrMatrix } from '../matrices.ts';
import { allFinite } from '../numerics/vectors.ts';

/** Two sparse matrices to be multiplied. */
export interface SparsePair {
  /** The left factor, m x k. */
  readonly a: CsrMatrix;
  /** The right factor, k x n. */
  readonly b: CsrMatrix;
}

/**
 * Memory traffic as the SMASH thesis counts it: elements (an index and a value, 12 bytes), and the triples of
 * outer products (two indices and a value, 16 bytes), which are written once and read once.
 */
export interface SparseTraffic {
  /** Elements of A and B read. */
  readonly readElements: number;
  /** Elements of C written. */
  readonly writeElements: number;
  /** Partial products stored before they were added up; 0 where they are merged at once. */
  readonly partialTriples: number;
}

/** The product of two sparse matrices, and the work it took. */
export interface SparseProduct {
  /** C = A B. Where a run was ended early, rows from `completedRows` on are empty. */
  readonly matrix: CsrMatrix;
  /** Rows of C that are done. */
  readonly completedRows: number;
  /** P, the number of products of two entries: the sum over the entries a_ik of the entries in row k of B. */
  readonly products: number;
  /** P over the entries of C before any are pruned; 1 for an empty product. */
  readonly compression: number;
  /** Elements moved. */
  readonly traffic: SparseTraffic;
  /** Steps beyond the first slot, a product, where a hash table shared by several rows is used. */
  readonly probesPerInsert?: number;
  /** Longest such run of steps. */
  readonly longestProbe?: number;
  /** Windows of rows that were hashed together, where there are such. */
  readonly windows?: number;
  /** Places of the scratchpad that were looked at to write it back and empty it. */
  readonly placesEmptied?: number;
  /** Products of each thread that shares the scratchpad. */
  readonly threadProducts?: readonly number[];
}

/** An iterate of a sparse product: a block of rows has been done. */
export interface SparseProductIterate extends Iterate<SparseProduct> {
  /** Rows of C that are done. */
  readonly completedRows: number;
  /** Products of two entries so far. */
  readonly products: number;
}

/** An algorithm, set up for one pair of matrices. */
export interface ProductEngine {
  /** Works on the next block; false when there was none left. */
  advance(): boolean;
  /** Rows of C that are done. */
  readonly completedRows: number;
  /** Products of two entries so far. */
  readonly products: number;
  /** The product as it stands, in arrays of its own; the last one may be the engine's. */
  solution(isLast?: boolean): SparseProduct;
  /** Frees its memory. */
  release(): void;
}

/**
 * Runs an engine to its end, one block an iteration. The engine is released however the run ends.
 *
 * @param finish - what is done to every solution
 */
export function* productSteps(
  create: () => ProductEngine,
  finish: (product: SparseProduct) => SparseProduct = (product) => product,
): Steps<SparseProduct, SparseProductIterate> {
  const engine = create();
  try {
    for (let iteration = 0; ; iteration++) {
      const { completedRows, products } = engine;
      yield { iteration, completedRows, products, solution: () => finish(engine.solution()) };
      if (engine.advance()) continue;
      const product = finish(engine.solution(true));
      return allFinite(product.matrix.values)
        ? converged(product, 'all rows of the product are done')
        : stalled(product, 'entries of the product are beyond the largest number');
    }
  } finally {
    engine.release();
  }
}

/** The solution with its compression, from what was counted. */
export function countedProduct(
  matrix: CsrMatrix,
  completedRows: number,
  products: number,
  traffic: { readonly readElements: number; readonly partialTriples?: number },
): SparseProduct {
  const entries = matrix.values.length;
  return {
    matrix,
    completedRows,
    products,
    compression: entries === 0 ? 1 : products / entries,
    traffic: { readElements: traffic.readElements, writeElements: entries, partialTriples: traffic.partialTriples ?? 0 },
  };
}
