// The privacy accountant: what was released, what it cost, and a refusal before the budget is overdrawn. Its ledger is data that
// can be stored; it is handed over before any noise is drawn.
import {
  checkChoice,
  checkFunction,
  checkInteger,
  checkList,
  checkNumber,
  checkObject,
  describeValue,
  InvalidInputError,
} from '@infimum/core';
import { gaussianEpsilon, sampledGaussianRdp } from './gaussian-privacy.ts';
import type { SampledGaussian } from './loss-distribution.ts';
import { lossDistributionEpsilon } from './loss-distribution.ts';

/** What neighbouring data sets are: one record replaced by another, or one more or less. */
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
  /** What neighbours are. */
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
  /** What neighbours are; `replace` by default. */
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
  /** What neighbours are. */
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

/** Orders of Rényi divergences: 1.1 to 10.9 by tenths, 11 to 63, and four large ones. */
export const rdpOrders: readonly number[] = [
  ...Array.from({ length: 99 }, (_, k) => (11 + k) / 10),
  ...Array.from({ length: 53 }, (_, k) => 11 + k),
  128,
  256,
  512,
  1024,
];

/**
 * ε of Gaussian releases on Poisson samples by Rényi divergences: min over orders a of
 * RDP(a) + ln((a - 1)/a) - (ln δ + ln a)/(a - 1), and at least 0.
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
  if (events.length === 0) return 0;
  let least = Infinity;
  for (const order of orders) {
    const epsilon = epsilonOfOrder(events, delta, order);
    if (epsilon < least) least = epsilon;
  }
  return Math.max(0, least);
}

function epsilonOfOrder(events: readonly SampledGaussian[], delta: number, order: number): number {
  let divergence = 0;
  for (const { rate, sigma, count } of events) divergence += count * sampledGaussianRdp(rate, sigma, order);
  return divergence + Math.log1p(-1 / order) - (Math.log(delta) + Math.log(order)) / (order - 1);
}

/**
 * ε of Gaussian releases on Poisson samples by privacy-loss distributions: an upper bound within about 1e-3 of the exact value.
 * Not for releases that were chosen because of earlier results; see `renyiEpsilon`.
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
  // The distribution is as wide as 1 / sigma²: with less noise there is no privacy to be told.
  for (const { sigma } of events) checkNumber(sigma, 'sigma', { min: LEAST_NOISE });
  return events.length === 0 ? 0 : lossDistributionEpsilon(events, delta);
}

/** Noise below which the distribution of the privacy loss is not laid out. */
const LEAST_NOISE = 1e-3;

/** Some of the orders, with which noise is calibrated: from the safe side, and soon. */
const halfOrders = rdpOrders.filter((order) => Number.isInteger(2 * order));

/**
 * The least noise, in multiples of the sensitivity, with which releases are (epsilon, delta)-private: for a plan of events
 * that depends on it. By bisection on Rényi divergences, from the safe side.
 *
 * @throws {InvalidInputError} naming `epsilon` or `delta`
 */
export function calibrateNoise(plan: (sigma: number) => readonly SampledGaussian[], epsilon: number, delta: number): number {
  checkFunction(plan, 'plan');
  checkNumber(epsilon, 'epsilon', { above: 0 });
  checkNumber(delta, 'delta', { above: 0, below: 1 });
  // An order that does not suffice for some noise does not for less of it either: only those that did are asked again.
  let orders = halfOrders;
  const suffices = (sigma: number): boolean => {
    const events = plan(sigma);
    checkEvents(events);
    if (events.length === 0) return true;
    const sufficient = orders.filter((order) => epsilonOfOrder(events, delta, order) <= epsilon);
    if (sufficient.length > 0) orders = sufficient;
    return sufficient.length > 0;
  };
  let high = 1;
  while (!suffices(high)) {
    high *= 2;
    if (high < 1e9) continue;
    throw new InvalidInputError('no amount of noise gets there', { argument: 'epsilon', code: 'out-of-range' });
  }
  let low = high / 2;
  while (low > 1e-3 && suffices(low)) [low, high] = [low / 2, low];
  for (let k = 0; k < 40 && high - low > 1e-6 * high; k++) {
    const middle = (low + high) / 2;
    if (suffices(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * An accountant with a budget. Full batches are counted exactly; samples by Rényi divergences, which also hold for runs that
 * were planned after looking at earlier results. Samples are counted under `add-remove` only.
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
  const cost = (all: readonly PrivacyEvent[], at: number): number => {
    if (all.length === 0) return 0;
    const isFull = all.every(({ rate }) => rate === 1);
    if (!isFull) return renyiEpsilon(all, at);
    return gaussianEpsilon(Math.sqrt(all.reduce((sum, { sigma, count }) => sum + count / sigma ** 2, 0)), at);
  };
  const snapshot = (all: readonly PrivacyEvent[]): PrivacyLedger => ({
    version: 1,
    data,
    adjacency,
    epsilon,
    delta,
    events: all.map((event) => ({ ...event })),
    spent: cost(all, delta),
  });
  return {
    adjacency,
    delta,
    ledger: () => snapshot(events),
    epsilon: (further = [], at = delta) => cost([...events, ...further], at),
    charge: (further) => {
      checkEvents(further);
      if (adjacency === 'replace' && further.some(({ rate }) => rate < 1)) {
        const problem = 'must be add-remove for Poisson samples: their formula is one for neighbours of other sizes';
        throw new InvalidInputError(problem, { argument: 'adjacency', code: 'unsupported' });
      }
      const all = [...events, ...further];
      const total = cost(all, delta);
      if (!(total <= epsilon * (1 + 1e-9))) {
        const problem = `would reach ${total.toFixed(4)} at delta = ${delta}, above the budget of ${epsilon}`;
        throw new InvalidInputError(problem, { argument: 'epsilon', code: 'out-of-range' });
      }
      persist?.(snapshot(all));
      events = all;
    },
  };
}

function checkEvents(events: readonly SampledGaussian[]): void {
  if (!Array.isArray(events)) throw new InvalidInputError('expected an array', { argument: 'events', code: 'type' });
  for (let k = 0; k < events.length; k++) {
    checkObject(events[k], `events[${k}]`);
    const { rate, sigma, count } = events[k];
    checkNumber(rate, 'rate', { above: 0, max: 1 });
    checkNumber(sigma, 'sigma', { above: 0 });
    checkInteger(count, 'count', { min: 1 });
  }
}

function checkLedger(ledger: PrivacyLedger, expected: Pick<PrivacyLedger, 'data' | 'adjacency' | 'delta'>): void {
  if (typeof ledger !== 'object' || ledger === null || ledger.version !== 1) {
    throw new InvalidInputError('expected a ledger of version 1', { argument: 'ledger', code: 'type' });
  }
  for (const name of ['data', 'adjacency', 'delta'] as const) {
    if (ledger[name] === expected[name]) continue;
    const problem = `is one of ${name} = ${describeValue(ledger[name])}, not ${describeValue(expected[name])}`;
    throw new InvalidInputError(problem, { argument: 'ledger', code: 'unsupported' });
  }
  checkEvents(ledger.events);
}
