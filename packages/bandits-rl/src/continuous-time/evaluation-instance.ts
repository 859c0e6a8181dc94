// The instances and solutions of policy evaluation in continuous time.
import type { Iterate, VectorLike } from '@infimum/core';
import {
  allocateVector,
  asVector,
  checkFunction,
  checkInteger,
  checkNumber,
  checkObject,
  checkVector,
  fault,
} from '@infimum/core';
import type { Approximator } from './approximators.ts';

/** A trajectory; the times need not be even. */
export interface Episode {
  /** N + 1 rising times. */
  readonly times: Float64Array;
  /** (N + 1) x n, a row a time. */
  readonly states: Float64Array;
  /** N rates of reward, at all times but the last. */
  readonly rewards: Float64Array;
  /** The terminal value of episodes that end; without it, the family must equal that value at the end. */
  readonly terminalPayoff?: number;
}

/** An instance. */
export interface EvaluationInstance {
  /** The trajectories, read in order, once or more often. Arrays are checked at once, other iterables as they are read. */
  readonly episodes: Iterable<Episode>;
  /** The family of value functions; for episodes that end without a `terminalPayoff`, it must equal the terminal value at the end. */
  readonly approximator: Approximator;
  /** Parameters to begin with. */
  readonly initialParameters: Float64Array;
  /** β, at least 0; above 0 where there is no end. */
  readonly discountRate: number;
  /** Whether the task has no end, and episodes are excerpts. */
  readonly isContinuing: boolean;
  /** Parameters of the true value function, if it is in the family. */
  readonly truth?: Float64Array;
}

/** A value function. */
export interface EvaluationSolution {
  /** Parameters of the value function. */
  readonly parameters: Float64Array;
}

/** A moment of the run: an iteration is a step of a trajectory. */
export interface EvaluationIterate extends Iterate<EvaluationSolution> {
  /** Passes through the data so far. */
  readonly passes: number;
}

/** A trajectory as it may be given: plain or typed arrays. */
export interface EpisodeLike extends Omit<Episode, 'times' | 'states' | 'rewards'> {
  /** N + 1 rising times. */
  readonly times: VectorLike;
  /** (N + 1) x n, a row a time. */
  readonly states: VectorLike;
  /** N rates of reward. */
  readonly rewards: VectorLike;
}

/** An instance as it may be given. */
export interface EvaluationLike extends Omit<EvaluationInstance, 'episodes' | 'initialParameters'> {
  /** What was seen. */
  readonly episodes: Iterable<EpisodeLike>;
  /** Parameters to begin with. */
  readonly initialParameters: VectorLike;
}

/** A checked instance. */
export function asEvaluation(given: EvaluationLike): EvaluationInstance {
  checkObject(given, 'instance');
  const { episodes } = given;
  const read = (episode: EpisodeLike, k: number): Episode => {
    checkObject(episode, `episodes[${k}]`);
    const { times, states, rewards } = episode;
    if ([times, states, rewards].every((values) => values instanceof Float64Array)) return episode as Episode;
    return {
      ...episode,
      times: asVector(times, `episodes[${k}].times`),
      states: asVector(states, `episodes[${k}].states`),
      rewards: asVector(rewards, `episodes[${k}].rewards`),
    };
  };
  const stream = {
    *[Symbol.iterator]() {
      let k = 0;
      for (const episode of episodes) yield read(episode, k++);
    },
  };
  const isStream = typeof episodes === 'object' && episodes !== null && Symbol.iterator in episodes;
  const instance = {
    ...given,
    episodes: Array.isArray(episodes) ? episodes.map(read) : isStream ? stream : episodes,
    initialParameters: asVector(given.initialParameters, 'initialParameters'),
  } as EvaluationInstance;
  checkEvaluation(instance);
  return instance;
}

/** Refuses instances that no method could evaluate. */
export function checkEvaluation(instance: EvaluationInstance): void {
  const { episodes, approximator, discountRate, isContinuing } = instance;
  checkObject(episodes, 'episodes');
  if (typeof episodes[Symbol.iterator] !== 'function' || ArrayBuffer.isView(episodes)) {
    throw fault('expected something to iterate over', 'episodes', 'type');
  }
  checkObject(approximator, 'approximator');
  for (const name of ['value', 'gradient'] as const) checkFunction(approximator[name], `approximator.${name}`);
  for (const name of ['offset', 'restrict', 'gradients'] as const) {
    if (approximator[name] !== undefined) checkFunction(approximator[name], `approximator.${name}`);
  }
  checkInteger(approximator.stateSize, 'approximator.stateSize', { min: 1 });
  allocateVector(approximator.stateSize, 'approximator.stateSize');
  checkInteger(approximator.size, 'approximator.size', { min: 1 });
  checkVector(instance.initialParameters, 'initialParameters', approximator.size);
  checkNumber(discountRate, 'discountRate', { min: 0 });
  if (isContinuing && discountRate === 0) throw fault('must be above 0 for infinite episodes', 'discountRate', 'out-of-range');
  if (!Array.isArray(episodes)) return;
  for (const [k, episode] of episodes.entries()) checkEpisode(instance, episode, k);
}

/** Refuses an invalid episode, with its number. */
export function checkEpisode(
  { approximator: { stateSize }, isContinuing }: EvaluationInstance,
  episode: Episode,
  index: number,
): void {
  const argument = `episodes[${index}]`;
  checkObject(episode, argument);
  const { times, states, rewards, terminalPayoff } = episode;
  checkRising(times, `${argument}.times`);
  checkVector(states, `${argument}.states`, times.length * stateSize);
  checkVector(rewards, `${argument}.rewards`, times.length - 1);
  if (terminalPayoff === undefined) return;
  checkNumber(terminalPayoff, `${argument}.terminalPayoff`);
  if (!isContinuing) return;
  throw fault('is for episodes that end', `${argument}.terminalPayoff`, 'unsupported');
}

/** Times that rise are all finite between the first and the last: one pass where nothing is wrong. */
function checkRising(times: Float64Array, argument: string): void {
  if (times instanceof Float64Array && Number.isFinite(times[0]) && Number.isFinite(times.at(-1))) {
    let before = -Infinity;
    let rises = true;
    for (let i = 0; i < times.length && rises; i++) {
      rises = times[i] > before;
      before = times[i];
    }
    if (rises) return;
  }
  checkVector(times, argument);
  for (let i = 1; i < times.length; i++) {
    if (times[i] > times[i - 1]) continue;
    throw fault(`do not increase at index ${i}`, argument, 'out-of-range', i);
  }
}
