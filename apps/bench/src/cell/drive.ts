// Drives a solver through its steps with a clock that stands still while its solutions are judged.
import type { AnyProblem, AnySolver, Status } from '@infimum/core';
import { answererOf, prepare } from '@infimum/core';
import type { Guard } from './guard.ts';
import type { Cell, CellEnd, MetricValues, Sample } from './messages.ts';
import { STATUSES } from './messages.ts';

/** Where samples go and who watches. */
export interface DriveContext {
  readonly guard: Guard;
  readonly onSample: (sample: Sample) => void;
}

/** Samples between the first and the last; they lie evenly on a logarithmic time axis. */
const SAMPLES_BETWEEN = 58;
const FIRST_SAMPLE_SECONDS = 1e-4;
/** Of the budget, what samples on the way may take; where metrics are slow, samples are fewer and as evenly spread. */
const EVALUATION_SHARE = 0.25;
/** Just-in-time compilation takes no longer. */
const WARM_UP_SECONDS = 0.25;

/** Seconds beyond the budget after which a step that does not come back counts as hanging. */
export function graceOf(budget: number): number {
  return Math.max(2, budget);
}

/** The same instance twice, so that a solver cannot change what it is judged by. */
export interface Instances {
  readonly solved: unknown;
  readonly judged: unknown;
}

/**
 * Runs a solver on an instance until it ends or its budget is used up.
 *
 * @throws what the solver or a metric throws, and an error when the solver's answers are malformed
 */
export function drive(
  solver: AnySolver,
  { solved: instance, judged: judging }: Instances,
  cell: Cell,
  context: DriveContext,
): CellEnd {
  const course = new Course(solver.problem, judging, cell.budget, context);
  const steps = prepare(solver, instance, cell.options, cell.seed);
  const [answer] = answererOf(solver, instance) as [((question: unknown) => unknown)?];
  try {
    let step = course.time(() => steps.next(undefined));
    while (!step.done) {
      const iterate = step.value;
      course.observe(iterate);
      if (course.seconds >= cell.budget) {
        return course.end('time-limit', `the budget of ${cell.budget} s was used up`, iterate.solution());
      }
      step = course.time(() => steps.next(answer?.(iterate)));
    }
    const { status, reason, solution } = checkEnding(step.value);
    return course.end(status, reason, solution);
  } finally {
    steps.return(undefined as never);
  }
}

/** Every metric of a solution; null where it is not finite. */
export function evaluate(problem: AnyProblem, instance: unknown, solution: object): MetricValues {
  const entries = Object.entries(problem.metrics).map(([name, metric]) => {
    const value = metric.compute(instance, solution);
    return [name, Number.isFinite(value) ? value : null] as const;
  });
  return Object.fromEntries(entries);
}

/** A final result: failed when a metric is no number, whatever the solver says of itself. */
export function judged(end: CellEnd): CellEnd {
  const bad = Object.keys(end.metrics).find((name) => end.metrics[name] === null);
  if (bad === undefined) return end;
  return { ...end, status: 'failed', reason: `the metric ${bad} of its solution is not a finite number` };
}

/** Seconds of a solver's runs after which it counts as compiled. */
export const warmUpSeconds = ({ budget }: Cell): number => Math.min(WARM_UP_SECONDS, budget / 5);

/**
 * Runs a solver for a moment, as nobody counts another language's compiler or imports.
 *
 * @returns the seconds that it took
 */
export function warmUp(
  solver: AnySolver,
  instance: unknown,
  { options, seed, budget }: Cell,
  { seconds, guard }: { readonly seconds: number; readonly guard: Guard },
): number {
  const begin = performance.now();
  const enough = begin + 1000 * seconds;
  const steps = prepare(solver, instance, options, seed);
  const [answer] = answererOf(solver, instance) as [((question: unknown) => unknown)?];
  try {
    const next = (reply?: unknown) => {
      guard.allow('an iteration of the warm-up', budget + graceOf(budget));
      return steps.next(reply);
    };
    let step = next();
    while (!step.done && performance.now() < enough) step = next(answer?.(step.value));
  } finally {
    steps.return(undefined as never);
  }
  return (performance.now() - begin) / 1000;
}

/** Plug-ins may be JavaScript, which no compiler has checked. */
function checkEnding(ending: unknown): { status: Status; reason: string; solution: object } {
  const { status, reason, solution } = Object(ending);
  if (!STATUSES.includes(status)) throw new TypeError(`its steps ended with the status ${String(status)}`);
  if (typeof reason !== 'string' || reason === '')
    throw new TypeError(`its steps ended '${status}' without a reason`);
  if (typeof solution !== 'object' || solution === null)
    throw new TypeError(`its steps ended without a solution`);
  return { status, reason, solution };
}

/** The clock and the samples of one run. */
class Course {
  readonly #problem: AnyProblem;
  readonly #instance: unknown;
  readonly #budget: number;
  readonly #context: DriveContext;
  readonly #ratio: number;
  #milliseconds = 0;
  /** Seconds for samples so far, but for the first, which also computes what later ones reuse. */
  #evaluating = 0;
  #samples = 0;
  #due = 0;
  #iterations = 0;

  constructor(problem: AnyProblem, instance: unknown, budget: number, context: DriveContext) {
    this.#problem = problem;
    this.#instance = instance;
    this.#budget = budget;
    this.#context = context;
    this.#ratio = Math.max(1, budget / FIRST_SAMPLE_SECONDS) ** (1 / SAMPLES_BETWEEN);
  }

  get seconds(): number {
    return this.#milliseconds / 1000;
  }

  /** Does a step of the solver's while the clock runs. */
  time<T>(step: () => T): T {
    this.#context.guard.allow('an iteration', this.#budget - this.seconds + graceOf(this.#budget));
    const start = performance.now();
    try {
      return step();
    } finally {
      this.#milliseconds += performance.now() - start;
    }
  }

  /** Samples an iterate if it is time for it. */
  observe({ iteration, solution }: { readonly iteration: number; solution(): object }): void {
    if (!Number.isSafeInteger(iteration) || iteration < 0) {
      throw new TypeError(`its steps yielded the iteration ${String(iteration)}, which is no whole number`);
    }
    this.#iterations = iteration;
    if (this.seconds < this.#due || this.seconds >= this.#budget) return;
    const start = performance.now();
    this.#sample(solution());
    this.#plan((performance.now() - start) / 1000);
  }

  end(status: CellEnd['status'], reason: string, solution: object): CellEnd {
    const metrics = this.#sample(solution);
    const peakMemory = this.#context.guard.peakMemory();
    return judged({
      status,
      reason,
      seconds: this.seconds,
      iterations: this.#iterations,
      metrics,
      peakMemory,
    });
  }

  /** When the next sample is due, if it takes as long as the last one. */
  #plan(last: number): void {
    const now = Math.max(FIRST_SAMPLE_SECONDS, this.seconds);
    let ratio = this.#ratio;
    if (this.#samples++ > 0) {
      this.#evaluating += last;
      const left = Math.max(1, (EVALUATION_SHARE * this.#budget - this.#evaluating) / last);
      ratio = Math.max(ratio, (this.#budget / now) ** (1 / left));
    }
    this.#due = now * ratio;
  }

  #sample(solution: object): MetricValues {
    this.#context.guard.allow('evaluating the metrics', 120);
    const metrics = evaluate(this.#problem, this.#instance, solution);
    this.#context.onSample({ iteration: this.#iterations, seconds: this.seconds, metrics });
    return metrics;
  }
}
