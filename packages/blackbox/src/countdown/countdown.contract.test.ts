import { run } from '@infimum/core';
import { checkProblem, checkSolver } from '@infimum/core/testing';
import { expect, it } from 'vitest';
import { countdown } from './countdown-problem.ts';
import { eggrollTuningSolver, eggrollTuningSteps } from './eggroll-tuning.ts';
import { grpoSolver, grpoSteps } from './grpo.ts';
import { countdownSolvers } from './solvers.ts';

it(`${countdown.id} keeps its contract`, () => checkProblem(countdown), 120_000);

it(`${eggrollTuningSolver.id} keeps its contract`, async () => {
  await checkSolver(eggrollTuningSolver, { families: 'first' });
  expect(countdownSolvers).toHaveLength(2);
}, 300_000);

it(`${grpoSolver.id} keeps its contract`, () => checkSolver(grpoSolver, { families: 'first' }), 300_000);

it('counts the answers that are rewarded, and reports the share of the exam that the parameters get right', async () => {
  const task = await countdown.families['two-numbers'].generate({ hidden: 16, warmSteps: 200, exam: 30, gain: 1 }, 3);
  for (const steps of [eggrollTuningSteps, grpoSteps]) {
    const found = run(steps(task, { prompts: 3, answers: 4 }), { maxIterations: 5 });
    expect([found.answers, found.status]).toEqual([60, 'iteration-limit']);
    expect(countdown.metrics['accuracy'].compute(task, found)).toBe(found.accuracy);
    expect(found.parameters).not.toEqual(task.start);
  }
  expect(() => eggrollTuningSteps(task, { answers: 3 }).next()).toThrow('answers');
});
