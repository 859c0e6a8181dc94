// Which solver to take: races of a problem, summed up. Solvers of one kind (variant) are compared among themselves, in
// pairs on the same instances. A miss counts as twice the budget (PAR-2), so that a solver that seldom reaches the target is not
// called fast; what differs from the first by less than the scatter over the instances is level with it.
import type { Interval } from './statistics.ts';
import { bootstrapInterval, mean, studentQuantile, variance } from './statistics.ts';

/** Whose a cell is. */
interface Racer {
  readonly solver: string;
  /** Other packages' solvers stand beside the ranking, not in it. */
  readonly isPeer: boolean;
  readonly variant: string;
}

/** What a verdict needs to know of a cell. */
export interface JudgedCell extends Racer {
  /** Seconds to each target of the problem; null where it was not reached. */
  readonly timeTo: readonly (number | null)[];
  /** Seconds that it had; what was reached later does not count. */
  readonly budget: number;
}

/** What a verdict by value needs to know of a cell. */
export interface ValuedCell extends Racer {
  /** The primary metric at the end of the run, the smaller the better; null where there is none. */
  readonly value: number | null;
}

/** The cells of one instance. */
export type JudgedRace = readonly JudgedCell[];

/** A solver's times over those of the first of ours, instance by instance. */
interface Pairing {
  /** Geometric mean over the instances that both reached; null where there are none. */
  readonly ratio: number | null;
  /** Its 95 % interval over these instances; null with fewer than three. */
  readonly interval: Interval | null;
  /** Instances that both reached. */
  readonly common: number;
  /** The same over all instances of the kind, a miss as twice the budget. */
  readonly penalized: number;
  readonly penalizedInterval: Interval | null;
}

/** How a solver did over all instances of its kind. */
export interface Standing {
  readonly solver: string;
  readonly isPeer: boolean;
  /** Instances that it took part in, and on how many it got to the target. */
  readonly raced: number;
  readonly reached: number;
  /** On how many it was the fastest of ours. */
  readonly won: number;
  /** Beside the first of ours. */
  readonly behind: Pairing;
  /** Whether the instances do not tell it from the first: the interval of the penalised ratio has 1 in it. */
  readonly isLevel: boolean;
  /** Its seconds by instance; null where it did not get there. */
  readonly times: readonly (number | null)[];
}

/** The ranking of one kind at one accuracy. */
export interface Verdict {
  readonly variant: string;
  /** Place of the target among the problem's. */
  readonly target: number;
  /** Instances on which any solver of this kind raced. */
  readonly instances: number;
  /** Ours, the one to take first; those that got nowhere are at the end. */
  readonly ranking: readonly Standing[];
  readonly peers: readonly Standing[];
  /** Whether the first place is more than scatter: no other one of ours is level with it. */
  readonly isClear: boolean;
}

/** How good a solver's results were over all instances of its kind. */
export interface ValueStanding {
  readonly solver: string;
  readonly isPeer: boolean;
  /** On how many instances it was the best, or within a hundredth of the way from the best to the worst. */
  readonly best: number;
  /** Mean place over all instances on the way from the best (0) to the worst (1), where it also stands without a value. */
  readonly gap: number;
  /** Its places by instance; null without a value. */
  readonly gaps: readonly (number | null)[];
  /** Whether the instances do not tell it from the first: the interval of the difference has 0 in it. */
  readonly isLevel: boolean;
}

/** The ranking of one kind by what its solvers had at the end of a run. */
export interface ValueVerdict {
  readonly variant: string;
  readonly instances: number;
  readonly ranking: readonly ValueStanding[];
  readonly peers: readonly ValueStanding[];
  /** As of a verdict by time. */
  readonly isClear: boolean;
}

/**
 * Verdicts by value, for what has no time to a target: the metric at the end of runs of one budget. None for kinds of which
 * none of our solvers has a value.
 */
export function verdictsByValue(races: readonly (readonly ValuedCell[])[]): ValueVerdict[] {
  return kindsOf(races).flatMap(({ variant, own }) => {
    const known = own.filter((race) => race.some(({ isPeer, value }) => !isPeer && value !== null));
    if (known.length === 0) return [];
    const ranked = racersOf(known)
      .map((racer) => valueStandingOf(racer, known))
      .toSorted((a, b) => a.gap - b.gap);
    const first = ranked.find(({ isPeer }) => !isPeer);
    const standings = ranked.map((standing): ValueStanding => {
      const differences = standing.gaps.map((gap, k) => (gap ?? 1) - (first?.gaps[k] ?? 1));
      return { ...standing, isLevel: !excludes(intervalOf(differences), 0) };
    });
    const ranking = standings.filter(({ isPeer }) => !isPeer);
    return {
      variant,
      instances: known.length,
      ranking,
      peers: standings.filter(({ isPeer }) => isPeer),
      isClear: ranking.slice(1).every(({ isLevel }) => !isLevel),
    };
  });
}

function valueStandingOf(
  { solver, isPeer }: Pick<Racer, 'solver' | 'isPeer'>,
  races: readonly (readonly ValuedCell[])[],
): Omit<ValueStanding, 'isLevel'> {
  const gaps = races.map((race) => {
    // With several options the best of them counts.
    const own = race.flatMap((cell) => (cell.solver === solver ? (cell.value ?? []) : []));
    const values = race.flatMap(({ value }) => value ?? []);
    const [best, worst] = [Math.min(...values), Math.max(...values)];
    if (own.length === 0) return null;
    return worst > best ? (Math.min(...own) - best) / (worst - best) : 0;
  });
  return {
    solver,
    isPeer,
    best: gaps.filter((gap) => gap !== null && gap <= 0.01).length,
    gap: gaps.reduce<number>((sum, gap) => sum + (gap ?? 1), 0) / gaps.length,
    gaps,
  };
}

/** The races of each variant by themselves. */
function kindsOf<Cell extends Racer>(races: readonly (readonly Cell[])[]) {
  const variants = [...new Set(races.flatMap((race) => race.map(({ variant }) => variant)))];
  return variants.map((variant) => ({
    variant,
    own: races.map((race) => race.filter((cell) => cell.variant === variant)).filter((race) => race.length > 0),
  }));
}

const racersOf = (races: readonly (readonly Racer[])[]) =>
  [...new Map(races.flatMap((race) => race.map(({ solver, isPeer }) => [solver, isPeer] as const)))].map(
    ([solver, isPeer]) => ({ solver, isPeer }),
  );

/**
 * The verdicts on a problem: for each kind the loosest and the tightest target that any solver of ours reached. None where
 * no solver reached any target.
 */
export function verdictsOf(races: readonly JudgedRace[], targets: number): Verdict[] {
  return kindsOf(races).flatMap(({ variant, own }) => {
    const reached = Array.from({ length: targets }, (_, target) => target).filter((target) =>
      own.some((race) => race.some((cell) => !cell.isPeer && timeOf(cell, target) !== null)),
    );
    const shown = new Set([reached[0], reached.at(-1)]);
    return [...shown].flatMap((target) => (target === undefined ? [] : verdictOf(own, variant, target)));
  });
}

function verdictOf(races: readonly JudgedRace[], variant: string, target: number): Verdict {
  const entries = racersOf(races).map(({ solver, isPeer }) => {
    const times = races.map((race) => {
      // With several options the best of them counts.
      const own = race.flatMap((cell) => (cell.solver === solver ? (timeOf(cell, target) ?? []) : []));
      return own.length > 0 ? Math.min(...own) : null;
    });
    const raced = races.filter((race) => race.some((cell) => cell.solver === solver)).length;
    return { solver, isPeer, times, raced, reached: times.filter((time) => time !== null).length };
  });
  const penalties = races.map((race) => 2 * Math.max(...race.map(({ budget }) => budget)));
  const penalized = (times: readonly (number | null)[]) =>
    times.map((time, k) => Math.log(Math.max(time ?? penalties[k], LEAST_SECONDS)));
  const ours = entries
    .filter(({ isPeer }) => !isPeer)
    .map((entry) => ({ ...entry, logs: penalized(entry.times) }))
    .toSorted((a, b) => Number(b.reached > 0) - Number(a.reached > 0) || mean(a.logs) - mean(b.logs));
  const bests = races.map((_, k) => Math.min(...ours.map(({ times }) => times[k] ?? Infinity)));
  const [first] = ours;
  const standings = [...ours, ...entries.filter(({ isPeer }) => isPeer)].map((entry): Standing => {
    const differences = penalized(entry.times).map((log, k) => log - first.logs[k]);
    const shared = differences.filter((_, k) => entry.times[k] !== null && first.times[k] !== null);
    const overall = intervalOf(differences);
    const onCommon = shared.length === differences.length ? overall : intervalOf(shared);
    return {
      ...entry,
      won: entry.times.filter((time, k) => time !== null && time === bests[k]).length,
      behind: {
        ratio: shared.length > 0 ? Math.exp(mean(shared)) : null,
        interval: exponentials(onCommon),
        common: shared.length,
        penalized: Math.exp(mean(differences)),
        penalizedInterval: exponentials(overall),
      },
      isLevel: !excludes(overall, 0),
    };
  });
  const ranking = standings.filter(({ isPeer }) => !isPeer);
  return {
    variant,
    target,
    instances: races.length,
    ranking,
    peers: standings
      .filter(({ isPeer, reached }) => isPeer && reached > 0)
      .toSorted((a, b) => a.behind.penalized - b.behind.penalized),
    isClear: ranking.slice(1).every(({ isLevel }) => !isLevel),
  };
}

/** What a clock does not show counts as this. */
const LEAST_SECONDS = 1e-9;

/** Seconds to a target, if it was reached within the budget. */
function timeOf({ timeTo, budget }: JudgedCell, target: number): number | null {
  const time = timeTo[target] ?? null;
  return time !== null && time <= budget ? time : null;
}

/** 95 % interval of a mean over instances: that of the bootstrap, and never narrower than Student's t. */
function intervalOf(values: readonly number[]): Interval | null {
  const resampled = bootstrapInterval(values, mean);
  if (!resampled) return null;
  const reach = studentQuantile(values.length - 1) * Math.sqrt(variance(values) / values.length);
  return [Math.min(resampled[0], mean(values) - reach), Math.max(resampled[1], mean(values) + reach)];
}

const exponentials = (interval: Interval | null): Interval | null => interval && [Math.exp(interval[0]), Math.exp(interval[1])];

/** Whether a value lies outside an interval; with too few values for one nothing does. */
const excludes = (interval: Interval | null, value: number): boolean =>
  interval !== null && (interval[0] > value || interval[1] < value);

/** `x 1.84 (1.2 to 2.8)`: how a standing compares with the first, and whether the instances tell the two apart. */
export function describeBehind({ behind, isLevel }: Standing, instances: number): string {
  const { ratio, interval, common, penalizedInterval } = behind;
  if (ratio === null) return 'no instance in common';
  const range = interval ? ` (${short(interval[0])} to ${short(interval[1])})` : '';
  const where = common < instances ? ` on ${common} of ${instances}` : '';
  return `x ${short(ratio)}${range}${where}${isLevel && penalizedInterval ? ', level' : ''}`;
}

/** `level with a, b` or `too few instances to tell`: what limits a first place; empty where nothing does. */
export function describeFirst({
  ranking,
  instances,
  isClear,
}: Pick<Verdict, 'instances' | 'isClear'> & {
  readonly ranking: readonly { readonly solver: string; readonly isLevel: boolean }[];
}): string {
  if (isClear) return '';
  if (instances < 3) return 'too few instances to tell';
  const level = ranking.slice(1).filter(({ isLevel }) => isLevel);
  const named = level.slice(0, 2).map(({ solver }) => solver);
  return `level with ${named.join(', ')}${level.length > 2 ? ` and ${level.length - 2} more` : ''}`;
}

/** Three digits. */
function short(ratio: number): string {
  return ratio < 100 ? String(Number(ratio.toPrecision(3))) : ratio < 1e4 ? String(Math.round(ratio)) : '> 10000';
}
