// What the coordinator tells the process of a cell on its standard input, and what comes back on pipes of its own.
import type { Status } from '@infimum/core';

/** One cell: a solver with its options on one instance. */
export interface Cell {
  readonly problem: string;
  readonly family: string;
  /** The family's parameters, defaults filled in. */
  readonly params: unknown;
  readonly seed: number;
  readonly solver: string;
  /** Whose solver it is: the registry's (`paper`, `baseline`) or another package's. */
  readonly role: 'paper' | 'baseline' | 'peer';
  /** Which variant of the problem it solves, where there are several; empty otherwise. */
  readonly variant: string;
  /** The solver's options, defaults filled in. */
  readonly options: unknown;
  /** Seconds that the solver may take. */
  readonly budget: number;
  /** Hash of the code that decides the result. */
  readonly codeVersion: string;
}

/** What the process of a cell is told, a cell after the other. */
export interface CellTask {
  /** Number of the task; every message about it says it again. */
  readonly task: number;
  readonly cell: Cell;
  /** Files of plug-ins to load. */
  readonly plugins: readonly string[];
  /** The process that started the cell, and with which it ends. */
  readonly coordinator: number;
  /** Largest resident set in megabytes. */
  readonly memory: number;
}

/** Metrics by name; null where a value is not finite. */
export type MetricValues = Readonly<Record<string, number | null>>;

/** The metrics of a solution on the way. */
export interface Sample {
  readonly iteration: number;
  /** The solver's own seconds. */
  readonly seconds: number;
  readonly metrics: MetricValues;
}

/** How a cell ended: as the solver's run did, or why there was none. */
export type CellStatus = Status | 'failed' | 'declined' | 'absent' | 'skipped';

/** The ways in which a solver's run ends. */
export const STATUSES: readonly Status[] = [
  'converged',
  'stalled',
  'iteration-limit',
  'time-limit',
  'aborted',
];

/** The ways in which a cell ends. */
export const ENDINGS: readonly CellStatus[] = [...STATUSES, 'failed', 'declined', 'absent', 'skipped'];

/** How a cell ended, without its samples. */
export interface CellEnd {
  readonly status: CellStatus;
  /** One sentence for people. */
  readonly reason: string;
  readonly seconds: number | null;
  readonly iterations: number | null;
  readonly metrics: MetricValues;
  /** Largest resident set in bytes, where it is known. */
  readonly peakMemory: number | null;
}

/** A cell's whole result. */
export interface CellResult extends CellEnd {
  readonly samples: readonly Sample[];
}

/** What a cell says of itself; `last` when its process ends with it. */
export type CellMessage =
  | { readonly task: number; readonly sample: Sample }
  | { readonly task: number; readonly end: CellEnd; readonly last: boolean };

/** What the watchdog says of a stage that went on beyond its budget and the grace. */
export const OVERDUE = 'did not end within';

/** What the watchdog says: that it is there, or why it ends its process. */
export type WatchdogMessage =
  | { readonly alive: true }
  | { readonly killed: string; readonly peakMemory: number };

/** The end of a cell that did not run. */
export function withoutRun(status: CellStatus, reason: string, peakMemory: number | null = null): CellEnd {
  return { status, reason, seconds: null, iterations: null, metrics: {}, peakMemory };
}

/** The file descriptor of a cell's messages. */
export const MESSAGE_PIPE = 3;

/** That of the watchdog, a thread that writes whenever it likes. */
export const WATCHDOG_PIPE = 4;
