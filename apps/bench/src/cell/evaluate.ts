// The metrics of a solution.
import type { AnyProblem } from '@infimum/core';
import type { MetricValues } from './messages.ts';

/** Every metric of a solution; null where it is not finite. */
export function evaluate(problem: AnyProblem, instance: unknown, solution: object): MetricValues {
  const entries = Object.entries(problem.metrics).map(([name, metric]) => {
    const value = metric.compute(instance, solution);
    return [name, Number.isFinite(value) ? value : null] as const;
  });
  return Object.fromEntries(entries);
}

/** Real data come from disk; synthetic instances of any size that can be solved take less. */
export const BUILD_SECONDS = 120;

/** Seconds for the metrics of one solution. */
export const EVALUATE_SECONDS = 120;
