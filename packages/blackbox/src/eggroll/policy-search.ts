// Random search for policies: independent initial networks, the best is kept.
import type { OptionSpecs, OptionsOf, Steps } from '@infimum/core';
import { converged, defineSolver, resolveOptions } from '@infimum/core';
import type { EggrollIterate } from './eggroll.ts';
import type { PolicySolution, PolicyTask } from './policy.ts';
import { checkPolicyTask, initialisePolicy, LOOK, meanReturn, policyLayers } from './policy.ts';
import { policyProblem } from './policy-problem.ts';

const policySearchOptions = {
  scale: { type: 'number', above: 0, default: 1, description: 'Scale of the weights' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of everything random' },
  maxIterations: { type: 'integer', min: 0, default: 2000, description: 'Networks tried' },
} as const satisfies OptionSpecs;

/** The steps of random search. */
export function* policySearchSteps(
  task: PolicyTask,
  options: OptionsOf<typeof policySearchOptions> = {},
): Steps<PolicySolution, EggrollIterate> {
  const { scale, seed } = resolveOptions(policySearchOptions, options);
  checkPolicyTask(task);
  const { layers, parameters } = policyLayers(task);
  initialisePolicy(layers, 1000 * seed);
  let best = parameters.slice();
  let reached = meanReturn(task, best);
  for (let iteration = 0; ; iteration++) {
    const solution = () => ({ parameters: best.slice(), meanReturn: reached, episodes: LOOK * (iteration + 1) });
    yield { iteration, meanReturn: reached, episodes: LOOK * (iteration + 1), solution };
    if (reached >= task.target) return converged(solution(), `the mean return ${reached} is at least the target`);
    initialisePolicy(layers, 1000 * seed + iteration + 1);
    const trial = parameters.map((entry) => scale * entry);
    const value = meanReturn(task, trial);
    if (value > reached) [best, reached] = [trial, value];
  }
}

export const policySearchSolver = /* @__PURE__ */ defineSolver({
  id: 'blackbox/policy-search',
  title: 'Random search for policies',
  summary: 'Independent networks, of which the best is kept: enough for easy tasks.',
  problem: policyProblem,
  role: 'baseline',
  paper: { title: 'A discussion of random methods for seeking maxima', year: 1958 },
  cost: '20 \\text{ episodes a network}',
  options: policySearchOptions,
  steps: (task, options) => policySearchSteps(task, options),
});
