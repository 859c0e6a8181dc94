// The main function: minimizes a function that is slow, may run elsewhere and may fail.
import type { RunReport } from '@infimum/core';
import { checkFunction, checkInteger, checkList, checkNumber, checkObject, fault } from '@infimum/core';
import type { ValueOptions } from './optimizer.ts';
import { Optimizer } from './optimizer.ts';
import type { Space, SpacePoint } from './space.ts';

/** An answer, in order of arrival; a file with one line of JSON for each lets a run be resumed. */
export interface JournalEntry {
  /** Number of the point in the order of asking. */
  readonly id: number;
  /** The point. */
  readonly x: SpacePoint;
  /** f(x); absent if it failed. */
  readonly value?: number;
  /** Why it failed. */
  readonly failure?: string;
  /** Seconds that it took. */
  readonly seconds: number;
}

/** Options of `minimizeBlackBox`. */
export type MinimizeBlackBoxOptions = ValueOptions & {
  /** How often a failed evaluation is repeated before it counts as failed; 0 by default. */
  readonly retries?: number;
  /** Answers of a run with the same space and options that was interrupted. */
  readonly journal?: readonly JournalEntry[];
  /** Called after every answer, to save it. */
  readonly onAnswer?: (entry: JournalEntry) => void | Promise<void>;
  /** Ends the run; also passed to the function. */
  readonly signal?: AbortSignal;
  /** Time limit in seconds, at most 2e6; ends the run as `signal` does. */
  readonly maxSeconds?: number;
};

/** The result, and how the run ended: `converged` if the target was reached or the space is exhausted; iterations are generations. */
export interface Minimum<Point> extends Omit<RunReport, 'trace'> {
  /** The best point; undefined if every evaluation failed. */
  x: Point | undefined;
  /** Its value, or the mean of its noisy values; Infinity if every evaluation failed. */
  value: number;
  /** How many evaluations were answered, failures included. */
  evaluations: {
    /** Calls of f that were answered. */
    value: number;
  };
  /** Evaluations that failed. */
  failures: number;
  /** All answers in the order in which they came; evaluations interrupted by an abort are not included. */
  journal: JournalEntry[];
}

/**
 * Minimizes a function, asynchronous or not, of numbers, integers and choices, with up to `concurrency` evaluations at a time. The result
 * depends on the values alone and not on the order in which they arrive, unless `asynchronous`. An exception, a rejection or a value that is
 * not finite is a failure: repeated `retries` times, then ranked last, counted, and never the best. `Optimizer` is the same with `ask` and
 * `tell`.
 *
 * @param objective - f(x, signal)
 * @param space - `{ lower, upper }`, for which f gets a list of numbers, or named variables, for which it gets a record
 * @throws {InvalidInputError} naming the variable or option at fault; `journal` if it is of another run
 *
 * @example
 * ```ts
 * import { minimizeBlackBox } from '@infimum/blackbox';
 *
 * const slow = async ([x = 0, y = 0]: number[]) => {
 *   if (x > 4.9) throw new Error('the simulation has crashed');
 *   return (x - 2) ** 2 + (y + 1) ** 2;
 * };
 * const options = { concurrency: 8, maxEvaluations: 400 };
 * const { x, failures } = await minimizeBlackBox(slow, { lower: [-5, -5], upper: [5, 5] }, options);
 * console.log(x?.map((entry) => entry.toFixed(2)).join(' '), failures < 20); // 2.00 -1.00 true
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
 * const { x } = await minimizeBlackBox(
 *   ({ rate, layers, method }: { rate: number; layers: number; method: string }) =>
 *     Math.log10(rate / 1e-3) ** 2 + (layers - 3) ** 2 + (method === 'adam' ? 0 : 1),
 *   space,
 *   { maxEvaluations: 300 },
 * );
 * console.log(x?.layers, x?.method); // 3 adam
 * ```
 */
export async function minimizeBlackBox<P = number[]>(
  objective: (x: P, signal?: AbortSignal) => number | Promise<number>,
  space: Space,
  options: MinimizeBlackBoxOptions = {},
): Promise<Minimum<P>> {
  checkFunction(objective, 'objective');
  checkObject(options, 'options');
  const { retries = 0, journal: past = [], onAnswer, signal: own, maxSeconds, ...settings } = options;
  checkInteger(retries, 'retries', { min: 0, max: 1000 });
  if (maxSeconds !== undefined) checkNumber(maxSeconds, 'maxSeconds', { min: 0, max: 2e6 });
  if (onAnswer !== undefined) checkFunction(onAnswer, 'onAnswer');
  const known = checkJournal(past);
  const optimizer = new Optimizer<P>(space, { ...settings, rankings: false });
  const limit = maxSeconds === undefined ? undefined : AbortSignal.timeout(Math.ceil(1000 * maxSeconds));
  const signal = own && limit ? AbortSignal.any([own, limit]) : (own ?? limit);
  const journal: JournalEntry[] = [];
  const start = performance.now();
  let lastTurn = start;
  let wake = () => {};

  /** Evaluates until nothing is left to do; waits while pending answers may bring more points. */
  async function work(): Promise<void> {
    while (!signal?.aborted) {
      // Objectives that answer at once would block timers, and with them aborts.
      if (performance.now() - lastTurn > 16) {
        await new Promise((resume) => setTimeout(resume, 0));
        lastTurn = performance.now();
        continue;
      }
      const [trial] = optimizer.ask();
      if (!trial) {
        if (optimizer.pending === 0) return;
        await answered();
        continue;
      }
      const entry = known.get(trial.id) ?? (await evaluate(trial.id, trial.x));
      if (!entry) return;
      if (JSON.stringify(entry.x) !== JSON.stringify(trial.x)) {
        throw fault(`is from another run: answer ${trial.id} belongs to another point`, 'journal', 'unsupported', trial.id);
      }
      if (!known.has(trial.id)) await onAnswer?.(entry);
      journal.push(entry);
      optimizer.tell(trial.id, entry.value ?? 'failed');
      wake();
    }
  }

  let waiting: Promise<void> | undefined;
  function answered(): Promise<void> {
    waiting ??= new Promise((resume) => {
      wake = () => {
        waiting = undefined;
        resume();
      };
      signal?.addEventListener('abort', wake, { once: true });
    });
    return waiting;
  }

  /** The answer; undefined where an abort has interrupted it: it is requested again when the run resumes. */
  async function evaluate(id: number, x: P): Promise<JournalEntry | undefined> {
    const began = performance.now();
    let failure = '';
    const seconds = () => (performance.now() - began) / 1000;
    const copy = structuredClone(x) as SpacePoint;
    for (let trial = 0; trial <= retries && !(trial > 0 && signal?.aborted); trial++) {
      try {
        const value: unknown = await objective(structuredClone(x), signal);
        if (typeof value === 'number' && Number.isFinite(value)) return { id, x: copy, value, seconds: seconds() };
        failure = `the value is ${typeof value === 'number' ? value : `a ${typeof value}`}`;
      } catch (error) {
        failure = error instanceof Error ? error.message : String(error);
      }
    }
    return signal?.aborted ? undefined : { id, x: copy, failure, seconds: seconds() };
  }

  const workers = Math.min(settings.concurrency ?? 1, settings.maxEvaluations ?? Infinity);
  await Promise.all(Array.from({ length: workers }, work));
  let [status, reason] = [optimizer.status ?? 'stalled', optimizer.reason];
  if (own?.aborted) [status, reason] = ['aborted', 'the signal was aborted'];
  else if (limit?.aborted) [status, reason] = ['time-limit', `maxSeconds = ${maxSeconds} was reached`];
  const { best } = optimizer;
  return {
    x: best?.x,
    value: best?.value ?? Infinity,
    evaluations: { value: journal.length },
    failures: optimizer.failures,
    ...{ status, reason, iterations: optimizer.iterations, seconds: (performance.now() - start) / 1000 },
    journal,
  };
}

function checkJournal(journal: readonly JournalEntry[]): Map<number, JournalEntry> {
  checkList(journal, 'journal');
  for (const [k, entry] of journal.entries()) {
    checkObject(entry, `journal[${k}]`);
    checkInteger(entry.id, `journal[${k}].id`, { min: 0 });
    if (entry.value !== undefined) checkNumber(entry.value, `journal[${k}].value`);
  }
  return new Map(journal.map((entry) => [entry.id, entry]));
}
