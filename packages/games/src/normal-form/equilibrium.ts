// The solutions of the solvers of `games/normal-form`, with their regrets.
import type { Iterate } from '@infimum/core';
import type { NormalFormGame } from './normal-form-game.ts';
import { deviationsOf, expectedPayoffs, jointRegret, marginalsOf, payoffScales } from './normal-form-game.ts';

/** An exact or approximate equilibrium. */
export interface EquilibriumSolution {
  /** The deviations that may not gain. */
  readonly concept: 'nash' | 'correlated' | 'coarse';
  /** Mixed strategies; for a joint distribution, its marginals. */
  readonly strategies: readonly Float64Array[];
  /** The distribution of joint choices, row-major, where players' choices depend on each other. */
  readonly joint?: Float64Array;
  /** Every player's payoff. */
  readonly payoffs: Float64Array;
  /** The largest gain of a player by a deviation, relative to the range of its payoffs. */
  readonly regret: number;
}

/** One round. */
export interface EquilibriumIterate<S extends EquilibriumSolution = EquilibriumSolution> extends Iterate<S> {}

/** Regret over the range of payoffs up to which an equilibrium counts as exact. */
export const EXACT = 1e-9;

/** Mixed strategies with their payoffs and regret, in a checked game; the solution keeps the given arrays. */
export function nashSolution(
  game: NormalFormGame,
  strategies: readonly Float64Array[],
  scales: ReturnType<typeof payoffScales> = payoffScales(game),
): EquilibriumSolution & { readonly concept: 'nash' } {
  const payoffs = new Float64Array(scales.length);
  let regret = 0;
  for (let i = 0; i < scales.length; i++) {
    const { payoff, gain } = deviationsOf(game, strategies, i, scales[i]);
    payoffs[i] = payoff;
    regret = Math.max(regret, gain);
  }
  return { concept: 'nash', strategies, payoffs, regret };
}

/** A joint distribution with its payoffs and regret. */
export function jointSolution(
  game: NormalFormGame,
  joint: Float64Array,
  concept: 'correlated' | 'coarse',
): EquilibriumSolution & { readonly joint: Float64Array } {
  return {
    concept,
    strategies: marginalsOf(game.actions, joint),
    joint: joint.slice(),
    payoffs: expectedPayoffs(game, joint),
    regret: jointRegret(game, joint, concept),
  };
}

/** All players choose uniformly at random. */
export function uniformStrategies(actions: readonly number[]): Float64Array[] {
  return actions.map((count) => new Float64Array(count).fill(1 / count));
}

/** Weights divided by their sum, negative ones dropped. */
export function normalized(weights: Float64Array): Float64Array {
  return normalize(weights.slice());
}

/** Divides weights by their sum and drops negative ones, in place; all alike if none is positive. */
export function normalize(weights: Float64Array): Float64Array {
  let sum = 0;
  for (let k = 0; k < weights.length; k++) sum += Math.max(0, weights[k]);
  if (sum === 0) return weights.fill(1 / weights.length);
  for (let k = 0; k < weights.length; k++) weights[k] = Math.max(0, weights[k]) / sum;
  return weights;
}
