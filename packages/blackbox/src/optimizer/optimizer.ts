// Ask and tell: points to evaluate, answers in any order, known values, and a state from which a run resumes bit for bit.
import type { Conclusion, OptionSpecs, OptionsOf, Status } from '@infimum/core';
import { checkInteger, checkList, checkNumber, checkObject, fault, resolveOptions } from '@infimum/core';
import type { BestPoint, BlackBox, Questions } from '../continuous/black-box.ts';
import { randomOf, Search } from '../continuous/black-box.ts';
import type { Ranking } from '../ranking/rank-gradient.ts';
import { levelsOf } from '../ranking/rank-gradient.ts';
import { deviationOf, Known, leastOf, meanOf, Repeats } from './known.ts';
import type { MethodChoice, OptimizerMethod } from './methods.ts';
import { METHODS, methodNames } from './methods.ts';
import type { Space, SpacePoint } from './space.ts';
import { SpaceCodec } from './space.ts';

const optimizerOptions = {
  method: { type: 'choice', choices: methodNames, default: 'cma-es', description: 'The method' },
  options: { type: 'value', check: checkObject, description: "The method's own options" },
  maxEvaluations: {
    type: 'integer',
    min: 1,
    was: 'budget',
    description: 'Evaluations, including failures; 100 times the number of variables by default',
  },
  concurrency: {
    type: 'integer',
    min: 1,
    max: 100_000,
    default: 1,
    description: 'Points evaluated at a time: the minimum size of a generation',
  },
  targetValue: { type: 'number', description: 'Value at which to stop' },
  asynchronous: {
    type: 'boolean',
    default: false,
    description:
      'Whether to give further points while a generation waits for its last answers: workers never wait, but the result depends on the order of answers',
  },
  noisy: {
    type: 'boolean',
    default: false,
    description:
      'Whether values are noisy: points are then re-evaluated while generations do not improve, and the last tenth of the budget goes to candidates for the best',
  },
  rankings: {
    type: 'boolean',
    default: false,
    description: 'Whether answers are rankings (by `rank`), for example from a person: `ask` then gives all points to compare',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of everything random' },
} as const satisfies OptionSpecs;

/** How points are chosen, and how many. */
export type OptimizerOptions = ValueOptions & Pick<OptionsOf<typeof optimizerOptions>, 'rankings'>;

/** Options for answers that are values. */
export type ValueOptions = Omit<OptionsOf<typeof optimizerOptions>, 'method' | 'options' | 'rankings'> & MethodChoice;

/** A point to be evaluated. */
export interface Trial<P> {
  /** Its id, for `tell`. */
  readonly id: number;
  /** The point. */
  readonly x: P;
}

/** A point and its value. */
export interface Found<P> {
  /** The point. */
  readonly x: P;
  /** Its value; the mean of its values if they are noisy, NaN if answers are rankings. */
  readonly value: number;
}

/** Plain data from which `Optimizer.fromJSON` makes the optimizer anew: its arguments, and all answers so far. */
export interface OptimizerState {
  /** The space. */
  readonly space: Space;
  /** The options. */
  readonly options: OptimizerOptions;
  /** The calls in order: ask (a number of points), tell (id and value, null for a failure), and add (point and value). */
  readonly events: readonly OptimizerEvent[];
}

/** One call. */
export type OptimizerEvent =
  | number
  | readonly [id: number, value: number | null]
  | readonly [SpacePoint, number]
  | {
      /** The argument of `rank`. */
      readonly ranking: Ranking;
    };

type Method = (
  box: BlackBox,
  options: Readonly<Record<string, unknown>>,
) => Generator<Questions, Conclusion<BestPoint>, Float64Array>;

/** The default options of methods for d variables and n points at a time: generations at least as large, where possible. */
const DEFAULTS: Partial<Record<OptimizerMethod, (d: number, n: number) => object>> = {
  'cma-es': (d, n) => ({
    population: Math.max(n, 4 + Math.floor(3 * Math.log(d))),
    ...(d > 1000 && { covariance: 'separable' }),
  }),
  'rank-cma-es': (d, n) => ({ population: Math.max(n, 4 + Math.floor(3 * Math.log(d))) }),
  'gaussian-process': (_, n) => ({ population: n }),
  'random-search': (_, n) => ({ population: n }),
  cbo: (_, n) => ({ population: Math.max(n, 50) }),
  'consensus-hopping': (_, n) => ({ population: Math.max(n, 50) }),
  'particle-swarm': (_, n) => ({ population: Math.max(n, 40) }),
};

/**
 * Minimises with an ask-and-tell interface, by any method of this package. `ask` returns points, which the caller evaluates in any order,
 * on any machine; `tell` takes a value or a failure, which ranks last and is never the best. No point is given out twice unless values are
 * `noisy` or answers `rankings`, and no more than `maxEvaluations`.
 *
 * Everything is derived from the events, the calls in their order: `fromJSON` replays them without evaluating anything, and continues bit
 * for bit. Unless `asynchronous`, the order of answers does not matter either.
 *
 * @throws {InvalidInputError} naming the variable or option at fault
 *
 * @example
 * ```ts
 * import { Optimizer } from '@infimum/blackbox';
 *
 * const optimizer = new Optimizer({ lower: [-5, -5], upper: [5, 5] }, { maxEvaluations: 300 });
 * for (;;) {
 *   const [trial] = optimizer.ask();
 *   if (!trial) break;
 *   const [x, y] = trial.x;
 *   optimizer.tell(trial.id, (x - 2) ** 2 + (y + 1) ** 2);
 * }
 * console.log(optimizer.best?.x.map((entry) => entry.toFixed(2)).join(' ')); // 2.00 -1.00
 * ```
 */
export class Optimizer<P = number[]> {
  /** Points that were given out. */
  asked = 0;
  /** Number of failures told. */
  failures = 0;
  /** Number of complete generations. */
  iterations = 0;
  /** Why the run has ended; undefined before. */
  status: Status | undefined;
  /** The reason as a text. */
  reason = '';
  readonly #codec: SpaceCodec;
  readonly #space: Space;
  readonly #options: OptimizerOptions;
  readonly #maxEvaluations: number;
  readonly #events: OptimizerEvent[] = [];
  /** Trials without an answer. */
  readonly #open = new Map<number, Known>();
  /** Points by text. */
  readonly #known = new Map<string, Known>();
  readonly #random;
  /** Draws points anywhere in the space. */
  readonly #anywhere: Search;
  readonly #repeats = new Repeats();
  /** Whether the points of the generation were evaluated as often as required. */
  #isRepeated = false;
  /** The best point; of noisy ones see `best`. */
  #best: Known | undefined;
  #steps: ReturnType<Method> | undefined;
  #question: Questions | undefined;
  /** The generation's points so far. */
  #generation: Known[] = [];
  /** Noisy points that are to be evaluated again. */
  #again: Known[] = [];
  /** Points of the last noisy generations. */
  #recent: Float64Array[][] = [];
  /** The noisy points on which the last tenth of the budget is spent. */
  #finalists: Known[] | undefined;
  /** Answers for the next update of an asynchronous method. */
  #arrived: { readonly x: ArrayLike<number>; readonly value: number }[] = [];
  /** Generations in a row without a new point. */
  #idle = 0;

  constructor(space: Space, options: OptimizerOptions = {}) {
    const { maxEvaluations, seed, asynchronous, noisy, rankings } = resolveOptions(optimizerOptions, options);
    if ((noisy && (asynchronous || rankings)) || (asynchronous && rankings)) {
      const problem = 'asynchronous, noisy and rankings exclude each other';
      throw fault(problem, asynchronous ? 'asynchronous' : 'noisy', 'unsupported');
    }
    this.#codec = new SpaceCodec(space);
    this.#space = space;
    this.#options = options;
    this.#maxEvaluations = maxEvaluations ?? 100 * this.#codec.dimension;
    this.#random = randomOf(seed).split(1);
    this.#anywhere = new Search(this.#codec.box(), 1);
    // The method's own options are checked before the first `ask`.
    const probe = this.#begin();
    probe.next(new Float64Array(0));
    probe.return(undefined as never);
  }

  /** The best point so far; undefined before there is a value. For noisy points, the one with the least mean plus standard error. */
  get best(): Found<P> | undefined {
    const surest = (all: readonly Known[]) => leastOf(all, deviationOf(all), 1);
    const best = this.#options.noisy ? (surest(this.#finalists ?? []) ?? surest([...this.#known.values()])) : this.#best;
    return best && { x: structuredClone(best.point) as P, value: this.#options.rankings ? Number.NaN : best.value };
  }

  /** Points that were given out and not yet told. */
  get pending(): number {
    return this.#open.size;
  }

  /**
   * Points to evaluate: as many as requested, fewer if a generation waits for answers or the budget is used up; all that are to be
   * ranked, if answers are rankings. None while nothing is pending: the run has ended, see `status`.
   */
  ask(count = 1): Trial<P>[] {
    checkInteger(count, 'count', { min: 1 });
    this.#events.push(count);
    const trials: Trial<P>[] = [];
    while (trials.length < (this.#options.rankings ? Infinity : count)) {
      const known = this.#next();
      if (!known) break;
      const id = this.asked++;
      known.awaited++;
      this.#open.set(id, known);
      trials.push({ id, x: structuredClone(known.point) as P });
    }
    return trials;
  }

  /**
   * The value of a point, or `'failed'`; a value that is not finite is a failure as well.
   *
   * @throws {InvalidInputError} `id` if it was not given out or was told before
   */
  tell(id: number, value: number | 'failed'): void {
    if (!this.#open.has(id)) throw fault(`${id} is not pending`, 'id', 'unknown');
    if (this.#options.rankings) throw fault('answers are rankings: see rank', 'value', 'unsupported');
    if (value !== 'failed' && typeof value !== 'number') throw fault(`expected a number, got ${typeof value}`, 'value', 'type');
    const number = typeof value === 'number' && Number.isFinite(value) ? value : Infinity;
    this.#events.push([id, number === Infinity ? null : number]);
    this.#answer(id, number);
    this.#settle();
  }

  /**
   * The order of all pending points, if answers are `rankings`: ids, the best first, lists for equals; points that are not named are worse
   * than those that are. The first is `best` until the next ranking.
   *
   * @throws {InvalidInputError} `ranking` if it names a point that is not pending, or a point twice
   */
  rank(ranking: Ranking): void {
    if (!this.#options.rankings || this.#open.size === 0) throw fault('no ranking is expected', 'ranking', 'unsupported');
    const [first] = this.#open.keys();
    checkList(ranking, 'ranking');
    const levels = levelsOf(
      ranking.map((group) => (typeof group === 'number' ? group - first : Array.from(group, (id) => id - first))),
      this.#open.size,
    );
    this.#events.push({ ranking: structuredClone(ranking) });
    if (ranking.length > 0) this.#best = this.#open.get(first + levels.indexOf(0));
    for (const [k, id] of [...this.#open.keys()].entries()) this.#answer(id, levels[k]);
    this.#settle();
  }

  /**
   * Adds a known value: it counts for the best point and is not evaluated again; if added before the first `ask`, the search begins at the
   * best of them.
   *
   * @throws {InvalidInputError} naming the coordinate that is not in the space
   */
  add(x: P, value: number): void {
    this.#codec.check(x, 'x');
    checkNumber(value, 'value');
    const point = structuredClone(x) as SpacePoint;
    this.#events.push([point, value]);
    const known = this.#knownAt(this.#codec.encode(point), point, -1);
    this.#note(known, value);
  }

  /** Plain data from which `Optimizer.fromJSON` resumes. */
  toJSON(): OptimizerState {
    return { space: this.#space, options: this.#options, events: this.#events.slice() };
  }

  /**
   * The optimizer in the state of `toJSON`, or of a file of its events after a crash.
   *
   * @throws {InvalidInputError} `state` if its events do not fit each other
   */
  static fromJSON<P = number[]>(state: OptimizerState): Optimizer<P> {
    checkObject(state, 'state');
    const optimizer = new Optimizer<P>(state.space, state.options);
    checkList(state.events, 'state.events');
    for (const event of state.events) {
      if (typeof event === 'number') optimizer.ask(event);
      else if ('ranking' in event) optimizer.rank(event.ranking);
      else if (typeof event[0] === 'number') optimizer.tell(event[0], (event[1] as number | null) ?? 'failed');
      else optimizer.add(event[0] as P, event[1] as number);
    }
    return optimizer;
  }

  #answer(id: number, value: number): void {
    const known = this.#open.get(id) as Known;
    this.#open.delete(id);
    known.awaited--;
    if (value === Infinity) this.failures++;
    this.#arrived.push({ x: known.x, value });
    this.#note(known, value);
  }

  #note(known: Known, value: number): void {
    known.tell(value);
    if (value === Infinity || this.#options.rankings) return;
    const best = this.#best;
    if (!best || known.value < best.value || (known.value === best.value && known.id < best.id)) this.#best = known;
  }

  #end(status: Status, reason: string): void {
    const isHopeless = !this.#best && this.asked > 0;
    [this.status, this.reason] = isHopeless ? ['stalled', 'every evaluation has failed'] : [status, reason];
  }

  /** The next point; undefined if none is available now, or at the end. */
  #next(): Known | undefined {
    this.#settle();
    const question = this.#question;
    if (this.status !== undefined || !question || this.asked >= this.#maxEvaluations) return undefined;
    const again = this.#again.shift();
    if (again || this.#isConfirming) return again;
    if (this.#generation.length < question.count) {
      const known = this.#knownAt(this.#slot(question));
      this.#generation.push(known);
      return known;
    }
    return this.#idle >= IDLE || this.#options.asynchronous ? this.#fresh(question) : undefined;
  }

  /** Whether the rest of the budget is reserved for the best noisy points. */
  get #isConfirming(): boolean {
    return this.#options.noisy === true && this.asked >= Math.ceil(0.9 * this.#maxEvaluations);
  }

  /** Skips known points, passes complete generations to the method, and detects the end. */
  #settle(): void {
    const { targetValue = -Infinity, asynchronous = false, noisy = false, rankings = false } = this.#options;
    for (;;) {
      if (this.status !== undefined || (noisy && (this.#again.length > 0 || this.#open.size > 0))) return;
      if (asynchronous && this.#best && this.#best.value <= targetValue)
        return void this.#end('converged', `the value ${this.#best.value} is at most the target`);
      if (this.#isConfirming) {
        if (this.asked < this.#maxEvaluations) this.#confirm();
        break;
      }
      const question = this.#question;
      while (!rankings && question && this.#generation.length < question.count) {
        const known = this.#known.get(this.#keyOf(this.#slot(question)));
        if (!known) break;
        this.#generation.push(known);
      }
      if (!this.#isComplete(asynchronous)) break;
      if (this.#idle >= IDLE && this.#arrived.length === 0) break;
      if (noisy && !this.#isRepeated) {
        this.#isRepeated = true;
        this.#again = this.#repeats.lacking(this.#generation);
      }
      if (this.#again.length === 0) this.#resume(asynchronous);
    }
    if (this.#open.size > 0 || this.#again.length > 0) return;
    if (!noisy && !rankings && this.#known.size >= this.#codec.size)
      this.#end('converged', 'every point of the space was evaluated');
    else if (this.asked >= this.#maxEvaluations)
      this.#end('iteration-limit', `maxEvaluations = ${this.#maxEvaluations} was reached`);
  }

  /** Evaluates the noisy points that may be the best, the middles of the last generations among them: earlier lucky values do not count. */
  #confirm(): void {
    if (!this.#finalists) {
      const size = Math.ceil((this.#recent.at(-1)?.length ?? 1) / 4);
      const lowest = [...this.#known.values()].sort((a, b) => a.value - b.value).slice(0, size);
      const middles = [1, 4, 16].flatMap((span) => {
        const points = this.#recent.slice(-span).flat();
        return points.length > 0 ? [this.#knownAt(points[0].map((_, j) => meanOf(points.map((x) => x[j]))))] : [];
      });
      this.#finalists = [...new Set([...lowest, ...middles])].slice(0, this.#maxEvaluations - this.asked);
      for (const known of this.#finalists) known.forget();
      this.#again = this.#finalists.slice();
      if (this.#again.length > 0) return;
    }
    const all = this.#finalists;
    const deviation = deviationOf(all);
    const count = Math.min(this.#options.concurrency ?? 1, this.#maxEvaluations - this.asked);
    for (let k = 0; k < count; k++) {
      const known = leastOf(all, deviation, -2) ?? all[0];
      known.awaited++;
      this.#again.push(known);
    }
    for (const known of this.#again) known.awaited--;
  }

  /** The coordinates of the first point of the generation that was not given out. */
  #slot({ points }: Questions): Float64Array {
    const d = this.#codec.dimension;
    return points.subarray(this.#generation.length * d, (this.#generation.length + 1) * d);
  }

  #keyOf(x: Float64Array): string {
    return JSON.stringify(this.#codec.decode(x));
  }

  /** The point at coordinates, created if there is none yet, or if it is to be compared with others. */
  #knownAt(x: Float64Array, point = this.#codec.decode(x), id = this.asked): Known {
    const key = JSON.stringify(point);
    const before = this.#known.get(key);
    if (before && !this.#options.rankings) return before;
    const known = new Known(id, point, Float64Array.from(x));
    this.#known.set(key, known);
    return known;
  }

  /** Whether all answers have arrived for which the method waits. */
  #isComplete(asynchronous: boolean): boolean {
    const question = this.#question;
    if (!question) return true;
    if (asynchronous && question.sample && this.#arrived.length >= question.count) return true;
    return this.#generation.length === question.count && this.#generation.every(({ awaited }) => awaited === 0);
  }

  /** Passes the values of a generation to the method, which requests the next one. */
  #resume(asynchronous: boolean): void {
    const question = this.#question;
    let values = Float64Array.from(this.#generation, ({ value }) => value);
    if (asynchronous && question?.sample && this.#arrived.length >= question.count) {
      const arrived = this.#arrived.slice(0, question.count);
      for (const [k, { x }] of arrived.entries()) question.points.set(x, k * this.#codec.dimension);
      question.isReplaced = true;
      values = Float64Array.from(arrived, ({ value }) => value);
    }
    this.#idle = question && this.#arrived.length === 0 ? this.#idle + 1 : 0;
    if (this.#options.noisy) this.#recent = [...this.#recent.slice(-15), this.#generation.map(({ x }) => Float64Array.from(x))];
    if (this.#options.noisy && question) this.#repeats.see(values);
    this.#isRepeated = false;
    this.#arrived = [];
    this.#generation = [];
    if (question) this.iterations++;
    this.#steps ??= this.#begin();
    const step = this.#steps.next(values);
    if (!step.done) this.#question = step.value;
    else this.#end(step.value.status, step.value.reason);
  }

  /** The method, from the best point that is known. */
  #begin(): ReturnType<Method> {
    const { method = 'cma-es', options = {}, concurrency = 1, seed = 0, targetValue, asynchronous } = this.#options;
    const box = {
      ...this.#codec.box(this.#best?.point),
      ...(targetValue !== undefined && !asynchronous && { target: targetValue }),
    };
    return (METHODS[method] as Method)(box, {
      ...DEFAULTS[method]?.(box.dimension, concurrency),
      ...options,
      // Only points that are given out count here: methods may revisit known ones, which are free. Annealing cools by its budget.
      maxEvaluations: method === 'simulated-annealing' ? this.#maxEvaluations : Number.MAX_SAFE_INTEGER,
      seed,
    });
  }

  /** A new point, of the method or drawn from the whole space. */
  #fresh({ sample }: Questions): Known | undefined {
    const x = new Float64Array(this.#codec.dimension);
    for (let trial = 0; trial < 1000; trial++) {
      if (trial < 10 && sample && this.#idle < IDLE) x.set(sample());
      else x.set(this.#anywhere.place(this.#anywhere.draw(this.#random, 1, x), 1));
      if (!this.#known.has(this.#keyOf(x))) return this.#knownAt(x);
    }
    return undefined;
  }
}

/** Generations without a new point after which points are drawn from the whole space. */
const IDLE = 20;
