// Compares two sets of results: what became slower, what faster, and how sure that is.
import type { AnyProblem } from '@infimum/core';
import { canonicalJson } from './json.ts';
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
  const ran = ({ status }: StoredCell) => status !== 'declined' && status !== 'absent';
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

/**
 * 95 % confidence interval for the mean difference of two samples of logarithms: by seeds in pairs where several are
 * there (Student's t), by repetitions otherwise (Welch's t); undefined where neither tells anything of the spread.
 */
export function confidenceInterval(
  before: ReadonlyMap<number, readonly number[]>,
  after: ReadonlyMap<number, readonly number[]>,
): readonly [number, number] | undefined {
  const seeds = [...before.keys()].filter((seed) => after.has(seed));
  if (seeds.length >= 2) {
    const differences = seeds.map((seed) => mean(after.get(seed) ?? []) - mean(before.get(seed) ?? []));
    return around(mean(differences), variance(differences) / seeds.length, seeds.length - 1);
  }
  const [a, b] = [[...before.values()].flat(), [...after.values()].flat()];
  if (a.length < 2 || b.length < 2) return undefined;
  const [va, vb] = [variance(a) / a.length, variance(b) / b.length];
  const freedom = (va + vb) ** 2 / (va ** 2 / (a.length - 1) + vb ** 2 / (b.length - 1));
  return around(mean(b) - mean(a), va + vb, Number.isFinite(freedom) ? freedom : 1);
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
  const sign = limited && problem?.metrics[metric].direction === 'maximise' ? -1 : 1;
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

function around(centre: number, squaredError: number, freedom: number): readonly [number, number] {
  const reach = studentQuantile(freedom) * Math.sqrt(squaredError);
  return [centre - reach, centre + reach];
}

/** 97.5 % quantile of Student's distribution; from eleven degrees of freedom on by the Cornish-Fisher expansion. */
function studentQuantile(freedom: number): number {
  const exact = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];
  const whole = Math.max(1, Math.floor(freedom));
  if (whole <= exact.length) return exact[whole - 1];
  const z = 1.959964;
  return z + (z ** 3 + z) / (4 * whole) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * whole ** 2);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: readonly number[]): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}
