// Encloses the gains of deviations from a policy of a Markov game, by backward induction in intervals.
import type { Verdict } from '@infimum/core/certificate';
import type { Interval } from '@infimum/rigor';
import { add, divide, interval, multiply, subtract } from '@infimum/rigor';
import type { MarkovGame } from './markov-game.ts';

const ZERO = interval(0);
const maximum = (a: Interval, b: Interval) => interval(Math.max(a.lower, b.lower), Math.max(a.upper, b.upper));

/**
 * Encloses the gap of a policy: what a player gains at most by deviating, from the worst first state, over the sum of the ranges of its
 * rewards. Weights of the policy and of next states are divided by their sums. It needs no witness, and throws nothing.
 */
export function check(
  game: MarkovGame,
  solution: { readonly concept: 'coarse' | 'correlated'; readonly policy: Float64Array },
  _witness: unknown,
): Verdict {
  const { states, horizon, actions } = game;
  const cells = actions.reduce((product, count) => product * count, 1);
  const { policy, concept } = solution;
  if (!(policy instanceof Float64Array) || policy.length !== horizon * states * cells)
    return { proved: false, reason: 'the policy has another size' };
  const shares = [...rowsOf(policy, cells), ...rowsOf(game.transitions, states)];
  if (shares.some((row) => row === undefined)) return { proved: false, reason: 'weights are not a distribution' };
  let gap = ZERO;
  for (let player = 0; player < actions.length; player++) {
    const rewards = shifted(game, player);
    if (!rewards) continue;
    for (const gain of gains(game, rewards, shares as Interval[][], player, concept === 'coarse'))
      gap = maximum(gap, divide(gain, rewards.scale));
  }
  return gap.upper < Infinity
    ? { proved: true, figures: { gap } }
    : { proved: false, reason: 'the sums are beyond the range of doubles' };
}

/** Rows of weights over their sums; undefined for invalid weights. */
function rowsOf(values: Float64Array, size: number): (Interval[] | undefined)[] {
  return Array.from({ length: values.length / size }, (_, r) => {
    const row = [...values.subarray(r * size, (r + 1) * size)];
    if (!row.every((weight) => weight >= 0 && weight < Infinity)) return undefined;
    const sum = row.reduce((total, weight) => add(total, interval(weight)), ZERO);
    return sum.lower > 0 ? row.map((weight) => (weight === 0 ? ZERO : divide(interval(weight), sum))) : undefined;
  });
}

/** The gain of a player's best deviation over the policy, by first state. */
function gains(
  game: MarkovGame,
  { rewards }: Shifted,
  shares: readonly Interval[][],
  player: number,
  isCoarse: boolean,
): Interval[] {
  const { states, horizon, actions, stationary } = game;
  const count = actions[player];
  const cells = actions.reduce((product, n) => product * n, 1);
  const stride = actions.slice(player + 1).reduce((product, n) => product * n, 1);
  const rows = shares.slice(horizon * states);
  let [here, best] = [Array.from({ length: states }, () => ZERO), Array.from({ length: states }, () => ZERO)];
  for (let step = horizon - 1; step >= 0; step--) {
    const [hereAfter, bestAfter] = [here, best];
    const at = (state: number) => (stationary ? 0 : step * states) + state;
    const worthOf = (after: readonly Interval[], state: number, a: number) => {
      const cell = at(state) * cells + a;
      const reward = rewards[cell];
      return step + 1 === horizon
        ? reward
        : rows[cell].reduce((sum, share, s) => (share === ZERO ? sum : add(sum, multiply(share, after[s]))), reward);
    };
    const weights = (state: number) => shares[step * states + state];
    here = here.map((_, state) =>
      weights(state).reduce(
        (sum, share, a) => (share === ZERO ? sum : add(sum, multiply(share, worthOf(hereAfter, state, a)))),
        ZERO,
      ),
    );
    best = best.map((_, state) => {
      const told = Array.from({ length: isCoarse ? 1 : count }, () => Array.from({ length: count }, () => ZERO));
      for (const [a, share] of weights(state).entries()) {
        if (share === ZERO) continue;
        const mine = Math.floor(a / stride) % count;
        const row = told[isCoarse ? 0 : mine];
        for (let k = 0; k < count; k++)
          row[k] = add(row[k], multiply(share, worthOf(bestAfter, state, a + (k - mine) * stride)));
      }
      return told.map((row) => row.reduce(maximum)).reduce(add);
    });
  }
  return best.map((value, state) => subtract(value, here[state]));
}

/** A player's rewards above the least of their step, which does not change gains, and the sum over all steps of their ranges. */
interface Shifted {
  readonly rewards: readonly Interval[];
  readonly scale: Interval;
}

/** Powers of two that lift denormal rewards to where intervals are narrow; exact. */
const LIFT = 4.149515568880993e180; // 2^600
const TINY = 2.409919865102884e-181; // 2^-600

/** Undefined where all rewards of every step are equal. */
function shifted({ states, horizon, actions, rewards, stationary }: MarkovGame, player: number): Shifted | undefined {
  const size = states * actions.reduce((product, count) => product * count, 1);
  const isTiny = rewards[player].every((reward) => reward < TINY && reward > -TINY);
  const values = isTiny ? rewards[player].map((reward) => reward * LIFT) : rewards[player];
  const moved: Interval[] = [];
  let scale = ZERO;
  for (let first = 0; first < values.length; first += size) {
    let [least, most] = [Infinity, -Infinity];
    for (let k = first; k < first + size; k++) {
      least = Math.min(least, values[k]);
      most = Math.max(most, values[k]);
    }
    for (let k = first; k < first + size; k++)
      moved.push(values[k] === least ? ZERO : subtract(interval(values[k]), interval(least)));
    if (most > least) scale = add(scale, subtract(interval(most), interval(least)));
  }
  if (scale === ZERO) return undefined;
  return { rewards: moved, scale: stationary ? multiply(scale, interval(horizon)) : scale };
}
