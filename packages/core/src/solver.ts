// A solver: an algorithm that a registry can name, configure and run on the instances of its problem.
import { fault } from './errors.ts';
import type { OptionSpecs, RegisteredOptions } from './options.ts';
import { parseWith, runOptionsOf } from './options.ts';
import type { Problem } from './problem.ts';
import type { Answerer, LimitOptions, Outcome } from './run.ts';
import { run } from './run.ts';
import type { AsyncSteps, Iterate, Steps } from './steps.ts';
import { checkFunction, checkInteger, checkObject } from './validate.ts';

/** A publication. */
export interface Paper {
  /** Title. */
  readonly title: string;
  /** arXiv identifier, where there is one. */
  readonly arxiv?: string;
  /** Year of publication. */
  readonly year: number;
}

/** What a solver gets besides instance and options. */
export interface SolverContext {
  /** Seed of everything random; algorithms without randomness ignore it. */
  readonly seed: number;
}

/** A registered algorithm. */
export interface Solver<
  Instance,
  Solution extends object,
  Specs extends OptionSpecs = OptionSpecs,
  I extends Iterate<Solution> = Iterate<Solution>,
  Answer = undefined,
> {
  /** `package/name`. */
  readonly id: string;
  /** Short title. */
  readonly title: string;
  /** One sentence: what it does and when to use it. */
  readonly summary: string;
  /** The problem that it solves. */
  readonly problem: Problem<Instance, Solution, I, Answer>;
  /**
   * Which variant of the problem it solves, where there are several, such as `exact` and `entropic`; only solvers of
   * one variant are compared with each other.
   */
  readonly variant?: string;
  /** `paper`: an algorithm from a paper that this library implements. `baseline`: an algorithm to compare with. */
  readonly role: 'paper' | 'baseline';
  /** Where the algorithm was published. */
  readonly paper: Paper;
  /** Cost in O-notation, TeX without dollars, and per what. */
  readonly cost: string;
  /**
   * The options, stated beside the algorithm: defaults, ranges, descriptions, units. A solver is random exactly if one
   * of them is `seed`, which it then gets from the run.
   */
  readonly options: Specs;
  /** Why this solver does not take an instance (too large for its memory, say); undefined when it does. */
  declines?(instance: Instance): string | undefined;
  /** The algorithm on a valid instance; its solutions have the problem's fields and may have more. */
  steps(instance: Instance, options: RegisteredOptions<Specs>, context: SolverContext): Steps<NoInfer<Solution>, I, Answer>;
}

/**
 * Defines a solver. Gives it back with its types checked: options that do not fit their statement, or the steps of
 * another problem, do not compile.
 *
 * @example
 * ```ts
 * import { converged, createRegistry, defineFamily, defineProblem, defineSolver, solve } from '@infimum/core';
 *
 * const doubling = defineProblem<number, { doubled: number }>({
 *   id: 'demo/doubling',
 *   title: 'Doubling',
 *   statement: 'Find $2a$.',
 *   families: {},
 *   metrics: {
 *     error: { title: 'Error', description: '', unit: '', direction: 'minimize', compute: (a, s) => s.doubled - 2 * a },
 *   },
 *   primaryMetric: 'error',
 *   validate: () => {},
 *   badInstances: () => [],
 * });
 * const adder = defineSolver({
 *   id: 'demo/adder',
 *   title: 'Adder',
 *   summary: 'Adds a number to itself.',
 *   problem: doubling,
 *   role: 'baseline',
 *   paper: { title: 'Folklore', year: -300 },
 *   cost: 'O(1)',
 *   options: {},
 *   *steps(a) {
 *     yield { iteration: 0, solution: () => ({ doubled: 0 }) };
 *     return converged({ doubled: a + a }, 'one addition');
 *   },
 * });
 * const registry = createRegistry({ name: 'demo', problems: [doubling], solvers: [adder] });
 * console.log(solve(registry.solver('demo/adder'), 21).status); // converged
 * ```
 */
export function defineSolver<
  Instance,
  Solution extends object,
  const Specs extends OptionSpecs,
  I extends Iterate<Solution>,
  Answer = undefined,
>(solver: Solver<Instance, Solution, Specs, I, Answer>): Solver<Instance, Solution, Specs, I, Answer> {
  return solver;
}

/**
 * Defines a solver with asynchronous steps: it calls a service, or works in its own threads. The benchmark waits for
 * them, and measures wall-clock time; `solve` and the contract refuse them. Drive them by `runAsync` and `steps`.
 */
export function defineAsyncSolver<
  Instance,
  Solution extends object,
  const Specs extends OptionSpecs,
  I extends Iterate<Solution>,
  Answer = undefined,
>(
  solver: Omit<Solver<Instance, Solution, Specs, I, Answer>, 'steps'> & {
    /** The algorithm on a valid instance. */
    steps(
      instance: Instance,
      options: RegisteredOptions<Specs>,
      context: SolverContext,
    ): AsyncSteps<NoInfer<Solution>, I, Answer>;
  },
): Solver<Instance, Solution, Specs, I, Answer> {
  return solver as unknown as Solver<Instance, Solution, Specs, I, Answer>;
}

/** Options of `solve`. */
export interface SolveOptions<I = Iterate<unknown>> extends LimitOptions<I> {
  /** The solver's own options, as data. */
  readonly options?: unknown;
  /** Seed, 0 by default. */
  readonly seed?: number;
}

/**
 * Checks instance and options and gives the solver's steps, ready to be driven by `run`, a demo or a benchmark.
 *
 * @throws {InvalidInputError} naming the argument or option at fault; `unsupported` if the solver declines
 */
export function prepare<Instance, Solution extends object, Specs extends OptionSpecs, I extends Iterate<Solution>, Answer>(
  solver: Solver<Instance, Solution, Specs, I, Answer>,
  instance: Instance,
  options: unknown = {},
  seed = 0,
): Steps<Solution, I, Answer> {
  checkInteger(seed, 'seed', { min: 0 });
  checkSolver(solver);
  const parsed = parseWith(solver.options, options, 'options');
  if (instance === undefined || instance === null) throw fault(`expected an instance, got ${instance}`, 'instance', 'type');
  solver.problem.validate(instance);
  if (solver.declines !== undefined) checkFunction(solver.declines, 'solver.declines');
  const reason = solver.declines?.(instance);
  if (reason) throw fault(reason, 'instance', 'unsupported');
  const complete = solver.options['seed'] ? { ...parsed, seed } : parsed;
  const steps = solver.steps(instance, complete as RegisteredOptions<Specs>, { seed });
  if (Symbol.asyncIterator in Object(steps)) {
    throw fault('its steps are asynchronous: drive `solver.steps` by `runAsync`', 'solver', 'unsupported');
  }
  return steps;
}

/**
 * Solves an instance with a registered solver.
 *
 * @throws {InvalidInputError} naming the argument or option at fault
 */
export function solve<Instance, Solution extends object, Specs extends OptionSpecs, I extends Iterate<Solution>, Answer>(
  solver: Solver<Instance, Solution, Specs, I, Answer>,
  instance: Instance,
  options: SolveOptions<I> = {},
): Outcome<Solution, I> {
  checkObject(options, 'options');
  const { options: own, seed, ...limits } = options;
  const steps = prepare(solver, instance, own, seed);
  return run(steps, runOptionsOf(solver.options, limits), ...answererOf(solver, instance));
}

/** The argument list with which `run` and `runAsync` answer this solver's questions; empty if it asks none. */
export function answererOf<Instance, Solution extends object, Specs extends OptionSpecs, I extends Iterate<Solution>, Answer>(
  solver: Solver<Instance, Solution, Specs, I, Answer>,
  instance: Instance,
): Answerer<I, Answer> {
  checkSolver(solver);
  const { problem } = solver;
  const answers = problem.answer ? [(question: I) => problem.answer?.(instance, question)] : [];
  return answers as unknown as Answerer<I, Answer>;
}

/** Checks that a value has what is needed to run it as a solver. */
function checkSolver(solver: unknown): void {
  checkObject(solver, 'solver');
  const { options, problem, steps } = solver as {
    readonly [Name in 'options' | 'problem' | 'steps']?: unknown;
  };
  checkObject(options, 'solver.options');
  checkFunction(steps, 'solver.steps');
  checkObject(problem, 'solver.problem');
  checkFunction((problem as { readonly validate?: unknown }).validate, 'solver.problem.validate');
}
