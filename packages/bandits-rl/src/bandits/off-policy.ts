// What another policy would have earned, from the log of the one that ran: importance weighting, self-normalized, and doubly
// robust, with an interval that also holds if the logging policy was learning.
//
// M. Dudík, J. Langford, L. Li: Doubly robust policy evaluation and learning, arXiv 1103.4601 (2011).
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { checkFunction, checkNumber, checkObject, fault, resolveOptions } from '@infimum/core';
import { bettingLowerBound } from './confidence-sequence.ts';

/** One decision of a log. */
export interface LoggedDecision {
  /** The arm that was chosen, by name or number. */
  readonly arm: string | number;
  /** Its probability at the time of the choice, above 0 and at most 1. */
  readonly probability: number;
  /** What it earned. */
  readonly reward: number;
  /** The context before the choice. */
  readonly context?: ArrayLike<number>;
}

/** An estimate with its standard error. */
export interface OffPolicyEstimate {
  /** The estimate. */
  readonly value: number;
  /** Its standard error; 0 for a log of one decision. */
  readonly standardError: number;
}

/** Estimates from a log of the value of a policy that did not run. */
export interface OffPolicyEvaluation {
  /** Inverse propensity scoring: mean of w r, unbiased. */
  readonly ips: OffPolicyEstimate;
  /** Self-normalized: Σ w r / Σ w, bounded by the rewards. */
  readonly snips: OffPolicyEstimate;
  /** Doubly robust: the model's value, corrected by the weighted errors of the model; only where a model is given. */
  readonly doublyRobust?: OffPolicyEstimate;
  /** Lower end of the interval for the policy's mean reward. */
  readonly low: number;
  /** Upper end. */
  readonly high: number;
  /** (Σ w)² / Σ w²: the effective number of decisions behind the estimate. */
  readonly effectiveSize: number;
}

const evaluateOffPolicyOptions = {
  model: {
    type: 'value',
    check: checkModel,
    description:
      'Expected rewards of all arms at decision `index`, as a list or an object by name, from its context, for the doubly robust estimate',
  },
  level: {
    type: 'number',
    above: 0,
    below: 1,
    default: 0.95,
    description: 'Probability with which the interval contains the mean reward at all times simultaneously',
  },
  minReward: { type: 'number', default: 0, description: 'Smallest possible reward' },
  maxReward: { type: 'number', default: 1, description: 'Largest possible reward' },
} as const satisfies OptionSpecs;

/** Options of `evaluateOffPolicy`. */
export type EvaluateOffPolicyOptions = OptionsOf<typeof evaluateOffPolicyOptions>;

/** Expected rewards by arm. */
type Model = (index: number, context?: ArrayLike<number>) => ArrayLike<number> | Readonly<Record<string, number>>;

function checkModel(value: unknown, argument: string): asserts value is Model {
  checkFunction(value, argument);
}

/**
 * Estimates what a policy would have earned per decision, from the decisions of another, with weights w = π(arm) / probability.
 * Small probabilities make weights large; the effective size shows this. Time O(decisions times arms).
 *
 * The interval is valid although the logging policy learned from its own log, and however often it is looked at: it bets on w (r - min)
 * and on w (max - r), whose means given the past are the policy's mean reward less the smallest one, and the largest one less it.
 * The mean reward must not drift, and the decisions must stand in the order in which they were made, none left out because of
 * its reward.
 *
 * @param log - decisions with the probabilities that they were made with
 * @param policy - the probability with which the evaluated policy plays an arm at decision number `index`
 * @throws {InvalidInputError} for an empty log, and for numbers out of range with the decision's index
 *
 * Source: M. Dudík, J. Langford, L. Li (arXiv 1103.4601); for the interval I. Waudby-Smith et al. (arXiv 2210.10768).
 *
 * @example
 * ```ts
 * import { evaluateOffPolicy } from '@infimum/bandits-rl';
 *
 * const log = [
 *   { arm: 'a', probability: 0.5, reward: 1 },
 *   { arm: 'b', probability: 0.5, reward: 0 },
 *   { arm: 'a', probability: 0.5, reward: 0 },
 * ];
 * const { ips, snips, effectiveSize } = evaluateOffPolicy(log, (arm) => (arm === 'a' ? 1 : 0));
 * console.log(ips.value.toFixed(4), snips.value, effectiveSize); // 0.6667 0.5 2
 * ```
 */
export function evaluateOffPolicy(
  log: readonly LoggedDecision[],
  policy: (arm: string | number, index: number, context: ArrayLike<number> | undefined) => number,
  options: EvaluateOffPolicyOptions = {},
): OffPolicyEvaluation {
  if (!Array.isArray(log) || log.length === 0) throw fault('holds no decisions', 'log', 'empty');
  checkFunction(policy, 'policy');
  const { model, level, minReward, maxReward } = resolveOptions(evaluateOffPolicyOptions, options);
  const span = maxReward - minReward;
  if (!(span > 0 && span < Infinity)) throw fault('must exceed minReward', 'maxReward', 'out-of-range');
  const chance = (arm: string | number, index: number): number => {
    const own = policy(arm, index, log[index].context);
    checkNumber(own, 'policy', { min: 0, max: 1 });
    return own;
  };
  const weights = Float64Array.from(log, (decision, index) => {
    checkDecision(decision, index, minReward, maxReward);
    return chance(decision.arm, index) / decision.probability;
  });
  const total = weights.reduce((a, b) => a + b, 0);
  const squares = weights.reduce((sum, w) => sum + w * w, 0);
  const ratio = total > 0 ? log.reduce((sum, { reward }, i) => sum + weights[i] * reward, 0) / total : 0;
  // The error of a ratio by its linearization.
  const errors = log.reduce((sum, { reward }, i) => sum + (weights[i] * (reward - ratio)) ** 2, 0);
  const one = (1 + level) / 2;
  const gains = weights.map((w, i) => (w * (log[i].reward - minReward)) / span);
  const losses = weights.map((w, i) => (w * (maxReward - log[i].reward)) / span);
  const robust = model && log.map((decision, i) => robustTerm(decision, weights[i], chance, model(i, decision.context), i));
  return {
    ips: estimateOf(log.map(({ reward }, i) => weights[i] * reward)),
    snips: { value: ratio, standardError: total > 0 ? Math.sqrt(errors) / total : 0 },
    ...(robust && { doublyRobust: estimateOf(robust) }),
    low: minReward + span * bettingLowerBound(gains, one, 1),
    high: maxReward - span * bettingLowerBound(losses, one, 1),
    effectiveSize: squares > 0 ? (total * total) / squares : 0,
  };
}

function checkDecision(decision: LoggedDecision, index: number, min: number, max: number): void {
  checkObject(decision, `log[${index}]`);
  const { arm, probability, reward } = decision;
  if (typeof arm !== 'string' && !(Number.isSafeInteger(arm) && arm >= 0)) {
    throw fault('expected a name or a number of at least 0', `log[${index}].arm`, 'type', index);
  }
  checkNumber(probability, `log[${index}].probability`, { above: 0, max: 1 });
  checkNumber(reward, `log[${index}].reward`, { min, max });
}

/** Σ_a π(a) q(a) + w (r - q(arm)). */
function robustTerm(
  { arm, reward }: LoggedDecision,
  weight: number,
  chance: (arm: string | number, index: number) => number,
  predicted: ArrayLike<number> | Readonly<Record<string, number>>,
  index: number,
): number {
  checkObject(predicted, 'model');
  const isList = Array.isArray(predicted) || ArrayBuffer.isView(predicted);
  const expected = new Map<string | number, number>();
  for (const [name, value] of Object.entries(predicted)) {
    checkNumber(value, `model(${index})[${name}]`);
    expected.set(isList ? Number(name) : name, value);
  }
  const own = expected.get(arm);
  if (own === undefined) throw fault(`has no expected reward of arm ${arm}`, 'model', 'missing', index);
  let value = 0;
  for (const [name, reward] of expected) value += chance(name, index) * reward;
  return value + weight * (reward - own);
}

function estimateOf(terms: readonly number[]): OffPolicyEstimate {
  const n = terms.length;
  const value = terms.reduce((a, b) => a + b, 0) / n;
  const squares = terms.reduce((sum, term) => sum + (term - value) ** 2, 0);
  return { value, standardError: n > 1 ? Math.sqrt(squares / (n - 1) / n) : 0 };
}
