// Fuzzing of solvers: mutated instances and options must be rejected by name, or be solved, or be given up truly.
import { InvalidInputError } from '../errors.ts';
import { parseWith } from '../options.ts';
import { Random } from '../random.ts';
import type { AnySolver } from '../registry.ts';
import type { Outcome } from '../run.ts';
import { run } from '../run.ts';
import { answererOf, prepare } from '../solver.ts';
import { ensureTrueSuccess } from './check-solver.ts';
import { cpuSeconds } from './contract.ts';
import { mutate } from './mutations.ts';

/** A fault that a mutation revealed. */
export interface FuzzFailure {
  /** Number of the mutation, from 0: the same number, seed and solver give it again. */
  readonly number: number;
  /** The kind of fault. */
  readonly fault: 'native-error' | 'trap' | 'hang' | 'false-success';
  /** The mutation. */
  readonly mutation: string;
  /** The message. */
  readonly message: string;
}

/** What happened to all mutations. */
export interface FuzzReport {
  /** Mutations tried. */
  readonly tried: number;
  /** Rejected as bad input. */
  readonly rejected: number;
  /** Solved, and confirmed where the problem has a bound. */
  readonly converged: number;
  /** Faults. */
  readonly failures: readonly FuzzFailure[];
}

/** Which mutations to try. */
export interface FuzzOptions {
  /** Seed of the mutations; 1 by default. */
  readonly seed?: number;
  /** How many; 100 by default. */
  readonly count?: number;
  /** Number of the first; 0 by default. */
  readonly first?: number;
  /** Limit of every run in seconds; 0.2 by default. Processor time beyond it by more than a second is a hang. */
  readonly maxSeconds?: number;
  /** Called before every mutation with its number. */
  readonly onMutation?: (number: number) => void;
  /** Called with every fault as it is found: what was found is not lost when a later attempt hangs. */
  readonly onFailure?: (failure: FuzzFailure) => void;
}

/**
 * Runs a solver on mutated instances of its families' first settings, on mutated hard instances, and with mutated options.
 * Small instances come up more often than large ones.
 *
 * @example
 * ```ts
 * import { converged, defineFamily, defineProblem, defineSolver, InvalidInputError } from '@infimum/core';
 * import { fuzzSolver } from '@infimum/core/testing';
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
 * const careless = defineSolver({
 *   id: 'demo/careless',
 *   title: '',
 *   summary: '',
 *   problem,
 *   role: 'baseline',
 *   paper: { title: '', year: 2026 },
 *   cost: '',
 *   options: {},
 *   *steps({ a }) {
 *     const root = Math.sqrt(Number(a.toFixed(3))); // breaks for what is no number
 *     yield { iteration: 0, solution: () => ({ root }) };
 *     return converged({ root }, 'it is the root');
 *   },
 * });
 * const { failures } = await fuzzSolver(careless, { count: 50 });
 * console.log(failures.some(({ fault }) => fault === 'native-error')); // true
 * ```
 */
export async function fuzzSolver(solver: unknown, options: FuzzOptions = {}): Promise<FuzzReport> {
  const subject = solver as AnySolver;
  const { seed = 1, count = 100, first = 0, maxSeconds = 0.2, onMutation, onFailure } = options;
  const sources = await sourcesOf(subject);
  const failures: FuzzFailure[] = [];
  const fail = (failure: FuzzFailure) => {
    failures.push(failure);
    onFailure?.(failure);
  };
  let [rejected, converged] = [0, 0];
  for (let number = first; number < first + count; number++) {
    onMutation?.(number);
    // A separate generator for each, so that each can be reproduced alone.
    const drawn = () => draw(subject, sources, new Random(seed * 1_000_003 + number));
    const { given, mutation } = drawn();
    const before = cpuSeconds();
    try {
      const outcome = attempt(subject, given, number, maxSeconds);
      if (outcome.status === 'converged') {
        converged++;
        // The judge uses a separate instance, which the solver has not changed and whose functions it has not called.
        const judge = drawn();
        judge.heal();
        ensureTrueSuccess(subject, judge.given.instance, outcome, parseWith(subject.options, judge.given.options, 'options'));
      }
    } catch (error) {
      if (error instanceof InvalidInputError) rejected++;
      else fail({ number, mutation, ...faultOf(error) });
    }
    const spent = cpuSeconds() - before;
    if (spent > maxSeconds + 1) {
      fail({ number, mutation, fault: 'hang', message: `worked for ${spent.toFixed(1)} s` });
    }
  }
  return { tried: count, rejected, converged, failures };
}

interface Given {
  readonly instance: unknown;
  readonly options: unknown;
}

/** Options are mutated in a quarter of the cases. */
function draw(
  solver: AnySolver,
  sources: readonly Source[],
  random: Random,
): { given: Given; mutation: string; heal: () => void } {
  const dice = random.uniform() * (sources.at(-1)?.weight ?? 0);
  const instance = sources.find(({ weight }) => dice < weight)?.instance();
  if (random.uniform() < 0.25) {
    const { value, description, heal } = mutate(parseWith(solver.options, {}, 'options'), random);
    return { given: { instance, options: value }, mutation: `options ${description}`, heal };
  }
  const { value, description, heal } = mutate(instance, random);
  return { given: { instance: value, options: {} }, mutation: `instance ${description}`, heal };
}

function attempt(solver: AnySolver, { instance, options }: Given, seed: number, maxSeconds: number): Outcome<object> {
  const steps = prepare(solver, instance, options, seed);
  return run(steps, { maxSeconds }, ...answererOf(solver, instance));
}

function faultOf(error: unknown): Pick<FuzzFailure, 'fault' | 'message'> {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  if (message.startsWith('Error: converged')) return { fault: 'false-success', message };
  const isTrap = message.startsWith('RuntimeError') || message.startsWith('Error: a kernel wrote');
  return { fault: isTrap ? 'trap' : 'native-error', message };
}

/** Where an instance to be mutated comes from. */
interface Source {
  readonly instance: () => unknown;
  /** The sum of the chances of this and all sources before it. */
  readonly weight: number;
}

/** One instance a family, and the hard ones, which are made anew each time: their functions count their calls. */
async function sourcesOf(solver: AnySolver): Promise<Source[]> {
  const { problem } = solver;
  const makers: (() => unknown)[] = [];
  for (const family of Object.values(problem.families)) {
    const made = await family.generate(parseWith(family.params, family.suites.quick[0], 'params'), 1);
    makers.push(() => made);
  }
  const hard = () => [...(problem.hardInstances?.() ?? [])];
  hard().forEach((_, place) => {
    makers.push(() => hard()[place].instance);
  });
  let weight = 0;
  return makers.flatMap((instance) => {
    const made = instance();
    if (declines(solver, made)) return [];
    weight += 1 / (TYPICAL_SIZE + sizeOf(made));
    return [{ instance, weight }];
  });
}

/** Numbers from which on the time for an instance grows with its size. */
const TYPICAL_SIZE = 300;

function declines(solver: AnySolver, instance: unknown): boolean {
  try {
    return solver.declines?.(instance) !== undefined;
  } catch (error) {
    if (error instanceof InvalidInputError) return true;
    throw error;
  }
}

/** How many numbers, texts and functions a value holds. */
function sizeOf(value: unknown, depth = 0): number {
  if (ArrayBuffer.isView(value)) return (value as Float64Array).length;
  if (typeof value !== 'object' || value === null || depth > 8) return 1;
  return Object.values(value).reduce<number>((sum, field) => sum + sizeOf(field, depth + 1), 1);
}
