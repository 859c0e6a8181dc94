// Plug-ins and the registry composed of them. A registry is a value; there is no global state.
import type { Claim } from './claim.ts';
import { closestName } from './closest-name.ts';
import { fault } from './errors.ts';
import type { OptionSpecs } from './options.ts';
import type { Problem } from './problem.ts';
import type { Solver } from './solver.ts';
import type { Iterate } from './steps.ts';
import { checkList, checkObject, checkText, describeValue } from './validate.ts';

/** A problem with erased types, as a registry holds it. */
export type AnyProblem = Problem<unknown, object, Iterate<object>, unknown>;

/** A solver with erased types, as a registry holds it. */
export type AnySolver = Solver<unknown, object, OptionSpecs, Iterate<object>, unknown>;

/**
 * What a package contributes to a registry.
 *
 * The types of problems and solvers were checked when they were defined; a list of them may hold any.
 */
export interface Plugin {
  /** The package's name. */
  readonly name: string;
  /** Problems that it defines. */
  readonly problems?: readonly Registrable<AnyProblem>[];
  /** Solvers, for its own problems or for those of other plug-ins. */
  readonly solvers?: readonly Registrable<AnySolver>[];
  /** Claims of the papers that it implements. */
  readonly claims?: readonly Claim[];
}

/** Any object with the plain fields of `T`; the argument types of its functions are unknown to users of the registry. */
export type Registrable<T> = {
  readonly [Key in keyof T as T[Key] extends string ? Key : never]: T[Key];
};

/** Problems, solvers and claims by id. */
export interface Registry {
  /** All problems, in the order of registration. */
  readonly problems: readonly AnyProblem[];
  /** All solvers, in the order of registration. */
  readonly solvers: readonly AnySolver[];
  /** All claims, in the order of registration. */
  readonly claims: readonly Claim[];
  /**
   * The problem of that id.
   *
   * @throws {InvalidInputError} `unknown`, suggesting the closest id
   */
  problem(id: string): AnyProblem;
  /**
   * The solver of that id.
   *
   * @throws {InvalidInputError} `unknown`, suggesting the closest id
   */
  solver(id: string): AnySolver;
  /** The solvers of a problem. */
  solversOf(problemId: string): readonly AnySolver[];
}

/**
 * Composes plug-ins into a registry.
 *
 * @throws {InvalidInputError} when an id is malformed or taken, a problem's primary metric is not among its
 * metrics, or a solver's problem is not registered
 */
export function createRegistry(...plugins: readonly Plugin[]): Registry {
  const problems = new Map<string, AnyProblem>();
  const solvers = new Map<string, AnySolver>();
  const claims = new Map<string, Claim>();
  for (const [k, plugin] of plugins.entries()) {
    checkObject(plugin, `plugins[${k}]`);
    checkText(plugin.name, `plugins[${k}].name`);
    for (const field of ['problems', 'solvers', 'claims'] as const) {
      const entries = plugin[field];
      if (entries !== undefined) checkList(entries, `plugins[${k}].${field}`);
    }
    for (const problem of plugin.problems ?? []) add(problems, problem as AnyProblem, plugin.name);
    for (const solver of plugin.solvers ?? []) add(solvers, solver as AnySolver, plugin.name);
    for (const claim of plugin.claims ?? []) add(claims, claim, plugin.name);
  }
  for (const { id, metrics, primaryMetric } of problems.values()) {
    checkObject(metrics, `${id}.metrics`);
    lookUp(new Map(Object.entries(metrics)), primaryMetric, `${id}.primaryMetric`);
  }
  for (const { id, problem } of solvers.values()) {
    checkObject(problem, `${id}.problem`);
    lookUp(problems, problem.id, `${id}.problem`);
  }
  return {
    problems: [...problems.values()],
    solvers: [...solvers.values()],
    claims: [...claims.values()],
    problem: (id) => lookUp(problems, id, 'problem'),
    solver: (id) => lookUp(solvers, id, 'solver'),
    solversOf: (problemId) => [...solvers.values()].filter((solver) => solver.problem.id === problemId),
  };
}

function add<T extends { readonly id: string }>(entries: Map<string, T>, entry: T, plugin: string): void {
  checkObject(entry, `an entry of ${plugin}`);
  const argument = `${plugin}: ${typeof entry.id === 'string' ? entry.id : describeValue(entry.id)}`;
  if (typeof entry.id !== 'string' || !/^[a-z][a-z0-9-]*\/[a-z0-9][a-z0-9-]*$/.test(entry.id)) {
    throw fault("is not an id of the form 'package/name'", argument, 'type');
  }
  if (entries.has(entry.id)) throw fault('is registered twice', argument, 'unknown');
  entries.set(entry.id, entry);
}

function lookUp<T>(entries: ReadonlyMap<string, T>, id: string, argument: string): T {
  const entry = entries.get(id);
  if (entry !== undefined) return entry;
  if (typeof id !== 'string') throw fault(`expected an id, got ${describeValue(id)}`, argument, 'type');
  const closest = closestName(id, [...entries.keys()]);
  const hint = closest === undefined ? 'nothing is registered' : `did you mean '${closest}'?`;
  throw fault(`there is no '${id}'; ${hint}`, argument, 'unknown');
}
