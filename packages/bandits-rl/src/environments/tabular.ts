// Finite Markov decision processes as tables, two of them from the textbooks, and their exact solution.
import type { VectorLike } from '@infimum/core';
import { asVector, checkInteger, checkNumber, checkObject, fault } from '@infimum/core';
import type { Dynamics } from './environment.ts';

/** The outcomes of actions: a row (state, action) of outcomes from `starts[row]` to `starts[row + 1]`. */
export interface TabularMdp {
  /** Number of states. */
  readonly states: number;
  /** Number of actions. */
  readonly actions: number;
  /** States x actions + 1. */
  readonly starts: Int32Array;
  /** Probabilities of the transitions, three for each state and action. */
  readonly probabilities: Float64Array;
  /** Next states of the transitions. */
  readonly next: Int32Array;
  /** Rewards of the transitions. */
  readonly rewards: Float64Array;
  /** 1 where the outcome ends the episode. */
  readonly ends: Uint8Array;
  /** Where episodes begin. */
  readonly first: number;
  /** Steps of an episode at most. */
  readonly timeLimit: number;
}

type Lists = 'starts' | 'probabilities' | 'next' | 'rewards' | 'ends';

/** A table as callers give it: lists of any kind. */
export type TabularMdpLike = Omit<TabularMdp, Lists> & { readonly [Name in Lists]: VectorLike };

/** (probability, next state, reward, end). */
type Outcome = readonly [number, number, number, boolean];

function tabulate(
  states: number,
  actions: number,
  first: number,
  timeLimit: number,
  outcomesOf: (state: number, action: number) => readonly Outcome[],
): TabularMdp {
  const starts = new Int32Array(states * actions + 1);
  const all: Outcome[] = [];
  for (let row = 0; row < states * actions; row++) {
    all.push(...outcomesOf(Math.floor(row / actions), row % actions));
    starts[row + 1] = all.length;
  }
  return {
    states,
    actions,
    starts,
    probabilities: Float64Array.from(all, ([p]) => p),
    next: Int32Array.from(all, ([, state]) => state),
    rewards: Float64Array.from(all, ([, , reward]) => reward),
    ends: Uint8Array.from(all, ([, , , end]) => (end ? 1 : 0)),
    first,
    timeLimit,
  };
}

/** Left, down, right, up in a grid whose borders hold. */
function walk(state: number, move: number, rows: number, cols: number, moves: readonly [number, number][]) {
  const [down, right] = moves[move];
  const row = Math.min(rows - 1, Math.max(0, Math.floor(state / cols) + down));
  const col = Math.min(cols - 1, Math.max(0, (state % cols) + right));
  return row * cols + col;
}

const LAKES = { 4: 'SFFFFHFHFFFHHFFG', 8: 'SFFFFFFFFFFFFFFFFFFHFFFFFFFFFHFFFFFHFFFFFHHFFFHFFHFFHFHFFFFHFFFG' };

/**
 * A frozen lake with holes; on slippery ice a third of the steps go in the chosen direction, and a third to each side.
 * Actions: left, down, right, up. A reward of 1 at the goal. 100 steps at most on the lake of 4 x 4, 200 on that of 8 x 8.
 *
 * @param slippery - whether the ice is slippery
 * @param size - 4 or 8, rows and columns; 4 by default
 * @throws {InvalidInputError} for another size
 *
 * @example
 * ```ts
 * import { frozenLake, valueIteration } from '@infimum/bandits-rl/environments';
 *
 * console.log(valueIteration(frozenLake(false, 8), 0.9).values[0].toFixed(6)); // 0.254187
 * ```
 */
export function frozenLake(slippery = true, size: 4 | 8 = 4): TabularMdp {
  checkInteger(size, 'size', { min: 4, max: 8 });
  const map = LAKES[size];
  if (!map) throw fault('must be 4 or 8', 'size', 'out-of-range');
  const moves = [
    [0, -1],
    [1, 0],
    [0, 1],
    [-1, 0],
  ] as const;
  return tabulate(size * size, 4, 0, size === 4 ? 100 : 200, (state, action) => {
    if ('HG'.includes(map[state])) return [[1, state, 0, true]];
    const turns = slippery ? [-1, 0, 1] : [0];
    return turns.map((turn) => {
      const next = walk(state, (action + turn + 4) % 4, size, size, moves as never);
      return [1 / turns.length, next, map[next] === 'G' ? 1 : 0, 'HG'.includes(map[next])] as const;
    });
  });
}

/**
 * A walk along a cliff, 4 x 12: -1 a step, -100 and back to the start for a fall. Actions: up, right, down, left.
 */
export function cliffWalking(): TabularMdp {
  const moves = [
    [-1, 0],
    [0, 1],
    [1, 0],
    [0, -1],
  ] as const;
  return tabulate(48, 4, 36, 1000, (state, action) => {
    const next = walk(state, action, 4, 12, moves as never);
    const falls = next > 36 && next < 47;
    return [[1, falls ? 36 : next, falls ? -100 : -1, next === 47]];
  });
}

/** A checked table. */
function asTable(given: TabularMdpLike): TabularMdp {
  checkObject(given, 'mdp');
  const { states, actions, first, timeLimit } = given;
  for (const [name, value] of Object.entries({ states, actions, timeLimit })) checkInteger(value, `mdp.${name}`, { min: 1 });
  checkInteger(first, 'mdp.first', { min: 0, max: states - 1 });
  const starts = asVector(given.starts, 'mdp.starts', states * actions + 1);
  const outcomes = starts[states * actions];
  const list = (name: 'probabilities' | 'next' | 'rewards' | 'ends') => asVector(given[name], `mdp.${name}`, outcomes);
  const [probabilities, next, rewards, ends] = [list('probabilities'), list('next'), list('rewards'), list('ends')];
  checkInteger(starts[0], 'mdp.starts[0]', { min: 0, max: 0 });
  for (let row = 0; row < states * actions; row++) {
    const from = starts[row];
    checkInteger(starts[row + 1], `mdp.starts[${row + 1}]`, { min: from + 1, max: outcomes });
    let total = 0;
    for (let k = from; k < starts[row + 1]; k++) {
      checkInteger(next[k], `mdp.next[${k}]`, { min: 0, max: states - 1 });
      checkInteger(ends[k], `mdp.ends[${k}]`, { min: 0, max: 1 });
      checkNumber(probabilities[k], `mdp.probabilities[${k}]`, { min: 0, max: 1 });
      total += probabilities[k];
    }
    if (Math.abs(total - 1) <= 1e-9) continue;
    const problem = `add up to ${total} for state ${Math.floor(row / actions)} and action ${row % actions}`;
    throw fault(problem, 'mdp.probabilities', 'out-of-range', from);
  }
  const whole = { starts: Int32Array.from(starts), next: Int32Array.from(next), ends: Uint8Array.from(ends) };
  return { ...given, ...whole, probabilities, rewards };
}

/**
 * A table as an environment: the state's index is state and observation.
 *
 * @param given - the table, checked entry by entry
 * @throws {InvalidInputError} naming the entry at fault
 */
export function tabularDynamics(given: TabularMdpLike): Dynamics {
  const mdp = asTable(given);
  return {
    stateSize: 1,
    observationSize: 1,
    actions: { kind: 'discrete', count: mdp.actions },
    timeLimit: mdp.timeLimit,
    begin(_, state, at) {
      state[at] = mdp.first;
    },
    move(state, at, action, actionAt, flags, flag, random) {
      const row = state[at] * mdp.actions + action[actionAt];
      let outcome = mdp.starts[row];
      const last = mdp.starts[row + 1] - 1;
      for (let u = random.uniform(); outcome < last && u >= mdp.probabilities[outcome]; outcome++) {
        u -= mdp.probabilities[outcome];
      }
      state[at] = mdp.next[outcome];
      flags[flag] = mdp.ends[outcome];
      return mdp.rewards[outcome];
    },
    observe(state, at, out, outAt) {
      out[outAt] = state[at];
    },
  };
}

/**
 * The optimal values of a table by value iteration: V(s) = max_a Σ p (r + γ V(s')), until no value changes by more than the
 * tolerance times (1 - γ)/γ, so that they are within the tolerance of the exact values.
 *
 * @param given - the table, checked entry by entry
 * @param discount - γ in (0, 1)
 * @param tolerance - largest error
 *
 * @example
 * ```ts
 * import { frozenLake, valueIteration } from '@infimum/bandits-rl/environments';
 *
 * console.log(valueIteration(frozenLake(), 0.99).values[0].toFixed(4)); // 0.5420
 * ```
 */
export function valueIteration(
  given: TabularMdpLike,
  discount: number,
  tolerance = 1e-10,
): { values: Float64Array; actions: Int32Array } {
  const mdp = asTable(given);
  checkNumber(discount, 'discount', { above: 0, below: 1 });
  checkNumber(tolerance, 'tolerance', { above: 0 });
  const values = new Float64Array(mdp.states);
  const actions = new Int32Array(mdp.states);
  for (let change = Infinity; change > (tolerance * (1 - discount)) / discount; ) {
    change = 0;
    for (let state = 0; state < mdp.states; state++) {
      let best = -Infinity;
      for (let action = 0; action < mdp.actions; action++) {
        const row = state * mdp.actions + action;
        let value = 0;
        for (let k = mdp.starts[row]; k < mdp.starts[row + 1]; k++) {
          const after = mdp.ends[k] === 1 ? 0 : discount * values[mdp.next[k]];
          value += mdp.probabilities[k] * (mdp.rewards[k] + after);
        }
        if (value > best) [best, actions[state]] = [value, action];
      }
      change = Math.max(change, Math.abs(best - values[state]));
      values[state] = best;
    }
    if (!Number.isFinite(change)) break;
  }
  return { values, actions };
}
