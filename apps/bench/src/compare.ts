// Compares two sets of results: what became slower, what faster, and how sure that is.
import type { AnyProblem } from '@infimum/core';
import { canonicalJson } from './json.ts';
import type { Interval } from './statistics.ts';
import { bootstrapInterval, mean, studentQuantile, variance } from './statistics.ts';
import type { StoredCell } from './store.ts';

/** A solver on an instance, in both sets. */
export interface Comparison {
  readonly cell: Pick<StoredCell, 'problem' | 'family' | 'params' | 'solver' | 'options'>;
  /** Seconds, or the primary metric when the time limit ended both. */
  readonly quantity: string;
  /** Geometric means; null where the statuses differ. */
  readonly before: number | null;
  readonly after: number | null;
  /** after / before for what should be small, the inverse otherwise: above 1 is worse. */
  readonly ratio: number | null;
  /** 95 % confidence interval of the ratio; null with a single pair of measurements. */
  readonly interval: readonly [number, number] | null;
  readonly verdict: 'worse' | 'better' | 'no difference shown' | 'one measurement' | 'not comparable';
  /** The statuses, where they differ. */
  readonly note: string;
}

/** Compares the cells that both sets have, the regressions first. */
export function compareCells(
  before: readonly StoredCell[],
  after: readonly StoredCell[],
  problemOf: (id: string) => AnyProblem | undefined,
): Comparison[] {
  const ran = ({ status }: StoredCell) => !['declined', 'absent', 'skipped'].includes(status);
  const identity = ({ problem, family, params, solver, options, budget }: StoredCell) =>
    canonicalJson([problem, family, params, solver, options, budget]);
  const ours = Map.groupBy(before.filter(ran), identity);
  const theirs = Map.groupBy(after.filter(ran), identity);
  return [...ours]
    .flatMap(([key, cells]) => {
      const others = theirs.get(key);
      return others ? [compareGroups(cells, others, problemOf(cells[0].problem))] : [];
    })
    .sort((a, b) => severity(b) - severity(a));
}

/** All comparisons of seconds together. */
export interface Summary {
  readonly pairs: number;
  /** Geometric mean of after / before: every solver and instance counts once. */
  readonly ratio: number;
  /** 95 % bootstrap interval over the pairs; null with fewer than three. */
  readonly interval: Interval | null;
}

/** The ratio over everything that both sets measured in seconds; undefined where there is nothing. */
export function summarize(comparisons: readonly Comparison[]): Summary | undefined {
  const logs = comparisons.flatMap(({ quantity, ratio }) =>
    quantity === 'seconds' && ratio !== null ? [Math.log(ratio)] : [],
  );
  if (logs.length === 0) return undefined;
  const range = bootstrapInterval(logs, mean);
  return {
    pairs: logs.length,
    ratio: Math.exp(mean(logs)),
    interval: range && [Math.exp(range[0]), Math.exp(range[1])],
  };
}

/**
 * What became worse beyond doubt and beyond a factor: a status that fell, or an interval that lies above the factor
 * altogether.
 */
export function regressions(comparisons: readonly Comparison[], factor: number): Comparison[] {
  return comparisons.filter(
    ({ verdict, quantity, interval }) =>
      verdict === 'worse' && (quantity === 'status' || (interval !== null && interval[0] > factor)),
  );
}

/**
 * 95 % confidence interval for the mean difference of two samples of logarithms. The seeds are the same on both sides: with
 * repetitions of each, their scatter alone decides (Welch's t, the seeds as strata); otherwise that of the differences between
 * seeds, in pairs (Student's t); undefined where neither tells anything of the spread.
 */
export function confidenceInterval(
  before: ReadonlyMap<number, readonly number[]>,
  after: ReadonlyMap<number, readonly number[]>,
): Interval | undefined {
  const strata = [...before].flatMap(([seed, a]) => {
    const b = after.get(seed);
    return b ? [[a, b] as const] : [];
  });
  const differences = strata.map(([a, b]) => mean(b) - mean(a));
  const center = mean(differences);
  if (strata.length > 0 && strata.every(([a, b]) => a.length >= 2 && b.length >= 2)) {
    const parts = strata
      .flat()
      .map((values) => ({
        share: variance(values) / values.length / strata.length ** 2,
        freedom: values.length - 1,
      }));
    const total = parts.reduce((sum, { share }) => sum + share, 0);
    const freedom = total ** 2 / parts.reduce((sum, part) => sum + part.share ** 2 / part.freedom, 0);
    return around(center, total, Number.isFinite(freedom) ? freedom : 1);
  }
  if (strata.length < 2) return undefined;
  return around(center, variance(differences) / strata.length, strata.length - 1);
}

function compareGroups(
  before: readonly StoredCell[],
  after: readonly StoredCell[],
  problem: AnyProblem | undefined,
): Comparison {
  const { problem: id, family, params, solver, options } = before[0];
  const cell = { problem: id, family, params, solver, options };
  const [old, now] = [statusOf(before), statusOf(after)];
  const none = { before: null, after: null, ratio: null, interval: null };
  if (old !== now) {
    const verdict = rank(now) > rank(old) ? 'worse' : rank(now) < rank(old) ? 'better' : 'not comparable';
    return { cell, quantity: 'status', ...none, verdict, note: `${old} before, ${now} now` };
  }
  const limited = old === 'time-limit';
  const metric = problem?.primaryMetric ?? '';
  const quantity = limited ? metric : 'seconds';
  const measure = (one: StoredCell) => (limited ? one.metrics[metric] : one.seconds);
  const [a, b] = [logarithms(before, measure), logarithms(after, measure)];
  if (!a || !b) return { cell, quantity, ...none, verdict: 'not comparable', note: old };
  const sign = limited && problem?.metrics[metric].direction === 'maximize' ? -1 : 1;
  const [oldMean, newMean] = [mean([...a.values()].map(mean)), mean([...b.values()].map(mean))];
  const range = confidenceInterval(a, b)
    ?.map((bound) => Math.exp(sign * bound))
    .sort((x, y) => x - y);
  const interval = range ? ([range[0], range[1]] as const) : null;
  return {
    cell,
    quantity,
    before: Math.exp(oldMean),
    after: Math.exp(newMean),
    ratio: Math.exp(sign * (newMean - oldMean)),
    interval,
    verdict: verdictOf(interval),
    note: '',
  };
}

function verdictOf(interval: readonly [number, number] | null): Comparison['verdict'] {
  if (!interval) return 'one measurement';
  if (interval[0] > 1) return 'worse';
  return interval[1] < 1 ? 'better' : 'no difference shown';
}

/** Regressions that are sure come first, then by size. */
function severity({ verdict, ratio, quantity }: Comparison): number {
  const size = Math.atan(Math.log(ratio ?? 1));
  const sure = {
    worse: 10,
    better: -10,
    'no difference shown': 0,
    'one measurement': 0,
    'not comparable': -20,
  };
  return sure[verdict] + size + (quantity === 'status' && verdict === 'worse' ? 5 : 0);
}

/** The worst status of repetitions. */
function statusOf(cells: readonly StoredCell[]): string {
  return cells.map(({ status }) => status).sort((a, b) => rank(b) - rank(a))[0];
}

function rank(status: string): number {
  return ['converged', 'stalled', 'iteration-limit', 'time-limit', 'declined', 'absent', 'failed'].indexOf(
    status,
  );
}

/** Logarithms of a positive quantity by seed; undefined if some cell lacks it. */
function logarithms(
  cells: readonly StoredCell[],
  measure: (cell: StoredCell) => number | null | undefined,
): Map<number, number[]> | undefined {
  const bySeed = new Map<number, number[]>();
  for (const cell of cells) {
    const value = measure(cell);
    if (!(typeof value === 'number' && value > 0)) return undefined;
    bySeed.set(cell.seed, [...(bySeed.get(cell.seed) ?? []), Math.log(value)]);
  }
  return bySeed;
}

function around(center: number, squaredError: number, freedom: number): readonly [number, number] {
  const reach = studentQuantile(freedom) * Math.sqrt(squaredError);
  return [center - reach, center + reach];
}
