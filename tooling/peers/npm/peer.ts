// A package of npm in the benchmark: a function that solves an instance and times the package's own part.
import type { PeerMessage } from '../src/protocol.ts';

/** How a run ended, in the words of the Python peers. */
export interface NpmResult {
  readonly status: 'converged' | 'stalled';
  /** One sentence for people. */
  readonly reason: string;
  readonly solution: PeerMessage;
}

/** A solver of a package. */
export interface NpmPeer {
  /** For tables. */
  readonly title: string;
  /** The id of the problem that it solves. */
  readonly problem: string;
  /** Which variant of the problem it solves, where there are several. */
  readonly variant?: string;
  /** The package that it comes from, as npm knows it. */
  readonly package: string;
  /**
   * Solves an instance as it travels.
   *
   * @param timed - runs the package's own work, whose seconds count
   * @throws {Declined} for an instance that the package does not take
   */
  solve(instance: never, timed: <T>(work: () => T) => T): NpmResult;
}

/** The package does not take such instances. */
export class Declined extends Error {}
