import { checkProblem, checkSolver } from '@infimum/core/testing';
import { expect, it } from 'vitest';
import { countdown } from './countdown-problem.ts';
import { grpo, grpoSolver } from './grpo.ts';
import { countdownSolvers } from './solvers.ts';
import { tuneByEggroll, tuneByEggrollSolver } from './tune-by-eggroll.ts';

it(`${countdown.id} keeps its contract`, () => checkProblem(countdown), 120_000);

it(`${tuneByEggrollSolver.id} keeps its contract`, async () => {
  await checkSolver(tuneByEggrollSolver, { families: 'first' });
  expect(countdownSolvers).toHaveLength(2);
}, 240_000);

it(`${grpoSolver.id} keeps its contract`, () => checkSolver(grpoSolver, { families: 'first' }), 240_000);

it('counts the answers that are rewarded, and reports the share of the exam that the parameters get right', async () => {
  const task = { ...(await countdown.families['two-numbers'].generate({ hidden: 4, warmSteps: 20, exam: 30, gain: 1 }, 3)) };
  const own = tuneByEggroll(task, { prompts: 3, answers: 4, maxIterations: 5 });
  const other = grpo(task, { prompts: 3, answers: 4, maxIterations: 5 });
  for (const found of [own, other]) {
    expect([found.answers, found.status]).toEqual([60, 'iteration-limit']);
    expect(countdown.metrics['accuracy'].compute(task, found)).toBe(found.accuracy);
    expect(found.parameters).not.toEqual(task.start);
  }
  expect(() => tuneByEggroll(task, { answers: 3 })).toThrow('answers');
});
