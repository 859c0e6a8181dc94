// The interface of methods that use rankings only: which of some points are better. A judge is a function, or a person.
import type { Iterate } from '@infimum/core';
import { checkInteger, checkNumber, checkVector, fault, Random } from '@infimum/core';
import { portableLog } from '@infimum/core/portable-math';
import { norm } from '@infimum/linalg/numerics';
import { numberOf, rankingOf } from '../continuous/black-box.ts';
import type { Ranking } from './rank-gradient.ts';

/** A search by rankings, with the value that a simulated judge uses and methods never see. */
export interface RankedSearch {
  /** Number of variables d. */
  readonly dimension: number;
  /** Where the search begins. */
  readonly initial: Float64Array;
  /** The value that the judge uses, less is better; a function of a point and the number of the question. NaN ranks last. */
  value(x: Float64Array, question: number): number;
  /** Error of the judge: Gumbel noise of this share of the spread of the values (Plackett and Luce); 0 by default. */
  readonly temperature?: number;
  /** Seed of the judge's errors. */
  readonly judge?: number;
  /** The least value, or a bound below it. */
  readonly optimum?: number;
  /** Whether points stay on the sphere of the start, as latents of generators do. */
  readonly sphere?: boolean;
}

/** The result of the search. */
export interface RankedPoint {
  /** The point. */
  x: Float64Array;
  /** Number of points that the judge has seen. */
  queries: number;
}

/** A question of order. */
export interface RankingQuestion extends Iterate<RankedPoint> {
  /** Number of points that the judge has seen before. */
  readonly queries: number;
  /** The purpose of the question. */
  readonly round: 'gradient' | 'line-search' | 'comparison';
  /** The points; copies. */
  readonly points: readonly Float64Array[];
  /** How many of the best are wanted, in order. */
  readonly need: number;
}

/** The ranking of a judge that knows the values, with its errors; equal values in their order. */
export function judgeByValue(
  { value, temperature = 0, judge = 0 }: RankedSearch,
  { points, need, iteration }: RankingQuestion,
): Ranking {
  const values = Float64Array.from(points, (point) => {
    const seen = numberOf(value(point.slice(), iteration));
    return Number.isNaN(seen) ? Infinity : seen;
  });
  if (temperature > 0) {
    const finite = values.filter(Number.isFinite);
    const spread = finite.reduce((a, b) => Math.max(a, b), -Infinity) - finite.reduce((a, b) => Math.min(a, b), Infinity);
    const random = new Random(judge, iteration);
    for (let i = 0; i < values.length; i++) {
      const gumbel = -portableLog(-portableLog((random.uint32() + 0.5) / 2 ** 32));
      if (spread > 0) values[i] -= temperature * spread * gumbel;
    }
  }
  return [...rankingOf(values).subarray(0, need)];
}

/** @throws {InvalidInputError} naming the field at fault */
export function checkRankedSearch(search: RankedSearch): void {
  if (typeof search !== 'object' || search === null) throw fault('expected { dimension, initial, value }', 'instance', 'type');
  const { dimension, initial, value, temperature, judge, optimum } = search;
  checkInteger(dimension, 'dimension', { min: 1, max: 10_000_000 });
  checkVector(initial, 'initial', dimension);
  if (typeof value !== 'function') throw fault('expected a function', 'value', 'type');
  if (temperature !== undefined) checkNumber(temperature, 'temperature', { min: 0 });
  if (judge !== undefined) checkInteger(judge, 'judge', { min: 0 });
  if (optimum !== undefined) checkNumber(optimum, 'optimum');
}

/** Asks: counts the points and numbers the questions. */
export class Judge {
  queries = 0;
  #questions = 0;

  *ask(
    round: RankingQuestion['round'],
    points: readonly Float64Array[],
    need: number,
    solution: () => RankedPoint,
  ): Generator<RankingQuestion, Ranking, Ranking> {
    const { queries } = this;
    const answer = yield { iteration: this.#questions++, queries, round, points, need, solution };
    this.queries += points.length;
    return answer;
  }
}

/** The option that all share. */
export const maxQueries = {
  type: 'integer',
  min: 1,
  default: 5000,
  description: 'Maximum number of points shown to the judge',
} as const;

/** Moves a point to the sphere of this radius. */
export function toSphere(x: Float64Array, radius: number): void {
  const length = norm(x);
  if (length > 0) for (let j = 0; j < x.length; j++) x[j] *= radius / length;
}

/** A judge who answers by the value of a search. */
export const judgeOf = (search: RankedSearch) => (question: RankingQuestion) => judgeByValue(search, question);
