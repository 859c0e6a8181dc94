// An instance of DAG learning and what a solver returns.
import type { Iterate } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';

/** A table of measurements, with the graph from which it was drawn, if known. */
export interface DagInstance {
  /** A row a sample, a column a variable. */
  readonly data: DenseMatrix;
  /** W of the true model row by row; empty where it is not known. */
  readonly truth: Float64Array;
}

/** A graph. */
export interface DagSolution {
  /** W row by row; an edge i → j where W[i, j] is not 0. */
  readonly weights: Float64Array;
}

/** The state of a search. */
export interface DagIterate<Solution extends DagSolution = DagSolution> extends Iterate<Solution> {
  /** The score that the method minimises. */
  readonly score: number;
}
