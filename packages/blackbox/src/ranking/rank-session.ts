// A search that a person guides: ask, tell, undo, save and resume. The state is the list of answers; everything else follows from the seed.
import type { Conclusion, VectorLike } from '@infimum/core';
import { asVector, checkList, checkObject, fault, Random } from '@infimum/core';
import type { Ranking } from './rank-gradient.ts';
import { levelsOf } from './rank-gradient.ts';
import type { RankedPoint, RankingQuestion } from './ranking-oracle.ts';
import type { ZoRankSgdOptions } from './zo-rank-sgd.ts';
import { zoRankSgdSteps } from './zo-rank-sgd.ts';

/** A question to the person. */
export interface RankingQuery {
  /** The purpose of the question: a direction, or a step size. */
  round: RankingQuestion['round'];
  /** The points in a random order, against position bias. */
  points: Float64Array[];
  /** How many of the best are wanted, best first; fewer, ties or none are allowed. */
  need: number;
  /** The index of the current point, in a question of step size. */
  incumbent: number | undefined;
}

/** A session as JSON. */
export interface RankSessionState {
  /** The point to begin with. */
  initial: number[];
  /** Whether points stay on their sphere. */
  sphere: boolean;
  /** Options of the method. */
  options: ZoRankSgdOptions;
  /** The answers so far. */
  answers: Ranking[];
}

/**
 * A search by `zoRankSgd` in which a person is the judge. `ask` returns the points to be shown, `tell` takes the answer: indices of
 * the best, best first, lists for ties, an empty list to skip. `toJSON` and `fromJSON` save and resume it bit for bit.
 *
 * @example
 * ```ts
 * import { RankSession } from '@infimum/blackbox';
 *
 * // A person who likes reddish colors with little blue.
 * const dislike = (rgb: Float64Array) => (rgb[0] - 0.9) ** 2 + (rgb[1] - 0.4) ** 2 + (rgb[2] - 0.1) ** 2;
 * const session = new RankSession([0.5, 0.5, 0.5], { population: 6, topK: 3, seed: 1 });
 * for (let round = 0; round < 30; round++) {
 *   const { points, need } = session.ask();
 *   const order = [...points.keys()].sort((i, j) => dislike(points[i]) - dislike(points[j]));
 *   session.tell(order.slice(0, need));
 * }
 * console.log(dislike(session.best) < 0.01); // true
 * ```
 */
export class RankSession {
  readonly #initial: Float64Array;
  readonly #sphere: boolean;
  readonly #options: ZoRankSgdOptions;
  readonly #answers: Ranking[] = [];
  #steps!: ReturnType<typeof zoRankSgdSteps>;
  #step!: IteratorResult<RankingQuestion, Conclusion<RankedPoint>>;

  /**
   * @param initial - the start of the search
   * @param options - those of `zoRankSgd`, and whether points stay on the sphere of the start
   * @throws {InvalidInputError} naming the argument or option at fault
   */
  constructor(initial: VectorLike, options: ZoRankSgdOptions & { sphere?: boolean } = {}) {
    checkObject(options, 'options');
    const { sphere = false, ...others } = options;
    this.#initial = asVector(initial, 'initial').slice();
    this.#sphere = sphere;
    this.#options = others;
    this.#restart();
  }

  /** The best point so far. */
  get best(): Float64Array {
    return (this.#step.done ? this.#step.value.solution : this.#step.value.solution()).x;
  }

  /** Whether the search has ended. */
  get isOver(): boolean {
    return this.#step.done === true;
  }

  /** Questions answered. */
  get rounds(): number {
    return this.#answers.length;
  }

  /**
   * The next question.
   *
   * @throws {InvalidInputError} when the session is over
   */
  ask(): RankingQuery {
    const { round, points, need } = this.#question();
    const order = this.#order(points.length);
    const incumbent = round === 'line-search' ? order.indexOf(0) : undefined;
    return { round, points: Array.from(order, (i) => points[i].slice()), need, incumbent };
  }

  /**
   * Takes an answer, the best first.
   *
   * @param ranking - indices into the points of `ask`
   * @throws {InvalidInputError} `ranking`: malformed; the question stays
   */
  tell(ranking: Ranking = []): void {
    const order = this.#order(this.#question().points.length);
    levelsOf(ranking, order.length);
    const answer = ranking.map((group) => (typeof group === 'number' ? order[group] : group.map((i) => order[i])));
    this.#answers.push(answer);
    this.#step = this.#steps.next(answer);
  }

  /** Undoes the last answer, if any. */
  undo(): void {
    const answers = this.#answers.slice(0, -1);
    this.#answers.length = 0;
    this.#restart();
    for (const answer of answers) this.#replay(answer);
  }

  /** The state as plain data. */
  toJSON(): RankSessionState {
    return { initial: [...this.#initial], sphere: this.#sphere, options: this.#options, answers: [...this.#answers] };
  }

  /**
   * Restores a session by replaying its answers.
   *
   * @throws {InvalidInputError} for a state that is not of a session
   */
  static fromJSON(state: RankSessionState): RankSession {
    checkObject(state, 'state');
    checkList(state.answers, 'state.answers');
    const session = new RankSession(state.initial, { ...state.options, sphere: state.sphere });
    for (const answer of state.answers) session.#replay(answer);
    return session;
  }

  #restart(): void {
    const [initial, sphere] = [this.#initial, this.#sphere];
    const search = { dimension: initial.length, initial, value: () => 0, sphere };
    this.#steps = zoRankSgdSteps(search, this.#options);
    this.#step = this.#steps.next([]);
  }

  #replay(answer: Ranking): void {
    this.#question();
    this.#answers.push(answer);
    this.#step = this.#steps.next(answer);
  }

  #question(): RankingQuestion {
    if (this.#step.done) throw fault('the session is over', 'session', 'unsupported');
    return this.#step.value;
  }

  /** The order in which the points are shown: a function of the seed and the number of the question. */
  #order(count: number): Int32Array {
    return new Random(this.#options.seed ?? 0, 1 + this.#answers.length).permutation(count);
  }
}
