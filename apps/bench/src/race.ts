// The reading of results: cells of one instance form a race; who reached which target when, and how much later.
import type { AnyProblem } from '@infimum/core';
import type { MetricValues, ProofResult, Sample } from './cell/messages.ts';
import { ENDINGS } from './cell/messages.ts';
import { canonicalJson, isJsonObject } from './json.ts';
import type { Interval } from './statistics.ts';
import { bootstrapInterval, median } from './statistics.ts';
import type { StoredCell } from './store.ts';

/** What tables and charts need of a metric. */
export interface MetricInfo {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly direction: 'minimize' | 'maximize';
  readonly targets: readonly number[];
}

/** One solver in a race. */
export interface Racer {
  readonly solver: string;
  /** The options that were given, when the same solver races twice. */
  readonly options: unknown;
  /** What to call it within the race. */
  readonly label: string;
  readonly role: string;
  /** Times are compared with those of the same variant only. */
  readonly variant: string;
  readonly status: string;
  /** Whether it says `converged` and its metric does not. */
  readonly unconfirmed?: boolean;
  /** What came of `--certify`. */
  readonly proof?: ProofResult;
  readonly reason: string;
  /** Seconds before the first iterate, and in `solution()`. */
  readonly setupSeconds?: number | null;
  readonly solutionSeconds?: number | null;
  /** Seconds that it had. */
  readonly budget: number;
  /** Of the repetition in the middle, as everything here but `timeTo`. */
  readonly seconds: number | null;
  /** How often it was measured. */
  readonly repetitions: number;
  /** 95 % bootstrap interval of the median seconds; null with fewer than three repetitions that ended alike. */
  readonly interval: Interval | null;
  readonly iterations: number | null;
  readonly metrics: MetricValues;
  readonly peakMemory: number | null;
  /** What it was measured on; empty for the machine of the run. */
  readonly machine: string;
  readonly samples: readonly Sample[];
  /** Seconds to each target of the primary metric, the median of the repetitions; null where it was not reached. */
  readonly timeTo: readonly (number | null)[];
}

/** All solvers on one instance. */
export interface Race {
  readonly problem: string;
  readonly problemTitle: string;
  readonly family: string;
  readonly params: unknown;
  readonly seed: number;
  readonly primary: MetricInfo;
  /** All metrics, the primary one first. */
  readonly metrics: readonly MetricInfo[];
  readonly racers: readonly Racer[];
}

/** A cell with its samples. */
export interface SampledCell extends StoredCell {
  readonly samples: readonly Sample[];
}

/** Sorts cells into races, in the order in which their instances first appear. */
export function racesOf(cells: readonly SampledCell[], problemOf: (id: string) => AnyProblem | undefined): Race[] {
  const instances = Map.groupBy(cells, (cell) => canonicalJson([cell.problem, cell.family, cell.params, cell.seed]));
  return [...instances.values()].map((members) => {
    const { problem, family, params, seed } = members[0];
    const metrics = metricsOf(problemOf(problem), members);
    const [primary] = metrics;
    const entries = [...Map.groupBy(members, ({ solver, options }) => canonicalJson([solver, options])).values()];
    const labels = labelsOf(entries.map(([cell]) => cell));
    const racers = entries.map((repetitions, index) => racerOf(repetitions, labels[index], primary));
    const problemTitle = problemOf(problem)?.title ?? problem;
    return { problem, problemTitle, family, params, seed, primary, metrics, racers };
  });
}

/** The repetitions of a cell as one: that in the middle, with medians of the times to targets. */
function racerOf(repetitions: readonly SampledCell[], label: string, primary: MetricInfo): Racer {
  const worst = (cell: SampledCell) => ENDINGS.indexOf(cell.status);
  const sorted = repetitions.toSorted((a, b) => worst(a) - worst(b) || (a.seconds ?? 0) - (b.seconds ?? 0));
  const middle = sorted[(sorted.length - 1) >> 1];
  const alike = sorted.flatMap(({ status, seconds }) => (status === middle.status && seconds !== null ? [seconds] : []));
  return {
    ...middle,
    label,
    repetitions: repetitions.length,
    interval: bootstrapInterval(alike, median),
    timeTo: primary.targets.map((target) => {
      const times = repetitions.map((one) => timeTo(one, primary, target) ?? Infinity);
      const time = median(times);
      return Number.isFinite(time) ? time : null;
    }),
  };
}

/** Seconds of the first sample that is at the target or beyond, within the budget. */
export function timeTo(
  { samples, budget }: Pick<SampledCell, 'samples' | 'budget'>,
  { name, direction }: Pick<MetricInfo, 'name' | 'direction'>,
  target: number,
): number | null {
  const reached = samples.find(({ metrics }) => {
    const value = metrics[name];
    return typeof value === 'number' && (direction === 'minimize' ? value <= target : value >= target);
  });
  return reached && reached.seconds <= budget ? reached.seconds : null;
}

/** The fastest time to each target among the racers of a variant; null if no racer reached it. */
export function bestTimes({ racers, primary }: Race, variant: string): readonly (number | null)[] {
  return primary.targets.map((_, index) => {
    const times = racers.flatMap((racer) => (racer.variant === variant ? (racer.timeTo[index] ?? []) : []));
    return times.length > 0 ? Math.min(...times) : null;
  });
}

/** The variants of the problem that are raced; times of different ones are not to be compared. */
export function variantsOf({ racers }: Race): readonly string[] {
  return [...new Set(racers.map(({ variant }) => variant))].filter((variant) => variant !== '');
}

/** `n = 500, dimension = 2`. */
export function describeParams(params: unknown): string {
  if (!isJsonObject(params)) return JSON.stringify(params);
  return Object.entries(params)
    .map(([name, value]) => `${name} = ${describeValue(value)}`)
    .join(', ');
}

/** Four digits tell 1 / 1200 from its neighbours. */
function describeValue(value: unknown): string {
  if (typeof value === 'number' && !Number.isInteger(value)) return String(Number(value.toPrecision(4)));
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `ot/transport, points: n = 500; seed 1`. */
export function describeInstance(instance: Pick<Race, 'problem' | 'family' | 'params' | 'seed'>): string {
  const { problem, family, params, seed } = instance;
  const described = describeParams(params);
  return `${problem}, ${family}${described && `: ${described}`}; seed ${seed}`;
}

/** The metrics, the primary one first; from the results alone if the problem is no longer registered. */
function metricsOf(problem: AnyProblem | undefined, cells: readonly StoredCell[]): MetricInfo[] {
  if (!problem) {
    const names = new Set(cells.flatMap(({ metrics }) => Object.keys(metrics)));
    const unknown = { unit: '', direction: 'minimize', targets: [] } as const;
    return [...(names.size > 0 ? names : ['metric'])].map((name) => ({ name, title: name, ...unknown }));
  }
  const { primaryMetric, metrics } = problem;
  const names = [primaryMetric, ...Object.keys(metrics).filter((name) => name !== primaryMetric)];
  return names.map((name) => {
    const { title, unit, direction, targets = [] } = metrics[name];
    return { name, title, unit, direction, targets };
  });
}

/** A solver's id; where it races more than once, with the options in which its entries differ. */
export function labelsOf(cells: readonly Pick<StoredCell, 'solver' | 'options'>[]): string[] {
  return cells.map((cell) => {
    const twins = cells.filter(({ solver }) => solver === cell.solver);
    if (twins.length === 1 || !isJsonObject(cell.options)) return cell.solver;
    const differing = Object.entries(cell.options).filter(([name, value]) =>
      twins.some(({ options }) => canonicalJson((options as typeof cell.options)[name]) !== canonicalJson(value)),
    );
    const list = differing.map(([name, value]) => `${name} ${JSON.stringify(value)}`).join(', ');
    return list ? `${cell.solver} (${list})` : cell.solver;
  });
}
