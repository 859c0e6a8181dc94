// Audits of privacy: lower bounds on ε, with a confidence, from runs on two neighbouring data sets or one run with many canaries.
//
// M. Jagielski, J. Ullman, A. Oprea: Auditing differentially private machine learning (2020, arXiv 2006.07709). T. Steinke, M. Nasr,
// M. Jagielski: Privacy auditing with one (1) training run (2023, arXiv 2305.08846).
import type { OptionSpecs, OptionsOf, VectorLike } from '@infimum/core';
import { asVector, checkFunction, resolveOptions } from '@infimum/core';
import { solve } from '@infimum/linalg';
import { noiseSource } from './noise.ts';

const delta = { type: 'number', min: 0, below: 1, default: 0, description: 'δ of the audited guarantee' } as const;
const confidence = {
  type: 'number',
  above: 0.5,
  below: 1,
  default: 0.99,
  description: 'Confidence level of the lower bound',
} as const;

const auditPrivacyOptions = {
  runs: { type: 'integer', min: 8, max: 10_000_000, default: 1000, description: 'Runs on each of the two data sets' },
  delta,
  confidence,
} as const satisfies OptionSpecs;

const auditPrivacyOnceOptions = {
  canaries: {
    type: 'integer',
    min: 2,
    max: 10_000_000,
    default: 1000,
    description: 'Records that are included or left out by a coin flip',
  },
  guesses: {
    type: 'integer',
    min: 1,
    description: 'Number of canaries to guess, half with the largest scores and half with the smallest; a fifth by default',
  },
  delta,
  confidence,
  seed: { type: 'integer', min: 0, description: 'Seed of the coin flips; the platform’s cryptographic source by default' },
} as const satisfies OptionSpecs;

/** Options of `auditPrivacyOnce`. */
export type AuditPrivacyOnceOptions = OptionsOf<typeof auditPrivacyOnceOptions>;

/** Options of `auditPrivacy`. */
export type AuditPrivacyOptions = OptionsOf<typeof auditPrivacyOptions>;

/** What an audit has shown. */
export interface PrivacyAudit {
  /** A lower bound on ε: any smaller one is refuted with the given confidence. 0 where nothing was shown. */
  readonly epsilon: number;
  /** The share of runs on the first data set that were told from the second, in the half that was judged. */
  readonly truePositives: number;
  /** The share of runs on the second that were taken for the first. */
  readonly falsePositives: number;
  /** Runs on each data set. */
  readonly runs: number;
}

/**
 * A lower bound on the ε of a mechanism, from its outputs on two neighbouring data sets. Half of the runs choose a direction
 * (Fisher's discriminant) and a threshold, the other half is judged: with p = P(output on the first is above) and q likewise on the
 * second, (ε, δ)-privacy means p <= e^ε q + δ, and p and q have exact binomial bounds (Clopper and Pearson 1934).
 *
 * A bound above the stated ε refutes the guarantee; one below proves nothing. Use neighbouring data that differ as much as
 * possible: a record of the largest gradient, and, for add-remove, data sets of different size. 2 `runs` calls of the mechanism.
 *
 * @param mechanism - makes one release from one of the data sets: numbers, at least one
 * @param neighbors - the two data sets, passed on unchanged
 * @throws {InvalidInputError} for an argument that is no function, outputs that are no finite numbers, and options out of range
 *
 * @example
 * ```ts
 * import { Random } from '@infimum/core';
 * import { auditPrivacy } from '@infimum/optim/private';
 *
 * // A sum with noise for half of what a record may add: stated with epsilon 1, it is far from it.
 * const random = new Random(1);
 * const sum = (data: readonly number[]) => [data.reduce((a, b) => a + b, 0) + random.normal() / 2];
 * const { epsilon } = auditPrivacy(sum, [[1, 1, 1], [1, 1]], { runs: 2000, delta: 1e-3 });
 * console.log(epsilon > 1); // true
 * ```
 */
export function auditPrivacy<Data>(
  mechanism: (data: Data) => VectorLike,
  neighbors: readonly [Data, Data],
  options: AuditPrivacyOptions = {},
): PrivacyAudit {
  const { runs, delta, confidence } = resolveOptions(auditPrivacyOptions, options);
  checkFunction(mechanism, 'mechanism');
  const half = runs >> 1;
  const [first, second] = neighbors.map((data) => Array.from({ length: runs }, () => asVector(mechanism(data), 'mechanism')));
  const direction = discriminantOf(first.slice(0, half), second.slice(0, half));
  const scoreOf = (output: Float64Array) => output.reduce((sum, value, j) => sum + value * direction[j], 0);
  const [above, below] = [first, second].map((outputs) => outputs.map(scoreOf));
  const tail = (1 - confidence) / 2;
  const boundAt = (threshold: number, sign: number, from: number, to: number) => {
    const count = (scores: readonly number[]) =>
      scores.slice(from, to).filter((score) => sign * score > sign * threshold).length;
    const [hits, misses, of] = [count(sign > 0 ? above : below), count(sign > 0 ? below : above), to - from];
    const [p, q] = [binomialLower(hits, of, tail), 1 - binomialLower(of - misses, of, tail)];
    return { epsilon: p > delta && q > 0 ? Math.max(0, Math.log((p - delta) / q)) : 0, hits: hits / of, misses: misses / of };
  };
  // The threshold and the side that look best in the half that is not judged.
  let best = { threshold: 0, sign: 1, epsilon: -1 };
  const candidates = [...above.slice(0, half), ...below.slice(0, half)].sort((a, b) => a - b);
  for (let k = 0; k < 64; k++) {
    const threshold = candidates[Math.floor(((k + 0.5) / 64) * candidates.length)];
    for (const sign of [1, -1]) {
      const { epsilon } = boundAt(threshold, sign, 0, half);
      if (epsilon > best.epsilon) best = { threshold, sign, epsilon };
    }
  }
  const { epsilon, hits, misses } = boundAt(best.threshold, best.sign, half, runs);
  return { epsilon, truePositives: hits, falsePositives: misses, runs };
}

/** What an audit by a single run has shown. */
export interface SingleRunAudit {
  /** A lower bound on ε: any smaller one is refuted with the given confidence. 0 where nothing was shown. */
  readonly epsilon: number;
  /** Guesses that were right. */
  readonly correct: number;
  /** Guesses that were made. */
  readonly guesses: number;
}

/**
 * A lower bound on ε from one run with many canaries, records that only the audit adds, each in the data or out of them by a fair
 * coin. The mechanism runs on those that are in and gives every canary a score, the larger the more likely it was in; guesses are made
 * where scores are extreme. Under (ε, δ)-privacy, of neighbours by add-remove, v of r guesses or more are right with a probability of at
 * most
 * β + 2 m δ max_i (P(v > W >= v - i) / i), β = P(W >= v), W binomial with r and e^ε / (1 + e^ε), of m canaries (theorem 5.2 of Steinke,
 * Nasr, Jagielski).
 *
 * @param mechanism - runs once, with the canaries whose entry is true, and gives a score for each
 * @throws {InvalidInputError} for an argument that is no function, scores that are no finite number a canary, and options out of range
 *
 * @example
 * ```ts
 * import { Random } from '@infimum/core';
 * import { auditPrivacyOnce } from '@infimum/optim/private';
 *
 * // Counts with noise of deviation 1/2: each is one canary's.
 * const random = new Random(1);
 * const counts = (isIn: readonly boolean[]) => isIn.map((one) => Number(one) + random.normal() / 2);
 * console.log(auditPrivacyOnce(counts, { canaries: 1000, delta: 1e-5, seed: 1 }).epsilon > 2); // true
 * ```
 */
export function auditPrivacyOnce(
  mechanism: (included: readonly boolean[]) => VectorLike,
  options: AuditPrivacyOnceOptions = {},
): SingleRunAudit {
  const { canaries, delta, confidence, seed, guesses: asked } = resolveOptions(auditPrivacyOnceOptions, options);
  checkFunction(mechanism, 'mechanism');
  const coins = noiseSource(seed);
  const included = Array.from({ length: canaries }, () => coins.word() < 2 ** 31);
  const scores = asVector(mechanism(included), 'mechanism', canaries);
  const half = Math.min(canaries >> 1, Math.max(1, Math.floor((asked ?? canaries / 5) / 2)));
  const order = Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a]);
  const guesses = 2 * half;
  const correct =
    order.slice(0, half).filter((i) => included[i]).length + order.slice(canaries - half).filter((i) => !included[i]).length;
  // P(so many right) under ε; it rises with ε.
  const chanceOf = (epsilon: number): number => {
    const terms = binomialTerms(guesses, 1 / (1 + Math.exp(-epsilon)));
    const least = terms.slice(correct).reduce((sum, term) => sum + term, 0);
    let [within, most] = [0, 0];
    for (let i = 1; i <= correct; i++) {
      within += terms[correct - i];
      most = Math.max(most, within / i);
    }
    return least + 2 * canaries * delta * most;
  };
  let [low, high] = [0, 30];
  if (chanceOf(0) > 1 - confidence) return { epsilon: 0, correct, guesses };
  for (let turn = 0; turn < 50; turn++) {
    const middle = (low + high) / 2;
    if (chanceOf(middle) > 1 - confidence) high = middle;
    else low = middle;
  }
  return { epsilon: low, correct, guesses };
}

/** P(W = k) for k up to n, W binomial. */
function binomialTerms(n: number, p: number): Float64Array {
  let logarithm = n * Math.log1p(-p);
  return Float64Array.from({ length: n + 1 }, (_, k) => {
    if (k > 0) logarithm += Math.log((n - k + 1) / k) + Math.log(p) - Math.log1p(-p);
    return Math.exp(logarithm);
  });
}

/** Numbers of an output up to which their covariance is estimated, so that noise that cancels between them is seen. */
const MOST_NUMBERS = 64;

/** Fisher's direction: the difference of the means over the covariance; of long outputs the difference alone. */
function discriminantOf(first: readonly Float64Array[], second: readonly Float64Array[]): Float64Array {
  const means = [meanOf(first), meanOf(second)];
  const difference = means[0].map((value, j) => value - means[1][j]);
  const d = difference.length;
  if (d > MOST_NUMBERS) return difference;
  const values = new Float64Array(d * d);
  [first, second].forEach((outputs, side) => {
    for (const output of outputs) {
      for (let i = 0; i < d; i++) {
        for (let j = 0; j < d; j++) values[i * d + j] += (output[i] - means[side][i]) * (output[j] - means[side][j]);
      }
    }
  });
  const trace = means[0].reduce((sum, _, j) => sum + values[j * d + j], 0);
  if (!(trace > 0)) return difference;
  for (let j = 0; j < d; j++) values[j * d + j] += 1e-6 * trace;
  return solve({ rows: d, cols: d, values }, difference).x;
}

function meanOf(outputs: readonly Float64Array[]): Float64Array {
  const mean = new Float64Array(outputs[0].length);
  for (const output of outputs) for (let j = 0; j < mean.length; j++) mean[j] += output[j] / outputs.length;
  return mean;
}

/** The least p for which k or more of n successes have a probability of at least `tail` (Clopper and Pearson). */
function binomialLower(k: number, n: number, tail: number): number {
  if (k === 0) return 0;
  // ln of n over k.
  let choices = 0;
  for (let j = 1; j <= n - k; j++) choices += Math.log((k + j) / j);
  let [low, high] = [0, k / n];
  for (let turn = 0; turn < 60; turn++) {
    const p = (low + high) / 2;
    if (upperTail(k, n, p, choices) < tail) low = p;
    else high = p;
  }
  return low;
}

/** P(X >= k), X binomial with n and p, for p at most k / n: terms fall from k on. */
function upperTail(k: number, n: number, p: number, choices: number): number {
  if (p >= 1) return 1;
  const logarithm = choices + k * Math.log(p) + (n - k) * Math.log1p(-p);
  let [term, sum] = [1, 1];
  for (let j = k; j < n && term > 1e-17 * sum; j++) {
    term *= ((n - j) / (j + 1)) * (p / (1 - p));
    sum += term;
  }
  return Math.exp(logarithm) * sum;
}
