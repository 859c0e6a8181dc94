// Learning a policy: the parameters of a distribution over actions, for the largest return in an environment.
import type { Iterate, VectorLike } from '@infimum/core';
import {
  asVector,
  checkFunction,
  checkInteger,
  checkMethods,
  checkNumber,
  checkObject,
  defineFamily,
  defineProblem,
  fault,
  Random,
} from '@infimum/core';
import { matrixFromRows } from '@infimum/linalg';
import { acrobot, cartPole, mountainCarContinuous, pendulum } from '../environments/classic-control.ts';
import type { Dynamics, Environment } from '../environments/environment.ts';
import { environmentOf } from '../environments/environment.ts';
import type { LinearQuadratic } from '../environments/linear-quadratic.ts';
import { linearQuadratic, linearQuadraticReturn, pointMass } from '../environments/linear-quadratic.ts';
import type { Policy } from './policy.ts';
import { normalPolicy, softmaxPolicy } from './policy.ts';
import { evaluatePolicy } from './trajectories.ts';

/** An instance. */
export interface PolicyInstance {
  /** A new environment at every call, so that runs do not share one. */
  createEnvironment(): Environment;
  /** Form of the policy. */
  readonly policy: Policy;
  /** Parameters to begin with. */
  readonly initialParameters: VectorLike;
  /** Steps per episode. */
  readonly horizon: number;
  /** γ in (0, 1]. */
  readonly discount: number;
  /** The state of an earlier run; `initialParameters` are then ignored. */
  readonly initialState?: PolicyLearningState;
  /** The discounted return in closed form, where there is one. */
  exactReturn?(parameters: Float64Array): number;
}

/** The state at the end of a run, as plain JSON. With the same options the next run continues it bit for bit. */
export interface PolicyLearningState {
  /** The version of the format. */
  readonly version: 1;
  /** The method. */
  readonly method: string;
  /** Updates of the parameters so far. */
  readonly updates: number;
  /** Trajectories so far. */
  readonly trajectories: number;
  /** Steps in the environment so far. */
  readonly steps: number;
  /** The best mean return of a batch; null before the first. */
  readonly bestReturn: number | null;
  /** Parameters, momentum, baseline: the complete state of the method. */
  readonly vectors: Readonly<Record<string, readonly number[]>>;
}

/** A policy. */
export interface PolicySolution {
  /** The last parameters. */
  readonly parameters: Float64Array;
  /** Those whose batch had the best mean return. */
  readonly bestParameters: Float64Array;
  /** The mean of all iterates with weights rising linearly. */
  readonly averageParameters: Float64Array;
  /** The state from which the next run can continue. */
  readonly state: PolicyLearningState;
}

/** A moment of learning: an iteration is a trajectory. */
export interface PolicyIterate extends Iterate<PolicySolution> {
  /** Mean return of the last batch, not discounted. */
  readonly meanReturn: number;
  /** Steps in the environment so far. */
  readonly steps: number;
  /** Norm of the estimate of the gradient. */
  readonly gradientNorm: number;
}

/** Refuses instances that no method could learn from. */
export function checkPolicyInstance(instance: PolicyInstance): void {
  const { policy, horizon, discount } = instance;
  if (typeof instance.createEnvironment !== 'function') throw fault('expected a function', 'createEnvironment', 'type');
  checkObject(policy, 'policy');
  for (const name of ['act', 'logProbability', 'score', 'addCurvature'] as const) {
    checkFunction(policy[name], `policy.${name}`);
  }
  if (policy.at !== undefined) checkFunction(policy.at, 'policy.at');
  for (const name of ['size', 'observationSize', 'actionSize'] as const) {
    checkInteger(policy[name], `policy.${name}`, { min: 1 });
  }
  asVector(instance.initialParameters, 'initialParameters', policy.size);
  checkInteger(horizon, 'horizon', { min: 1, max: 10_000_000 });
  checkNumber(discount, 'discount', { above: 0, max: 1 });
  const environment = instance.createEnvironment();
  checkMethods(environment, 'createEnvironment', ['reset', 'step']);
  checkObject(environment.actions, 'createEnvironment');
  const { observationSize, actions } = environment;
  if (observationSize !== policy.observationSize) {
    throw fault(
      `takes ${policy.observationSize} observations, but the environment gives ${observationSize}`,
      'policy',
      'shape',
    );
  }
  const width = actions.kind === 'discrete' ? 1 : actions.low.length;
  if (width !== policy.actionSize) {
    throw fault(`gives ${policy.actionSize} numbers per action, but the environment takes ${width}`, 'policy', 'shape');
  }
}

/** A task of the library with a policy that fits it. */
export function taskInstance(
  dynamics: Dynamics,
  hidden: readonly number[],
  deviation: number | 'learned',
  seed: number,
): PolicyInstance {
  const { actions, observationSize } = dynamics;
  const policy =
    actions.kind === 'discrete'
      ? softmaxPolicy(observationSize, actions.count, hidden)
      : normalPolicy(observationSize, actions.low.length, deviation, hidden);
  return {
    createEnvironment: () => environmentOf(dynamics),
    policy,
    initialParameters: policy.initial?.(new Random(seed)) ?? new Float64Array(policy.size),
    horizon: dynamics.timeLimit,
    discount: 0.99,
  };
}

/** A linear system, a linear policy with a deviation of ½, and the closed form. */
export function linearQuadraticInstance(system: LinearQuadratic, initial: Float64Array): PolicyInstance {
  const policy = normalPolicy(system.a.rows, system.b.cols, 0.5);
  return {
    createEnvironment: () => environmentOf(linearQuadratic(system)),
    policy,
    initialParameters: initial,
    horizon: system.timeLimit,
    discount: 0.9,
    exactReturn: (parameters) => linearQuadraticReturn(system, parameters, 0.5, 0.9),
  };
}

/** A random stable system. */
function randomSystem(states: number, inputs: number, seed: number): LinearQuadratic {
  const random = new Random(seed);
  const normals = (rows: number, cols: number, scale: number) =>
    matrixFromRows(Array.from({ length: rows }, () => Array.from({ length: cols }, () => scale * random.normal())));
  const unit = (size: number, scale: number) =>
    matrixFromRows(Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => (i === j ? scale : 0))));
  return {
    a: normals(states, states, 0.9 / Math.sqrt(states)),
    b: normals(states, inputs, 0.5),
    q: unit(states, 1),
    r: unit(inputs, 0.05),
    initialVariance: 0.5,
    timeLimit: 20,
  };
}

const hiddenOption = {
  type: 'choice',
  choices: ['none', '32', '32-32', '64-64'],
  default: 'none',
  description: 'Widths of the tanh layers',
} as const;

const widths = (name: string | number) => (name === 'none' ? [] : String(name).split('-').map(Number));

/** The problem. */
export const policyProblem = /* @__PURE__ */ defineProblem({
  id: 'bandits-rl/policy',
  title: 'Learning a policy',
  statement:
    'A policy $\\pi_\\theta(a \\mid s)$ acts in an environment that is known only through trajectories. Maximise $J(\\theta) = \\mathbb{E} \\sum_{h < H} \\gamma^h r(s_h, a_h)$.',
  families: {
    'linear-quadratic': defineFamily({
      title: 'Linear systems with quadratic costs',
      description:
        'Two states: a point mass, starting from the feedback (2, 2), with returns in closed form. More states: random systems.',
      real: false,
      params: {
        states: { type: 'integer', min: 2, max: 16, default: 2, description: 'Length of the state' },
        inputs: { type: 'integer', min: 1, max: 4, default: 1, description: 'Length of the action' },
      },
      suites: { quick: [{}], full: [{}, { states: 4, inputs: 2 }, { states: 8, inputs: 2 }] },
      generate: ({ states = 2, inputs = 1 }, seed) =>
        states === 2 && inputs === 1
          ? linearQuadraticInstance(pointMass(), Float64Array.of(-2, -2))
          : linearQuadraticInstance(randomSystem(states, inputs, seed), new Float64Array(states * inputs)),
    }),
    'cart-pole': defineFamily({
      title: 'Pole on a cart',
      description: 'The cart-pole of classic control, with a softmax policy.',
      real: false,
      params: {
        timeLimit: { type: 'integer', min: 10, max: 10_000, default: 200, description: 'Steps per episode' },
        hidden: hiddenOption,
      },
      suites: { quick: [{}], full: [{}, { timeLimit: 500 }, { hidden: '32-32' }] },
      generate: ({ timeLimit = 200, hidden = 'none' }, seed) => taskInstance(cartPole(timeLimit), widths(hidden), 1, seed),
    }),
    control: defineFamily({
      title: 'Pendulum, acrobot and mountain car',
      description: 'The harder tasks of classic control, with a network of tanh layers.',
      real: false,
      params: {
        task: {
          type: 'choice',
          choices: ['pendulum', 'acrobot', 'mountain-car'],
          default: 'pendulum',
          description: 'The task; the car’s actions are continuous',
        },
        hidden: { ...hiddenOption, default: '32' },
      },
      suites: { quick: [{ hidden: 'none' }], full: [{}, { task: 'acrobot' }, { task: 'mountain-car' }] },
      generate: ({ task = 'pendulum', hidden = '32' }, seed) => {
        const dynamics = task === 'pendulum' ? pendulum() : task === 'acrobot' ? acrobot() : mountainCarContinuous();
        return taskInstance(dynamics, widths(hidden), 'learned', seed);
      },
    }),
  },
  metrics: {
    return: {
      title: 'Return',
      description:
        'The discounted return in closed form if available; otherwise the undiscounted mean return of 20 episodes with the last parameters.',
      unit: '',
      direction: 'maximize',
      compute: (instance: PolicyInstance, { parameters }: PolicySolution) => returnOf(instance, parameters),
    },
    averageReturn: {
      title: 'Return of the average',
      description: 'The return for the weighted mean of all parameters.',
      unit: '',
      direction: 'maximize',
      compute: (instance: PolicyInstance, { averageParameters }: PolicySolution) => returnOf(instance, averageParameters),
    },
  },
  primaryMetric: 'return',
  unproved: 'Returns are means over sampled episodes, which prove nothing about a policy.',
  plainData: () => undefined,
  validate: checkPolicyInstance,
  badInstances: () => {
    const good = linearQuadraticInstance(pointMass(), new Float64Array(2));
    return [
      { fault: 'no environment', instance: { ...good, createEnvironment: 1 as never }, argument: 'createEnvironment' },
      {
        fault: 'parameters of another length',
        instance: { ...good, initialParameters: new Float64Array(3) },
        argument: 'initialParameters',
      },
      {
        fault: 'parameters that are not numbers',
        instance: { ...good, initialParameters: Float64Array.of(0, Number.NaN) },
        argument: 'initialParameters',
      },
      { fault: 'no steps', instance: { ...good, horizon: 0 }, argument: 'horizon' },
      { fault: 'a discount above 1', instance: { ...good, discount: 1.5 }, argument: 'discount' },
      { fault: 'a policy that sees something else', instance: { ...good, policy: normalPolicy(1, 2, 1) }, argument: 'policy' },
      {
        fault: 'a policy that acts otherwise',
        instance: { ...good, policy: normalPolicy(2, 2, 1), initialParameters: new Float64Array(4) },
        argument: 'policy',
      },
    ];
  },
  hardInstances: () => {
    const good = linearQuadraticInstance(pointMass(), new Float64Array(2));
    const scaled = (by: number, state = 1) => {
      const { q, r, ...rest } = pointMass();
      const times = (matrix: typeof q) => ({ ...matrix, values: matrix.values.map((value) => value * by) });
      return linearQuadraticInstance({ ...rest, q: times(q), r: times(r), initialVariance: state }, new Float64Array(2));
    };
    const faulty = (reward: (step: number) => number): PolicyInstance => ({
      ...good,
      createEnvironment: () => {
        const environment = environmentOf(linearQuadratic(pointMass()));
        let step = 0;
        return {
          ...environment,
          step(action) {
            const result = environment.step(action);
            result.reward = reward(step++);
            return result;
          },
        };
      },
    });
    return [
      { hardness: 'rewards of 1e150', instance: scaled(1e150) },
      { hardness: 'states at rest', instance: scaled(1, 0) },
      { hardness: 'rewards that become NaN', instance: faulty((step) => (step < 50 ? 1 : Number.NaN)) },
      { hardness: 'rewards that become infinite', instance: faulty((step) => (step < 50 ? 1 : Infinity)) },
      { hardness: 'an episode of one step', instance: { ...good, horizon: 1 } },
    ];
  },
});

/** The exact return of parameters; the most negative number if the cost overflows. */
function returnOf(instance: PolicyInstance, parameters: Float64Array): number {
  const { policy, horizon } = instance;
  const value = instance.exactReturn
    ? instance.exactReturn(parameters)
    : evaluatePolicy(instance.createEnvironment(), policy, parameters, { episodes: 20, horizon }).mean;
  return Math.max(-Number.MAX_VALUE, value);
}
