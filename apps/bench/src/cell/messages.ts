// What the coordinator tells the process of a cell on its standard input, and what comes back on pipes of its own.
import type { Status } from '@infimum/core';
import type { ProcessCleaner } from './cleaner.ts';

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
  /** Files of plug-ins to load; none where problem and solver are the library's. */
  readonly plugins: readonly string[];
  /** The process that started the cell, and with which it ends. */
  readonly coordinator: number;
  /** Largest resident set in megabytes. */
  readonly memory: number;
}

/** What all processes of a run have in common. */
export interface LaunchSettings {
  /** Largest resident set in megabytes. */
  readonly memory: number;
  /** Variables of the environment that cells may see, beside those that every program needs. */
  readonly environment?: readonly string[];
  /** Whether proofs are looked for. */
  readonly certify?: boolean | undefined;
  /** Keeps a solution that was judged, and names it. */
  readonly keep?: ((solution: Buffer) => string) | undefined;
  /** The folder of the built programs of cells; ours if undefined. */
  readonly programs?: string | undefined;
  /** Kills the processes; the promises of their cells are then rejected with the signal's reason. */
  readonly signal: AbortSignal;
  /** Ends the processes if this one is killed. */
  readonly cleaner: ProcessCleaner;
}

/** Metrics by name; null where a value is not finite. */
export type MetricValues = Readonly<Record<string, number | null>>;

/** Where a solver was when it gave a solution. */
export interface Moment {
  readonly iteration: number;
  /** The solver's own seconds. */
  readonly seconds: number;
}

/** The metrics of a solution on the way. */
export interface Sample extends Moment {
  readonly metrics: MetricValues;
  /** The name of its solution, where it was kept. */
  readonly solution?: string;
}

/** How a cell ended: as the solver's run did, or why there was none. */
export type CellStatus = Status | 'failed' | 'declined' | 'absent' | 'skipped';

/** The ways in which a solver's run ends. */
export const STATUSES: readonly Status[] = ['converged', 'stalled', 'iteration-limit', 'time-limit', 'aborted'];

/** The ways in which a cell ends. */
export const ENDINGS: readonly CellStatus[] = [...STATUSES, 'failed', 'declined', 'absent', 'skipped'];

/** What a cell's process can say of its end; metrics are not its business. */
export interface RunEnd {
  readonly status: CellStatus;
  /** One sentence for people. */
  readonly reason: string;
  readonly seconds: number | null;
  readonly iterations: number | null;
  /** Largest resident set in bytes, where it is known. */
  readonly peakMemory: number | null;
  /** Of the seconds, those before the first iteration: `declines()` and `steps()`. */
  readonly setupSeconds?: number | null;
  /** Seconds in `solution()`, of which copies that only sampling asked for are free. */
  readonly solutionSeconds?: number | null;
  /** Seconds in which the problem answered the solver's calls; they are charged to no one. */
  readonly answerSeconds?: number | null;
  /** Seconds of the processor, of all threads, while the solver ran. */
  readonly processorSeconds?: number | null;
}

/** The parts of a run's end that not every cell has. */
export const PARTS = ['setupSeconds', 'solutionSeconds', 'answerSeconds', 'processorSeconds'] as const;

/** How a cell ended, without its samples. */
export interface CellEnd extends RunEnd {
  readonly metrics: MetricValues;
  /** Whether it ended `converged` and the problem's own metric says that it is not there. */
  readonly unconfirmed?: boolean;
  /** What came of the search for a proof, where one was asked for. */
  readonly proof?: ProofResult;
}

/** A proof that was found and checked, or why there is none. */
export type ProofResult =
  | { readonly proved: true; readonly kind: string; readonly figures: Readonly<Record<string, readonly [number, number]>> }
  | { readonly proved: false; readonly reason: string };

/** A cell's whole result. */
export interface CellResult extends CellEnd {
  readonly samples: readonly Sample[];
}

/** What a cell says of itself; a sample comes with the solution beside it. `last` when its process ends with it. */
export type CellMessage =
  | { readonly task: number; readonly begun: true }
  | { readonly task: number; readonly sample: Moment }
  | { readonly task: number; readonly end: RunEnd; readonly last: boolean };

/** What the judge is asked: to build an instance, or for the metrics of the solution beside it. */
export interface JudgeTask {
  readonly task: number;
  /** Undefined for a solution of the instance before. */
  readonly instance?: Pick<Cell, 'problem' | 'family' | 'params' | 'seed' | 'variant' | 'options'>;
  /** The file of the plug-in that defines the problem, or none. */
  readonly plugins: readonly string[];
  readonly coordinator: number;
  readonly memory: number;
  /** Looks for a proof of the latest solution, instead. */
  readonly certify?: true;
}

/** What the judge answers: metrics, or what went wrong. */
export type JudgeAnswer =
  | {
      readonly task: number;
      readonly metrics: MetricValues;
      /** Whether the solution meets what every `converged` must. */
      readonly confirmed: boolean;
      readonly memory: number;
    }
  | { readonly task: number; readonly proof: ProofResult }
  | { readonly task: number; readonly fault: string };

/** What the watchdog says of a stage that went on beyond its budget and the grace. */
export const OVERDUE = 'did not end within';

/** What the watchdog says: that it is there, or why it ends its process. */
export type WatchdogMessage = { readonly alive: true } | { readonly killed: string; readonly peakMemory: number };

/** The end of a cell that did not run. */
export function withoutRun(status: CellStatus, reason: string, peakMemory: number | null = null): CellEnd {
  return { status, reason, seconds: null, iterations: null, metrics: {}, peakMemory };
}

/** A final result: failed when a metric is no number, whatever the solver says of itself. */
export function judged(end: RunEnd, metrics: MetricValues, confirmed = true): CellEnd {
  const bad = STATUSES.includes(end.status as Status) && Object.keys(metrics).find((name) => metrics[name] === null);
  if (!bad) return { ...end, metrics, ...(end.status === 'converged' && !confirmed && { unconfirmed: true }) };
  return { ...end, metrics, status: 'failed', reason: `the metric ${bad} of its solution is not a finite number` };
}

/** The file descriptor of a cell's messages. */
export const MESSAGE_PIPE = 3;

/** That of the watchdog, a thread that writes whenever it likes. */
export const WATCHDOG_PIPE = 4;

/** That on which a cell waits until its solution has been judged. */
export const JUDGED_PIPE = 5;
