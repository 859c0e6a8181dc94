// Drives a solver through its steps with a clock that stands still while its solutions are judged.
import { types } from 'node:util';
import type { AnySolver, Iterate, Status } from '@infimum/core';
import { answererOf, parseWith } from '@infimum/core';
import type { Guard } from './guard.ts';
import type { Cell, Moment, RunEnd } from './messages.ts';
import { STATUSES, withoutRun } from './messages.ts';

/** Where solutions go and who watches. */
export interface DriveContext {
  readonly guard: Guard;
  /** Milliseconds; taken before any plug-in was loaded. */
  readonly clock: () => number;
  /** A solution as bytes. */
  readonly encode: (solution: object) => Buffer;
  /** Has a solution judged, and waits for it. */
  readonly judge: (moment: Moment, solution: Buffer) => void;
}

/** Samples between the first and the last; they lie evenly on a logarithmic time axis. */
const SAMPLES_BETWEEN = 58;
const FIRST_SAMPLE_SECONDS = 1e-4;
/** Of the budget, what samples on the way may take; where metrics are slow, samples are fewer and as evenly spread. */
const EVALUATION_SHARE = 0.25;
/** Metrics that take so many times the budget at the first iterate are computed once more only, at the end. */
const SLOW_METRICS = 4;
/** Of the seconds in `solution()`, as many as this share of the iterations' count as asked for by the sampling. */
const FREE_SHARE = 0.25;
/** What writing a solution as bytes may take: seconds, and bytes a second. */
const ENCODE_SECONDS = 0.01;
const ENCODE_RATE = 5e7;
/** Just-in-time compilation takes no longer. */
const WARM_UP_SECONDS = 0.25;

/** Seconds beyond the budget after which a step that does not come back counts as hanging. */
export function graceOf(budget: number): number {
  return Math.max(2, budget);
}

/**
 * Runs a solver on an instance until it ends or its budget is used up. The clock runs whenever code of the solver does:
 * in `declines()`, in `steps()`, between two iterates, and in `solution()`. That of asynchronous steps runs on while
 * solutions are judged, since their work may go on too.
 *
 * @throws what the solver throws, and an error when the solver's answers are malformed
 */
export async function drive(solver: AnySolver, instance: unknown, cell: Cell, context: DriveContext): Promise<RunEnd> {
  const timeline = new Timeline(cell.budget, context);
  const options = optionsOf(solver, cell);
  const declined = timeline.setUp(() => declines(solver, instance));
  if (declined !== undefined) return withoutRun('declined', declined);
  const steps = timeline.setUp(() => startSteps(solver, instance, options, cell.seed));
  const [answer] = answererOf(solver, instance) as [((question: unknown) => unknown)?];
  // Reading a question may run code of the solver's, which is charged then.
  const reply =
    answer &&
    ((question: unknown) =>
      isData(question) ? timeline.answer(() => answer(question)) : timeline.time(() => answer(question)));
  const next = steps.isAsync
    ? (question?: unknown) => timeline.wait(() => steps.next(question))
    : (question?: unknown) => timeline.time(() => readStep(steps.next(question)));
  try {
    let step = next();
    for (;;) {
      const { iterate, ending } = step instanceof Promise ? await step : step;
      if (ending) return timeline.end(ending.status, ending.reason, () => ending.solution);
      timeline.observe(iterate);
      if (timeline.seconds >= cell.budget) {
        return timeline.end('time-limit', `the budget of ${cell.budget} s was used up`, () => iterate.solution());
      }
      step = next(reply?.(iterate));
    }
  } finally {
    await close(steps, context.guard);
  }
}

/** Frees what the steps hold. */
async function close(steps: Steps, guard: Guard): Promise<void> {
  guard.allow('an iteration', graceOf(0));
  const closing = steps.return?.(undefined);
  if (steps.isAsync) await closing;
}

/** Whether a question is plain: data, lists of them and functions, which no problem calls. */
function isData(value: unknown, depth = 2): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (types.isProxy(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  if (ArrayBuffer.isView(value)) return VIEWS.has(prototype);
  if (depth < 0) return false;
  if (prototype !== Object.prototype && prototype !== Array.prototype) return false;
  return Object.values(Object.getOwnPropertyDescriptors(value)).every((own) => 'value' in own && isData(own.value, depth - 1));
}

const VIEWS = new Set<unknown>(
  [Float64Array, Float32Array, Int32Array, Int16Array, Int8Array, Uint32Array, Uint16Array, Uint8Array].map(
    (type) => type.prototype,
  ),
);

/** Why the solver does not take the instance. */
function declines(solver: AnySolver, instance: unknown): string | undefined {
  const answer: unknown = solver.declines?.(instance);
  if (answer === undefined || (typeof answer === 'string' && answer !== '')) return answer;
  throw new TypeError(`its declines() returned ${answer === '' ? 'no text' : typeof answer}, not a sentence`);
}

const optionsOf = (solver: AnySolver, { options, seed }: Cell) => {
  const parsed = parseWith(solver.options, options, 'options');
  return solver.options['seed'] ? { ...parsed, seed } : parsed;
};

/** What a solver's `steps` returned, of which little is known. */
interface Steps {
  readonly isAsync: boolean;
  next(answer?: unknown): unknown;
  return?(value: unknown): unknown;
}

function startSteps(solver: AnySolver, instance: unknown, options: object, seed: number): Steps {
  const steps = Object(solver.steps(instance as never, options as never, { seed }));
  if (typeof steps.next !== 'function') {
    const what = typeof steps.then === 'function' ? 'a promise: write `async *steps`, not `async steps`' : 'no generator';
    throw new TypeError(`its steps() returned ${what}`);
  }
  const isAsync = typeof steps[Symbol.asyncIterator] === 'function';
  return { isAsync, next: (answer) => steps.next(answer), return: (value) => steps.return?.(value) };
}

type Ending = { readonly status: Status; readonly reason: string; readonly solution: object };
type Step =
  | { readonly iterate: Iterate<object>; readonly ending?: undefined }
  | { readonly iterate?: undefined; readonly ending: Ending };

/** Plug-ins may be JavaScript, which no compiler has checked. */
function readStep(step: unknown): Step {
  const { done, value } = Object(step) as { done?: unknown; value?: unknown };
  if (done) return { ending: checkEnding(value) };
  const { iteration } = Object(value) as Iterate<object>;
  if (!Number.isSafeInteger(iteration) || iteration < 0) {
    throw new TypeError(`its steps yielded the iteration ${String(iteration)}, which is not a whole number`);
  }
  return { iterate: value as Iterate<object> };
}

function checkEnding(ending: unknown): Ending {
  const { status, reason, solution } = Object(ending);
  if (!STATUSES.includes(status)) throw new TypeError(`its steps ended with the status ${String(status)}`);
  if (typeof reason !== 'string' || reason === '') throw new TypeError(`its steps ended '${status}' without a reason`);
  if (typeof solution !== 'object' || solution === null) throw new TypeError(`its steps ended without a solution`);
  return { status, reason, solution };
}

/** Seconds of a solver's runs after which it counts as compiled. */
export const warmUpSeconds = ({ budget }: Pick<Cell, 'budget'>): number => Math.min(WARM_UP_SECONDS, budget / 5);

/**
 * Runs a solver for a moment: compilation and imports do not count, as they do not for other languages. The instance is another one than
 * that of the cell, so that nothing is learned of it before the clock runs.
 *
 * @returns the seconds that it took
 */
export async function warmUp(
  solver: AnySolver,
  instance: unknown,
  cell: Cell,
  { seconds, guard, clock }: { readonly seconds: number } & Pick<DriveContext, 'guard' | 'clock'>,
): Promise<number> {
  const begin = clock();
  const enough = begin + 1000 * seconds;
  guard.allow('an iteration of the warm-up', cell.budget + graceOf(cell.budget));
  if (declines(solver, instance) !== undefined) return 0;
  const steps = startSteps(solver, instance, optionsOf(solver, cell), cell.seed);
  const [answer] = answererOf(solver, instance) as [((question: unknown) => unknown)?];
  try {
    const next = (reply?: unknown) => {
      guard.allow('an iteration of the warm-up', cell.budget + graceOf(cell.budget));
      return steps.next(reply);
    };
    let step = next();
    for (let count = 0; clock() < enough; count++) {
      const { iterate } = readStep(steps.isAsync ? await step : step);
      if (!iterate) break;
      // As often as the run will ask for it: at growing distances.
      if ((count & (count - 1)) === 0) iterate.solution();
      step = next(answer?.(iterate));
    }
  } finally {
    await close(steps, guard);
  }
  return (clock() - begin) / 1000;
}

/** The clock and the samples of one run. */
class Timeline {
  readonly #budget: number;
  readonly #context: DriveContext;
  readonly #ratio: number;
  #setup = 0;
  /** Seconds between iterates. */
  #stepping = 0;
  /** Seconds of answers. */
  #answering = 0;
  /** When asynchronous steps began. */
  #begun: number | undefined;
  /** Seconds in `solution()`, and those of the latest call. */
  #copying = 0;
  #charged = 0;
  /** Seconds for samples so far, but for the first, which also computes what later ones reuse. */
  #evaluating = 0;
  #samples = 0;
  #due = 0;
  #iterations = 0;

  constructor(budget: number, context: DriveContext) {
    this.#budget = budget;
    this.#context = context;
    this.#ratio = Math.max(1, budget / FIRST_SAMPLE_SECONDS) ** (1 / SAMPLES_BETWEEN);
  }

  /**
   * What the solver has used. A copy of its solution is charged to the sample that it was made for; all of them together
   * count as far as they exceed a quarter of the time between iterates, for work may hide there.
   */
  get seconds(): number {
    return this.#charge(0);
  }

  #charge(copy: number): number {
    const running = this.#setup + this.#stepping;
    const hidden = this.#copying - FREE_SHARE * running;
    this.#charged = Math.max(this.#charged, running + Math.max(copy, hidden));
    return this.#charged;
  }

  /** Does something of the solver's that comes before its first iterate. */
  setUp<T>(work: () => T): T {
    const [result, seconds] = this.#measure(work);
    this.#setup += seconds;
    return result;
  }

  /** Has a question answered, which is not the solver's work. */
  answer(work: () => unknown): unknown {
    const [result, seconds] = this.#measure(work);
    this.#answering += seconds;
    return result;
  }

  /** Does a step of the solver's. */
  time<T>(step: () => T): T {
    const [result, seconds] = this.#measure(step);
    this.#stepping += seconds;
    return result;
  }

  /** Waits for a step of the solver's. */
  async wait(step: () => unknown): Promise<Step> {
    const { clock } = this.#context;
    const [promise] = this.#measure(() => {
      this.#begun ??= clock();
      return step();
    });
    const result = readStep(await promise);
    this.#stepping = (clock() - (this.#begun as number)) / 1000;
    return result;
  }

  #measure<T>(work: () => T): readonly [T, number] {
    const { clock, guard } = this.#context;
    guard.allow('an iteration', Math.max(0, this.#budget - this.#charged) + graceOf(this.#budget));
    const start = clock();
    const result = work();
    return [result, (clock() - start) / 1000];
  }

  /** Samples an iterate if it is time for it. */
  observe(iterate: Iterate<object>): void {
    this.#iterations = iterate.iteration;
    if (this.seconds < this.#due || this.seconds >= this.#budget) return;
    const start = this.#context.clock();
    const copy = this.#sample(() => iterate.solution());
    this.#plan((this.#context.clock() - start) / 1000, copy);
  }

  end(status: RunEnd['status'], reason: string, solution: () => object): RunEnd {
    this.#sample(solution);
    return {
      status,
      reason,
      seconds: this.seconds,
      iterations: this.#iterations,
      peakMemory: this.#context.guard.peakMemory(),
      setupSeconds: this.#setup,
      solutionSeconds: this.#copying,
      answerSeconds: this.#answering,
    };
  }

  /** When the next sample is due, if it takes as long as the last one, and its solution as long to copy. */
  #plan(last: number, copy: number): void {
    const now = Math.max(FIRST_SAMPLE_SECONDS, this.seconds);
    let ratio = this.#ratio;
    if (this.#samples++ > 0) {
      this.#evaluating += last;
      const left = Math.max(1, (EVALUATION_SHARE * this.#budget - this.#evaluating) / last);
      ratio = Math.max(ratio, (this.#budget / now) ** (1 / left));
    } else if (last > SLOW_METRICS * this.#budget) {
      ratio = Infinity;
    }
    this.#due = Math.max(now * ratio, this.#setup + this.#stepping + copy / FREE_SHARE);
  }

  /** Has a solution judged; gives the seconds that it took to copy. */
  #sample(solution: () => object): number {
    const [copied, copy] = this.#measure(solution);
    if (typeof copied !== 'object' || copied === null) throw new TypeError('its solution() returned no object');
    const [bytes, encoding] = this.#measure(() => this.#context.encode(copied));
    // Data take no longer; what does is a getter that works.
    const work = copy + Math.max(0, encoding - ENCODE_SECONDS - bytes.length / ENCODE_RATE);
    this.#copying += work;
    this.#context.judge({ iteration: this.#iterations, seconds: this.#charge(work) }, bytes);
    return work;
  }
}
