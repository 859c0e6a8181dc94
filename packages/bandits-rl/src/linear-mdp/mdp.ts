// Episodic decision processes with finitely many states and features of every pair of state and action, and exact computations with them:
// values, best policies, occupancies.
import type { Random, VectorLike } from '@infimum/core';
import { asVector, checkFunction, checkInteger, checkVector, fault } from '@infimum/core';
import { drawDirichlet } from '@infimum/linalg/numerics';
import { checkInstance } from '../check-instance.ts';

/** A decision process of `horizon` layers. Entry (h, s, a) of a table is at (h S + s) A + a. */
export interface LinearMdp {
  /** Actions are taken in layers 0 to horizon - 1. */
  readonly horizon: number;
  /** Number of states, S. */
  readonly states: number;
  /** Number of actions, A. */
  readonly actions: number;
  /** Numbers of a feature vector. */
  readonly dimension: number;
  /** Features, `dimension` numbers a table entry, of norm 1 at most. */
  readonly features: Float64Array;
  /** Probabilities of the next states, `states` numbers a table entry; those of the last layer are never used. */
  readonly transitions: Float64Array;
  /** Where every episode starts. */
  readonly start: number;
}

/** A process as it may be given. */
export interface LinearMdpLike extends Omit<LinearMdp, 'features' | 'transitions'> {
  /** Features, of norm 1 at most. */
  readonly features: VectorLike;
  /** Probabilities of the next states. */
  readonly transitions: VectorLike;
}

/** A process whose transitions are unknown. */
export type MdpFeatures = Omit<LinearMdp, 'transitions'>;

/** A process that can be sampled. */
export interface MdpWorld extends Omit<LinearMdpLike, 'transitions'> {
  /** The state after an action; not called after the last layer. */
  step(layer: number, state: number, action: number): number;
}

/** A checked world, which checks its steps. */
export function asWorld(world: MdpWorld): MdpWorld & MdpFeatures {
  checkInstance(world);
  checkFunction(world.step, 'step');
  const read = { ...world, features: asVector(world.features, 'features') };
  checkMdp({ ...read, transitions: undefined });
  const step = (layer: number, state: number, action: number) => {
    const next = world.step(layer, state, action);
    checkInteger(next, `step(${layer}, ${state}, ${action})`, { min: 0, max: world.states - 1 });
    return next;
  };
  return { ...read, step };
}

/** A checked process. */
export function asMdp(mdp: LinearMdpLike): LinearMdp {
  checkInstance(mdp);
  const features = asVector(mdp.features, 'features');
  const read = { ...mdp, features, transitions: asVector(mdp.transitions, 'transitions') };
  checkMdp(read);
  return read;
}

/** Entries of a table. */
export function tableSize({ horizon, states, actions }: MdpFeatures): number {
  return horizon * states * actions;
}

/** Checks a process, or the features of a world. */
export function checkMdp(mdp: MdpFeatures & { readonly transitions?: Float64Array | undefined }): void {
  checkInstance(mdp);
  const { horizon, states, actions, dimension, features, transitions, start } = mdp;
  checkInteger(horizon, 'horizon', { min: 1, max: 10_000 });
  checkInteger(states, 'states', { min: 1, max: 100_000 });
  checkInteger(actions, 'actions', { min: 1, max: 100_000 });
  checkInteger(dimension, 'dimension', { min: 1, max: 10_000 });
  checkInteger(start, 'start', { min: 0, max: states - 1 });
  const size = tableSize(mdp);
  checkVector(features, 'features', size * dimension);
  if (transitions || !('step' in mdp)) checkVector(transitions, 'transitions', size * states);
  for (let entry = 0; entry < size; entry++) {
    let square = 0;
    for (let i = 0; i < dimension; i++) square += features[entry * dimension + i] ** 2;
    if (!(square <= 1 + 1e-9)) {
      throw fault(`entry ${entry} has norm ${Math.sqrt(square)}; divide all by the largest`, 'features', 'out-of-range', entry);
    }
    if (!transitions) continue;
    let sum = 0;
    for (let s = 0; s < states; s++) {
      const p = transitions[entry * states + s];
      if (p < 0) {
        const index = entry * states + s;
        throw fault(`is negative (${p}) at index ${index}`, 'transitions', 'negative', index);
      }
      sum += p;
    }
    if (!(Math.abs(sum - 1) <= 1e-9)) throw fault(`entry ${entry} sums to ${sum}, not 1`, 'transitions', 'mass', entry);
  }
}

/** The state after action a in state s of layer h, drawn. */
export function nextOf(mdp: LinearMdp, layer: number, state: number, action: number, uniform: number): number {
  const { states, actions, transitions } = mdp;
  return pick(transitions, ((layer * states + state) * actions + action) * states, states, uniform);
}

/** An action of a policy, a table of probabilities, drawn. */
export function actionOf(mdp: MdpFeatures, policy: Float64Array, layer: number, state: number, uniform: number): number {
  const { states, actions } = mdp;
  return pick(policy, (layer * states + state) * actions, actions, uniform);
}

/** An index drawn by the weights of a part of an array. */
function pick(weights: Float64Array, at: number, count: number, uniform: number): number {
  let rest = uniform;
  let last = 0;
  for (let i = 0; i < count; i++) {
    const p = weights[at + i];
    if (!(p > 0)) continue;
    rest -= p;
    last = i;
    if (rest < 0) return i;
  }
  return last;
}

/** Writes the probability of being in every state of every layer, `horizon` by `states`. Time O(H S² A). */
export function occupancy(mdp: LinearMdp, policy: Float64Array, out: Float64Array): Float64Array {
  const { horizon, states, actions, transitions, start } = mdp;
  out.fill(0);
  out[start] = 1;
  for (let h = 0; h + 1 < horizon; h++) {
    for (let s = 0; s < states; s++) {
      const mass = out[h * states + s];
      if (mass === 0) continue;
      for (let a = 0; a < actions; a++) {
        const entry = (h * states + s) * actions + a;
        const weight = mass * policy[entry];
        const row = entry * states;
        for (let next = 0; next < states; next++) out[(h + 1) * states + next] += weight * transitions[row + next];
      }
    }
  }
  return out;
}

/** Expected sum of `table` over an episode of a policy, given the policy's occupancy. Time O(H S A). */
export function expectedSum(mdp: LinearMdp, table: Float64Array, policy: Float64Array, occupied: Float64Array): number {
  const { horizon, states, actions } = mdp;
  let sum = 0;
  for (let place = 0; place < horizon * states; place++) {
    if (occupied[place] === 0) continue;
    let own = 0;
    for (let a = 0; a < actions; a++) own += policy[place * actions + a] * table[place * actions + a];
    sum += occupied[place] * own;
  }
  return sum;
}

/** A deterministic policy and its value. */
export interface PlannedPolicy {
  /** The action of every state of every layer. */
  readonly choices: Int32Array;
  /** Expected sum of the rewards. */
  readonly value: number;
}

/** The policy with the largest expected sum of `rewards`; ties go to the first action. Time O(H S² A). */
export function bestPolicy(mdp: LinearMdp, rewards: Float64Array): PlannedPolicy {
  const { horizon, states, actions, transitions, start } = mdp;
  const choices = new Int32Array(horizon * states);
  let later = new Float64Array(states);
  for (let h = horizon - 1; h >= 0; h--) {
    const now = new Float64Array(states).fill(-Infinity);
    for (let s = 0; s < states; s++) {
      for (let a = 0; a < actions; a++) {
        const entry = (h * states + s) * actions + a;
        let value = rewards[entry];
        if (h + 1 < horizon)
          for (let next = 0; next < states; next++) value += transitions[entry * states + next] * later[next];
        if (value > now[s]) {
          now[s] = value;
          choices[h * states + s] = a;
        }
      }
    }
    later = now;
  }
  return { choices, value: later[start] };
}

/** Expected sum of `rewards` under deterministic choices. Time O(H S²). */
export function valueOfChoices(mdp: LinearMdp, rewards: Float64Array, choices: Int32Array): number {
  const { horizon, states, actions, transitions, start } = mdp;
  let later = new Float64Array(states);
  for (let h = horizon - 1; h >= 0; h--) {
    const now = new Float64Array(states);
    for (let s = 0; s < states; s++) {
      const entry = (h * states + s) * actions + choices[h * states + s];
      now[s] = rewards[entry];
      if (h + 1 < horizon) for (let next = 0; next < states; next++) now[s] += transitions[entry * states + next] * later[next];
    }
    later = now;
  }
  return later[start];
}

/** The table of inner products of features with a vector a layer, `horizon` by `dimension`. */
export function linearTable(mdp: LinearMdp, theta: Float64Array, at = 0): Float64Array {
  const { horizon, states, actions, dimension, features } = mdp;
  const perLayer = states * actions;
  return Float64Array.from({ length: horizon * perLayer }, (_, entry) => {
    const h = Math.floor(entry / perLayer);
    let sum = 0;
    for (let i = 0; i < dimension; i++) sum += features[entry * dimension + i] * theta[at + h * dimension + i];
    return sum;
  });
}

/** A process whose features and whose d next-state distributions are Dirichlet: linear in the features by construction. */
export function simplexLinearMdp(
  sizes: { readonly horizon: number; readonly states: number; readonly actions: number; readonly dimension: number },
  concentration: number,
  random: Random,
): LinearMdp {
  const { horizon, states, actions, dimension } = sizes;
  const size = horizon * states * actions;
  const features = new Float64Array(size * dimension);
  for (let entry = 0; entry < size; entry++) {
    drawDirichlet(random, concentration, features.subarray(entry * dimension, (entry + 1) * dimension));
  }
  const measures = new Float64Array(horizon * dimension * states);
  for (let row = 0; row < horizon * dimension; row++) {
    drawDirichlet(random, concentration, measures.subarray(row * states, (row + 1) * states));
  }
  const transitions = new Float64Array(size * states);
  for (let entry = 0; entry < size; entry++) {
    const h = Math.floor(entry / (states * actions));
    for (let i = 0; i < dimension; i++) {
      const weight = features[entry * dimension + i];
      for (let s = 0; s < states; s++) {
        transitions[entry * states + s] += weight * measures[(h * dimension + i) * states + s];
      }
    }
  }
  return { ...sizes, features, transitions, start: 0 };
}

/** A process without structure: one feature for each pair of state and action. */
export function tabularMdp(
  sizes: { readonly horizon: number; readonly states: number; readonly actions: number },
  step: (layer: number, state: number, action: number) => ArrayLike<number>,
): LinearMdp {
  const { horizon, states, actions } = sizes;
  const dimension = states * actions;
  const size = horizon * dimension;
  const features = new Float64Array(size * dimension);
  const transitions = new Float64Array(size * states);
  for (let entry = 0; entry < size; entry++) {
    features[entry * dimension + (entry % dimension)] = 1;
    const [h, pair] = [Math.floor(entry / dimension), entry % dimension];
    transitions.set(Array.from(step(h, Math.floor(pair / actions), pair % actions)), entry * states);
  }
  return { ...sizes, dimension, features, transitions, start: 0 };
}

/** RiverSwim: swimming to the right may fail, drifting to the left never does (A. Strehl, M. Littman, 2008). */
export function riverSwim(horizon: number, states: number): LinearMdp {
  return tabularMdp({ horizon, states, actions: 2 }, (_, s, a) => {
    const row = new Float64Array(states);
    if (a === 0) row[Math.max(0, s - 1)] = 1;
    else {
      const [back, stay, on] = s === 0 ? [0, 0.4, 0.6] : s === states - 1 ? [0.4, 0.6, 0] : [0.05, 0.6, 0.35];
      row[Math.max(0, s - 1)] += back;
      row[s] += stay;
      row[Math.min(states - 1, s + 1)] += on;
    }
    return row;
  });
}
