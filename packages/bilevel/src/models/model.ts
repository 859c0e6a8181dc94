// What an instance is made into before it is solved: oracles, and what is known about its solution.
import type { SecondOrderProblem } from '../oracles/bilevel-problem.ts';

/** A value and its gradient. */
export interface ValueAndGradient {
  /** The value. */
  readonly value: number;
  /** The gradient. */
  readonly gradient: Float64Array;
}

/** Oracles with what is known about them. */
export interface BilevelModel {
  /** The oracles. */
  readonly problem: SecondOrderProblem;
  /** The hyper-objective and its gradient in closed form, where there is one. */
  hyperObjective?(x: Float64Array): ValueAndGradient;
  /** Share of wrong answers, or mean loss, on data that neither level has seen. */
  testError?(y: Float64Array): number;
  /** F1 of the samples that x finds bad against those that are. */
  foundBad?(x: Float64Array): number;
}
