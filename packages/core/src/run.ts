// The driver: stops, observes and times algorithms, and answers their questions.
import { fault } from './errors.ts';
import type { AsyncSteps, Conclusion, Iterate, Steps } from './steps.ts';
import { areFinite, checkFunction, checkInteger, checkMethods, checkNumber, checkObject, wrongType } from './validate.ts';

/** Why a run ended. */
export type Status = 'converged' | 'stalled' | 'iteration-limit' | 'time-limit' | 'aborted';

/** Limits and observers, the same for every algorithm. */
export interface RunOptions<I = Iterate<unknown>> {
  /** Ends the run with status `aborted` at the next iteration. */
  readonly signal?: AbortSignal;
  /** Called with every iterate, the starting point first. The iterate is valid during the call. */
  readonly onIteration?: (iterate: I) => void;
  /** Wall-clock limit in seconds, checked once an iteration; no limit by default. */
  readonly maxSeconds?: number;
  /** Record the numbers of every iterate in `outcome.trace`; off by default. */
  readonly trace?: boolean;
}

/** `RunOptions` where no record of options states the iteration limit. */
export interface LimitOptions<I = Iterate<unknown>> extends RunOptions<I> {
  /** Iteration limit; none by default. */
  readonly maxIterations?: number | undefined;
}

/** The numeric fields of an iterate, with the seconds since the start. */
export type TraceRow<I> = {
  readonly [Key in keyof I as I[Key] extends number ? Key : never]: I[Key];
} & {
  /** Seconds since the start. */
  readonly seconds: number;
};

/** How a run ended, beside the solution's own fields. */
export interface RunReport<I = Iterate<unknown>> {
  /** Why it ended. */
  readonly status: Status;
  /** One sentence for people. */
  readonly reason: string;
  /** Iterations done. */
  readonly iterations: number;
  /** Wall-clock seconds from the first step. */
  readonly seconds: number;
  /** One row an iterate, when `trace` was asked for. */
  readonly trace?: readonly TraceRow<I>[];
}

/** The solution's own fields and how the run ended. */
export type Outcome<Solution, I = Iterate<unknown>> = Solution & RunReport<I>;

/** Present exactly where the algorithm asks: no argument for plain iterations, the answerer for coroutines. */
export type Answerer<I, Answer> = [Answer] extends [undefined] ? [] : [answer: (iterate: I) => Answer];

/** As `Answerer`, where the answer may take time. */
export type AsyncAnswerer<I, Answer> = [Answer] extends [undefined] ? [] : [answer: (iterate: I) => Answer | Promise<Answer>];

/**
 * Runs an algorithm until it ends or reaches a limit. A limit is a status of the outcome, never an exception. A
 * solution that contains NaN is `stalled`, even if the algorithm reports `converged`.
 *
 * @param steps - the generator of the algorithm
 * @param answerer - for algorithms that ask: computes the answer to an iterate's question
 * @throws {InvalidInputError} for options out of range; errors of the generator pass through
 *
 * @example
 * ```ts
 * import { converged, run, type Iterate, type Steps } from '@infimum/core';
 *
 * // Heron's square root, written as steps.
 * function* squareRoot(a: number): Steps<{ root: number }, Iterate<{ root: number }> & { residual: number }> {
 *   let root = a;
 *   for (let iteration = 0; ; iteration++) {
 *     const residual = Math.abs(root * root - a);
 *     yield { iteration, residual, solution: () => ({ root }) };
 *     if (residual < 1e-12) return converged({ root }, 'the residual is below 1e-12');
 *     root = (root + a / root) / 2;
 *   }
 * }
 *
 * const outcome = run(squareRoot(2), { maxIterations: 50 });
 * console.log(outcome.status, outcome.root.toFixed(6)); // converged 1.414214
 * ```
 */
export function run<Solution extends object, I extends Iterate<Solution>, Answer = undefined>(
  steps: Steps<Solution, I, Answer>,
  options: LimitOptions<I> = {},
  ...answerer: Answerer<I, NoInfer<Answer>>
): Outcome<Solution, I> {
  checkMethods(steps, 'steps', ['next', 'return']);
  const watch = new Watch<Solution, I>(options);
  const answer = answerer[0] as ((iterate: I) => Answer) | undefined;
  if (answer !== undefined) checkFunction(answer, 'answerer');
  try {
    let step = steps.next(undefined as Answer);
    while (!step.done) {
      const stop = watch.observe(step.value);
      if (stop) return stop;
      step = steps.next(answer?.(step.value) as Answer);
    }
    return watch.conclude(step.value);
  } finally {
    // Algorithms free their workspaces in their own `finally`, however the run ended.
    steps.return(undefined as never);
  }
}

/**
 * As `run`, for answers or inputs that arrive over time; the same numbers bit for bit.
 *
 * Gives the event loop a turn between two iterations at least every 16 ms, so that timers, aborts and user
 * interfaces stay alive. An abort also ends the wait for an answer.
 *
 * @param steps - the generator, plain or asynchronous
 * @param answerer - for algorithms that ask: computes the answer to an iterate's question, now or later
 *
 * @example
 * ```ts
 * import { converged, runAsync, type Iterate, type Steps } from '@infimum/core';
 *
 * // Bisection that asks someone else for the sign of f.
 * type Question = Iterate<{ root: number }> & { point: number };
 * function* bisect(low: number, high: number): Steps<{ root: number }, Question, number> {
 *   for (let iteration = 0; high - low > 1e-9; iteration++) {
 *     const point = (low + high) / 2;
 *     const value = yield { iteration, point, solution: () => ({ root: point }) };
 *     if (value < 0) low = point;
 *     else high = point;
 *   }
 *   return converged({ root: (low + high) / 2 }, 'the bracket is below 1e-9');
 * }
 *
 * const outcome = await runAsync(bisect(0, 2), {}, async ({ point }) => point ** 2 - 2);
 * console.log(outcome.root.toFixed(6)); // 1.414214
 * ```
 */
export async function runAsync<Solution extends object, I extends Iterate<Solution>, Answer = undefined>(
  steps: Steps<Solution, I, Answer> | AsyncSteps<Solution, I, Answer>,
  options: LimitOptions<I> = {},
  ...answerer: AsyncAnswerer<I, NoInfer<Answer>>
): Promise<Outcome<Solution, I>> {
  checkMethods(steps, 'steps', ['next', 'return']);
  const watch = new Watch<Solution, I>(options);
  const answer = answerer[0] as ((iterate: I) => Answer | Promise<Answer>) | undefined;
  if (answer !== undefined) checkFunction(answer, 'answerer');
  const { signal } = options;
  let lastTurn = performance.now();
  try {
    let step = await steps.next(undefined as Answer);
    while (!step.done) {
      if (performance.now() - lastTurn > 16) {
        await new Promise((resume) => setTimeout(resume, 0));
        lastTurn = performance.now();
      }
      const stop = watch.observe(step.value);
      if (stop) return stop;
      const reply = answer && (await unlessAborted(answer(step.value), signal));
      if (reply === ABORTED) return watch.abort(step.value);
      step = await steps.next(reply as Answer);
    }
    return watch.conclude(step.value);
  } finally {
    await steps.return(undefined as never);
  }
}

const ABORTED = Symbol('aborted');

/** Waits for an answer until an abort, because the answerer may never answer. */
async function unlessAborted<Answer>(
  answer: Answer | Promise<Answer>,
  signal: AbortSignal | undefined,
): Promise<Answer | typeof ABORTED> {
  if (!signal) return answer;
  const { promise: aborted, resolve } = Promise.withResolvers<typeof ABORTED>();
  const onAbort = () => resolve(ABORTED);
  signal.addEventListener('abort', onAbort);
  try {
    return await Promise.race([answer, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Clock, limits and trace of one run. */
class Watch<Solution extends object, I extends Iterate<Solution>> {
  readonly #options: LimitOptions<I>;
  readonly #start = performance.now();
  readonly #trace: TraceRow<I>[] | undefined;
  #iterations = 0;

  constructor(options: LimitOptions<I>) {
    checkObject(options, 'options');
    const { maxSeconds = Infinity, maxIterations = Infinity, signal, onIteration } = options;
    if (maxSeconds !== Infinity) checkNumber(maxSeconds, 'maxSeconds', { min: 0 });
    if (maxIterations !== Infinity) checkInteger(maxIterations, 'maxIterations', { min: 0 });
    if (signal !== undefined && typeof (signal as AbortSignal | null)?.aborted !== 'boolean') {
      throw wrongType('an AbortSignal', signal, 'signal');
    }
    if (onIteration !== undefined) checkFunction(onIteration, 'onIteration');
    this.#options = options;
    this.#trace = options.trace ? [] : undefined;
  }

  /** Records an iterate; returns the outcome if a limit ends the run here. */
  observe(iterate: I): Outcome<Solution, I> | undefined {
    this.#iterations = iterate.iteration;
    this.#trace?.push(traceRow(iterate, this.#seconds()));
    this.#options.onIteration?.(iterate);
    const limit = this.#limit();
    return limit && this.#outcome(iterate.solution(), ...limit);
  }

  /** The outcome of a run whose signal was aborted while it waited for the answer to this iterate. */
  abort(iterate: I): Outcome<Solution, I> {
    return this.#outcome(iterate.solution(), 'aborted', 'the signal was aborted');
  }

  /** A comparison with NaN is false and may have looked like a reached tolerance: a solution with NaN is not a success. */
  conclude(conclusion: Conclusion<Solution> | undefined): Outcome<Solution, I> {
    if (typeof conclusion !== 'object' || conclusion === null) {
      throw fault('ended without a conclusion: were they run before?', 'steps', 'type');
    }
    const { solution, status, reason } = conclusion;
    checkObject(solution, 'steps.solution');
    const place = status === 'converged' ? placeOfNaN(solution) : undefined;
    if (place === undefined) return this.#outcome(solution, status, reason);
    return this.#outcome(solution, 'stalled', `${place} is NaN`);
  }

  #limit(): [Status, string] | undefined {
    const { signal, maxIterations = Infinity, maxSeconds = Infinity } = this.#options;
    if (signal?.aborted) return ['aborted', 'the signal was aborted'];
    if (this.#iterations >= maxIterations) {
      return ['iteration-limit', `maxIterations = ${maxIterations} was reached`];
    }
    if (maxSeconds < Infinity && this.#seconds() >= maxSeconds) {
      return ['time-limit', `maxSeconds = ${maxSeconds} was reached`];
    }
    return undefined;
  }

  #outcome(solution: Solution, status: Status, reason: string): Outcome<Solution, I> {
    const report: RunReport<I> = {
      status,
      reason,
      iterations: this.#iterations,
      seconds: this.#seconds(),
      ...(this.#trace && { trace: this.#trace }),
    };
    return Object.assign(solution, report);
  }

  #seconds(): number {
    return (performance.now() - this.#start) / 1000;
  }
}

/** Where a number of a solution is NaN, in its fields and theirs. */
function placeOfNaN(value: object, path = ''): string | undefined {
  for (const key of Object.keys(value)) {
    const field: unknown = (value as Readonly<Record<string, unknown>>)[key];
    const place = path + key;
    if (typeof field === 'number' && Number.isNaN(field)) return place;
    if (field instanceof Float64Array || field instanceof Float32Array) {
      const index = indexOfNaN(field);
      if (index >= 0) return `${place}[${index}]`;
    } else if (path === '' && typeof field === 'object' && field !== null && !ArrayBuffer.isView(field)) {
      const inner = placeOfNaN(field, `${place}.`);
      if (inner) return inner;
    }
  }
  return undefined;
}

function indexOfNaN(values: Float64Array | Float32Array): number {
  return areFinite(values) ? -1 : values.findIndex(Number.isNaN);
}

function traceRow<I extends object>(iterate: I, seconds: number): TraceRow<I> {
  const row: Record<string, number> = {};
  for (const [key, value] of Object.entries(iterate)) if (typeof value === 'number') row[key] = value;
  row['seconds'] = seconds;
  return row as TraceRow<I>;
}
