import type { LinearModelSource, QuadraticSource, SoftmaxSource } from '../objectives/function-source.ts';
import type { CompositeData } from './composite-minimization.ts';

/** A composite function to minimise, and its least value where it is known. */
export interface CompositeProblem extends CompositeData {
  /** The least value F*, where it is known. */
  readonly minimum?: number;
  /** What the loss is made of, where that is data. */
  readonly source?: CompositeSource;
}

/** What the loss of a composite function is made of; losses are sums over the samples. */
export type CompositeSource = LinearModelSource | SoftmaxSource | QuadraticSource;
