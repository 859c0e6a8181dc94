// The messages between a demo and its worker.
import type { Verdict } from '@infimum/core/certificate';

/** A solver in a demo, with the options that differ from their defaults. */
export interface LaneRequest {
  readonly solver: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** An instance and the solvers to run on it. */
export interface RunRequest {
  readonly problem: string;
  readonly family: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly lanes: readonly LaneRequest[];
  /** A visitor's own instance as JSON, in place of the family's. */
  readonly own?: string;
}

/** The requests of a demo to its worker. */
export type Request =
  | { readonly type: 'prepare'; readonly run: number; readonly request: RunRequest }
  | { readonly type: 'advance'; readonly run: number; readonly iterations: number }
  | { readonly type: 'certify'; readonly run: number };

/** The checker's verdict on a lane's answer. */
export interface LaneProof {
  readonly verdict: Verdict;
  /** Of the statement. */
  readonly title: string;
  /** Whether it is about all other answers, or about figures of this one. */
  readonly about: 'optimum' | 'answer';
  /** That checking took. */
  readonly seconds: number;
}

/** The state of a solver. */
export interface LaneState {
  readonly iteration: number;
  /** Seconds inside the solver's own code. */
  readonly seconds: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly solution: object;
  /** How it ended, once it has. */
  readonly end?: { readonly status: string; readonly reason: string };
}

/** The answers of the worker. */
export type Reply =
  | {
      readonly type: 'prepared';
      readonly run: number;
      readonly instance: unknown;
      readonly params: Readonly<Record<string, unknown>>;
    }
  | { readonly type: 'frame'; readonly run: number; readonly lanes: readonly LaneState[] }
  | { readonly type: 'proofs'; readonly run: number; readonly proofs: readonly LaneProof[] }
  | { readonly type: 'failed'; readonly run: number; readonly message: string; readonly argument?: string };
