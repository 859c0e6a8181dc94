// What the solvers of `games/normal-form` give, and how they judge themselves.
import type { Iterate } from '@infimum/core';
import {
  expectedPayoffs,
  jointRegret,
  marginalsOf,
  type NormalFormGame,
  payoffScales,
  responsesTo,
} from './normal-form-game.ts';

/** An equilibrium, or what comes near to one. */
export interface EquilibriumSolution {
  /** Which deviations are to gain nothing. */
  readonly concept: 'nash' | 'correlated' | 'coarse';
  /** Mixed strategies; of a joint distribution every player's part of it. */
  readonly strategies: readonly Float64Array[];
  /** The distribution of joint choices, row-major, where players' choices depend on each other. */
  readonly joint?: Float64Array;
  /** What every player gets. */
  readonly payoffs: Float64Array;
  /** What a player gains at most by a deviation, relative to the range of its payoffs. */
  readonly regret: number;
}

/** One round. */
export interface EquilibriumIterate<S extends EquilibriumSolution = EquilibriumSolution> extends Iterate<S> {}

/** Regret over the range of payoffs up to which an equilibrium counts as exact. */
export const EXACT = 1e-9;

/** Mixed strategies with what they are worth, in a game that has been checked. */
export function nashSolution(
  game: NormalFormGame,
  strategies: readonly Float64Array[],
  scales: ReturnType<typeof payoffScales> = payoffScales(game),
): EquilibriumSolution & { readonly concept: 'nash' } {
  const { payoffs, regret } = responsesTo(game, strategies, scales);
  return { concept: 'nash', strategies: strategies.map((strategy) => strategy.slice()), payoffs, regret };
}

/** A joint distribution with what it is worth. */
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

/** Everybody chooses at random. */
export function uniformStrategies(actions: readonly number[]): Float64Array[] {
  return actions.map((count) => new Float64Array(count).fill(1 / count));
}

/** Weights divided by their sum, negative ones dropped. */
export function normalized(weights: Float64Array): Float64Array {
  let sum = 0;
  for (const weight of weights) sum += Math.max(0, weight);
  return weights.map((weight) => Math.max(0, weight) / sum);
}
