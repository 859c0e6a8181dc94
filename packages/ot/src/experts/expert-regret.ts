// The regret of online balancing against the best fixed biases in hindsight.
import type { DenseLike, MatrixLike } from '@infimum/core';
import { checkIterable, fault } from '@infimum/core';
import { portableLog } from '@infimum/core/portable-math';
import { asBatch, center, roundedLoads } from './expert-assignment.ts';
import type { ExpertBalancerOptions } from './expert-balancer.ts';
import { createExpertBalancer } from './expert-balancer.ts';
import { CoordinateDescent } from './expert-coordinate-dual.ts';
import { Router } from './expert-routing.ts';

/** A least-squares line through the regret over some function of the number of batches. */
export interface RegretFit {
  /** Regret gained per unit. */
  readonly slope: number;
  /** Share of the variance that the line explains. */
  readonly r2: number;
}

/** The regret of one run. */
export interface OnlineRegret {
  /** R_n for n = 1, 2, …: losses so far minus those of the best fixed biases. */
  readonly regret: Float64Array;
  /** Violation of every batch. */
  readonly maxViolations: Float64Array;
  /** The biases of least total loss in hindsight; they sum to zero. */
  readonly bestBias: Float64Array;
  /** Fits over n >= N / 10. */
  readonly fits: RegretFits;
}

/** Lines over the three laws that theory knows. */
export interface RegretFits {
  /** Over ln n. */
  readonly logarithmic: RegretFit;
  /** Over the square root of n. */
  readonly squareRoot: RegretFit;
  /** Over n. */
  readonly linear: RegretFit;
}

/** Sweeps of the search for the best biases. */
const SWEEPS = 30;

/**
 * Runs a balancer over batches and computes its regret.
 *
 * The loss of batch n is its dual value d(p; scores_n) at the biases that it was routed by. After the last batch the
 * best fixed biases are found by coordinate descent on all batches together.
 *
 * @param batches - gate scores, T_n x E each; all are kept for the comparison
 * @param options - of the balancer, which must be `alf-lb`
 * @throws {InvalidInputError} naming `batches` or the option at fault
 *
 * Cost: O(T E) a batch and about thirty sweeps of O(N T E); memory O(N T E).
 *
 * Source: X. Y. Han and Y. Zhong (arXiv 2512.03915): logarithmic regret for harmonic steps.
 *
 * @example
 * ```ts
 * import { onlineRegret } from '@infimum/ot/experts';
 *
 * const batch = [[0.9, 0.8], [0.8, 0.5], [0.7, 0.1], [0.6, 0.55]];
 * const { regret } = onlineRegret([batch, batch, batch], { experts: 2, expertsPerToken: 1, stepSize: 0.1 });
 * console.log(Array.from(regret, (value) => value.toFixed(2)).join(' ')); // 0.15 0.15 0.15
 * ```
 */
export function onlineRegret(batches: Iterable<MatrixLike>, options: ExpertBalancerOptions): OnlineRegret {
  checkIterable(batches, 'batches');
  if (options?.method === 'coordinate-dual') {
    throw fault('the regret is of balancers that do not see the batch first', 'method', 'unsupported');
  }
  const balancer = createExpertBalancer(options);
  const losses: number[] = [];
  const violations: number[] = [];
  const kept: DenseLike[] = [];
  for (const batch of batches) {
    const scores = asBatch(batch);
    const { dualValue, maxViolation } = balancer.route(scores);
    losses.push(dualValue);
    violations.push(maxViolation);
    kept.push(scores);
  }
  balancer.release();
  if (kept.length === 0) throw fault('must not be empty', 'batches', 'empty');
  const { experts, expertsPerToken, shares } = options;
  const targetShares = normalized(Float64Array.from(shares ?? new Float64Array(experts).fill(1)));
  const bestBias = bestInHindsight(kept, expertsPerToken, targetShares);
  const regret = new Float64Array(kept.length);
  using router = new Router(experts, expertsPerToken);
  let sum = 0;
  for (let n = 0; n < kept.length; n++) {
    const { biasedAffinity } = router.route(kept[n], bestBias);
    const price = bestBias.reduce((total, bias, k) => total + bias * targetShares[k], 0);
    sum += losses[n] - (biasedAffinity - price * kept[n].rows * expertsPerToken);
    regret[n] = sum;
  }
  return { regret, maxViolations: Float64Array.from(violations), bestBias, fits: regretFits(regret) };
}

/** Lines through (f(n), R_n) for the three laws f and n from a tenth of all on. */
export function regretFits(regret: Float64Array): RegretFits {
  return { logarithmic: fit(regret, portableLog), squareRoot: fit(regret, Math.sqrt), linear: fit(regret, (n) => n) };
}

function normalized(shares: Float64Array): Float64Array {
  const sum = shares.reduce((total, share) => total + share, 0);
  return shares.map((share) => share / sum);
}

/** The minimiser of the sum of all losses: the dual of the assignment of all tokens together. O(N T E) a sweep. */
export function bestInHindsight(batches: readonly DenseLike[], expertsPerToken: number, shares: Float64Array): Float64Array {
  const cols = shares.length;
  const rows = batches.reduce((sum, batch) => sum + batch.rows, 0);
  const values = new Float64Array(rows * cols);
  let at = 0;
  for (const batch of batches) {
    values.set(batch.values, at);
    at += batch.values.length;
  }
  const slots = rows * expertsPerToken;
  const capacities = roundedLoads(
    shares.map((share) => share * slots),
    slots,
  );
  const problem = { scores: { rows, cols, values }, expertsPerToken, capacities };
  const descent = new CoordinateDescent(problem, new Float64Array(cols));
  let dualValue = descent.dualValue();
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    descent.sweep();
    const before = dualValue;
    dualValue = descent.dualValue();
    if (before - dualValue <= 1e-14 * Math.abs(dualValue)) break;
  }
  const bias = descent.bias.slice();
  center(bias);
  return bias;
}

function fit(regret: Float64Array, f: (n: number) => number): RegretFit {
  const from = Math.max(1, Math.ceil(regret.length / 10));
  const count = regret.length - from + 1;
  let meanX = 0;
  let meanY = 0;
  for (let n = from; n <= regret.length; n++) {
    meanX += f(n) / count;
    meanY += regret[n - 1] / count;
  }
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (let n = from; n <= regret.length; n++) {
    const x = f(n) - meanX;
    const y = regret[n - 1] - meanY;
    xx += x * x;
    xy += x * y;
    yy += y * y;
  }
  const slope = xx > 0 ? xy / xx : 0;
  return { slope, r2: yy > 0 && xx > 0 ? (xy * xy) / (xx * yy) : 1 };
}
