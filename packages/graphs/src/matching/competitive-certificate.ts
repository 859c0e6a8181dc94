// A certified competitive ratio for one instance: the primal-dual analysis carried out as an algorithm.
//
// Online Matching with Stochastic Rewards: Advanced Analyses Using Configuration Linear Programs (2023), arXiv 2309.10289.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { Random, resolveOptions } from '@infimum/core';
import { expectedReward } from './exact-values.ts';
import type { OnlineInstance, OnlineInstanceLike } from './online-instance.ts';
import { asOnlineInstance, offlineView } from './online-instance.ts';
import type { Policy } from './policies.ts';
import { OnlineSimulation } from './simulate-online.ts';
import { dualAt } from './stochastic-configuration-dual.ts';

const certificateOptions = {
  policy: {
    type: 'choice',
    choices: ['stochastic-balance', 'least-load', 'greedy', 'ranking', 'perturbed-greedy'],
    default: 'stochastic-balance',
    description: 'The policy',
  },
  share: {
    type: 'number',
    min: 0,
    max: 1,
    default: 0.6,
    description: 'c of the sharing f(l) = 1 − c e^-l: the share f(l) of a gain at load l goes to the offline vertex',
  },
  exact: {
    type: 'boolean',
    default: false,
    description: 'Enumerate all outcomes, for at most 20 arrivals and policies without ranks',
  },
  runs: { type: 'integer', min: 20, default: 2000, description: 'Runs of the simulation' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the runs' },
} as const satisfies OptionSpecs;

/** Options of `competitiveCertificate`. */
export type CompetitiveCertificateOptions = OptionsOf<typeof certificateOptions>;

/** A certificate. */
export interface CompetitiveCertificate {
  /** Γ: the policy earns at least Γ times the stochastic configuration programme. */
  readonly gamma: number;
  /** Γ_u of each offline vertex; Infinity where it is 2 or more. */
  readonly perVertex: Float64Array;
  /** The shares of the offline vertices. */
  readonly alpha: Float64Array;
  /** The shares of the arrivals. */
  readonly beta: Float64Array;
  /** The policy's expected reward: the sum of all shares. */
  readonly value: number;
  /** Standard error of Γ by resampling 20 groups of runs; 0 when exact. */
  readonly standardError: number;
}

/** Groups of runs that are resampled. */
const GROUPS = 20;

/**
 * Shares every expected gain p w of an attempt at load l between the offline vertex, f(l), and the arrival, 1 − f(l), and
 * finds the largest Γ for which the shares over Γ are feasible for the dual of the stochastic configuration programme.
 * Then the policy's value is at least Γ times that programme: a ratio proved for this instance, without solving the programme. Noise of the
 * simulation makes Γ, a minimum, too small rather than too large. Time O(edges (runs + 60)).
 *
 * @throws {InvalidInputError} for an instance or options at fault
 *
 * @example
 * ```ts
 * import { competitiveCertificate, onlineInstance } from '@infimum/graphs';
 *
 * const instance = onlineInstance([[0.6, 0.3], [0.4, 0.9], [0.5, 0.2]]);
 * console.log(competitiveCertificate(instance, { exact: true }).gamma.toFixed(5)); // 0.88144
 * ```
 */
export function competitiveCertificate(
  instance: OnlineInstanceLike,
  options: CompetitiveCertificateOptions = {},
): CompetitiveCertificate {
  const online = asOnlineInstance(instance);
  const { policy, share, exact, runs, seed } = resolveOptions(certificateOptions, options);
  const { weights, columnIndices, probabilities, rowPointers } = online;
  const { arrivals } = offlineView(online);
  const groups = exact ? 1 : GROUPS;
  const size = weights.length + rowPointers.length - 1;
  const shares = Array.from({ length: groups }, () => new Float64Array(size));
  const gain = (own: Float64Array, edge: number, load: number, factor: number) => {
    const u = columnIndices[edge];
    const whole = factor * probabilities[edge] * weights[u];
    const rest = whole * share * Math.exp(-load);
    own[u] += whole - rest;
    own[weights.length + arrivals[edge]] += rest;
  };
  if (exact) expectedReward(online, { policy: policy as Policy }, (edge, chance, load) => gain(shares[0], edge, load, chance));
  else {
    const simulation = new OnlineSimulation(online, { policy: policy as Policy, coupling: 'threshold', seed });
    for (let index = 0; index < runs; index++) {
      const group = index % GROUPS;
      const factor = 1 / Math.ceil((runs - group) / GROUPS);
      simulation.onAttempt = (edge, load) => gain(shares[group], edge, load, factor);
      simulation.begin(index);
      simulation.arrive(0, rowPointers.length - 1);
    }
  }
  const mean = (chosen: readonly Float64Array[]) =>
    Float64Array.from({ length: size }, (_, i) => chosen.reduce((sum, own) => sum + own[i], 0) / chosen.length);
  const whole = mean(shares);
  const perVertex = ratios(online, whole);
  const random = new Random(seed).split(2 ** 40);
  const resampled = exact
    ? [0]
    : Array.from({ length: 40 }, () =>
        ratios(online, mean(shares.map(() => shares[random.integer(GROUPS)]))).reduce((a, b) => Math.min(a, b), Infinity),
      );
  const center = resampled.reduce((a, b) => a + b, 0) / resampled.length;
  const gamma = perVertex.reduce((a, b) => Math.min(a, b), Infinity);
  return {
    gamma: gamma === Infinity ? 1 : gamma,
    perVertex,
    alpha: whole.slice(0, weights.length),
    beta: whole.slice(weights.length),
    value: whole.reduce((a, b) => a + b, 0),
    standardError:
      exact || gamma === Infinity
        ? 0
        : Math.sqrt(resampled.reduce((sum, own) => sum + (own - center) ** 2, 0) / (resampled.length - 1)),
  };
}

/** Γ_u: the largest G whose best response with weight G w_u is at most α_u, by bisection. */
function ratios(instance: OnlineInstance, shares: Float64Array): Float64Array {
  const { weights } = instance;
  const view = offlineView(instance);
  const beta = shares.slice(weights.length);
  const low = new Float64Array(weights.length);
  const high = new Float64Array(weights.length).fill(2);
  const isFree = dualAt(
    instance,
    view,
    beta,
    undefined,
    weights.map((weight) => 2 * weight),
  ).alpha.map((alpha, u) => (alpha <= shares[u] * (1 + 1e-12) ? 1 : 0));
  for (let round = 0; round < 60; round++) {
    const middle = low.map((value, u) => (value + high[u]) / 2);
    const { alpha } = dualAt(
      instance,
      view,
      beta,
      undefined,
      weights.map((weight, u) => middle[u] * weight),
    );
    for (let u = 0; u < weights.length; u++) {
      if (alpha[u] <= shares[u]) low[u] = middle[u];
      else high[u] = middle[u];
    }
  }
  return low.map((value, u) => (isFree[u] ? Infinity : value));
}
