// The interface of smooth functions for block coordinate methods: constants of blocks, and a state that is updated for
// changes of few coordinates.
import type { Objective } from '@infimum/core';
import { fault } from '@infimum/core';
import type { CsrMatrix } from '@infimum/linalg';
import { checkCsr } from '@infimum/linalg';
import type { MarginLoss } from '../objectives/linear-model.ts';
import type { TwoWayMatrix } from './two-way-matrix.ts';

/**
 * A convex function f with a Lipschitz gradient, seen block by block. H denotes a matrix that is at least the Hessian
 * everywhere, H_b for its rows and columns in a block b.
 */
export interface BlockLoss extends Objective {
  /** Whether f is quadratic, so that its Hessian is H everywhere. */
  readonly quadratic: boolean;
  /** L_i = H_ii for every coordinate; 0 where f does not depend on it. */
  readonly coordinateLipschitz: Float64Array;
  /** Writes H_b for this very block, row by row; often tighter than the block of a global H. */
  boundBlock(block: Int32Array, out: Float64Array): void;
  /** out <- H v */
  boundMultiply(v: Float64Array, out: Float64Array): void;
  /** D_i = sum_j |H_ij|, computed once: H is at most diag(D). */
  rowSums(): Float64Array;
  /** A Lipschitz constant of the block's Hessian; 0 for a quadratic f. */
  hessianLipschitz(block: Int32Array): number;
  /** H as a sparse matrix with its diagonal, where the Hessian is sparse. */
  readonly graph?: CsrMatrix;
  /** A and phi_i, where f(x) = sum_i phi_i(a_i . x). */
  readonly margins?: MarginParts;
  /** A state at x, which is copied. */
  start(x: Float64Array): BlockState;
}

/** The data of a linear model's loss. */
export interface MarginParts {
  /** A */
  readonly matrix: TwoWayMatrix;
  /** phi_i */
  readonly loss: MarginLoss;
}

/** A point with everything that is needed to change some of its coordinates. */
export interface BlockState {
  /** The point. */
  readonly x: Float64Array;
  /** The gradient there, of all coordinates. */
  readonly gradient: Float64Array;
  /** f there. */
  readonly value: number;
  /** Writes the Hessian's block, row by row. */
  hessian(block: Int32Array, out: Float64Array): void;
  /** Gives a matrix with the pattern of the loss's graph that holds the Hessian in the rows of a block; valid until the next call. */
  graphHessian?(block: Int32Array): CsrMatrix;
  /** Sets the direction of the next trials: d[k] for coordinate block[k]. The block must not change until it has moved. */
  aim(block: Int32Array, d: Float64Array): void;
  /** f at the point plus `step` times the direction. */
  valueAt(step: number): number;
  /** Goes there. */
  move(step: number): void;
  /** Computes everything anew from x, against drift. */
  renew(): void;
  /**
   * The coordinates of which x or the gradient have changed since the last call, some perhaps twice; undefined if it could be
   * all of them. For losses where a change touches few, and for one listener.
   */
  takeChanges?(): CoordinateChanges | undefined;
}

/** Coordinates that have changed. */
export interface CoordinateChanges {
  /** The coordinates, at the start of an array that may be longer. */
  readonly places: Int32Array;
  /** How many there are. */
  readonly count: number;
}

/**
 * Checks a square sparse matrix.
 *
 * @throws {InvalidInputError} naming the argument
 */
export function checkGraph(graph: CsrMatrix, argument: string): void {
  checkCsr(graph, argument);
  if (graph.rows === graph.cols) return;
  throw fault(`must be square, got ${graph.rows}x${graph.cols}`, argument, 'shape');
}
