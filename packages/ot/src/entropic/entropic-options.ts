// The form in which entropic algorithms return their plans, and code shared by their registrations.
import type { OptionSpecs, Outcome, RunOptions, Steps } from '@infimum/core';
import { epsilon, initial, maxIterations, threads, tolerance } from '../options.ts';
import { runAdvised } from '../progress.ts';
import type { EntropicPlan, EntropicValues, SinkhornIterate } from './state/normalized-problem.ts';

/** How the plan is returned. */
export type PlanChoice = 'dense' | 'none' | undefined;

/** Limits and observers of a run, and whether the plan is returned. */
export type PlanForm<Form extends PlanChoice, I> = RunOptions<I> & {
  /** Whether the plan is returned; 'none' returns cost and potentials only, and saves the memory of the plan. */
  readonly plan?: Form | undefined;
};

/** The outcome of a run, with the plan unless that was not asked for. */
export type FormOutcome<Form extends PlanChoice, I> = Outcome<Form extends 'none' ? EntropicValues : EntropicPlan, I>;

/** Runs the steps of an entropic algorithm; the types follow from the form of the plan. */
export function runInForm<Form extends PlanChoice, I extends SinkhornIterate>(
  specs: OptionSpecs,
  options: PlanForm<Form, I>,
  steps: Steps<EntropicPlan, I>,
  alternative: string | undefined = 'sinkhornNewtonSparse',
): FormOutcome<Form, I> {
  return runAdvised(specs, options, steps, 'epsilon', alternative) as FormOutcome<Form, I>;
}

/** Options of all entropic algorithms. */
export const entropicOptions = { epsilon, tolerance, threads, initial, maxIterations } as const satisfies OptionSpecs;

/** The options, with the instance's regularisation if they have none. */
export function withEpsilon<Options extends { readonly epsilon?: number | undefined }>(
  instance: { readonly epsilon: number },
  options: Options,
): Options & { readonly epsilon: number } {
  return { ...options, epsilon: options.epsilon ?? instance.epsilon };
}
