// An instance of `optim/smooth`: a function, a start, and known facts about both.
import type { Objective } from '@infimum/core';
import type {
  LinearModelSource,
  LogBarrierSource,
  LogSumExpSource,
  NamedSource,
  QuadraticSource,
  RidgeSource,
  SoftmaxSource,
} from '../objectives/function-source.ts';
import type { HessianApproximation } from '../objectives/hessian-approximation.ts';
import type { MetricMatrix } from './metric.ts';

/** A smooth function to minimise, and what is known of it. */
export interface SmoothProblem {
  /** The function f. */
  readonly objective: Objective;
  /** Where methods start. */
  readonly initial: Float64Array;
  /** A Lipschitz constant L of the gradient, where one is known. */
  readonly lipschitz?: number;
  /** The constant mu of strong convexity; 0 for a convex f, absent where f is not known to be convex. */
  readonly strongConvexity?: number;
  /** The least value f*, where it is known. */
  readonly minimum?: number;
  /** A metric in which f is well conditioned, where one is known. */
  readonly metric?: MetricMatrix;
  /** Matrices that are near to the Hessian and cost less, by name. */
  readonly approximations?: Readonly<Record<string, HessianApproximation>>;
  /** The data of f, if it is given by data. */
  readonly source?: SmoothSource;
}

/** The data of a smooth function; losses are means over the samples. */
export type SmoothSource =
  | (LinearModelSource & RidgeSource)
  | (SoftmaxSource & RidgeSource)
  | QuadraticSource
  | LogSumExpSource
  | LogBarrierSource
  | NamedSource;
