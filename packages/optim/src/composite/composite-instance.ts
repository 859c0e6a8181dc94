import type { LinearModelSource, QuadraticSource, SoftmaxSource } from '../objectives/function-source.ts';
import type { CompositeData } from './composite-minimization.ts';

/** A composite function to minimise, and its least value where it is known. */
export interface CompositeProblem extends CompositeData {
  /** The least value F*, where it is known. */
  readonly minimum?: number;
  /** The data of the loss, if it is given by data. */
  readonly source?: CompositeSource;
}

/** The data of a composite function's loss; losses are sums over the samples. */
export type CompositeSource = LinearModelSource | SoftmaxSource | QuadraticSource;
