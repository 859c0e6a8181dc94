// The form in which an instance is solved: oracles, and facts about its solution where they are known.
import type { SecondOrderProblem } from '../oracles/bilevel-problem.ts';

/** A value and its gradient. */
export interface ValueAndGradient {
  /** The value. */
  readonly value: number;
  /** The gradient. */
  readonly gradient: Float64Array;
}

/** Oracles, with facts about the solution where they are known. */
export interface BilevelModel {
  /** The oracles. */
  readonly problem: SecondOrderProblem;
  /** The hyper-objective and its gradient in closed form, where there is one. */
  hyperObjective?(x: Float64Array): ValueAndGradient;
  /** Share of wrong predictions, or mean loss, on data that neither level uses. */
  testError?(y: Float64Array): number;
  /** F1 of the samples that x marks as bad against those that are. */
  foundBad?(x: Float64Array): number;
}
