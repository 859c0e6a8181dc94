// What another policy would have earned, from the log of the one that ran: importance weighting, self-normalised, and doubly
// robust, with intervals.
//
// M. Dudík, J. Langford, L. Li: Doubly robust policy evaluation and learning, arXiv 1103.4601 (2011).
import {
  checkFunction,
  checkInteger,
  checkNumber,
  checkNumbers,
  checkObject,
  InvalidInputError,
} from '@infimum/core';

/** One decision of a log. */
export interface LoggedDecision {
  /** The arm that was chosen. */
  readonly arm: number;
  /** With which probability, above 0 and at most 1, as it was at the choice. */
  readonly probability: number;
  /** What it earned. */
  readonly reward: number;
}

/** An estimate with its standard error and an interval. */
export interface OffPolicyEstimate {
  /** The estimate. */
  readonly value: number;
  /** Its standard error; 0 for a log of one decision. */
  readonly standardError: number;
  /** Lower end of the interval, normal approximation. */
  readonly low: number;
  /** Upper end. */
  readonly high: number;
}

/** What a log tells of a policy that did not run. */
export interface OffPolicyEvaluation {
  /** Inverse propensity scoring: mean of w r, unbiased. */
  readonly ips: OffPolicyEstimate;
  /** Self-normalised: Σ w r / Σ w, bounded by the rewards. */
  readonly snips: OffPolicyEstimate;
  /** Doubly robust: the model's value, corrected by the weighted errors of the model; only where a model is given. */
  readonly doublyRobust?: OffPolicyEstimate;
  /** (Σ w)² / Σ w²: how many decisions the estimate really rests on. */
  readonly effectiveSize: number;
}

/**
 * Estimates what a policy would have earned per decision, from the decisions of another, w = π(arm) / probability.
 * Small probabilities make weights large; the effective size tells. Time O(decisions times arms).
 *
 * @param log - decisions with the probabilities that they were made with
 * @param policy - the probability with which the evaluated policy plays an arm at decision number `index`
 * @param model - expected rewards of all arms at decision number `index`, for the doubly robust estimate
 * @param level - of the intervals, 0.95 by default
 * @throws {InvalidInputError} for an empty log, and for numbers out of range with the decision's index
 *
 * @example
 * ```ts
 * import { evaluateOffPolicy } from '@infimum/bandits-rl';
 *
 * const log = [
 *   { arm: 0, probability: 0.5, reward: 1 },
 *   { arm: 1, probability: 0.5, reward: 0 },
 *   { arm: 0, probability: 0.5, reward: 0 },
 * ];
 * const { ips, snips, effectiveSize } = evaluateOffPolicy(log, (arm) => (arm === 0 ? 1 : 0));
 * console.log(ips.value.toFixed(4), snips.value, effectiveSize); // 0.6667 0.5 2
 * ```
 */
export function evaluateOffPolicy(
  log: readonly LoggedDecision[],
  policy: (arm: number, index: number) => number,
  model?: (index: number) => ArrayLike<number>,
  level = 0.95,
): OffPolicyEvaluation {
  if (!Array.isArray(log) || log.length === 0) {
    throw new InvalidInputError('holds no decisions', { argument: 'log', code: 'empty' });
  }
  checkNumber(level, 'level', { above: 0, below: 1 });
  checkFunction(policy, 'policy');
  if (model !== undefined) checkFunction(model, 'model');
  const weights = log.map((decision, index) => weightOf(decision, policy, index));
  const quantile = normalQuantile((1 + level) / 2);
  const total = weights.reduce((a, b) => a + b, 0);
  const squares = weights.reduce((sum, w) => sum + w * w, 0);
  const ips = estimateOf(
    log.map(({ reward }, i) => weights[i] * reward),
    quantile,
  );
  const ratio = total > 0 ? log.reduce((sum, { reward }, i) => sum + weights[i] * reward, 0) / total : 0;
  // The error of a ratio by its linearisation.
  const spread =
    total > 0
      ? Math.sqrt(log.reduce((sum, { reward }, i) => sum + (weights[i] * (reward - ratio)) ** 2, 0)) / total
      : 0;
  return {
    ips,
    snips: {
      value: ratio,
      standardError: spread,
      low: ratio - quantile * spread,
      high: ratio + quantile * spread,
    },
    ...(model && {
      doublyRobust: estimateOf(
        log.map((_, i) => robustTerm(log[i], weights[i], policy, model(i), i)),
        quantile,
      ),
    }),
    effectiveSize: squares > 0 ? (total * total) / squares : 0,
  };
}

function weightOf(
  decision: LoggedDecision,
  policy: (arm: number, index: number) => number,
  index: number,
): number {
  checkObject(decision, `log[${index}]`);
  const { arm, probability, reward } = decision;
  checkInteger(arm, `log[${index}].arm`, { min: 0 });
  checkNumber(probability, `log[${index}].probability`, { above: 0, max: 1 });
  checkNumber(reward, `log[${index}].reward`);
  const own = policy(arm, index);
  checkNumber(own, 'policy', { min: 0, max: 1 });
  return own / probability;
}

/** Σ_a π(a) q(a) + w (r - q(arm)). */
function robustTerm(
  { arm, reward }: LoggedDecision,
  weight: number,
  policy: (arm: number, index: number) => number,
  predicted: ArrayLike<number>,
  index: number,
): number {
  checkNumbers(predicted, 'model');
  let value = 0;
  for (let a = 0; a < predicted.length; a++) value += policy(a, index) * predicted[a];
  return value + weight * (reward - predicted[arm]);
}

function estimateOf(terms: readonly number[], quantile: number): OffPolicyEstimate {
  const n = terms.length;
  const value = terms.reduce((a, b) => a + b, 0) / n;
  const squares = terms.reduce((sum, term) => sum + (term - value) ** 2, 0);
  const standardError = n > 1 ? Math.sqrt(squares / (n - 1) / n) : 0;
  return {
    value,
    standardError,
    low: value - quantile * standardError,
    high: value + quantile * standardError,
  };
}

/** The quantile of the standard normal distribution, by Newton's method on its distribution function. */
export function normalQuantile(p: number): number {
  let x = 0;
  for (let step = 0; step < 100; step++) {
    const change = (normalCumulative(x) - p) / (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI));
    x -= Math.max(-1, Math.min(1, change));
    if (Math.abs(change) < 1e-14) break;
  }
  return x;
}

/** The standard normal distribution function: series near zero, continued fraction beyond. */
function normalCumulative(x: number): number {
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (Math.abs(x) < 4) {
    let [term, sum] = [x, x];
    for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
      term *= (x * x) / k;
      sum += term;
    }
    return 0.5 + density * sum;
  }
  const y = Math.abs(x);
  let fraction = y;
  for (let k = 60; k >= 1; k--) fraction = y + k / fraction;
  return x > 0 ? 1 - density / fraction : density / fraction;
}
