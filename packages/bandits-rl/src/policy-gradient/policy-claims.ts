// The claims of the paper on normalised policy gradients, and the experiments that check them.
import { defineClaim } from '@infimum/core';
import { powerExponent } from '@infimum/core/claim';
import { cartPole, mountainCarContinuous, pendulum } from '../environments/classic-control.ts';
import { environmentOf } from '../environments/environment.ts';
import { pointMass } from '../environments/linear-quadratic.ts';
import { nHarpg } from './harpg.ts';
import { nPgIgt, normalizedGradientPaper as paper } from './n-pg-igt.ts';
import type { PolicyInstance, PolicyIterate } from './policy-problem.ts';
import { linearQuadraticInstance, taskInstance } from './policy-problem.ts';
import { trainOn } from './train-policy.ts';
import { evaluatePolicy } from './trajectories.ts';

/** Returns of the point mass under the best linear feedback. */
const BEST_POINT_MASS = -1.982647031571;

type Method = (
  instance: PolicyInstance,
  seed: number,
  trajectories: number,
  onIteration?: (iterate: PolicyIterate) => void,
) => Float64Array;

/** The methods with the steps that are compared. */
export const METHODS: Readonly<Record<'igt' | 'harpg' | 'reinforce', Method>> = {
  igt: (instance, seed, maxIterations, onIteration) =>
    nPgIgt(instance, { seed, maxIterations, onIteration, stepSize: 1, stepOffset: 0 }).parameters,
  harpg: (instance, seed, maxIterations, onIteration) =>
    nHarpg(instance, { seed, maxIterations, onIteration, stepSize: 1 }).parameters,
  reinforce: (instance, seed, maxIterations, onIteration) =>
    trainOn(instance, { method: 'reinforce', seed, maxIterations, onIteration, stepSize: 0.03, batchSize: 1 }).parameters,
};

/** Suboptimality on the point mass after so many trajectories, one an estimate. */
export function pointMassGaps(method: Method, trajectories: readonly number[], seed: number): number[] {
  const instance = linearQuadraticInstance(pointMass(), Float64Array.of(-2, -2));
  const gaps: number[] = [];
  method(instance, seed, trajectories[trajectories.length - 1], ({ iteration, solution }) => {
    if (gaps.length === trajectories.length || iteration < trajectories[gaps.length]) return;
    gaps.push(BEST_POINT_MASS - (instance.exactReturn?.(solution().parameters) ?? 0));
  });
  return gaps;
}

/** Mean return of 100 episodes on the pole. */
export function cartPoleReturn(learn: (instance: PolicyInstance, seed: number) => Float64Array, seed: number): number {
  const instance = taskInstance(cartPole(200), [], 1, 0);
  return evaluatePolicy(environmentOf(cartPole(200)), instance.policy, learn(instance, seed), { episodes: 100 }).mean;
}

/** Continuous tasks, trajectories of 300 000 steps, and the step of each method that was the best of a grid on two other seeds. */
const TASKS = [
  ['pendulum', pendulum(), 1500, { 'n-harpg': 0.3, reinforce: 3e-5, 'storm-pg': 0.1 }],
  ['mountain car', mountainCarContinuous(), 300, { 'n-harpg': 0.3, reinforce: 3e-3, 'storm-pg': 0.1 }],
] as const;
const RIVALS = ['reinforce', 'storm-pg'] as const;

const POLE = [
  ['policy-gradient-cart-pole', 'N-PG-IGT', nPgIgt],
  ['policy-gradient-hessian-cart-pole', 'N-HARPG', nHarpg],
] as const;
const BOTH = { 'N-PG-IGT': METHODS.igt, 'N-HARPG': METHODS.harpg };

/** The claims of the paper. */
export const policyClaims = [
  ...POLE.map(([id, name, method]) =>
    defineClaim({
      id: `bandits-rl/${id}`,
      paper,
      statement: `${name} learns to hold the pole for 200 steps within 1500 trajectories.`,
      published: 'curves only',
      budget: 60,
      null: 'a tenth of the trajectories',
      bars: [{ figure: 'mean return', atLeast: 195, source: 'the task counts as solved from a mean return of 195 on' }],
      measure: (seed) => {
        const learn = (maxIterations?: number) =>
          cartPoleReturn((instance, own) => method(instance, { seed: own, batchSize: 5, maxIterations }).parameters, seed);
        return { ours: { 'mean return': learn() }, null: { 'mean return': learn(30) } };
      },
    }),
  ),
  defineClaim({
    id: 'bandits-rl/policy-gradient-continuous',
    paper,
    statement: 'With continuous actions N-HARPG is better than the plain gradient and earlier variance reduction.',
    published: 'curves only, on tasks of MuJoCo',
    budget: 250,
    seeds: 40,
    null: 'the plain gradient with other draws in its place',
    limit: 'tasks of classic control stand for those of MuJoCo',
    bars: TASKS.flatMap(([task]) =>
      RIVALS.map((rival) => ({
        figure: `share of seeds above ${rival}, ${task}`,
        atLeast: 0.5,
        scale: 'share',
        source: 'the statement: better, thus in most runs',
      })),
    ),
    measure: (seed) => {
      const [ours, chance]: Record<string, number>[] = [{}, {}];
      for (const [task, dynamics, maxIterations, stepSizes] of TASKS) {
        const learn = (method: keyof typeof stepSizes, draw = seed) => {
          const instance = taskInstance(dynamics, [32], 'learned', draw);
          const options = { method, stepSize: stepSizes[method], batchSize: 5, seed: draw, maxIterations };
          const { parameters } = trainOn(instance, options);
          return evaluatePolicy(dynamics, instance.policy, parameters, { episodes: 50, seed: draw }).mean;
        };
        const [found, again] = [learn('n-harpg'), learn('reinforce', 500_000 + seed)];
        ours[`return of n-harpg, ${task}`] = found;
        for (const rival of RIVALS) {
          const theirs = learn(rival);
          ours[`return of ${rival}, ${task}`] = theirs;
          ours[`share of seeds above ${rival}, ${task}`] = found > theirs ? 1 : 0;
          chance[`share of seeds above ${rival}, ${task}`] = again > theirs ? 1 : 0;
        }
      }
      return { ours, null: chance };
    },
  }),
  defineClaim({
    id: 'bandits-rl/policy-gradient-samples',
    paper,
    statement: 'Both methods come closer to the optimum than the plain gradient with the same number of trajectories.',
    published: 'O(ε^-2.5) and O(ε^-2) trajectories against O(ε^-3)',
    budget: 60,
    null: 'the plain gradient with other draws',
    bars: Object.keys(BOTH).map((name) => ({
      figure: `suboptimality over that of the plain gradient, ${name}`,
      atMost: 1,
      scale: 'log',
      source: 'the statement: closer',
    })),
    measure: (seed) => {
      const [gap, plain, again] = [
        (method: Method) => Math.max(1e-12, pointMassGaps(method, [2000], seed)[0]),
        ...[seed, 500_000 + seed].map((own) => pointMassGaps(METHODS.reinforce, [2000], own)[0]),
      ] as const;
      const figures = (of: (method: Method) => number) =>
        Object.fromEntries(
          Object.entries(BOTH).map(([name, method]) => [
            `suboptimality over that of the plain gradient, ${name}`,
            of(method) / Math.max(1e-12, plain),
          ]),
        );
      return { ours: figures(gap), null: figures(() => Math.max(1e-12, again)) };
    },
  }),
  defineClaim({
    id: 'bandits-rl/policy-gradient-rates',
    paper,
    statement:
      'The distance to the optimum falls with the number of trajectories T at least as T^-0.4 with N-PG-IGT and as T^-0.5 with N-HARPG.',
    published: 'exponents of -2/5 and -1/2 in theory, without figures',
    budget: 60,
    null: 'the plain gradient with a constant step',
    bars: [
      { figure: 'exponent in T, N-PG-IGT', atMost: -0.4, source: 'theorem' },
      { figure: 'exponent in T, N-HARPG', atMost: -0.5, source: 'theorem' },
    ],
    measure: (seed) => {
      const trajectories = [100, 300, 1000, 3000, 10_000];
      const exponent = (method: Method) =>
        powerExponent(
          trajectories,
          pointMassGaps(method, trajectories, seed).map((gap) => Math.max(1e-12, gap)),
        );
      const figures = (igt: number, harpg: number) => ({ 'exponent in T, N-PG-IGT': igt, 'exponent in T, N-HARPG': harpg });
      const plain = exponent(METHODS.reinforce);
      return { ours: figures(exponent(METHODS.igt), exponent(METHODS.harpg)), null: figures(plain, plain) };
    },
  }),
];
