// The interface of environments, for one state and for a batch of them.
//
// A step distinguishes two ends: `terminated`, an end of the task, with no value after it, and `truncated`, a time limit, after which
// values go on. Nothing is allocated by a step.
import {
  allocateVector,
  checkChoice,
  checkFunction,
  checkInteger,
  checkMethods,
  checkNumber,
  checkNumbers,
  checkObject,
  checkOutput,
  fault,
  Random,
} from '@infimum/core';

/** What an agent may do: one of `count` actions, or a vector between bounds; actions beyond the bounds are clipped to them. */
export type ActionSpace =
  | {
      /** A few actions by number. */
      readonly kind: 'discrete';
      /** How many there are. */
      readonly count: number;
    }
  | {
      /** Vectors within bounds. */
      readonly kind: 'box';
      /** Least entries. */
      readonly low: Float64Array;
      /** Largest entries. */
      readonly high: Float64Array;
    };

/** The result of a step; valid until the next one. */
export interface StepResult {
  /** The observation. */
  observation: Float64Array;
  /** Reward of the step. */
  reward: number;
  /** Whether the task has ended. */
  terminated: boolean;
  /** Whether the time limit was reached. */
  truncated: boolean;
}

/** An environment, of the library or of the user. */
export interface Environment {
  /** Numbers in an observation. */
  readonly observationSize: number;
  /** The possible actions. */
  readonly actions: ActionSpace;
  /** Begins an episode and returns the first observation; the same seed begins the same episode. Valid until the next step. */
  reset(seed: number): Float64Array;
  /** Acts: an index in action[0], or a vector. */
  step(action: Float64Array): StepResult;
}

/** The rules of an environment over states stored in the caller's array, from `at` on. */
export interface Dynamics {
  /** Numbers in a state. */
  readonly stateSize: number;
  /** Numbers in an observation. */
  readonly observationSize: number;
  /** The possible actions. */
  readonly actions: ActionSpace;
  /** Steps after which an episode is cut. */
  readonly timeLimit: number;
  /** Draws a first state. */
  begin(random: Random, state: Float64Array, at: number): void;
  /** Moves the state; gives the reward, and whether the task has ended in `flags[flag]`. Stochastic rules use `random`. */
  move(
    state: Float64Array,
    at: number,
    action: Float64Array,
    actionAt: number,
    flags: Uint8Array,
    flag: number,
    random: Random,
  ): number;
  /** Whether the observation is the state itself. */
  readonly seesState?: boolean;
  /** A `move` of many copies at once, bit for bit as one by one, made for a given number of copies; without it they move one by one. */
  moveMany?(count: number): MoveMany;
  /** Writes the observation. */
  observe(state: Float64Array, at: number, out: Float64Array, outAt: number): void;
}

/** Moves many copies of an environment at once; the memory is its own. */
export interface MoveMany {
  /** The states, one copy after the other. */
  readonly states: Float64Array;
  /** 1 for copies whose task has ended in the last move, else 0. */
  readonly terminated: Uint8Array;
  /** Moves all and writes their rewards. */
  move(actions: Float64Array, rewards: Float64Array, random: Random): void;
}

/**
 * An environment of one state.
 *
 * @param dynamics - its rules
 *
 * @example
 * ```ts
 * import { cartPole, environmentOf } from '@infimum/bandits-rl';
 *
 * const environment = environmentOf(cartPole());
 * let observation = environment.reset(7);
 * let steps = 0;
 * for (let ended = false; !ended; steps++) {
 *   const result = environment.step(Float64Array.of(observation[2] + observation[3] > 0 ? 1 : 0));
 *   observation = result.observation;
 *   ended = result.terminated || result.truncated;
 * }
 * console.log(steps > 100); // true
 * ```
 */
export function environmentOf(dynamics: Dynamics): Environment & { readonly state: Float64Array } {
  checkDynamics(dynamics);
  const { stateSize, observationSize, actions, timeLimit } = dynamics;
  const state = allocateVector(stateSize, 'dynamics.stateSize');
  const observation = allocateVector(observationSize, 'dynamics.observationSize');
  const result: StepResult = { observation, reward: 0, terminated: false, truncated: false };
  const flags = new Uint8Array(1);
  let random = new Random(0);
  let time = 0;
  let isOver = true;
  return {
    observationSize,
    actions,
    state,
    reset(seed) {
      random = new Random(seed);
      dynamics.begin(random, state, 0);
      dynamics.observe(state, 0, observation, 0);
      time = 0;
      isOver = false;
      return observation;
    },
    step(action) {
      if (isOver) throw fault('the episode is over, or has not begun: call reset', 'step', 'unsupported');
      checkActions(actions, action, 1);
      flags[0] = 0;
      result.reward = dynamics.move(state, 0, action, 0, flags, 0, random);
      dynamics.observe(state, 0, observation, 0);
      time++;
      result.terminated = flags[0] === 1;
      result.truncated = !result.terminated && time >= timeLimit;
      isOver = result.terminated || result.truncated;
      return result;
    },
  };
}

/** Many copies of an environment, moved together. */
export interface BatchedEnvironment {
  /** How many copies run. */
  readonly count: number;
  /** The observation of every copy, a row each; for one that has just ended, the first of its next episode. */
  readonly observations: Float64Array;
  /** Rewards of the last step, one a copy. */
  readonly rewards: Float64Array;
  /** 1 for copies whose episode came to its own end. */
  readonly terminated: Uint8Array;
  /** 1 for copies whose episode was cut by the limit of steps. */
  readonly truncated: Uint8Array;
  /** The last observations of the copies that have ended in this step, a row each; other rows are older. */
  readonly finalObservations: Float64Array;
  /** Starts every copy anew. */
  reset(seed: number): void;
  /** Moves all; a copy that ends begins its next episode in the same step. */
  step(actions: Float64Array): void;
}

/**
 * Copies of an environment that step together and start anew in the step in which they end.
 *
 * @param dynamics - the rules
 * @param count - number of copies
 *
 * @example
 * ```ts
 * import { batchOf, cartPole } from '@infimum/bandits-rl/environments';
 *
 * const batch = batchOf(cartPole(), 64);
 * batch.reset(1);
 * const pushRight = new Float64Array(64).fill(1);
 * for (let step = 0; step < 12; step++) batch.step(pushRight);
 * console.log(batch.observations.every((entry) => Math.abs(entry) < 3)); // true
 * ```
 */
export function batchOf(dynamics: Dynamics, count: number): BatchedEnvironment {
  checkDynamics(dynamics);
  checkInteger(count, 'count', { min: 1, max: 10_000_000 });
  const { stateSize, observationSize, timeLimit } = dynamics;
  const width = dynamics.actions.kind === 'discrete' ? 1 : dynamics.actions.low.length;
  const many = dynamics.moveMany?.(count) ?? oneByOne(dynamics, count, width);
  const { states, terminated } = many;
  const observations = allocateVector(count * observationSize, 'dynamics.observationSize');
  const finalObservations = allocateVector(count * observationSize, 'dynamics.observationSize');
  const rewards = new Float64Array(count);
  const truncated = new Uint8Array(count);
  const times = new Int32Array(count);
  let random = new Random(0);
  return {
    count,
    observations,
    rewards,
    terminated,
    truncated,
    finalObservations,
    reset(seed) {
      random = new Random(seed);
      times.fill(0);
      for (let i = 0; i < count; i++) {
        dynamics.begin(random, states, i * stateSize);
        dynamics.observe(states, i * stateSize, observations, i * observationSize);
      }
    },
    step(chosen) {
      checkActions(dynamics.actions, chosen, count);
      many.move(chosen, rewards, random);
      if (dynamics.seesState) observations.set(states);
      for (let i = 0; i < count; i++) {
        const time = ++times[i];
        const end = terminated[i];
        const isCut = end === 0 && time >= timeLimit;
        truncated[i] = isCut ? 1 : 0;
        if (!dynamics.seesState) dynamics.observe(states, i * stateSize, observations, i * observationSize);
        if (end === 0 && !isCut) continue;
        const at = i * observationSize;
        for (let k = 0; k < observationSize; k++) finalObservations[at + k] = observations[at + k];
        dynamics.begin(random, states, i * stateSize);
        dynamics.observe(states, i * stateSize, observations, at);
        times[i] = 0;
      }
    },
  };
}

/** Refuses invalid actions: indices beyond the last action, and entries that are not numbers. */
function checkActions(space: ActionSpace, actions: Float64Array, copies: number): void {
  const most = space.kind === 'discrete' ? space.count - 1 : -1;
  const size = space.kind === 'discrete' ? copies : copies * space.low.length;
  for (let i = 0; i < size; i++) {
    const action = actions[i];
    if (most < 0 ? action >= -Infinity : action === (action | 0) && action >= 0 && action <= most) continue;
    const wanted = most < 0 ? 'a number' : `one of the actions 0 to ${most}`;
    throw fault(`is ${action} at index ${i}, not ${wanted}`, 'action', action >= -Infinity ? 'out-of-range' : 'not-finite', i);
  }
}

/** Copies that move one after the other. */
function oneByOne(dynamics: Dynamics, count: number, width: number): MoveMany {
  const { stateSize } = dynamics;
  const states = allocateVector(count * stateSize, 'dynamics.stateSize');
  const terminated = new Uint8Array(count);
  return {
    states,
    terminated,
    move(actions, rewards, random) {
      terminated.fill(0);
      for (let i = 0; i < count; i++) {
        rewards[i] = dynamics.move(states, i * stateSize, actions, i * width, terminated, i, random);
      }
    },
  };
}

function checkDynamics(dynamics: unknown): asserts dynamics is Dynamics {
  checkMethods(dynamics, 'dynamics', ['begin', 'move', 'observe']);
  const { stateSize, observationSize, actions, timeLimit, moveMany } = dynamics as Dynamics;
  if (moveMany !== undefined) checkFunction(moveMany, 'dynamics.moveMany');
  checkInteger(stateSize, 'dynamics.stateSize', { min: 1 });
  checkInteger(observationSize, 'dynamics.observationSize', { min: 1 });
  if (timeLimit !== Infinity) checkNumber(timeLimit, 'dynamics.timeLimit', { min: 1 });
  checkObject(actions, 'dynamics.actions');
  checkChoice(actions.kind, 'dynamics.actions.kind', ['discrete', 'box']);
  if (actions.kind === 'discrete') checkInteger(actions.count, 'dynamics.actions.count', { min: 1 });
  else {
    checkNumbers(actions.low, 'dynamics.actions.low');
    checkOutput(actions.high, 'dynamics.actions.high', actions.low.length); // bounds may be infinite
  }
}
