// The options that entropic algorithms share.
import type { OptionSpec, OptionSpecs, Outcome, RunOptions, Steps } from '@infimum/core';
import { checkIsPotentials } from '../initial-potentials.ts';
import { runEntropic } from '../progress.ts';
import type { SinkhornIterate } from './entropic-steps.ts';
import type { EntropicPlan, EntropicValues } from './normalized-problem.ts';

/** Strength of the regularisation. */
export const epsilon = {
  type: 'number',
  above: 0,
  max: 1e300,
  required: true,
  unit: 'cost',
  description: "Entropic regularisation; in a registry the instance's",
} as const satisfies OptionSpec;

/** Accuracy of the marginals. */
export const tolerance = {
  type: 'number',
  min: 0,
  default: 1e-9,
  description: 'l1 error of the marginals that ends the run, relative to the mass',
} as const satisfies OptionSpec;

/** Threads of the passes over the costs. */
export const threads = {
  type: 'integer',
  min: 1,
  max: 64,
  default: 1,
  description: 'Threads; results are the same',
} as const satisfies OptionSpec;

/** Where to begin. */
export const initial = {
  type: 'value',
  check: checkIsPotentials,
  description: 'Potentials to start from, -Infinity for zero weights; zero by default',
} as const satisfies OptionSpec;

/** Limit of iterations that cost a pass over all costs. */
export const maxIterations = {
  type: 'integer',
  min: 0,
  default: 10_000,
  description: 'Iteration limit',
} as const satisfies OptionSpec;

/** Whether the plan is returned; what a registry deals in always has one. */
export const plan = {
  type: 'choice',
  choices: ['dense', 'none'],
  default: 'dense',
  description: "'none' returns no plan",
} as const satisfies OptionSpec;

/** What may be asked for beside the plan's values. */
export interface PlanForm {
  /** Whether the plan is returned; 'none' for who wants cost and potentials only, and spares its memory. */
  readonly plan?: 'dense' | 'none' | undefined;
}

/** How the plan is returned. */
export type PlanChoice = 'dense' | 'none' | undefined;

/** Limits and observers of a run, and whether the plan is returned. */
export type FormOptions<Form extends PlanChoice, I> = RunOptions<I> & {
  /** Whether the plan is returned; 'none' for who wants cost and potentials only, and spares its memory. */
  readonly plan?: Form | undefined;
};

/** The outcome of a run, with the plan unless that was not asked for. */
export type FormOutcome<Form extends PlanChoice, I> = Outcome<
  Form extends 'none' ? EntropicValues : EntropicPlan,
  I
>;

/** Runs the steps of an entropic algorithm as `runEntropic` does; the types follow from the form that its settings name. */
export function runInForm<Form extends PlanChoice, I extends SinkhornIterate>(
  steps: Steps<EntropicPlan, I>,
  options: RunOptions<I>,
  alternative?: string,
): FormOutcome<Form, I> {
  return runEntropic(steps, options, alternative) as FormOutcome<Form, I>;
}

/** Options of entropic algorithms that have none of their own. */
export const entropicOptions = {
  epsilon,
  tolerance,
  threads,
  initial,
  maxIterations,
} as const satisfies OptionSpecs;

/** The options with the instance's regularisation where they have none of their own. */
export function withEpsilon<Options extends { readonly epsilon?: number | undefined }>(
  instance: { readonly epsilon: number },
  options: Options,
): Options & { readonly epsilon: number } {
  return { ...options, epsilon: options.epsilon ?? instance.epsilon };
}
