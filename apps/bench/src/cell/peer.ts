// Runs another package's solver on our instance and has its solutions judged by our metrics.
import type { AnyProblem } from '@infimum/core';
import type { PeerProcess, PeerResult, Peers } from '@infimum/peers';
import { isJsonObject } from '../json.ts';
import type { DriveContext } from './drive.ts';
import { graceOf } from './drive.ts';
import type { Cell, RunEnd } from './messages.ts';
import { withoutRun } from './messages.ts';

/** Imports of large Python packages from a cold disk. */
const START_SECONDS = 90;

/** The peers' process outlives the cell: it takes seconds to start. */
export interface PeerContext extends DriveContext {
  readonly peers: () => Promise<Peers>;
}

/**
 * A peer cannot be watched while it iterates. Its convergence curve is made of whole runs with tolerances that tighten
 * until they are as asked, each timed for itself, and ends with the first run that does not reach its tolerance.
 */
export async function drivePeer(problem: AnyProblem, instance: unknown, cell: Cell, context: PeerContext): Promise<RunEnd> {
  const { guard, peers: start } = context;
  const plain = problem.plainData ? problem.plainData(instance) : (instance as object);
  if (!plain) return withoutRun('declined', 'the instance contains functions, which cannot be sent to another program');
  guard.allow('starting the peers', START_SECONDS);
  const peers = await start();
  if (!peers.present) return withoutRun('absent', peers.reason);
  const race = new PeerRace(peers.process, problem, { instance, plain }, cell, context);
  let last = await race.run(0);
  for (let step = 1; step < race.steps && last.status === 'converged'; step++) {
    // Whoever counts no iterations has no tolerance to tighten: one run with the options as they are is enough.
    if (last.iterations === undefined) step = race.steps - 1;
    last = await race.run(step);
  }
  const { status, reason, seconds, iterations = null } = last;
  if (status === 'declined') return withoutRun('declined', reason);
  return { status, reason, seconds, iterations, peakMemory: guard.peakMemory() };
}

/** The Python peers, or why there are none. */
export const startPythonPeers = (): Promise<Peers> => starting(({ startPeers }) => startPeers());

/** The packages of npm that race, or why there are none. */
export const startNpmPeers = (): Promise<Peers> => starting((peers) => peers.startNpmPeers());

/** The process of one peer of a problem. */
export const startPeersOf = (id: string, problem: string): Promise<Peers> =>
  starting((peers) => (peers.isNpmPeer(id) ? peers.startNpmPeers() : peers.startPeers({ problem })));

/** This package may be installed without the repository that holds the peers. */
async function starting(start: (peers: typeof import('@infimum/peers')) => Promise<Peers>): Promise<Peers> {
  try {
    return await start(await import('@infimum/peers'));
  } catch (error) {
    return { present: false, reason: `the peers are not installed: ${(error as Error).message}` };
  }
}

/** The options of every run: tolerances that tighten by powers of ten, and at last the options as they are. */
function ladderOf(problem: AnyProblem, given: unknown): readonly object[] {
  const options = isJsonObject(given) ? given : {};
  const { targets = [] } = problem.metrics[problem.primaryMetric];
  if (targets.length === 0) return [options];
  const asked = typeof options['tolerance'] === 'number' ? options['tolerance'] : Math.min(...targets);
  // A target of exactly 0 has no tolerances on the way to it.
  if (asked <= 0) return [options];
  const decades = Math.max(0, Math.ceil(Math.log10(Math.max(...targets) / asked) - 1e-9));
  const looser = Array.from({ length: decades }, (_, i) => ({ ...options, tolerance: asked * 10 ** (decades - i) }));
  return [...looser, options];
}

class PeerRace {
  readonly #peers: PeerProcess;
  readonly #problem: AnyProblem;
  readonly #instance: unknown;
  readonly #plain: object;
  readonly #cell: Cell;
  readonly #context: DriveContext;
  readonly #ladder: readonly object[];
  /** Whether it compiles for an instance before its clock begins. */
  readonly #prepares: boolean;

  constructor(
    peers: PeerProcess,
    problem: AnyProblem,
    { instance, plain }: { instance: unknown; plain: object },
    cell: Cell,
    context: DriveContext,
  ) {
    this.#peers = peers;
    this.#problem = problem;
    this.#instance = instance;
    this.#plain = plain;
    this.#cell = cell;
    this.#context = context;
    const peer = peers.list().find(({ id }) => id === cell.solver);
    this.#prepares = peer?.prepares === true;
    this.#ladder = peer?.watched ? [isJsonObject(cell.options) ? cell.options : {}] : ladderOf(problem, cell.options);
  }

  /** Number of runs. */
  get steps(): number {
    return this.#ladder.length;
  }

  /** One whole run; what it brought is judged. */
  async run(step: number): Promise<PeerResult> {
    const { solver, budget } = this.#cell;
    const { guard, encode, judge } = this.#context;
    guard.allow('starting the peers', START_SECONDS);
    await this.#peers.start();
    guard.watch(this.#peers.pid ?? 0);
    // Twice, for peers that ask for values: the transport of the questions is not charged.
    const { preparing, stopping } = this.#peers.extraSeconds;
    const ahead = this.#prepares ? preparing : 0;
    guard.allow('running the peer', ahead + 2 * budget + graceOf(budget) + stopping);
    const options = { seed: this.#cell.seed, ...this.#ladder[step] };
    const functions = this.#problem.plainFunctions?.(this.#instance) ?? {};
    const result = await this.#peers.solve(solver, this.#plain, options, { seconds: budget, functions });
    for (const { seconds, iterations, solution } of result.path ?? [])
      judge({ iteration: iterations, seconds }, encode(solution));
    if (result.solution) judge({ iteration: result.iterations ?? 0, seconds: result.seconds }, encode(result.solution));
    return result;
  }
}
