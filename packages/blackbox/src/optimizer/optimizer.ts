// Ask and tell: points to evaluate, answers in any order, known values, and a state from which a run goes on bit for bit.
import type { Conclusion, OptionSpecs, OptionsOf, Status } from '@infimum/core';
import { checkInteger, checkList, checkNumber, checkObject, InvalidInputError, resolveOptions } from '@infimum/core';
import type { BestPoint, BlackBox, Questions } from '../continuous/black-box.ts';
import { randomOf, Search } from '../continuous/black-box.ts';
import { cboSteps } from '../continuous/cbo.ts';
import { cmaEsSteps } from '../continuous/cma-es.ts';
import { differentialEvolutionSteps } from '../continuous/differential-evolution.ts';
import { gaussianProcessSteps } from '../continuous/gaussian-process.ts';
import { randomSearchSteps } from '../continuous/random-search.ts';
import type { Space, SpacePoint } from './space.ts';
import { SpaceCodec } from './space.ts';

const optimizerOptions = {
  method: {
    type: 'choice',
    choices: ['cma-es', 'gaussian-process', 'cbo', 'differential-evolution', 'random-search'],
    default: 'cma-es',
    description: 'Method: `gaussian-process` where a function is dear, for up to some 200 evaluations; `cbo` for many minima',
  },
  maxEvaluations: {
    type: 'integer',
    min: 1,
    was: 'budget',
    description: 'Evaluations, failures included; 100 times the number of variables by default',
  },
  concurrency: {
    type: 'integer',
    min: 1,
    max: 100_000,
    default: 1,
    description: 'Points that are to be evaluated at a time: the least size of a generation',
  },
  targetValue: { type: 'number', description: 'Value at which to stop' },
  asynchronous: {
    type: 'boolean',
    default: false,
    description:
      'Whether there are further points while a generation waits for its last answers: nobody waits, but the result depends on the order of the answers',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of everything random' },
} as const satisfies OptionSpecs;

/** How points are chosen, and how many. */
export type OptimizerOptions = OptionsOf<typeof optimizerOptions>;

/** Methods by name. */
export type OptimizerMethod = keyof typeof METHODS;

/** A point to be evaluated. */
export interface Trial<P> {
  /** What `tell` is given for it. */
  readonly id: number;
  /** The point. */
  readonly point: P;
}

/** A point and its value. */
export interface Found<P> {
  /** The point. */
  readonly point: P;
  /** Its value. */
  readonly value: number;
}

/** Plain data from which `Optimizer.fromJSON` makes the optimizer anew: what it was made with, and all that it was told. */
export interface OptimizerState {
  /** The space. */
  readonly space: Space;
  /** The options. */
  readonly options: OptimizerOptions;
  /** What was asked (a number of points), told (id and value, null for a failure), and added (point and value), in order. */
  readonly events: readonly OptimizerEvent[];
}

/** One call. */
export type OptimizerEvent = number | readonly [id: number, value: number | null] | readonly [SpacePoint, number];

type Method = (
  box: BlackBox,
  options: { population: number; maxEvaluations: number; seed: number },
) => Generator<Questions, Conclusion<BestPoint>, Float64Array>;

const METHODS = {
  'cma-es': (box, { population, ...rest }) =>
    // A generation is at least as large as what runs at a time.
    cmaEsSteps(box, {
      ...rest,
      population: Math.max(population, 4 + Math.floor(3 * Math.log(box.dimension))),
      ...(box.dimension > 1000 && { covariance: 'separable' as const }),
    }),
  cbo: (box, { population, ...rest }) => cboSteps(box, { ...rest, population: Math.max(50, population) }),
  'differential-evolution': (box, { population: _, ...rest }) => differentialEvolutionSteps(box, rest),
  'gaussian-process': gaussianProcessSteps,
  'random-search': randomSearchSteps,
} as const satisfies Record<string, Method>;

/**
 * Minimises by asking and being told. `ask` gives points, which whoever calls evaluates in whatever order, on whatever machine; `tell`
 * takes a value or a failure, which ranks last and is never the best. No point is given out twice, and no more than `maxEvaluations`.
 *
 * Everything is derived from the events, the calls in their order: `fromJSON` repeats them without evaluating anything, and goes on to the
 * same bits. Unless `asynchronous`, the order of answers does not matter either.
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
 *   const [x, y] = trial.point;
 *   optimizer.tell(trial.id, (x - 2) ** 2 + (y + 1) ** 2);
 * }
 * console.log(optimizer.best?.point.map((entry) => entry.toFixed(2)).join(' ')); // 2.00 -1.00
 * ```
 */
export class Optimizer<P = number[]> {
  /** Points that were given out. */
  asked = 0;
  /** Failures that were told. */
  failures = 0;
  /** Why it is over; undefined while it is not. */
  status: Status | undefined;
  /** The same for people. */
  reason = '';
  readonly #codec: SpaceCodec;
  readonly #space: Space;
  readonly #options: OptimizerOptions;
  readonly #maxEvaluations: number;
  readonly #events: OptimizerEvent[] = [];
  /** Trials without an answer. */
  readonly #open = new Map<number, Open>();
  /** Values by point, Infinity for failures; undefined while they are awaited. */
  readonly #known = new Map<string, number | undefined>();
  readonly #random;
  /** Draws points anywhere in the space. */
  readonly #anywhere: Search;
  #best: (Found<SpacePoint> & { readonly id: number }) | undefined;
  #steps: ReturnType<Method> | undefined;
  #question: Questions | undefined;
  /** The generation's points so far, as text. */
  #keys: string[] = [];
  /** Answers that the next update of an asynchronous method is made of. */
  #arrived: { readonly x: ArrayLike<number>; readonly value: number }[] = [];
  /** Generations in a row without a new point. */
  #idle = 0;

  constructor(space: Space, options: OptimizerOptions = {}) {
    const { maxEvaluations, seed } = resolveOptions(optimizerOptions, options);
    this.#codec = new SpaceCodec(space);
    this.#space = space;
    this.#options = options;
    this.#maxEvaluations = maxEvaluations ?? 100 * this.#codec.dimension;
    this.#random = randomOf(seed).split(1);
    this.#anywhere = new Search(this.#codec.box(), 1);
  }

  /** The best point so far; undefined before there is a value. */
  get best(): Found<P> | undefined {
    return this.#best && { point: structuredClone(this.#best.point) as P, value: this.#best.value };
  }

  /** Points that were given out and not yet told. */
  get pending(): number {
    return this.#open.size;
  }

  /**
   * Points to evaluate: as many as are wanted, fewer where a generation waits for answers or the budget has no room. None while nothing
   * is pending: it is over, see `status`.
   */
  ask(count = 1): Trial<P>[] {
    checkInteger(count, 'count', { min: 1 });
    this.#events.push(count);
    const trials: Trial<P>[] = [];
    while (trials.length < count) {
      const x = this.#next();
      if (!x) break;
      const [id, point] = [this.asked++, this.#codec.decode(x)];
      const key = JSON.stringify(point);
      this.#known.set(key, undefined);
      this.#open.set(id, { key, point, x: Float64Array.from(x) });
      trials.push({ id, point: structuredClone(point) as P });
    }
    return trials;
  }

  /**
   * The value of a point, or `'failed'`; a value that is not finite is a failure as well.
   *
   * @throws {InvalidInputError} `id` if it was not given out or was told before
   */
  tell(id: number, value: number | 'failed'): void {
    const trial = this.#open.get(id);
    if (!trial) throw new InvalidInputError(`${id} is not pending`, { argument: 'id', code: 'unknown' });
    if (value !== 'failed' && typeof value !== 'number') {
      const problem = `expected a number, got ${typeof value}`;
      throw new InvalidInputError(problem, { argument: 'value', code: 'type' });
    }
    const number = typeof value === 'number' && Number.isFinite(value) ? value : Infinity;
    this.#events.push([id, number === Infinity ? null : number]);
    this.#open.delete(id);
    if (number === Infinity) this.failures++;
    this.#arrived.push({ x: trial.x, value: number });
    this.#note(trial.key, trial.point, number, id);
    this.#settle();
  }

  /**
   * A value that is known already: it counts for the best point, is not asked for, and before the first `ask` the best of them is where the
   * search begins.
   *
   * @throws {InvalidInputError} if `point` is none of the space, or `value` no finite number
   */
  add(point: P, value: number): void {
    this.#codec.check(point, 'point');
    checkNumber(value, 'value');
    const plain = structuredClone(point) as SpacePoint;
    this.#events.push([plain, value]);
    this.#note(JSON.stringify(plain), plain, value, -1);
  }

  /** Plain data from which `Optimizer.fromJSON` goes on. */
  toJSON(): OptimizerState {
    return { space: this.#space, options: this.#options, events: this.#events.slice() };
  }

  /**
   * The optimizer in the state that `toJSON` gave, or that a file of its events is left in by a crash.
   *
   * @throws {InvalidInputError} `state` if its events do not fit each other
   */
  static fromJSON<P = number[]>(state: OptimizerState): Optimizer<P> {
    checkObject(state, 'state');
    const optimizer = new Optimizer<P>(state.space, state.options);
    checkList(state.events, 'state.events');
    for (const event of state.events) {
      if (typeof event === 'number') optimizer.ask(event);
      else if (typeof event[0] === 'number') optimizer.tell(event[0], (event[1] as number | null) ?? 'failed');
      else optimizer.add(event[0] as P, event[1] as number);
    }
    return optimizer;
  }

  #note(key: string, point: SpacePoint, value: number, id: number): void {
    this.#known.set(key, value);
    if (value === Infinity) return;
    const best = this.#best;
    if (!best || value < best.value || (value === best.value && id < best.id)) this.#best = { id, point, value };
  }

  #end(status: Status, reason: string): void {
    const isHopeless = !this.#best && this.asked > 0;
    [this.status, this.reason] = isHopeless ? ['stalled', 'every evaluation has failed'] : [status, reason];
  }

  /** The coordinates of the next point; nothing where none is to be had now, or at the end. */
  #next(): Float64Array | undefined {
    this.#settle();
    const question = this.#question;
    if (this.status !== undefined || !question || this.asked >= this.#maxEvaluations) return undefined;
    if (this.#keys.length < question.count) {
      const x = this.#slot(question);
      this.#keys.push(this.#keyOf(x));
      return x;
    }
    return this.#idle >= IDLE || this.#options.asynchronous ? this.#fresh(question) : undefined;
  }

  /** Passes over points that are known, hands complete generations to the method, and notices the end. */
  #settle(): void {
    const { targetValue = -Infinity, asynchronous = false } = this.#options;
    for (;;) {
      if (this.status !== undefined) return;
      if (asynchronous && this.#best && this.#best.value <= targetValue)
        return void this.#end('converged', `the value ${this.#best.value} is at most the target`);
      const question = this.#question;
      while (question && this.#keys.length < question.count) {
        const key = this.#keyOf(this.#slot(question));
        if (!this.#known.has(key)) break;
        this.#keys.push(key);
      }
      if (this.#isComplete(asynchronous)) {
        if (this.#idle < IDLE || this.#arrived.length > 0) this.#resume(asynchronous);
        else break;
      } else break;
    }
    if (this.#open.size > 0) return;
    if (this.#known.size >= this.#codec.size) this.#end('converged', 'every point of the space was evaluated');
    else if (this.asked >= this.#maxEvaluations)
      this.#end('iteration-limit', `maxEvaluations = ${this.#maxEvaluations} was reached`);
  }

  /** The coordinates of the first point of the generation that was not given out. */
  #slot({ points }: Questions): Float64Array {
    const d = this.#codec.dimension;
    return points.subarray(this.#keys.length * d, (this.#keys.length + 1) * d);
  }

  #keyOf(x: Float64Array): string {
    return JSON.stringify(this.#codec.decode(x));
  }

  /** Whether all is there that the method waits for. */
  #isComplete(asynchronous: boolean): boolean {
    const question = this.#question;
    if (!question) return true;
    if (asynchronous && question.sample && this.#arrived.length >= question.count) return true;
    return this.#keys.length === question.count && this.#keys.every((key) => this.#known.get(key) !== undefined);
  }

  /** Hands the values of a generation to the method, which asks for the next one. */
  #resume(asynchronous: boolean): void {
    const question = this.#question;
    let values = Float64Array.from(this.#keys, (key) => this.#known.get(key) as number);
    if (asynchronous && question?.sample && this.#arrived.length >= question.count) {
      const arrived = this.#arrived.slice(0, question.count);
      for (const [k, { x }] of arrived.entries()) question.points.set(x, k * this.#codec.dimension);
      question.isReplaced = true;
      values = Float64Array.from(arrived, ({ value }) => value);
    }
    this.#idle = question && this.#arrived.length === 0 ? this.#idle + 1 : 0;
    this.#arrived = [];
    this.#keys = [];
    this.#steps ??= this.#begin();
    const step = this.#steps.next(values);
    if (!step.done) this.#question = step.value;
    else this.#end(step.value.status, step.value.reason);
  }

  /** The method, from the best point that is known. */
  #begin(): ReturnType<Method> {
    const { method = 'cma-es', concurrency = 1, seed = 0, targetValue, asynchronous } = this.#options;
    const box = {
      ...this.#codec.box(this.#best?.point),
      ...(targetValue !== undefined && !asynchronous && { target: targetValue }),
    };
    // What counts here are the points that are given out: methods may come to known ones, which are free.
    return METHODS[method](box, { population: concurrency, maxEvaluations: Number.MAX_SAFE_INTEGER, seed });
  }

  /** A point that is not known, of the method or from anywhere. */
  #fresh({ sample }: Questions): Float64Array | undefined {
    const x = new Float64Array(this.#codec.dimension);
    for (let trial = 0; trial < 1000; trial++) {
      if (trial < 10 && sample && this.#idle < IDLE) x.set(sample());
      else x.set(this.#anywhere.place(this.#anywhere.draw(this.#random, 1, x), 1));
      if (!this.#known.has(this.#keyOf(x))) return x;
    }
    return undefined;
  }
}

/** Generations without a new point after which points are drawn from anywhere. */
const IDLE = 20;

/** A trial without an answer: its point, also as text, and as coordinates. */
interface Open {
  readonly key: string;
  readonly point: SpacePoint;
  readonly x: Float64Array;
}
