// The exact gains of deviations from a solution: from the given strategies or joint weights and payoffs, in whole numbers.
import type { Enclosure, Verdict } from '@infimum/core/certificate';
import type { Fraction } from '@infimum/rigor';
import { down, fraction, gcd, integers, toNumber, up } from '@infimum/rigor';
import type { EquilibriumSolution } from './equilibrium.ts';
import type { NormalFormGame } from './normal-form-game.ts';

/**
 * Encloses the regret of a solution: the largest gain of a player by a deviation that the concept excludes, over the range of its payoffs.
 * Weights are divided by their exact sums. It needs no witness, and throws nothing.
 */
export function check(game: NormalFormGame, solution: EquilibriumSolution, _witness: unknown): Verdict {
  const { actions } = game;
  const { concept, strategies, joint } = solution;
  const isJoint = concept !== 'nash' && joint !== undefined;
  const cells = actions.reduce((product, count) => product * count, 1);
  const lists = isJoint ? [joint] : strategies;
  const lengths = isJoint ? [cells] : actions;
  const weights = lengths.map((length, i) => exactWeights(lists?.[i], length));
  if (weights.some((list) => list === undefined))
    return { proved: false, reason: 'the weights are not a distribution of the choices' };
  const known = weights as bigint[][];
  const all = isJoint ? known[0] : undefined;
  const gains = actions.map((_, i) => (all ? jointGain(game, all, i, concept === 'coarse') : nashGain(game, known, i)));
  const regret = gains.reduce((most, gain) => (gain.num * most.den > most.num * gain.den ? gain : most));
  return { proved: true, figures: { regret: enclosed(regret) } };
}

/** The doubles around a fraction. */
function enclosed(value: Fraction): Enclosure {
  const nearest = toNumber(value);
  return value.num === 0n ? { lower: 0, upper: 0 } : { lower: down(nearest), upper: up(nearest) };
}

/** Whole numbers in the ratios of weights that are not negative and not all 0; undefined for other lists. */
function exactWeights(list: unknown, length: number): bigint[] | undefined {
  if (!(list instanceof Float64Array) || list.length !== length) return undefined;
  if (!list.every((weight) => weight >= 0 && weight < Infinity) || list.every((weight) => weight === 0)) return undefined;
  return integers(list).mantissas;
}

/** A player's payoffs up to a positive factor, in whole numbers. */
function exactTable({ payoffs, exact }: NormalFormGame, player: number): bigint[] {
  const fractions = exact?.[player];
  if (!fractions) return integers(payoffs[player]).mantissas;
  const common = fractions.reduce((least, { den }) => (least / gcd(least, den)) * den, 1n);
  return fractions.map(({ num, den }) => num * (common / den));
}

const sum = (list: readonly bigint[]) => list.reduce((total, entry) => total + entry, 0n);

function largest(list: readonly bigint[]): bigint {
  let most = list[0];
  for (const entry of list) if (entry > most) most = entry;
  return most;
}

/** A gain over the range of a table; 0 where all payoffs are equal. */
function relative(gain: bigint, scale: bigint, table: readonly bigint[]) {
  const range = largest(table) + largest(table.map((entry) => -entry));
  return range === 0n || gain <= 0n ? fraction(0n, 1n) : fraction(gain, scale * range);
}

/** The distance in the joint index between neighboring choices of a player. */
function strideOf(actions: readonly number[], player: number): number {
  return actions.slice(player + 1).reduce((product, count) => product * count, 1);
}

function nashGain(game: NormalFormGame, weights: readonly bigint[][], player: number) {
  const { actions } = game;
  const table = exactTable(game, player);
  const worth = weights[player].map(() => 0n);
  for (let a = 0; a < table.length; a++) {
    let weight = 1n;
    for (let i = 0; i < actions.length && weight !== 0n; i++)
      if (i !== player) weight *= weights[i][Math.floor(a / strideOf(actions, i)) % actions[i]];
    if (weight !== 0n) worth[Math.floor(a / strideOf(actions, player)) % actions[player]] += weight * table[a];
  }
  const own = sum(weights[player]);
  const here = sum(worth.map((value, k) => value * weights[player][k]));
  const scale = weights.reduce((product, list) => product * sum(list), 1n);
  return relative(largest(worth) * own - here, scale, table);
}

function jointGain(game: NormalFormGame, joint: readonly bigint[], player: number, isCoarse: boolean) {
  const table = exactTable(game, player);
  const [count, stride] = [game.actions[player], strideOf(game.actions, player)];
  const gained = Array.from({ length: isCoarse ? 1 : count }, () => Array.from({ length: count }, () => 0n));
  for (let a = 0; a < table.length; a++) {
    if (joint[a] === 0n) continue;
    const told = Math.floor(a / stride) % count;
    const row = gained[isCoarse ? 0 : told];
    for (let k = 0; k < count; k++) row[k] += joint[a] * (table[a + (k - told) * stride] - table[a]);
  }
  const best = gained.map((row) => largest([0n, ...row]));
  return relative(sum(best), sum(joint), table);
}
