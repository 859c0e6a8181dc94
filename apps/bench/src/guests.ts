// Who else races: the peers of other packages that are installed here, and those that are not.
import type { PeerSolver, Peers } from '@infimum/peers';
import type { Cell } from './cell/messages.ts';
import { startNpmPeers, startPythonPeers } from './cell/peer.ts';

/** Who else could race, and who could not. */
export interface Guests {
  readonly solvers: readonly PeerSolver[];
  /** Why peers of a problem, or all (`*`), are absent. */
  readonly absent: Readonly<Record<string, string>>;
  readonly environment: string;
}

/** A place in a race that stays empty, and why. */
export interface AbsentCell {
  readonly cell: Cell;
  readonly reason: string;
}

/** Asks the peers who they are. */
export async function listPeers(): Promise<Guests> {
  const [python, npm] = [await membersOf(startPythonPeers), await membersOf(startNpmPeers)];
  const interpreter = python.environment['python'];
  const packages = new Set([...python.solvers, ...npm.solvers].map((peer) => `${peer.package} ${peer.version}`));
  return {
    solvers: [...python.solvers, ...npm.solvers],
    absent: python.absent,
    environment: [...(interpreter ? [`Python ${interpreter}`] : []), ...packages].join(', '),
  };
}

async function membersOf(start: () => Promise<Peers>) {
  const peers = await start();
  if (!peers.present) return { solvers: [], absent: { '*': peers.reason }, environment: {} };
  const { environment, absent } = peers.process;
  const solvers = peers.process.list();
  await peers.process.close();
  return { solvers, absent, environment };
}

/** A row per instance for every group of absent peers, so that their absence does not look like a victory. */
export function absentCells(cells: readonly Cell[], { absent }: Guests): AbsentCell[] {
  const instances = new Map(cells.map((cell) => [JSON.stringify([cell.problem, cell.family, cell.params, cell.seed]), cell]));
  return Object.entries(absent).flatMap(([group, reason]) =>
    [...instances.values()]
      .filter(({ problem }) => group === '*' || group.startsWith(problem.replaceAll(/[/-]/g, '_')))
      .map((cell) => ({
        cell: { ...cell, solver: group === '*' ? 'peers' : `peers/${group}`, role: 'peer' as const, variant: '', options: {} },
        reason,
      })),
  );
}
