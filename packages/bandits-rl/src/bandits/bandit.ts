// A bandit for live traffic: rewards may come late, twice, in another order or not at all; a state that is JSON; and
// intervals that hold although the arms were chosen by what was seen.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import {
  checkInteger,
  checkList,
  checkNumber,
  checkNumbers,
  checkObject,
  checkText,
  fault,
  InvalidInputError,
  Random,
  resolveOptions,
} from '@infimum/core';
import { LARGEST_CONTEXT } from './bandit-problem.ts';
import { ChebCb } from './cheb-cb.ts';
import type { Interval } from './confidence-sequence.ts';
import { confidenceSequence } from './confidence-sequence.ts';
import { EpsilonGreedy } from './epsilon-greedy.ts';
import { Exp3 } from './exp3.ts';
import { LinUcb } from './lin-ucb.ts';
import type { LoggedDecision } from './off-policy.ts';
import type { Policy, PolicyState } from './policy.ts';
import { drawArm } from './policy.ts';
import { SquareCb } from './square-cb.ts';
import { Thompson } from './thompson.ts';
import { TsallisInf } from './tsallis-inf.ts';
import { UpperConfidence } from './upper-confidence.ts';

const banditOptions = {
  algorithm: {
    type: 'choice',
    choices: ['thompson', 'ucb', 'tsallis-inf', 'exp3', 'epsilon-greedy', 'lin-ucb', 'square-cb', 'cheb-cb'],
    default: 'thompson',
    description: 'Algorithm; the last three use contexts, the last one contexts of one number in [0, 1]',
  },
  contextDimension: {
    type: 'integer',
    min: 0,
    max: 10_000,
    default: 0,
    description: 'Numbers per context; a constant is added',
  },
  minReward: { type: 'number', was: 'lowest', default: 0, description: 'Smallest possible reward' },
  maxReward: { type: 'number', was: 'highest', default: 1, description: 'Largest possible reward' },
  maxPending: {
    type: 'integer',
    min: 1,
    default: 100_000,
    description: 'Maximum number of choices waiting for their reward; beyond it, the oldest are dropped',
  },
  keepLog: { type: 'boolean', default: false, description: 'Keep all rewarded choices, for `log` and the state' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the choices' },
} as const satisfies OptionSpecs;

/** Options of `createBandit`. */
export type BanditOptions = OptionsOf<typeof banditOptions>;

/** A choice. */
export interface Choice {
  /** The id under which its reward is reported. */
  readonly id: string;
  /** The arm. */
  readonly arm: string;
  /** The probability with which it was chosen; off-policy estimates from logs need it. */
  readonly probability: number;
}

/** Estimates for one arm. */
export interface ArmEstimate extends Interval {
  /** The arm. */
  readonly arm: string;
  /** Rewards seen. */
  readonly rewards: number;
  /** Choices whose rewards have not come. */
  readonly pending: number;
  /** Mean of the rewards seen; the middle of the range where there is none. */
  readonly mean: number;
}

/** A rewarded choice in a state. */
type LogEntry = readonly [decision: number, arm: number, probability: number, context: readonly number[], reward: number];

/** The state of a bandit, plain JSON. */
export interface BanditState {
  /** Of this form. */
  readonly version: 2;
  /** The options, complete. */
  readonly options: Required<{
    readonly [Name in keyof BanditOptions]: NonNullable<BanditOptions[Name]>;
  }>;
  /** The arms with the rewards seen, on the scale from 0 to 1. */
  readonly arms: readonly {
    /** The arm's name. */
    readonly name: string;
    /** Whether it was removed. */
    readonly removed: boolean;
    /** Rewards seen. */
    readonly rewards: number;
    /** Their sum. */
    readonly sum: number;
  }[];
  /** Choices that wait for their rewards. */
  readonly pending: readonly (readonly [id: string, arm: number, probability: number, context: readonly number[]])[];
  /** Choices so far. */
  readonly decisions: number;
  /** Rewarded choices, where they are kept: the choice's number, arm, probability, context and reward. */
  readonly log: readonly LogEntry[];
  /** How much of the random numbers is used up. */
  readonly position: number;
  /** What the algorithm has learnt. */
  readonly policy: PolicyState;
}

/** A call that changed a bandit, plain JSON. */
export type BanditEvent =
  | readonly ['choose', id: string, context: readonly number[], available: readonly string[]]
  | readonly ['reward', id: string, value: number]
  | readonly ['addArm' | 'removeArm', name: string];

/** A bandit. */
export interface Bandit {
  /** The arms that may be chosen. */
  readonly arms: readonly string[];
  /**
   * Called for every call that changes the bandit, before that call returns. If the events are appended to a file, `restoreBandit` recovers
   * a killed process from its last saved state and these events.
   */
  onEvent: ((event: BanditEvent) => void) | undefined;
  /**
   * Chooses an arm.
   *
   * @param context - the context of this choice, `contextDimension` numbers
   * @param available - the arms that may be chosen this time; all by default
   * @throws {InvalidInputError} for a context of another length or not finite, and for arms that are not there
   */
  choose(context?: ArrayLike<number>, available?: readonly string[]): Choice;
  /**
   * Reports the reward of a choice, at any time and in any order. False where the choice is not waiting: its reward has
   * come already, it was given up, or there never was one.
   *
   * @throws {InvalidInputError} for a reward that is not finite or out of range
   */
  reward(id: string, value: number): boolean;
  /** Adds an arm. */
  addArm(name: string): void;
  /** Removes an arm; rewards of choices that were made already still count. */
  removeArm(name: string): void;
  /**
   * Means and intervals of all arms. With probability `level` each interval contains its arm's mean at all times at once,
   * provided that the mean does not drift and that rewards do not get lost according to their size.
   *
   * @param level - 0.95 by default
   */
  estimates(level?: number): ArmEstimate[];
  /**
   * The rewarded choices in the order in which they were made, for `evaluateOffPolicy`.
   *
   * @throws {InvalidInputError} where the option `keepLog` is not set
   */
  log(): LoggedDecision[];
  /** The state as JSON, also by `JSON.stringify(bandit)`. */
  toJSON(): BanditState;
}

/**
 * Makes a bandit for live traffic. Each choice has an id under which its reward is reported, whenever it comes; the
 * learning uses context and probability as they were at the choice. Time and memory of a choice are those of the algorithm.
 *
 * @param arms - different names, at least one
 * @throws {InvalidInputError} for names that are missing or repeated, and for options out of range
 *
 * @example
 * ```ts
 * import { createBandit } from '@infimum/bandits-rl';
 *
 * const bandit = createBandit(['red', 'green'], { seed: 1 });
 * for (let visitor = 0; visitor < 500; visitor++) {
 *   const { id, arm } = bandit.choose();
 *   const buys = visitor % 10 < (arm === 'green' ? 4 : 2);
 *   bandit.reward(id, buys ? 1 : 0);
 * }
 * const [red, green] = bandit.estimates();
 * console.log(green && red && green.rewards > red.rewards, green && green.low < 0.4 && 0.4 < green.high); // true true
 * ```
 */
export function createBandit(arms: readonly string[], options: BanditOptions = {}): Bandit {
  const resolved = resolveOptions(banditOptions, options);
  if (!Array.isArray(arms) || arms.length === 0) {
    throw fault('expected a list of names', 'arms', Array.isArray(arms) ? 'empty' : 'type');
  }
  checkRange(resolved);
  const bandit = new LiveBandit(resolved, arms.length);
  for (const name of arms) bandit.introduce(name);
  return bandit;
}

/**
 * Restores a bandit from a saved state: it makes the same choices as the saved one would have made, bit for bit. With the events since
 * then, the state is that after the last event, including choices that wait for their rewards.
 *
 * @param state - what `toJSON` gave, or the same read from a text
 * @param events - what `onEvent` received, in this order; those from before the state are skipped
 * @throws {InvalidInputError} for anything else, and for events of another bandit, by their place
 *
 * @example
 * ```ts
 * import { createBandit, restoreBandit } from '@infimum/bandits-rl';
 *
 * const bandit = createBandit(['a', 'b'], { algorithm: 'ucb' });
 * const { id } = bandit.choose();
 * const copy = restoreBandit(JSON.parse(JSON.stringify(bandit)));
 * console.log(copy.reward(id, 1), copy.reward(id, 1)); // true false
 *
 * // A journal of what happens after the state was saved.
 * const lines: string[] = [];
 * copy.onEvent = (event) => lines.push(JSON.stringify(event));
 * const { arm } = copy.choose();
 * const again = restoreBandit(JSON.parse(JSON.stringify(bandit)), lines.map((line) => JSON.parse(line)));
 * console.log(again.reward('1', 1), again.estimates().find((estimate) => estimate.arm === arm)?.rewards); // true 1
 * ```
 */
export function restoreBandit(state: BanditState, events: readonly BanditEvent[] = []): Bandit {
  if (typeof state !== 'object' || state === null || state.version !== 2 || !Array.isArray(state.arms)) {
    throw fault('is not the state of a bandit', 'state', 'type');
  }
  const options = resolveOptions(banditOptions, state.options);
  checkRange(options);
  checkState(state, options);
  const bandit = new LiveBandit(options, state.arms.length);
  bandit.restore(state);
  checkList(events, 'events');
  for (let k = 0; k < events.length; k++) {
    try {
      bandit.replay(events[k]);
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      throw fault(`${error.argument}: ${error.message}`, `events[${k}]`, error.code, k);
    }
  }
  return bandit;
}

function checkRange({ minReward, maxReward }: Resolved): void {
  if (maxReward > minReward && maxReward - minReward < Infinity) return;
  throw fault('must exceed minReward', 'maxReward', 'out-of-range');
}

/** States come from files: every field is looked at. */
function checkState(
  { arms, pending, decisions, log, position, policy }: BanditState,
  { contextDimension, minReward, maxReward }: Resolved,
): void {
  const names = new Set<string>();
  for (const [k, arm] of arms.entries()) {
    const argument = `state.arms[${k}]`;
    checkObject(arm, argument);
    checkText(arm.name, `${argument}.name`);
    if (names.has(arm.name)) throw fault(`'${arm.name}' occurs twice`, argument, 'out-of-range', k);
    names.add(arm.name);
    if (typeof arm.removed !== 'boolean') throw fault('expected true or false', `${argument}.removed`, 'type');
    checkInteger(arm.rewards, `${argument}.rewards`, { min: 0 });
    // Sums are rounded.
    checkNumber(arm.sum, `${argument}.sum`, { min: 0, max: arm.rewards * (1 + 1e-9) });
  }
  if (arms.every(({ removed }) => removed)) throw fault('has no arm left', 'state.arms', 'empty');
  checkInteger(decisions, 'state.decisions', { min: 0 });
  checkInteger(position, 'state.position', { min: 0 });
  checkList(pending, 'state.pending');
  const ids = new Set<string>();
  for (let k = 0; k < pending.length; k++) {
    checkList(pending[k], `state.pending[${k}]`);
    const [id, arm, probability, context] = pending[k];
    checkText(id, `state.pending[${k}][0]`);
    if (!/^(0|[1-9]\d*)$/.test(id) || Number(id) >= decisions || ids.has(id)) {
      throw fault(`'${id}' is not the id of one of ${decisions} choices`, `state.pending[${k}][0]`, 'out-of-range', k);
    }
    ids.add(id);
    checkInteger(arm, `state.pending[${k}][1]`, { min: 0, max: arms.length - 1 });
    checkNumber(probability, `state.pending[${k}][2]`, { above: 0, max: 1 });
    checkNumbers(context, `state.pending[${k}][3]`, contextDimension + 1);
    for (const value of context) checkNumber(value, `state.pending[${k}][3]`);
  }
  checkList(log, 'state.log');
  for (let k = 0; k < log.length; k++) {
    const argument = `state.log[${k}]`;
    checkList(log[k], argument);
    const [decision, arm, probability, context, reward] = log[k];
    checkInteger(decision, `${argument}[0]`, { min: 0, max: decisions - 1 });
    checkInteger(arm, `${argument}[1]`, { min: 0, max: arms.length - 1 });
    checkNumber(probability, `${argument}[2]`, { above: 0, max: 1 });
    checkNumbers(context, `${argument}[3]`, contextDimension);
    for (const value of context) checkNumber(value, `${argument}[3]`);
    checkNumber(reward, `${argument}[4]`, { min: minReward, max: maxReward });
  }
  checkObject(policy, 'state.policy');
}

type Resolved = BanditState['options'];

interface Arm {
  readonly name: string;
  removed: boolean;
  rewards: number;
  sum: number;
}

class LiveBandit implements Bandit {
  readonly #options: Resolved;
  readonly #policy: Policy;
  readonly #random: Random;
  readonly #arms: Arm[] = [];
  readonly #pending = new Map<string, { arm: number; probability: number; context: Float64Array }>();
  readonly #log: LogEntry[] = [];
  onEvent: ((event: BanditEvent) => void) | undefined;
  #decisions = 0;
  #known: number;

  constructor(options: Resolved, arms: number) {
    this.#options = options;
    this.#policy = policyOf(options, arms);
    this.#known = arms;
    this.#random = new Random(options.seed);
  }

  get arms(): readonly string[] {
    return this.#arms.filter(({ removed }) => !removed).map(({ name }) => name);
  }

  /** Adds an arm that the policy already has. */
  introduce(name: string): void {
    if (typeof name !== 'string') throw fault('expected names', 'arms', 'type');
    if (this.#arms.some((arm) => arm.name === name)) throw fault(`'${name}' occurs twice`, 'arms', 'unknown');
    this.#arms.push({ name, removed: false, rewards: 0, sum: 0 });
  }

  choose(context: ArrayLike<number> = [], available: readonly string[] = this.arms): Choice {
    const x = this.#contextOf(context);
    checkList(available, 'available');
    const places = Int32Array.from(available, (name) => this.#placeOf(name, 'available'));
    if (places.length === 0) throw fault('there is none', 'available', 'empty');
    const weights = new Float64Array(places.length);
    this.#policy.weigh(x, places, weights);
    const drawn = drawArm(weights, places.length, this.#random.uniform());
    const arm = places[drawn];
    const id = String(this.#decisions++);
    this.onEvent?.(['choose', id, Array.from(context), [...available]]);
    this.#pending.set(id, { arm, probability: weights[drawn], context: x });
    this.#policy.chosen?.(arm);
    if (this.#pending.size > this.#options.maxPending) {
      const [oldest, { arm: given }] = this.#pending.entries().next().value as [string, { arm: number }];
      this.#pending.delete(oldest);
      this.#policy.forgotten?.(given);
    }
    return { id, arm: this.#arms[arm].name, probability: weights[drawn] };
  }

  reward(id: string, value: number): boolean {
    const { minReward, maxReward } = this.#options;
    checkNumber(value, 'value', { min: minReward, max: maxReward });
    const choice = this.#pending.get(id);
    if (!choice) return false;
    this.onEvent?.(['reward', id, value]);
    this.#pending.delete(id);
    const share = Math.min(1, Math.max(0, (value - minReward) / (maxReward - minReward)));
    this.#policy.learn(choice.context, choice.arm, choice.probability, 1 - share);
    this.#arms[choice.arm].rewards++;
    this.#arms[choice.arm].sum += share;
    if (this.#options.keepLog) {
      const context = this.#given(choice.context);
      this.#log.push([Number(id), choice.arm, choice.probability, context, value]);
    }
    return true;
  }

  addArm(name: string): void {
    this.introduce(name);
    this.onEvent?.(['addArm', name]);
    this.#policy.grow();
    this.#known++;
  }

  removeArm(name: string): void {
    const place = this.#placeOf(name, 'name');
    if (this.arms.length === 1) throw fault('is the last arm', 'name', 'empty');
    this.onEvent?.(['removeArm', name]);
    this.#arms[place].removed = true;
  }

  /** Replays an event; does nothing if the state already includes it. */
  replay(event: BanditEvent): void {
    checkList(event, 'event');
    const [kind, name] = event;
    checkText(name, 'name');
    if (event[0] === 'choose') {
      if (/^\d+$/.test(name) && Number(name) < this.#decisions) return;
      const { id } = this.choose(event[2], event[3]);
      if (id === name) return;
      throw fault(`is ${name}, but the next choice is ${id}`, 'id', 'out-of-range');
    }
    if (event[0] === 'reward') this.reward(name, event[2]);
    else if (kind !== 'addArm' && kind !== 'removeArm') {
      throw fault(`there is no event '${kind}'`, 'event', 'unknown');
    } else if (kind === 'removeArm' && this.arms.includes(name)) this.removeArm(name);
    else if (kind === 'addArm' && !this.#arms.some((arm) => arm.name === name)) this.addArm(name);
  }

  estimates(level = 0.95): ArmEstimate[] {
    const { minReward, maxReward } = this.#options;
    const onScale = (share: number) => minReward + share * (maxReward - minReward);
    const waiting = new Int32Array(this.#known);
    for (const { arm } of this.#pending.values()) waiting[arm]++;
    return this.#arms.map(({ name, rewards, sum }, place) => {
      const { low, high } = confidenceSequence(Math.min(sum, rewards), rewards, level);
      const mean = onScale(rewards > 0 ? sum / rewards : 0.5);
      return { arm: name, rewards, pending: waiting[place], mean, low: onScale(low), high: onScale(high) };
    });
  }

  log(): LoggedDecision[] {
    if (!this.#options.keepLog) throw fault('is needed for a log', 'keepLog', 'missing');
    return this.#log
      .toSorted(([first], [second]) => first - second)
      .map(([, arm, probability, context, reward]) => ({ arm: this.#arms[arm].name, probability, reward, context }));
  }

  toJSON(): BanditState {
    return {
      version: 2,
      options: this.#options,
      arms: this.#arms.map((arm) => ({ ...arm })),
      pending: [...this.#pending].map(([id, { arm, probability, context }]) => [id, arm, probability, [...context]]),
      decisions: this.#decisions,
      log: [...this.#log],
      position: this.#random.position,
      policy: this.#policy.save(),
    };
  }

  /** Takes over a state. */
  restore({ arms, pending, decisions, log, position, policy }: BanditState): void {
    for (const { name, removed, rewards, sum } of arms) this.#arms.push({ name, removed, rewards, sum });
    for (const [id, arm, probability, context] of pending) {
      this.#pending.set(id, { arm, probability, context: Float64Array.from(context) });
    }
    this.#log.push(...log);
    this.#decisions = decisions;
    this.#random.position = position;
    this.#policy.load(policy);
  }

  #placeOf(name: string, argument: string): number {
    const place = this.#arms.findIndex((arm) => arm.name === name && !arm.removed);
    if (place < 0) throw fault(`there is no arm '${name}'`, argument, 'unknown');
    return place;
  }

  /** The context as it was given. */
  #given(context: Float64Array): number[] {
    return [...(this.#options.algorithm === 'cheb-cb' ? context.subarray(0, -1) : context.subarray(1))];
  }

  /** The context with a constant before it. */
  #contextOf(context: ArrayLike<number>): Float64Array {
    const { contextDimension, algorithm } = this.#options;
    checkNumbers(context, 'context');
    if (context.length !== contextDimension) {
      throw fault(`expected ${contextDimension} numbers, got ${context.length}`, 'context', 'shape');
    }
    for (let i = 0; i < context.length; i++) {
      if (Math.abs(context[i]) <= LARGEST_CONTEXT) continue;
      throw fault(`is ${context[i]} at index ${i}`, 'context', 'not-finite', i);
    }
    // ChebCB reads the first number, the regressions need the constant.
    return algorithm === 'cheb-cb'
      ? Float64Array.from([...Array.from(context), 0])
      : Float64Array.from([1, ...Array.from(context)]);
  }
}

function policyOf(options: Resolved, arms: number): Policy {
  const dimension = options.contextDimension + 1;
  switch (options.algorithm) {
    case 'thompson':
      return new Thompson(arms, { posterior: 'beta', rewardDeviation: 0.5 });
    case 'ucb':
      return new UpperConfidence(arms, 'kl-ucb');
    case 'tsallis-inf':
      return new TsallisInf(arms, { estimator: 'importance-weighted' });
    case 'exp3':
      return new Exp3(arms, { implicitExploration: true });
    case 'epsilon-greedy':
      return new EpsilonGreedy(arms, 0.05);
    case 'lin-ucb':
      return new LinUcb(arms, dimension, { confidenceWidth: 1, ridge: 1 });
    case 'square-cb':
      return new SquareCb(arms, dimension, { greed: 10, ridge: 1 });
    case 'cheb-cb':
      return new ChebCb(arms, { degree: 6, interval: [0, 1] });
  }
}
