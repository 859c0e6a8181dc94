// The instances and solutions of optimal control in continuous time.
import type { Iterate, MatrixLike } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import type { Features } from './monomials.ts';

/** x' = f(x) + g(x) u with the running cost q(x) + uᵀRu. */
export interface ControlSystem {
  /** n. */
  readonly states: number;
  /** m. */
  readonly inputs: number;
  /** f(x) into out, of length n. */
  drift(x: Float64Array, out: Float64Array): void;
  /** g(x) into out, n x m, row by row. */
  inputMap(x: Float64Array, out: Float64Array): void;
  /** q(x), not negative. */
  stateCost(x: Float64Array): number;
  /** R, m x m, symmetric positive definite. */
  readonly inputCost: DenseMatrix;
}

/** A system as the caller gives it: R may be an array of rows. */
export type ControlSystemLike = Omit<ControlSystem, 'inputCost'> & {
  /** R, m x m, symmetric positive definite. */
  readonly inputCost: MatrixLike;
};

/** The matrices of x' = Ax + Bu and xᵀQx + uᵀRu. */
export interface LinearPlant {
  /** A of the rate of change Ax + Bu. */
  readonly a: DenseMatrix;
  /** B of the rate of change Ax + Bu. */
  readonly b: DenseMatrix;
  /** Cost of states, Q. */
  readonly q: DenseMatrix;
  /** Cost of inputs, R. */
  readonly r: DenseMatrix;
}

/** The same, also as rows. */
export type LinearPlantLike = { readonly [Name in keyof LinearPlant]: MatrixLike };

/** An instance. */
export interface ControlInstance {
  /** The system to be controlled. */
  readonly system: ControlSystem;
  /** The features of which the value function is a linear combination. */
  readonly features: Features;
  /** Where the system starts. */
  readonly initialState: Float64Array;
  /** Weights whose policy is tried first; it has to be stabilizing. */
  readonly initialWeights: Float64Array;
  /** Length of the windows in which the system is observed. */
  readonly window: number;
  /** The matrices, where it is linear. */
  readonly linear?: LinearPlant;
  /** The weights of the optimal value function. */
  readonly optimum: Float64Array;
}

/** A value function. */
export interface ControlSolution {
  /** Weights of the features. */
  readonly weights: Float64Array;
}

/** A moment of the run. */
export interface ControlIterate extends Iterate<ControlSolution> {
  /** Change of the weights by the last evaluation of a policy, over their norm. */
  readonly change: number;
}
