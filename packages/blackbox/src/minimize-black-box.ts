// The front door: minimises a function that takes its time, runs elsewhere and sometimes fails. Answers may come in any order; the
// journal of all answers is the state, and a run that was killed goes on from it to the same result.
import type { Conclusion, Status } from '@infimum/core';
import {
  checkChoice,
  checkFunction,
  checkInteger,
  checkList,
  checkNumber,
  checkNumbers,
  checkObject,
  InvalidInputError,
} from '@infimum/core';
import type { BestPoint, BlackBox, Questions } from './continuous/black-box.ts';
import { cboSteps } from './continuous/cbo.ts';
import { cmaEsSteps } from './continuous/cma-es.ts';
import { randomSearchSteps } from './continuous/random-search.ts';

/** A variable. */
export type Variable =
  | {
      /** A real number. */
      readonly type: 'float';
      /** Least value. */
      readonly lower: number;
      /** Largest value. */
      readonly upper: number;
      /** Whether its logarithm is searched evenly. */
      readonly log?: boolean;
    }
  | {
      /** A whole number. */
      readonly type: 'integer';
      /** Least value. */
      readonly lower: number;
      /** Largest value. */
      readonly upper: number;
      /** Whether its logarithm is searched evenly. */
      readonly log?: boolean;
    }
  | {
      /** One of some values. */
      readonly type: 'choice';
      /** Those values. */
      readonly choices: readonly (string | number | boolean)[];
    };

/** An answer, as it came; one line of JSON each makes a file from which a run can go on. */
export interface JournalEntry {
  /** Number of the point in the order of asking. */
  readonly id: number;
  /** The point. */
  readonly point: Readonly<Record<string, string | number | boolean>> | readonly number[];
  /** f(point); absent if it failed. */
  readonly value?: number;
  /** Why it failed. */
  readonly failure?: string;
  /** Seconds that it took. */
  readonly seconds: number;
}

/** How to minimise. */
export interface MinimizeOptions {
  /** Named variables; the function then gets a record. Either this or `bounds`. */
  readonly space?: Readonly<Record<string, Variable>>;
  /** One pair a variable; the function then gets an array. */
  readonly bounds?: readonly (readonly [lower: number, upper: number])[];
  /** Evaluations, failed ones included; 100 times the number of variables by default. */
  readonly maxEvaluations?: number;
  /** Evaluations at a time; 1 by default. */
  readonly concurrency?: number;
  /** `cma-es` by default; `cbo` for many minima; `random-search`. */
  readonly method?: 'cma-es' | 'cbo' | 'random-search';
  /** How often a failed evaluation is repeated before it counts as failed; 0 by default. */
  readonly retries?: number;
  /** Value at which to stop. */
  readonly targetValue?: number;
  /** Seed of everything random; 0 by default. */
  readonly seed?: number;
  /** Answers of a run with the same options that was interrupted. */
  readonly journal?: readonly JournalEntry[];
  /** Called after every answer, to save it. */
  readonly onAnswer?: (entry: JournalEntry) => void | Promise<void>;
  /** Ends the run; handed to the function as well. */
  readonly signal?: AbortSignal;
}

/** What was found. */
export interface Minimum<Point> {
  /** The best point; undefined if every evaluation failed. */
  point: Point | undefined;
  /** Its value; Infinity if every evaluation failed. */
  value: number;
  /** Values that came back. */
  evaluations: number;
  /** Evaluations that failed. */
  failures: number;
  /** `converged` if the target was reached, else why it ended. */
  status: Status;
  /** Why the search ended. */
  reason: string;
  /** All answers in the order in which they came. */
  journal: JournalEntry[];
}

/**
 * Minimises a function, asynchronous or not, over numbers, integers and choices between bounds, up to `parallel` evaluations at a
 * time. The result depends on the values alone and not on the order in which they arrive. An exception, a rejection or a value that is not
 * finite is a failure: repeated `retries` times, then ranked last, counted, and never the best.
 *
 * @param objective - f(point, signal)
 * @param options - `space` or `bounds`, `budget`, `parallel`, `journal`
 * @throws {InvalidInputError} naming the option at fault; `journal` if it is of another run
 *
 * @example
 * ```ts
 * import { minimizeBlackBox } from '@infimum/blackbox';
 *
 * const slow = async ([x, y]: number[]) => {
 *   if (x > 4.9) throw new Error('the simulation has crashed');
 *   return (x - 2) ** 2 + (y + 1) ** 2;
 * };
 * const { point, failures } = await minimizeBlackBox(slow, { bounds: [[-5, 5], [-5, 5]], parallel: 8, budget: 400 });
 * console.log(point?.map((entry) => entry.toFixed(2)).join(' '), failures < 20); // 2.00 -1.00 true
 * ```
 *
 * @example
 * ```ts
 * import { minimizeBlackBox } from '@infimum/blackbox';
 *
 * const space = {
 *   rate: { type: 'float', lower: 1e-5, upper: 1, log: true },
 *   layers: { type: 'integer', lower: 1, upper: 8 },
 *   method: { type: 'choice', choices: ['sgd', 'adam'] },
 * } as const;
 * const { point } = await minimizeBlackBox(
 *   ({ rate, layers, method }: { rate: number; layers: number; method: string }) =>
 *     Math.log10(rate / 1e-3) ** 2 + (layers - 3) ** 2 + (method === 'adam' ? 0 : 1),
 *   { space, budget: 300 },
 * );
 * console.log(point?.layers, point?.method); // 3 adam
 * ```
 */
export async function minimizeBlackBox<P = number[]>(
  objective: (point: P, signal?: AbortSignal) => number | Promise<number>,
  options: MinimizeOptions,
): Promise<Minimum<P>> {
  checkObject(options, 'options');
  const variables = checkOptions(objective, options);
  const { maxEvaluations = 100 * variables.length, signal, journal: past = [] } = options;
  const d = variables.length;
  const blackBox: BlackBox = {
    dimension: d,
    value: () => Number.NaN,
    lower: new Float64Array(d),
    upper: new Float64Array(d).fill(1),
    ...(options.targetValue !== undefined && { target: options.targetValue }),
  };
  const evaluator = new Evaluator(
    objective as (point: unknown, signal?: AbortSignal) => number | Promise<number>,
    options,
    variables,
    past,
  );
  const steps = stepsOf(blackBox, maxEvaluations, options);
  const end = (status: Status, reason: string) => evaluator.report<P>(status, reason);
  let step = steps.next(new Float64Array(0));
  let lastTurn = performance.now();
  while (!step.done) {
    // Objectives that answer at once would keep timers, and with them aborts, from ever being heard.
    if (performance.now() - lastTurn > 16) {
      await new Promise((resume) => setTimeout(resume, 0));
      lastTurn = performance.now();
    }
    if (signal?.aborted) return end('aborted', 'the signal was aborted');
    const { points, count } = step.value;
    const room = Math.min(count, maxEvaluations - evaluator.asked);
    const values = await evaluator.evaluate(points, count, room);
    if (signal?.aborted) return end('aborted', 'the signal was aborted');
    step = steps.next(values);
  }
  const { status, reason } = step.value as Conclusion<BestPoint>;
  if (evaluator.isHopeless) return end('stalled', 'every evaluation has failed');
  return end(
    status,
    status === 'iteration-limit' ? `the budget of ${maxEvaluations} evaluations is spent` : reason,
  );
}

function stepsOf(
  blackBox: BlackBox,
  maxEvaluations: number,
  { method = 'cma-es', concurrency = 1, seed = 0 }: MinimizeOptions,
): Generator<Questions, Conclusion<BestPoint>, Float64Array> {
  const shared = { maxEvaluations, seed };
  const d = blackBox.dimension;
  if (method === 'cbo') return cboSteps(blackBox, { ...shared, population: Math.max(50, concurrency) });
  if (method === 'random-search')
    return randomSearchSteps(blackBox, { ...shared, population: Math.max(1, concurrency) });
  // A generation is at least as large as what runs at a time, so that nothing stands idle.
  const population = Math.max(4 + Math.floor(3 * Math.log(d)), concurrency);
  return cmaEsSteps(blackBox, {
    ...shared,
    population,
    ...(d > 1000 && { covariance: 'separable' as const }),
  });
}

/** Evaluates generations, some points at a time, and keeps the journal. */
class Evaluator {
  asked = 0;
  readonly #objective: (point: unknown, signal?: AbortSignal) => number | Promise<number>;
  readonly #options: MinimizeOptions;
  readonly #variables: readonly Variable[];
  readonly #past: ReadonlyMap<number, JournalEntry>;
  readonly #journal: JournalEntry[] = [];

  constructor(
    objective: (point: unknown, signal?: AbortSignal) => number | Promise<number>,
    options: MinimizeOptions,
    variables: readonly Variable[],
    past: readonly JournalEntry[],
  ) {
    this.#objective = objective;
    this.#options = options;
    this.#variables = variables;
    this.#past = new Map(past.map((entry) => [entry.id, entry]));
  }

  get isHopeless(): boolean {
    return this.#journal.length > 0 && this.#journal.every(({ value }) => value === undefined);
  }

  /** The values of the first `room` points; those beyond the budget are not asked for. */
  async evaluate(points: Float64Array, count: number, room: number): Promise<Float64Array> {
    const values = new Float64Array(count).fill(Number.NaN);
    const d = this.#variables.length;
    const first = this.asked;
    this.asked += room;
    let next = 0;
    const labour = async () => {
      while (next < room && !this.#options.signal?.aborted) {
        const i = next++;
        const entry = await this.#answer(first + i, points.subarray(i * d, (i + 1) * d));
        this.#journal.push(entry);
        values[i] = entry.value ?? Number.NaN;
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.#options.concurrency ?? 1, room) }, labour));
    return values;
  }

  async #answer(id: number, u: Float64Array): Promise<JournalEntry> {
    const point = this.#pointOf(u);
    const known = this.#past.get(id);
    if (known) {
      if (JSON.stringify(known.point) === JSON.stringify(point)) return known;
      const complaint = `is of another run: answer ${id} was to another point`;
      throw new InvalidInputError(complaint, { argument: 'journal', code: 'unsupported', index: id });
    }
    const start = performance.now();
    let failure = '';
    for (let trial = 0; trial <= (this.#options.retries ?? 0); trial++) {
      try {
        const value = await this.#objective(structuredClone(point), this.#options.signal);
        if (Number.isFinite(value))
          return this.#note({ id, point, value, seconds: (performance.now() - start) / 1000 });
        failure = `the value is ${value}`;
      } catch (error) {
        failure = error instanceof Error ? error.message : String(error);
      }
      if (this.#options.signal?.aborted) break;
    }
    return this.#note({ id, point, failure, seconds: (performance.now() - start) / 1000 });
  }

  async #note(entry: JournalEntry): Promise<JournalEntry> {
    // What an abort has interrupted is no answer: it is asked for again when the run goes on.
    if (!(this.#options.signal?.aborted && entry.value === undefined)) await this.#options.onAnswer?.(entry);
    return entry;
  }

  #pointOf(u: Float64Array): JournalEntry['point'] {
    const numbers = this.#variables.map((variable, j) => decode(variable, u[j]));
    const { space } = this.#options;
    if (!space) return numbers as number[];
    return Object.fromEntries(Object.keys(space).map((name, j) => [name, numbers[j]]));
  }

  report<P>(status: Status, reason: string): Minimum<P> {
    let best: JournalEntry | undefined;
    for (const entry of this.#journal) {
      const { value, id } = entry;
      if (value === undefined) continue;
      const isBetter =
        best?.value === undefined || value < best.value || (value === best.value && id < best.id);
      if (isBetter) best = entry;
    }
    return {
      point: best?.point as P | undefined,
      value: best?.value ?? Infinity,
      evaluations: this.#journal.length,
      failures: this.#journal.filter(({ value }) => value === undefined).length,
      status,
      reason,
      journal: this.#journal,
    };
  }
}

/** The value of a variable at u in [0, 1]. */
function decode(variable: Variable, u: number): string | number | boolean {
  if (variable.type === 'choice') {
    return variable.choices[Math.min(variable.choices.length - 1, Math.floor(u * variable.choices.length))];
  }
  const { type, lower, upper, log } = variable;
  const [low, high] = type === 'integer' ? [lower - 0.5, upper + 0.5] : [lower, upper];
  const [from, to] = log ? [Math.log(Math.max(low, lower / 2)), Math.log(high)] : [low, high];
  const value = log ? Math.exp(from + u * (to - from)) : from + u * (to - from);
  return Math.max(lower, Math.min(upper, type === 'integer' ? Math.round(value) : value));
}

function checkOptions(objective: unknown, options: MinimizeOptions): Variable[] {
  if (typeof objective !== 'function') {
    throw new InvalidInputError('expected a function', { argument: 'objective', code: 'type' });
  }
  const {
    space,
    bounds,
    maxEvaluations,
    concurrency,
    method,
    retries,
    targetValue,
    seed,
    journal,
    onAnswer,
  } = options ?? {};
  if ((space === undefined) === (bounds === undefined)) {
    throw new InvalidInputError('give either space or bounds', { argument: 'space', code: 'missing' });
  }
  if (bounds !== undefined && !Array.isArray(bounds)) {
    throw new InvalidInputError('expected pairs of numbers', { argument: 'bounds', code: 'type' });
  }
  if (bounds !== undefined)
    for (let j = 0; j < bounds.length; j++) checkNumbers(bounds[j], `bounds[${j}]`, 2);
  const variables: Variable[] = space
    ? Object.values(space)
    : (bounds ?? []).map(([lower, upper]) => ({ type: 'float' as const, lower, upper }));
  if (variables.length === 0)
    throw new InvalidInputError('has no variable', { argument: space ? 'space' : 'bounds', code: 'empty' });
  for (const [j, variable] of variables.entries())
    checkVariable(variable, space ? `space.${Object.keys(space)[j]}` : `bounds[${j}]`);
  if (maxEvaluations !== undefined) checkInteger(maxEvaluations, 'budget', { min: 1 });
  if (concurrency !== undefined) checkInteger(concurrency, 'parallel', { min: 1, max: 100_000 });
  if (retries !== undefined) checkInteger(retries, 'retries', { min: 0, max: 1000 });
  if (onAnswer !== undefined) checkFunction(onAnswer, 'onAnswer');
  if (journal !== undefined) checkList(journal, 'journal');
  for (let k = 0; k < (journal?.length ?? 0); k++) checkObject(journal?.[k], `journal[${k}]`);
  if (seed !== undefined) checkInteger(seed, 'seed', { min: 0 });
  if (targetValue !== undefined) checkNumber(targetValue, 'target');
  if (method !== undefined) checkChoice(method, 'method', ['cma-es', 'cbo', 'random-search']);
  return variables;
}

function checkVariable(variable: Variable, argument: string): void {
  checkChoice(variable?.type, `${argument}.type`, ['float', 'integer', 'choice']);
  if (variable.type === 'choice') {
    if (Array.isArray(variable.choices) && variable.choices.length > 0) return;
    throw new InvalidInputError('has no choices', { argument: `${argument}.choices`, code: 'empty' });
  }
  const check: (value: unknown, argument: string, bounds: { above?: number; min?: number }) => void =
    variable.type === 'integer' ? checkInteger : checkNumber;
  check(variable.lower, `${argument}.lower`, variable.log ? { above: 0 } : {});
  check(variable.upper, `${argument}.upper`, { min: variable.lower });
}
