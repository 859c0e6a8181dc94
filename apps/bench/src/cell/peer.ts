// Runs another package's solver on our instance and judges its solutions by our metrics.
import type { AnyProblem } from '@infimum/core';
import type { PeerProcess, PeerResult, Peers } from '@infimum/peers';
import { isJsonObject } from '../json.ts';
import { type DriveContext, evaluate, graceOf, judged } from './drive.ts';
import { type Cell, type CellEnd, type MetricValues, withoutRun } from './messages.ts';

/**
 * A peer cannot be watched while it iterates. Its convergence curve is made of whole runs: one with its options as
 * they are, and one for each looser tolerance, timed each for itself.
 */
export async function drivePeer(
  problem: AnyProblem,
  instance: unknown,
  cell: Cell,
  context: DriveContext,
): Promise<CellEnd> {
  const { guard } = context;
  guard.allow('running the peer', 60);
  const peers = await startPeers();
  if (!peers.present) return withoutRun('absent', peers.reason);
  const race = new PeerRace(peers.process, problem, instance, cell, context);
  try {
    const options = isJsonObject(cell.options) ? cell.options : {};
    const main = await race.run(options);
    let best = main.metrics;
    // Whoever counts no iterations has no tolerance to loosen.
    const exact = main.result.iterations === undefined && main.result.solution !== undefined;
    for (const tolerance of exact ? [] : tolerances(problem, options)) {
      const { metrics } = await race.run({ ...options, tolerance });
      if (!metrics) break;
      if (!main.metrics) best = metrics;
    }
    const { status, reason, seconds, iterations = null } = main.result;
    return judged({
      status,
      reason,
      seconds,
      iterations,
      metrics: best ?? {},
      peakMemory: guard.peakMemory(),
    });
  } finally {
    await peers.process.close();
  }
}

/** The peers, or why there are none: this package may be installed without the repository that holds them. */
export async function startPeers(): Promise<Peers> {
  try {
    return await (await import('@infimum/peers')).startPeers();
  } catch (error) {
    return { present: false, reason: `the peers are not installed: ${(error as Error).message}` };
  }
}

/** The primary metric's targets as tolerances, the loosest first; the one that the options ask for is run already. */
function tolerances(problem: AnyProblem, options: Readonly<Record<string, unknown>>): readonly number[] {
  const { targets = [] } = problem.metrics[problem.primaryMetric];
  const asked = typeof options['tolerance'] === 'number' ? options['tolerance'] : 0;
  return targets.filter((target) => target > asked);
}

class PeerRace {
  readonly #peers: PeerProcess;
  readonly #problem: AnyProblem;
  readonly #instance: object;
  readonly #cell: Cell;
  readonly #context: DriveContext;

  constructor(peers: PeerProcess, problem: AnyProblem, instance: unknown, cell: Cell, context: DriveContext) {
    this.#peers = peers;
    this.#problem = problem;
    this.#instance = instance as object;
    this.#cell = cell;
    this.#context = context;
  }

  /** One whole run; metrics where it brought a solution. */
  async run(options: object): Promise<{ result: PeerResult; metrics: MetricValues | undefined }> {
    const { solver, budget } = this.#cell;
    const { guard, onSample } = this.#context;
    await this.#peers.start();
    guard.watch(this.#peers.pid ?? 0);
    guard.allow('running the peer', budget + graceOf(budget));
    const result = await this.#peers.solve(solver, this.#instance, options, { seconds: budget });
    if (!result.solution) return { result, metrics: undefined };
    guard.allow('evaluating the metrics', 120);
    const metrics = evaluate(this.#problem, this.#instance, result.solution);
    onSample({ iteration: result.iterations ?? 0, seconds: result.seconds, metrics });
    return { result, metrics };
  }
}
