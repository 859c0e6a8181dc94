// The registered problem of policies learnt from returns.
import type { Problem } from '@infimum/core';
import { defineFamily, defineProblem } from '@infimum/core';
import type { PolicySolution, PolicyTask } from './policy.ts';
import { checkPolicyTask, meanReturn } from './policy.ts';

const family = (environment: PolicyTask['environment'], title: string, description: string, target: number, episodes: number) =>
  defineFamily({
    title,
    description,
    real: false,
    params: {
      neurons: { type: 'integer', min: 0, max: 1024, default: 16, description: 'Hidden neurons; 0 is a linear policy' },
      episodes: { type: 'integer', min: 1, max: 100, default: episodes, description: 'Episodes per member' },
      target: { type: 'number', default: target, description: 'Mean return at which to stop' },
    },
    suites: { quick: [{ neurons: 4 }, {}], full: [{ neurons: 32 }] },
    generate: ({ neurons, ...rest }): PolicyTask => ({ environment, hidden: neurons > 0 ? [neurons] : [], ...rest }),
  });

/** Policies learnt from returns alone. */
export const policyProblem: Problem<PolicyTask, PolicySolution> = defineProblem<
  PolicyTask,
  PolicySolution,
  'loss' | 'shortfall' | 'episodes'
>({
  id: 'blackbox/policy',
  title: 'Policies from returns',
  statement: String.raw`Find parameters $\theta$ of a network $\pi_\theta$ with a large return $\mathbb E \sum_t r_t$ of its episodes; only returns are observed.`,
  families: {
    'cart-pole': family('cart-pole', 'Cart and pole', 'Balance a pole for 500 steps.', 475, 1),
    pendulum: family('pendulum', 'Pendulum', 'Swing a pendulum up and hold it; common starts.', -250, 4),
    acrobot: family('acrobot', 'Acrobot', 'Swing two links up, pushed at the joint.', -100, 1),
  },
  metrics: {
    loss: {
      title: 'Loss',
      description: 'Minus the mean return over 20 fixed starts.',
      unit: '',
      direction: 'minimize',
      compute: (task, { parameters }) => -meanReturn(task, parameters),
    },
    shortfall: {
      title: 'Shortfall',
      description: 'Shortfall of the mean return from the target.',
      unit: '',
      direction: 'minimize',
      compute: (task, { parameters }) => Math.max(0, task.target - meanReturn(task, parameters)),
    },
    episodes: {
      title: 'Episodes',
      description: 'Episodes lived.',
      unit: '',
      direction: 'minimize',
      compute: (_, { episodes }) => episodes,
    },
  },
  primaryMetric: 'loss',
  unproved: 'Losses come from simulated episodes, which do not rule out a better policy.',
  success: { metric: 'shortfall', bound: () => 0 },
  validate: checkPolicyTask,
  badInstances: () => {
    const task: PolicyTask = { environment: 'cart-pole', hidden: [4], episodes: 1, target: 475 };
    const bad = (fault: string, argument: string, change: object) => ({ fault, argument, instance: { ...task, ...change } });
    return [
      bad('an unknown environment', 'environment', { environment: 'chess' }),
      bad('no neurons', 'hidden', { hidden: [0] }),
      bad('no list', 'hidden', { hidden: 4 }),
      bad('no episodes', 'episodes', { episodes: 0 }),
      bad('a target that is NaN', 'target', { target: Number.NaN }),
    ];
  },
  hardInstances: () => [
    { hardness: 'a target beyond reach', instance: { environment: 'cart-pole', hidden: [], episodes: 1, target: 1e9 } },
  ],
});
