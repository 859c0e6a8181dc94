// Policies: small networks that act in an environment, and the episodes of many of them at once.
import type { Dynamics } from '@infimum/bandits-rl/environments';
import { acrobot, cartPole, pendulum } from '@infimum/bandits-rl/environments';
import { checkChoice, checkInteger, checkList, checkNumber, checkObject, checkVector, fault, Random } from '@infimum/core';
import type { AffineLayer } from './low-rank-population.ts';
import { affine, layersIn } from './low-rank-population.ts';

/** Environments by name. */
export const policyEnvironments = { 'cart-pole': cartPole, pendulum, acrobot } as const;

/** A policy to be learnt. */
export interface PolicyTask {
  /** Name of the environment. */
  readonly environment: keyof typeof policyEnvironments;
  /** Neurons of the hidden layers, with tanh. */
  readonly hidden: readonly number[];
  /** Episodes whose mean return is a member's fitness; the starts of a generation are common to all. */
  readonly episodes: number;
  /** Mean return over 20 fixed starts at which to stop. */
  readonly target: number;
}

/** A learnt policy. */
export interface PolicySolution {
  /** Weights and biases of the layers, one after the other. */
  parameters: Float64Array;
  /** Mean return over 20 fixed starts. */
  meanReturn: number;
  /** Episodes that were played: by members, and 20 for each evaluation of the mean return. */
  episodes: number;
}

/** @throws {InvalidInputError} naming the field at fault */
export function checkPolicyTask(task: PolicyTask): void {
  checkObject(task, 'instance');
  checkChoice(task.environment, 'environment', Object.keys(policyEnvironments));
  if (!Array.isArray(task.hidden)) throw fault('expected a list', 'hidden', 'type');
  for (const neurons of task.hidden) checkInteger(neurons, 'hidden', { min: 1, max: 4096 });
  checkInteger(task.episodes, 'episodes', { min: 1, max: 1000 });
  checkNumber(task.target, 'target');
}

/** The layers of a policy, their parameters views of one array. */
export function policyLayers({ environment, hidden }: PolicyTask): { layers: AffineLayer[]; parameters: Float64Array } {
  const { observationSize, actions } = policyEnvironments[environment]();
  const outputs = actions.kind === 'discrete' ? actions.count : actions.low.length;
  const sizes = [observationSize, ...hidden, outputs];
  const shapes = sizes.slice(1).map((rows, i) => ({ rows, cols: sizes[i] }));
  const parameters = new Float64Array(shapes.reduce((sum, { rows, cols }) => sum + rows * (cols + 1), 0));
  return { layers: layersIn(parameters, shapes), parameters };
}

/** Weights N(0, 1 / inputs), biases 0. */
export function initialisePolicy(layers: readonly AffineLayer[], seed: number): void {
  const random = new Random(seed, 0x706f6c);
  for (const { weights, cols } of layers) {
    random.normals(weights);
    for (let e = 0; e < weights.length; e++) weights[e] /= Math.sqrt(cols);
  }
}

/** A layer's map of the inputs of several members. */
type Forward = (layer: number, x: Float64Array, members: Int32Array, out: Float64Array) => void;

/** Plays an episode with every member from a start, all in step. Adds their returns. */
export function playEpisodes(
  dynamics: Dynamics,
  layers: readonly AffineLayer[],
  forward: Forward,
  members: Int32Array,
  starts: Float64Array,
  returns: Float64Array,
): void {
  const { stateSize, observationSize, actions, timeLimit } = dynamics;
  const states = new Float64Array(members.length * stateSize);
  const starters = new Map<number, Random>();
  for (let i = 0; i < members.length; i++) {
    const random = new Random(starts[i], 0x656e76);
    dynamics.begin(random, states, i * stateSize);
    starters.set(i, random);
  }
  const widest = Math.max(observationSize, ...layers.map(({ rows }) => rows));
  let [x, y] = [new Float64Array(members.length * widest), new Float64Array(members.length * widest)];
  const flags = new Uint8Array(1);
  let alive = Int32Array.from(members.keys());
  const action = new Float64Array(actions.kind === 'discrete' ? 1 : actions.low.length);
  for (let step = 0; step < timeLimit && alive.length > 0; step++) {
    const names = alive.map((i) => members[i]);
    for (const [k, i] of alive.entries()) dynamics.observe(states, i * stateSize, x, k * observationSize);
    layers.forEach(({ rows }, layer) => {
      forward(layer, x, names, y);
      if (layer + 1 < layers.length) for (let e = 0; e < alive.length * rows; e++) y[e] = Math.tanh(y[e]);
      [x, y] = [y, x];
    });
    const width = layers[layers.length - 1].rows;
    const living: number[] = [];
    for (let k = 0; k < alive.length; k++) {
      const i = alive[k];
      act(actions, x, k * width, action);
      flags[0] = 0;
      returns[i] += dynamics.move(states, i * stateSize, action, 0, flags, 0, starters.get(i) as Random);
      if (flags[0] === 0) living.push(i);
    }
    alive = Int32Array.from(living);
  }
}

/** The action of outputs: the largest of them, or tanh times the bound. */
function act(actions: Dynamics['actions'], outputs: Float64Array, at: number, action: Float64Array): void {
  if (actions.kind === 'box') {
    for (let j = 0; j < action.length; j++) action[j] = actions.high[j] * Math.tanh(outputs[at + j]);
    return;
  }
  let best = 0;
  for (let j = 1; j < actions.count; j++) if (outputs[at + j] > outputs[at + best]) best = j;
  action[0] = best;
}

/** Episodes of an evaluation of the mean return. */
export const LOOK = 20;

/** Mean return of a policy over 20 fixed starts. */
export function meanReturn(task: PolicyTask, parameters: Float64Array): number {
  checkObject(task, 'task');
  checkChoice(task.environment, 'task.environment', Object.keys(policyEnvironments) as (keyof typeof policyEnvironments)[]);
  checkList(task.hidden, 'task.hidden');
  for (const [k, neurons] of task.hidden.entries()) {
    checkInteger(neurons, `task.hidden[${k}]`, { min: 1, max: 4096 });
  }
  const { layers, parameters: own } = policyLayers(task);
  checkVector(parameters, 'parameters', own.length);
  own.set(parameters);
  const count = LOOK;
  const returns = new Float64Array(count);
  const plain: Forward = (layer, x, members, out) => affine(layers[layer], x, members.length, out);
  const starts = Float64Array.from({ length: count }, (_, i) => 1_000_000 + i);
  playEpisodes(policyEnvironments[task.environment](), layers, plain, new Int32Array(count).fill(-1), starts, returns);
  return returns.reduce((sum, value) => sum + value / count, 0);
}
