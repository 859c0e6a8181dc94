// The contract of solvers: what holds for every result of `defineSolver`.

import { certify } from '../certificate.ts';
import { InvalidInputError } from '../errors.ts';
import type { OptionSpecs } from '../options.ts';
import { jsonSchemaOf, parseWith } from '../options.ts';
import type { Problem } from '../problem.ts';
import type { AnySolver } from '../registry.ts';
import type { Outcome } from '../run.ts';
import { run } from '../run.ts';
import type { Solver } from '../solver.ts';
import { answererOf, prepare } from '../solver.ts';
import type { Iterate } from '../steps.ts';
import { rejectedArgument } from './check-problem.ts';
import type { Check } from './contract.ts';
import { buffersOf, bytesInUse, cpuSeconds, ensure, findNaN, fingerprint, runChecks, surelyLeavesLess } from './contract.ts';

/**
 * Runs the contract of solvers and throws one error that lists every check that fails.
 *
 * @throws {ContractError}
 *
 * @example
 * ```ts
 * import { converged, defineFamily, defineProblem, defineSolver } from '@infimum/core';
 * import { checkSolver } from '@infimum/core/testing';
 *
 * const problem = defineProblem<{ a: number }, { root: number }>({
 *   id: 'demo/square-root',
 *   title: 'Square root',
 *   statement: '',
 *   families: {
 *     two: defineFamily({
 *       title: 'Two',
 *       description: '',
 *       real: false,
 *       params: {},
 *       suites: { quick: [{}], full: [{}] },
 *       generate: () => ({ a: 2 }),
 *     }),
 *   },
 *   metrics: {
 *     error: { title: '', description: '', unit: '', direction: 'minimize', compute: ({ a }, s) => s.root ** 2 - a },
 *   },
 *   primaryMetric: 'error',
 *   validate: () => {},
 *   badInstances: () => [],
 * });
 * const leaky = defineSolver({
 *   id: 'demo/leaky',
 *   title: '',
 *   summary: '',
 *   problem,
 *   role: 'baseline',
 *   paper: { title: '', year: 2026 },
 *   cost: '',
 *   options: {},
 *   *steps() {
 *     yield { iteration: 0, solution: () => ({ root: Number.NaN }) };
 *     return converged({ root: Number.NaN }, 'a wrong solver');
 *   },
 * });
 * const complaint = await checkSolver(leaky).catch((error) => error.name);
 * console.log(complaint); // ContractError
 * ```
 */
export function checkSolver<Instance, Solution extends object, Specs extends OptionSpecs, I extends Iterate<Solution>, Answer>(
  solver: Solver<Instance, Solution, Specs, I, Answer>,
  options: ContractOptions = {},
): Promise<void> {
  return runChecks(solver.id, solverChecks(solver, options));
}

/** How much of the contract to run. */
export interface ContractOptions {
  /**
   * `first`: the checks that every family repeats run on the first family that the solver takes, that of seeds too where none
   * is an option; a run that has not ended is stopped and judged after a tenth of a second, on hard instances after a fifth
   * or at the default limit of iterations, which holds for users too, and memory is compared over 40 solves. `all`, by
   * default: every family, runs of a second, hard instances until half a second is over, and 100 solves.
   */
  readonly families?: 'first' | 'all';
}

/** The checks of the contract of solvers, for a test runner that reports them one by one. */
export function solverChecks<Instance, Solution extends object, Specs extends OptionSpecs, I extends Iterate<Solution>, Answer>(
  solver: Solver<Instance, Solution, Specs, I, Answer>,
  { families = 'all' }: ContractOptions = {},
): Check[] {
  const subject = solver as unknown as AnySolver;
  const runs: Check[] =
    families === 'all'
      ? Object.keys(subject.problem.families).flatMap((family) =>
          familyChecks(subject, () => firstInstance(subject.problem, family), `on ${family}`, 1),
        )
      : familyChecks(subject, () => firstTaken(subject), 'on the first family', 0.1);
  return [
    { name: 'has a title, a summary, a paper and a cost of its own', run: async () => checkTexts(subject) },
    { name: 'options have defaults, round-trip through JSON and refuse unknown names', run: async () => checkOptions(subject) },
    { name: 'rejects every bad instance', run: async () => checkRejections(subject) },
    ...runs,
    ...hardChecks(subject, families),
    { name: 'differs between seeds exactly if an option is the seed', run: () => checkSeeds(subject, families) },
    { name: 'called without options does what it does with its defaults', run: () => checkDefaults(subject) },
    {
      name: `memory does not grow over ${MEMORY_SOLVES[families]} solves`,
      run: () => checkMemory(subject, MEMORY_SOLVES[families]),
    },
  ];
}

/**
 * No `converged` that the problem's own metric does not confirm, nothing but `InvalidInputError`, and no run beyond its limit,
 * which is long enough for a solver to end on a small instance, rightly or wrongly.
 */
function hardChecks(solver: AnySolver, families: 'first' | 'all'): Check[] {
  const { problem } = solver;
  const stated = solver.options['maxIterations'];
  const maxIterations = stated && 'default' in stated ? (stated.default as number) : Infinity;
  const limits = families === 'first' ? { maxSeconds: 0.2, maxIterations } : { maxSeconds: 0.5 };
  return [...(problem.hardInstances?.() ?? [])].map(({ hardness, instance }) => ({
    name: `tells the truth on ${hardness}`,
    run: async () => {
      try {
        if (solver.declines?.(instance) !== undefined) return;
        const before = cpuSeconds();
        const outcome = solveWith(solver, instance, limits);
        const spent = cpuSeconds() - before;
        ensure(spent <= limits.maxSeconds + 1, `worked for ${spent.toFixed(1)} s under maxSeconds = ${limits.maxSeconds}`);
        if (outcome.status !== 'converged') return;
        ensureTrueSuccess(solver, instance, outcome);
        await ensureProvedSuccess(solver, instance, outcome);
      } catch (error) {
        if (!(error instanceof InvalidInputError)) throw error;
      }
    },
  }));
}

/**
 * Throws unless a solution that is called `converged` is free of NaN and meets the problem's bound.
 *
 * @param options - what the solver was run with, as `parseWith` gives it
 */
export function ensureTrueSuccess(
  solver: AnySolver,
  instance: unknown,
  solution: object,
  options: object = parseWith(solver.options, {}, 'options'),
): void {
  const found = findNaN(solution);
  ensure(found === undefined, `converged, and ${found} is NaN`);
  const { success, metrics } = solver.problem;
  const bound = success?.bound(instance, { variant: solver.variant, options: options as Readonly<Record<string, unknown>> });
  if (!success || bound === undefined) return;
  const value = metrics[success.metric].compute(instance, solution);
  ensure(value <= bound, `converged with ${success.metric} = ${value}, beyond ${bound}`);
}

/**
 * Throws if the certificate that the success bound names contradicts it: the figure with the metric's name is proved to be above
 * the bound, or what is proved always is not.
 *
 * @param options - what the solver was run with, as `parseWith` gives it
 */
export async function ensureProvedSuccess(
  solver: AnySolver,
  instance: unknown,
  solution: object,
  options: object = parseWith(solver.options, {}, 'options'),
): Promise<void> {
  const { success, certificates } = solver.problem;
  const kind = success?.certificate;
  const { variant } = solver;
  const bound = success?.bound(instance, { variant, options: options as Readonly<Record<string, unknown>> });
  if (!success || kind === undefined || bound === undefined) return;
  const stated = certificates?.[kind];
  if (!stated || stated.declines?.(instance, solution) !== undefined) return;
  const { verdict } = await certify(solver.problem, instance, solution, kind);
  if (!verdict.proved) {
    ensure(!stated.always, `converged, and ${kind} is not proved: ${verdict.reason}`);
    return;
  }
  const { lower, upper } = verdict.figures[success.metric];
  ensure(lower <= bound, `converged with ${success.metric} of at least ${lower}, beyond ${bound}, proved`);
  ensure(!stated.always || upper <= bound, `converged, and ${success.metric} is only proved to be at most ${upper}`);
}

/** Words that the template of a new solver leaves to be replaced. */
const PLACEHOLDER = /\bTODO\b|\bWhat it does\b|\bTitle of the paper\b/;

function checkTexts({ title, summary, paper, cost, role }: AnySolver): void {
  const texts = Object.entries({ title, summary, 'paper.title': paper.title, cost });
  for (const [name, text] of texts) {
    ensure(text.trim().length > 0, `${name} is empty`);
    ensure(!PLACEHOLDER.test(text), `${name} is still that of the template: ${text}`);
  }
  ensure(role !== 'paper' || Number.isInteger(paper.year), 'the paper has no year');
}

/** A few seeds on a few families: a random solver need not differ everywhere; one that is not must not differ anywhere. */
async function checkSeeds(solver: AnySolver, families: 'first' | 'all'): Promise<void> {
  const isRandom = solver.options['seed'] !== undefined;
  let taken = 0;
  for (const family of Object.keys(solver.problem.families)) {
    const instance = await firstInstance(solver.problem, family);
    if (solver.declines?.(instance) !== undefined) continue;
    if (++taken > 1 && !isRandom && families === 'first') return;
    const resultOf = (seed: number) => {
      const steps = prepare(solver, instance, {}, seed);
      const { seconds: _, ...rest } = run(steps, { maxIterations: 10 }, ...answererOf(solver, instance));
      return fingerprint(rest);
    };
    const first = resultOf(7);
    if ([8, 9].some((seed) => resultOf(seed) !== first)) {
      if (resultOf(7) !== first) return; // another check complains
      ensure(isRandom, `on ${family} two seeds give different results, and no option is the seed`);
      return;
    }
  }
  ensure(!isRandom, 'all seeds give the same results on every family');
}

/** The public function passes its options on: the defaults that the steps use must be those that the registry states. */
async function checkDefaults(solver: AnySolver): Promise<void> {
  const [family] = Object.keys(solver.problem.families);
  if (family === undefined) return; // another check complains
  const instance = await firstInstance(solver.problem, family);
  if (solver.declines?.(instance) !== undefined) return;
  const stated = () => prepare(solver, instance, {}, 7);
  const bare = solver.steps(instance, (solver.options['seed'] ? { seed: 7 } : {}) as never, { seed: 7 });
  const resultOf = (steps: ReturnType<typeof stated>) => {
    const { seconds: _, ...rest } = run(steps, { maxIterations: 20 }, ...answererOf(solver, instance));
    return fingerprint(rest);
  };
  const first = resultOf(stated());
  if (resultOf(bare) === first || resultOf(stated()) !== first) return; // another check complains if two runs differ
  ensure(false, 'the steps take other defaults than the options state');
}

/** The first instance of a family that the solver takes; that of the first family if it takes none. */
async function firstTaken(solver: AnySolver): Promise<unknown> {
  const names = Object.keys(solver.problem.families);
  for (const name of names) {
    const instance = await firstInstance(solver.problem, name);
    if (solver.declines?.(instance) === undefined) return instance;
  }
  return firstInstance(solver.problem, names[0]);
}

/** Checks on one instance, made when the first of them runs; that one makes sure that the solver leaves it as it is. */
function familyChecks(solver: AnySolver, make: () => Promise<unknown>, place: string, maxSeconds: number): Check[] {
  let made: Promise<unknown> | undefined;
  const on = (name: string, check: (solver: AnySolver, instance: unknown) => unknown): Check => ({
    name: `${place}: ${name}`,
    run: async () => {
      made ??= make();
      const instance = await made;
      if (solver.declines?.(instance) === undefined) await check(solver, instance);
    },
  });
  return [
    on('ends with finite metrics and no NaN, iterations rising from 0, the instance untouched', (...both) =>
      checkRun(...both, maxSeconds),
    ),
    on('the same seed gives the same bits, whoever looks at solutions on the way', checkRepeats),
    on('solutions are in arrays of their own', checkOwnership),
    on('an abort ends it with a usable solution', checkAbort),
    on('an iteration limit ends it with a usable solution', checkIterationLimit),
    on('a time limit ends it with a usable solution', checkTimeLimit),
  ];
}

/** The smallest quick setting: contracts are about behaviour, not speed. */
async function firstInstance(problem: Problem<unknown, object, Iterate<object>, unknown>, name: string) {
  const family = problem.families[name];
  return family.generate(parseWith(family.params, family.suites.quick[0], 'params'), 1);
}

type Limits = { signal?: AbortSignal; maxIterations?: number; maxSeconds?: number };

function solveWith(solver: AnySolver, instance: unknown, limits: Limits, onIteration?: (iterate: Iterate<object>) => void) {
  const steps = prepare(solver, instance, {}, 7);
  return run(steps, { ...limits, onIteration }, ...answererOf(solver, instance));
}

function ensureUsable({ problem }: AnySolver, instance: unknown, outcome: Outcome<object>): void {
  const found = findNaN(outcome);
  ensure(found === undefined, `${found} is NaN`);
  for (const [name, metric] of Object.entries(problem.metrics)) {
    const value = metric.compute(instance, outcome);
    ensure(Number.isFinite(value), `metric ${name} is ${value}`);
  }
}

async function checkRun(solver: AnySolver, instance: unknown, maxSeconds: number): Promise<void> {
  const before = fingerprint(instance);
  let last = -1;
  const outcome = solveWith(solver, instance, { maxSeconds }, ({ iteration }) => {
    ensure(last >= 0 || iteration === 0, `the first iterate has number ${iteration}, not 0`);
    ensure(iteration > last, `iteration ${iteration} follows ${last}`);
    last = iteration;
  });
  ensure(last >= 0, 'no iterate was yielded: a limit could never end this solver');
  ensure(outcome.reason.length > 0, 'the outcome gives no reason');
  ensureUsable(solver, instance, outcome);
  if (outcome.status === 'converged') {
    ensureTrueSuccess(solver, instance, outcome);
    await ensureProvedSuccess(solver, instance, outcome);
  }
  ensure(fingerprint(instance) === before, 'the instance was changed');
}

function checkRepeats(solver: AnySolver, instance: unknown): void {
  const resultOf = (onIteration?: (iterate: Iterate<object>) => void) => {
    const { seconds: _, ...rest } = solveWith(solver, instance, { maxIterations: 20 }, onIteration);
    return fingerprint(rest);
  };
  const first = resultOf();
  if (resultOf((iterate) => iterate.solution()) === first) return;
  ensure(resultOf() === first, 'two runs gave different solutions');
  ensure(false, 'asking an iterate for its solution changed the run');
}

/** A caller may change a solution or transfer it to another thread, so its memory must not be shared. */
function checkOwnership(solver: AnySolver, instance: unknown): void {
  const taken = new Set(buffersOf(instance));
  const take = (solution: object) => {
    const own = new Set(buffersOf(solution));
    for (const buffer of own) ensure(!taken.has(buffer), 'a solution shares memory with the instance or another one');
    for (const buffer of own) taken.add(buffer);
  };
  solveWith(solver, instance, { maxIterations: 2 }, (iterate) => {
    take(iterate.solution());
    take(iterate.solution());
  });
}

function checkAbort(solver: AnySolver, instance: unknown): void {
  const outcome = solveWith(solver, instance, { signal: AbortSignal.abort() });
  ensure(outcome.status === 'aborted', `the status is ${outcome.status}`);
  ensureUsable(solver, instance, outcome);
}

function checkIterationLimit(solver: AnySolver, instance: unknown): void {
  for (const maxIterations of [0, 1]) {
    const outcome = solveWith(solver, instance, { maxIterations });
    const ended = outcome.status === 'iteration-limit' || outcome.status === 'converged';
    ensure(ended, `the status after ${maxIterations} iterations is ${outcome.status}`);
    ensureUsable(solver, instance, outcome);
  }
}

function checkTimeLimit(solver: AnySolver, instance: unknown): void {
  const outcome = solveWith(solver, instance, { maxSeconds: 0 });
  ensure(outcome.status === 'time-limit', `the status is ${outcome.status}`);
  ensureUsable(solver, instance, outcome);
}

function checkOptions(solver: AnySolver): void {
  for (const [name, { description }] of Object.entries(solver.options)) {
    ensure(description.trim().length > 0, `the option ${name} has no description`);
  }
  const defaults = parseWith(solver.options, {}, 'options');
  const again = parseWith(solver.options, JSON.parse(JSON.stringify(defaults)), 'options');
  ensure(fingerprint(defaults) === fingerprint(again), 'the defaults change when written as JSON and read again');
  ensure(jsonSchemaOf(solver.options)['type'] === 'object', 'the JSON schema of the options is not an object');
  const unknown = 'noSuchOption';
  const rejected = rejectedArgument(() => parseWith(solver.options, { [unknown]: 1 }, 'options'));
  ensure(rejected === unknown, 'an unknown option is not rejected');
}

function checkRejections(solver: AnySolver): void {
  for (const { fault, instance, argument } of solver.problem.badInstances()) {
    const rejected = rejectedArgument(() => prepare(solver, instance));
    ensure(rejected === argument, `${fault}: the error names ${rejected}, not ${argument}`);
  }
}

/** Solves between two measurements of memory: enough to distinguish a leak per solve from other growth of the heap. */
const MEMORY_SOLVES = { first: 40, all: 100 };

/** Bytes that a solve may leave behind: recompiled code and the engine's profile of it. */
const ALLOWED_BYTES = 2 ** 20 / 100;

async function checkMemory(solver: AnySolver, solves: number): Promise<void> {
  const family: string | undefined = Object.keys(solver.problem.families)[0];
  ensure(family !== undefined, 'its problem has no instance family');
  const instance = await firstInstance(solver.problem, family);
  if (solver.declines?.(instance) !== undefined) return;
  const solveTimes = (times: number) => {
    for (let i = 0; i < times; i++) solveWith(solver, instance, { maxIterations: 3 });
  };
  const allowed = ALLOWED_BYTES * solves;
  // Caches, compiled code and pools fill up.
  const leavesLittle = await surelyLeavesLess(allowed, () => solveTimes(solves / 2));
  if (leavesLittle && (await surelyLeavesLess(allowed, () => solveTimes(solves)))) return;
  const before = await bytesInUse();
  solveTimes(solves);
  if (before === undefined) return;
  const after = (await bytesInUse(before + allowed - 1)) as number;
  ensure(after - before < allowed, `${solves} solves left ${after - before} bytes behind`);
}
