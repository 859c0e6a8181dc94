// The privacy accountant: records releases and their cost, and refuses a release that would exceed the budget. Its ledger is data
// that can be stored; it is passed on before any noise is drawn.
import {
  checkChoice,
  checkFunction,
  checkInteger,
  checkList,
  checkNumber,
  checkObject,
  describeValue,
  fault,
} from '@infimum/core';
import { fixedSampleRdp, gaussianDelta, gaussianEpsilon, sampledGaussianRdp } from './gaussian-privacy.ts';
import { gridExcess, gridSlack } from './grid-privacy.ts';
import type { SampledGaussian } from './loss-distribution.ts';
import { lossDistributionEpsilon } from './loss-distribution.ts';

/** The relation of neighbouring data sets: one record replaced by another, or one record more or less. */
export type Adjacency = 'replace' | 'add-remove';

/** Releases of one kind. */
export interface PrivacyEvent extends SampledGaussian {
  /** What was released. */
  readonly kind: string;
}

/** All that was released, as data. */
export interface PrivacyLedger {
  /** Version of the format. */
  readonly version: 1;
  /** The caller's name of the data. */
  readonly data: string;
  /** The relation of neighbouring data sets. */
  readonly adjacency: Adjacency;
  /** The budget. */
  readonly epsilon: number;
  /** The budget's δ. */
  readonly delta: number;
  /** The releases. */
  readonly events: readonly PrivacyEvent[];
  /** ε of all events together at δ. */
  readonly spent: number;
}

/** What `createAccountant` takes. */
export interface AccountantOptions {
  /** The budget ε. */
  readonly epsilon: number;
  /** The budget δ. */
  readonly delta: number;
  /** The relation of neighbouring data sets; `replace` by default. */
  readonly adjacency?: Adjacency;
  /** A name for the data. */
  readonly data?: string;
  /** A ledger to go on from: its events count. */
  readonly ledger?: PrivacyLedger;
  /** Stores the ledger; called before the noise of its last event is drawn. An exception ends the run before any release. */
  readonly persist?: (ledger: PrivacyLedger) => void;
}

/** Counts releases against a budget. */
export interface Accountant {
  /** The relation of neighbouring data sets. */
  readonly adjacency: Adjacency;
  /** The budget's δ. */
  readonly delta: number;
  /** All so far. */
  ledger(): PrivacyLedger;
  /** ε of all so far and of further events, at the budget's δ or another. */
  epsilon(further?: readonly PrivacyEvent[], delta?: number): number;
  /** Adds events, or refuses where they would overdraw the budget. @throws {InvalidInputError} naming `epsilon` */
  charge(events: readonly PrivacyEvent[]): void;
}

/** Orders of Rényi divergences: 1.1 to 10.9 by tenths, 11 to 63, and powers of 2 from 128 to 65 536, which the least ε need. */
export const rdpOrders: readonly number[] = [
  ...Array.from({ length: 99 }, (_, k) => (11 + k) / 10),
  ...Array.from({ length: 53 }, (_, k) => 11 + k),
  ...Array.from({ length: 10 }, (_, k) => 2 ** (k + 7)),
];

/**
 * ε of Gaussian releases on samples by Rényi divergences: min over orders a of RDP(a) + ln((a - 1)/a) - (ln δ + ln a)/(a - 1), and at
 * least 0, and 0 where 1 - e^-RDP(a) <= δ². An upper bound, rounded upwards; it includes the extra cost of releases on a grid.
 *
 * @throws {InvalidInputError} naming `delta` or `events`
 *
 * @example
 * ```ts
 * import { renyiEpsilon } from '@infimum/optim/private';
 *
 * console.log(renyiEpsilon([{ rate: 0.01, sigma: 1.1, count: 10_000 }], 1e-5).toFixed(4)); // 5.6320
 * ```
 */
export function renyiEpsilon(events: readonly SampledGaussian[], delta: number, orders: readonly number[] = rdpOrders): number {
  checkEvents(events);
  checkNumber(delta, 'delta', { above: 0, below: 1 });
  checkList(orders, 'orders');
  for (let k = 0; k < orders.length; k++) checkNumber(orders[k], `orders[${k}]`, { above: 1 });
  return onGrid(events, delta, (chance) => {
    let least = Infinity;
    visitOrders(
      events,
      chance,
      [...orders].sort((a, b) => a - b),
      Infinity,
      (_, epsilon) => {
        least = Math.min(least, epsilon);
        return least;
      },
    );
    return Math.max(0, least);
  });
}

/**
 * Visits rising orders whose ε is at most `most`, or the limit that the visit returns. Divergences rise with the order: where one alone
 * is too large, no larger order is visited, nor is one that does not suffice without any divergence.
 */
function visitOrders(
  events: readonly SampledGaussian[],
  delta: number,
  orders: readonly number[],
  most: number,
  visit: (order: number, epsilon: number) => number,
): void {
  for (const order of orders) {
    const gain = Math.log1p(-1 / order) - Math.log(order) / (order - 1);
    const fixed = gain - Math.log(delta) / (order - 1);
    if (fixed > most && order !== orders[0]) continue;
    const divergence = renyiDivergence(events, order);
    // Laws that part by no more than δ in all: their distance is at most √(1 - e^-D) (Bretagnolle and Huber).
    const isHidden = -Math.expm1(-divergence) <= delta * delta * (1 - 1e-13);
    const epsilon = isHidden ? 0 : divergence + fixed + 1e-13 * (divergence + Math.abs(fixed));
    if (epsilon <= most) most = visit(order, epsilon);
    if (divergence + gain > most) return;
  }
}

/** The Rényi divergence of all releases together. */
export function renyiDivergence(events: readonly SampledGaussian[], order: number): number {
  let divergence = 0;
  for (const { rate, sigma, count, sampling } of events) {
    divergence += count * (sampling === 'fixed' ? fixedSampleRdp : sampledGaussianRdp)(rate, sigma, order);
  }
  return divergence;
}

/** ε of releases, of which some may be on a grid, from the ε of the same on real numbers. */
function onGrid(events: readonly SampledGaussian[], delta: number, epsilonAt: (delta: number) => number): number {
  if (events.length === 0) return 0;
  const { part, ratio } = gridSlack(events);
  const epsilon = epsilonAt(delta * part);
  return epsilon + ratio + gridExcess(events, delta, epsilon);
}

/**
 * ε of Gaussian releases on Poisson samples by privacy-loss distributions: an upper bound, rounded upwards, and within about 1e-3 of
 * the exact value, and exact where all records are drawn. Not for releases that were chosen because of earlier results; see
 * `renyiEpsilon`.
 *
 * @throws {InvalidInputError} naming `delta` or `events`
 *
 * @example
 * ```ts
 * import { privacyLossEpsilon } from '@infimum/optim/private';
 *
 * console.log(privacyLossEpsilon([{ rate: 0.01, sigma: 1.1, count: 10_000 }], 1e-5).toFixed(2)); // 5.19
 * ```
 */
export function privacyLossEpsilon(events: readonly SampledGaussian[], delta: number): number {
  checkEvents(events);
  checkNumber(delta, 'delta', { above: 0, below: 1 });
  if (events.some(({ sampling }) => sampling === 'fixed')) {
    const problem = 'contain samples of a fixed size, whose privacy loss distribution is not implemented: use renyiEpsilon';
    throw fault(problem, 'events', 'unsupported');
  }
  if (isFull(events)) return countedEpsilon(events, delta);
  // The distribution is as wide as 1 / sigma²: with less noise there is no meaningful privacy.
  for (const { sigma } of events) checkNumber(sigma, 'sigma', { min: LEAST_NOISE });
  return onGrid(events, delta, (chance) => lossDistributionEpsilon(events, chance));
}

/** Noise below which the distribution of the privacy loss is not laid out. */
const LEAST_NOISE = 1e-3;

const isFull = (events: readonly SampledGaussian[]): boolean => events.every(({ rate }) => rate === 1);

/** Δ/σ of all releases of all records together. */
const composedMu = (events: readonly SampledGaussian[]): number =>
  Math.sqrt(events.reduce((sum, { sigma, count }) => sum + count / sigma ** 2, 0));

/** ε as accountants compute it: exact for full batches, else by Rényi divergences, which are also valid for adaptive plans. */
export function countedEpsilon(events: readonly SampledGaussian[], delta: number): number {
  return isFull(events)
    ? onGrid(events, delta, (chance) => gaussianEpsilon(composedMu(events), chance))
    : renyiEpsilon(events, delta);
}

/**
 * The least noise, in multiples of the sensitivity, with which releases are (epsilon, delta)-private: for a plan of events
 * that depends on it. By bisection on the accountant's ε, from the safe side: the ε of the plan is in [(1 - 1e-6) epsilon, epsilon],
 * unless epsilon is so large that noise of 1e-3 suffices.
 *
 * @throws {InvalidInputError} naming `epsilon` or `delta`
 */
export function calibrateNoise(plan: (sigma: number) => readonly SampledGaussian[], epsilon: number, delta: number): number {
  checkFunction(plan, 'plan');
  checkNumber(epsilon, 'epsilon', { above: 0 });
  checkNumber(delta, 'delta', { above: 0, below: 1 });
  // An order that does not suffice for some noise does not for less of it either: only those that did are asked again.
  let orders = rdpOrders;
  const suffices = (sigma: number): boolean => {
    const events = plan(sigma);
    checkEvents(events);
    if (events.length === 0) return true;
    const { part, ratio } = gridSlack(events);
    const rest = epsilon - ratio - gridExcess(events, delta, epsilon);
    if (!(rest >= 0)) return false;
    if (isFull(events)) return gaussianDelta(composedMu(events), rest) <= delta * part * (1 - 1e-10);
    const sufficient: number[] = [];
    visitOrders(events, delta * part, orders, rest, (order) => {
      sufficient.push(order);
      return rest;
    });
    if (sufficient.length > 0) orders = sufficient;
    return sufficient.length > 0;
  };
  let high = 1;
  while (!suffices(high)) {
    high *= 2;
    if (high < 1e9) continue;
    throw fault('no amount of noise is enough', 'epsilon', 'out-of-range');
  }
  let low = high / 2;
  while (low > 1e-3 && suffices(low)) [low, high] = [low / 2, low];
  for (let k = 0; k < 60 && high - low > 1e-11 * high; k++) {
    const middle = (low + high) / 2;
    if (suffices(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * An accountant with a budget. Full batches are counted exactly; samples by Rényi divergences, which also hold for runs that
 * were planned after looking at earlier results. Poisson samples are counted under `add-remove` only, those of a fixed size under
 * `replace`.
 *
 * @throws {InvalidInputError} naming the option at fault; a ledger of other data, adjacency or δ is refused
 *
 * @example
 * ```ts
 * import { createAccountant } from '@infimum/optim/private';
 *
 * const accountant = createAccountant({ epsilon: 1, delta: 1e-6, data: 'patients 2025' });
 * accountant.charge([{ kind: 'mean', rate: 1, sigma: 5, count: 1 }]);
 * console.log(accountant.ledger().spent < 1); // true
 * // The same again would overdraw it, also after a restart with this ledger:
 * const later = createAccountant({ epsilon: 1, delta: 1e-6, data: 'patients 2025', ledger: accountant.ledger() });
 * try {
 *   later.charge([{ kind: 'mean', rate: 1, sigma: 5, count: 1 }]);
 * } catch (error) {
 *   console.log((error as Error).message.includes('budget')); // true
 * }
 * ```
 */
export function createAccountant(options: AccountantOptions): Accountant {
  checkObject(options, 'options');

  const { epsilon, delta, adjacency = 'replace', data = '', ledger, persist } = options;
  checkNumber(epsilon, 'epsilon', { above: 0 });
  checkNumber(delta, 'delta', { above: 0, below: 1 });
  checkChoice(adjacency, 'adjacency', ['replace', 'add-remove'] as const);
  if (ledger) checkLedger(ledger, { data, adjacency, delta });
  let events: readonly PrivacyEvent[] = ledger?.events ?? [];
  const snapshot = (all: readonly PrivacyEvent[]): PrivacyLedger => ({
    version: 1,
    data,
    adjacency,
    epsilon,
    delta,
    events: all.map((event) => ({ ...event })),
    spent: countedEpsilon(all, delta),
  });
  return {
    adjacency,
    delta,
    ledger: () => snapshot(events),
    epsilon: (further = [], at = delta) => countedEpsilon([...events, ...further], at),
    charge: (further) => {
      checkEvents(further);
      for (const { rate, sampling } of further) {
        if (rate === 1 || (adjacency === 'replace') === (sampling === 'fixed')) continue;
        const problem =
          adjacency === 'replace'
            ? 'must be add-remove for Poisson samples: their formula is for neighbours of different sizes'
            : 'must be replace for samples of a fixed size: their formula is for neighbours of the same size';
        throw fault(problem, 'adjacency', 'unsupported');
      }
      const all = [...events, ...further];
      const total = countedEpsilon(all, delta);
      if (!(total <= epsilon * (1 + 1e-9))) {
        const problem = `would reach ${total.toFixed(4)} at delta = ${delta}, above the budget of ${epsilon}`;
        throw fault(problem, 'epsilon', 'out-of-range');
      }
      persist?.(snapshot(all));
      events = all;
    },
  };
}

function checkEvents(events: readonly SampledGaussian[]): void {
  if (!Array.isArray(events)) throw fault('expected an array', 'events', 'type');
  for (let k = 0; k < events.length; k++) {
    checkObject(events[k], `events[${k}]`);
    const { rate, sigma, count, sampling, grid }: SampledGaussian = events[k];
    checkNumber(rate, 'rate', { above: 0, max: 1 });
    checkNumber(sigma, 'sigma', { above: 0 });
    checkInteger(count, 'count', { min: 1 });
    if (sampling !== undefined) checkChoice(sampling, 'sampling', ['poisson', 'fixed']);
    if (grid === undefined) continue;
    if (grid === null) throw fault('expected { dimension, deviation }', 'grid', 'type');
    checkInteger(grid.dimension, 'grid.dimension', { min: 1 });
    checkNumber(grid.deviation, 'grid.deviation', { min: 8 });
  }
}

function checkLedger(ledger: PrivacyLedger, expected: Pick<PrivacyLedger, 'data' | 'adjacency' | 'delta'>): void {
  if (typeof ledger !== 'object' || ledger === null || ledger.version !== 1) {
    throw fault('expected a ledger of version 1', 'ledger', 'type');
  }
  for (const name of ['data', 'adjacency', 'delta'] as const) {
    if (ledger[name] === expected[name]) continue;
    const problem = `is one of ${name} = ${describeValue(ledger[name])}, not ${describeValue(expected[name])}`;
    throw fault(problem, 'ledger', 'unsupported');
  }
  checkEvents(ledger.events);
}
