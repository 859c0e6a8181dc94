// Every demo without a browser: it opens with an instance that its solver takes, and has something to show at once.
import { answererOf, prepare } from '@infimum/core';
import { expect, test } from 'vitest';
import { demoDataOf, instanceOf } from '../site/demo-data.ts';
import { registry } from '../site/registry.ts';

test.each(registry.solvers)('the demo of $id starts', async (solver) => {
  const { problem } = solver;
  const { opening, rivals } = await demoDataOf(solver);
  expect(rivals).toBe(registry.solversOf(problem.id).length - 1);
  const instance = await instanceOf(problem, opening);
  const [answer] = problem.answer ? answererOf(solver, instance) : [];
  const steps = prepare(solver, instance, {}, opening.seed ?? 1);
  const first = steps.next();
  const solution = first.done ? first.value.solution : first.value.solution();
  const primary = problem.metrics[problem.primaryMetric].compute(instance, solution);
  expect(typeof primary).toBe('number');
  // The next step needs what the demo's worker would answer.
  if (!first.done) steps.next(answer?.(first.value));
  steps.return(undefined as never);
});
