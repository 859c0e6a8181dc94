// Plans a run: which solvers race on which instances. Everything that the user wrote is checked here, before any work.
import type { AnyProblem, AnySolver, Registry, SuiteName } from '@infimum/core';
import { parseWith } from '@infimum/core';
import type { PeerSolver } from '@infimum/peers';
import type { Cell } from './cell/messages.ts';
import type { CodeVersions } from './code-version.ts';
import { isJsonObject, parseJson } from './json.ts';
import { UsageError, withChoices, withSource } from './usage-error.ts';

/** `smoke` is one instance a problem: the first quick one of its first family. */
export type Suite = SuiteName | 'smoke';

/** What the user asked for, as the command line has it. */
export interface PlanRequest {
  readonly suite: Suite;
  readonly problem?: string;
  readonly family?: string;
  /** JSON: parameters, or a list of them, in place of the suite's. */
  readonly params?: string;
  readonly solvers?: readonly string[];
  /** JSON: solver id to options or to a list of them. */
  readonly options?: string;
  readonly seeds: readonly number[];
  readonly budget: number;
}

/** Who takes part. */
export interface Field {
  readonly registry: Registry;
  /** The solvers of other packages; empty unless they were asked for. */
  readonly peers: readonly PeerSolver[];
  readonly versions: CodeVersions;
}

/**
 * The cells of a run, instance by instance.
 *
 * @throws {UsageError} for unknown names, JSON that is none, parameters and options that do not fit their schemas
 */
export function planCells(request: PlanRequest, { registry, peers, versions }: Field): Cell[] {
  const wanted = request.solvers && chooseSolvers(request.solvers, registry, peers);
  const problems = chooseProblems(request, registry, wanted);
  const optionsOf = readOptions(request.options, registry, peers);
  const cells = problems.flatMap((problem) => {
    const solvers = racers(problem, registry, wanted).flatMap((solver) =>
      optionsOf(solver.id).map((options) => ({
        solver: solver.id,
        role: solver.role,
        variant: solver.variant ?? '',
        options: withChoices(
          `--options: ${solver.id}`,
          () => parseWith(solver.options, options, 'options'),
          () => Object.keys(solver.options),
        ),
        codeVersion: versions.of(problem.id, solver.id),
      })),
    );
    const guests = racingPeers(problem, peers, wanted).flatMap((peer) =>
      optionsOf(peer.id).map((options) => ({
        solver: peer.id,
        role: 'peer' as const,
        variant: peer.variant,
        options,
        codeVersion: versions.ofPeer(problem.id, `${peer.package} ${peer.version}`),
      })),
    );
    return instancesOf(problem, request).flatMap((instance) =>
      [...solvers, ...guests].map((racer) => ({ ...instance, ...racer, budget: request.budget })),
    );
  });
  if (cells.length === 0) throw new UsageError('there is nothing to run: no solver is registered for this');
  return cells;
}

/** The named solvers; for an unknown name the error suggests the closest one. */
function chooseSolvers(names: readonly string[], registry: Registry, peers: readonly PeerSolver[]): ReadonlySet<string> {
  for (const name of names) {
    if (peers.some(({ id }) => id === name)) continue;
    withChoices(
      '--solvers',
      () => registry.solver(name),
      () => solversLike(name, registry),
    );
  }
  return new Set(names);
}

/** Solvers to choose from instead: those of the package that was named, or the names of all packages. */
export function solversLike(name: string, { solvers }: Registry): string[] {
  const [pkg] = name.split('/');
  const own = solvers.map(({ id }) => id).filter((id) => id.startsWith(`${pkg}/`));
  return own.length > 0 ? own : [...new Set(solvers.map(({ id }) => `${id.split('/')[0]}/…`))];
}

function chooseProblems(
  { problem, family }: PlanRequest,
  registry: Registry,
  wanted: ReadonlySet<string> | undefined,
): readonly AnyProblem[] {
  let problems = registry.problems;
  if (problem !== undefined)
    problems = [
      withChoices(
        '--problem',
        () => registry.problem(problem),
        () => registry.problems.map(({ id }) => id),
      ),
    ];
  if (wanted) {
    const solved = problems.filter(({ id }) => registry.solversOf(id).some((solver) => wanted.has(solver.id)));
    const others = [...wanted].filter((id) =>
      registry.solvers.some((solver) => solver.id === id && !problems.includes(registry.problem(solver.problem.id))),
    );
    if (others.length > 0) {
      throw new UsageError(`--solvers: ${others.join(', ')} does not solve ${problem}`);
    }
    if (solved.length > 0) problems = solved;
  }
  if (family === undefined) return problems;
  const having = problems.filter(({ families }) => Object.hasOwn(families, family));
  if (having.length > 0) return having;
  const choices = problems.flatMap(({ id, families }) => Object.keys(families).map((name) => `${name} (${id})`));
  throw new UsageError(`--family: there is no '${family}'; the families are ${choices.join(', ')}`);
}

function racers(problem: AnyProblem, registry: Registry, wanted: ReadonlySet<string> | undefined): readonly AnySolver[] {
  const solvers = registry.solversOf(problem.id);
  return wanted ? solvers.filter(({ id }) => wanted.has(id)) : solvers;
}

/** All peers of the problem, unless some were named. */
function racingPeers(
  problem: AnyProblem,
  peers: readonly PeerSolver[],
  wanted: ReadonlySet<string> | undefined,
): readonly PeerSolver[] {
  const candidates = peers.filter((peer) => peer.problem === problem.id);
  const named = candidates.filter(({ id }) => wanted?.has(id));
  return named.length > 0 ? named : candidates;
}

/** The instances of a problem: every family's parameters of the suite, or the user's own, with every seed. */
function instancesOf(problem: AnyProblem, { suite, family, params, seeds }: PlanRequest) {
  let names = family === undefined ? Object.keys(problem.families) : [family];
  if (suite === 'smoke') names = names.slice(0, 1);
  if (params !== undefined && names.length > 1) {
    throw new UsageError(`--params are the parameters of one family; name it: --family ${names.join(' or --family ')}`);
  }
  return names.flatMap((name) => {
    const { params: schema, suites } = problem.families[name];
    const grid = params === undefined ? settingsOf(suites, suite) : asList(parseJson(params, '--params'));
    return grid.flatMap((entry, index) => {
      const place = grid.length > 1 ? `--params[${index}]` : '--params';
      const parsed = withSource(`${place} of ${problem.id}, ${name}`, () => parseWith(schema, entry, 'params'));
      return seeds.map((seed) => ({ problem: problem.id, family: name, params: parsed, seed }));
    });
  });
}

function settingsOf(suites: AnyProblem['families'][string]['suites'], suite: Suite): readonly unknown[] {
  return suite === 'smoke' ? suites.quick.slice(0, 1) : suites[suite];
}

/** Options of each solver; one empty set where none are given. */
function readOptions(text: string | undefined, registry: Registry, peers: readonly PeerSolver[]) {
  const json = text === undefined ? {} : parseJson(text, '--options');
  if (!isJsonObject(json)) {
    throw new UsageError('--options: expected an object by solver id, like {"ot/sinkhorn": {"epsilon": 0.01}}');
  }
  chooseSolversIn(Object.keys(json));
  return (id: string): readonly unknown[] => (Object.hasOwn(json, id) ? asList(json[id]) : [{}]);

  function chooseSolversIn(names: readonly string[]): void {
    for (const name of names) {
      if (peers.some(({ id }) => id === name)) continue;
      withChoices(
        '--options',
        () => registry.solver(name),
        () => solversLike(name, registry),
      );
    }
  }
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
