// Compares two sets of results: what became slower, what faster, and how sure that is.
import type { AnyProblem } from '@infimum/core';
import { canonicalJson } from './json.ts';
import type { Interval } from './statistics.ts';
import { adjusted, bootstrapInterval, fisherExact, hierarchicalDifference, mean } from './statistics.ts';
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
  /** Probability of such a difference by chance, adjusted for the number of comparisons; null as the interval. */
  readonly probability: number | null;
  readonly verdict: 'worse' | 'better' | 'no difference shown' | 'one measurement' | 'not comparable';
  /** The statuses, where they differ. */
  readonly note: string;
}

/** Of the differences that are called such, this share may be chance. */
const FALSE_RATE = 0.05;

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
  const found = [...ours].flatMap(([key, cells]) => {
    const others = theirs.get(key);
    return others ? [compareGroups(cells, others, problemOf(cells[0].problem))] : [];
  });
  const tested = found.filter(({ probability }) => probability !== null);
  const probabilities = adjusted(tested.map(({ probability }) => probability as number));
  const byComparison = new Map(tested.map((comparison, index) => [comparison, probabilities[index]]));
  return found
    .map((comparison): Comparison => {
      const probability = byComparison.get(comparison);
      if (probability === undefined) return comparison;
      const verdict = probability <= FALSE_RATE ? comparison.verdict : 'no difference shown';
      return { ...comparison, probability, verdict };
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
  return { pairs: logs.length, ratio: Math.exp(mean(logs)), interval: range && [Math.exp(range[0]), Math.exp(range[1])] };
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

function compareGroups(
  before: readonly StoredCell[],
  after: readonly StoredCell[],
  problem: AnyProblem | undefined,
): Comparison {
  const { problem: id, family, params, solver, options } = before[0];
  const cell = { problem: id, family, params, solver, options };
  const changed = compareStatuses(before, after);
  const none = { before: null, after: null, ratio: null, interval: null };
  if (changed) return { cell, quantity: 'status', ...none, ...changed };
  const limited = [...before, ...after].every(({ status }) => status === 'time-limit');
  const metric = problem?.primaryMetric ?? '';
  const quantity = limited ? metric : 'seconds';
  const measure = (one: StoredCell) => (limited ? one.metrics[metric] : one.seconds);
  const [a, b] = [logarithms(before, measure), logarithms(after, measure)];
  if (!a || !b) {
    return { cell, quantity, ...none, probability: null, verdict: 'not comparable', note: statusesOf(before) };
  }
  const sign = limited && problem?.metrics[metric].direction === 'maximize' ? -1 : 1;
  const [oldMean, newMean] = [a, b].map((bySeed) => mean([...bySeed.values()].map(mean)));
  // Every repetition had a process of its own, so it is a block of one measurement.
  const sides = [...a].flatMap(([seed, values]) => {
    const others = b.get(seed);
    return others ? [[values.map((value) => [value]), others.map((value) => [value])] as const] : [];
  });
  const difference = hierarchicalDifference(sides);
  const range = difference?.interval.map((bound) => Math.exp(sign * bound)).sort((x, y) => x - y);
  return {
    cell,
    quantity,
    before: Math.exp(oldMean),
    after: Math.exp(newMean),
    ratio: Math.exp(sign * (newMean - oldMean)),
    interval: range ? [range[0], range[1]] : null,
    probability: difference?.probability ?? null,
    verdict: !difference ? 'one measurement' : sign * difference.center > 0 ? 'worse' : 'better',
    note: '',
  };
}

/**
 * What the statuses say, where they differ: by Fisher's exact test on how many repetitions converged. Solvers that fail every
 * time and never did before are worse without a test: failures do not come from a clock.
 */
function compareStatuses(before: readonly StoredCell[], after: readonly StoredCell[]) {
  const [old, now] = [statusesOf(before), statusesOf(after)];
  if (old === now) return undefined;
  const note = `${old} before, ${now} now`;
  const count = (cells: readonly StoredCell[], status: string) => cells.filter((cell) => cell.status === status).length;
  const [failedBefore, failedAfter] = [count(before, 'failed'), count(after, 'failed')];
  if (failedBefore === 0 && failedAfter === after.length) return { verdict: 'worse', probability: null, note } as const;
  if (failedAfter === 0 && failedBefore === before.length) return { verdict: 'better', probability: null, note } as const;
  const [good, goodNow] = [count(before, 'converged'), count(after, 'converged')];
  const probability = fisherExact(good, before.length, goodNow, after.length);
  const isMixed = good > 0 && goodNow > 0;
  // Where some converged on both sides and the counts may be chance, the seconds decide.
  if (isMixed && probability > FALSE_RATE && failedBefore + failedAfter === 0) return undefined;
  const isOne = before.length === 1 && after.length === 1;
  const share = goodNow / after.length - good / before.length;
  const verdict = isOne ? 'one measurement' : share < 0 ? 'worse' : share > 0 ? 'better' : 'not comparable';
  return { verdict, probability: isOne || share === 0 ? null : probability, note } as const;
}

/** `converged`, or `converged 3, time-limit 2`. */
function statusesOf(cells: readonly StoredCell[]): string {
  const counts = [...Map.groupBy(cells, ({ status }) => status)].sort(([a], [b]) => (a < b ? -1 : 1));
  return counts.length === 1 ? counts[0][0] : counts.map(([status, all]) => `${status} ${all.length}`).join(', ');
}

/** Regressions that are sure come first, then by size. */
function severity({ verdict, ratio, quantity }: Comparison): number {
  const size = Math.atan(Math.log(ratio ?? 1));
  const sure = { worse: 10, better: -10, 'no difference shown': 0, 'one measurement': 0, 'not comparable': -20 };
  return sure[verdict] + size + (quantity === 'status' && verdict === 'worse' ? 5 : 0);
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
