// Which solver to take: races of a problem, summed up. Solvers of one kind (variant) are compared among themselves; who
// got to a target on more instances comes first, and among equals who was slower than the best by the smaller factor.

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
}

/** What a verdict by value needs to know of a cell. */
export interface ValuedCell extends Racer {
  /** The primary metric at the end of the run, the smaller the better; null where there is none. */
  readonly value: number | null;
}

/** The cells of one instance. */
export type JudgedRace = readonly JudgedCell[];

/** How a solver did over all instances of its kind. */
export interface Standing {
  readonly solver: string;
  readonly isPeer: boolean;
  /** Instances that it took part in, and on how many it got to the target. */
  readonly raced: number;
  readonly reached: number;
  /** On how many it was the fastest of ours. */
  readonly won: number;
  /** Geometric mean, over the instances that it reached, of its time over that of the fastest of ours. */
  readonly slowdown: number;
  /** Its seconds by instance; null where it did not get there. */
  readonly times: readonly (number | null)[];
}

/** The ranking of one kind at one accuracy. */
export interface Verdict {
  readonly variant: string;
  /** Place of the target among the problem's. */
  readonly target: number;
  /** Instances on which anybody of this kind raced. */
  readonly instances: number;
  /** Ours, the one to take first; those that got nowhere are at the end. */
  readonly ranking: readonly Standing[];
  readonly peers: readonly Standing[];
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
}

/** The ranking of one kind by what its solvers had at the end of a run. */
export interface ValueVerdict {
  readonly variant: string;
  readonly instances: number;
  readonly ranking: readonly ValueStanding[];
  readonly peers: readonly ValueStanding[];
}

/**
 * Verdicts by value, for what has no time to a target: the metric at the end of runs of one budget. None for kinds of which
 * nobody of ours has a value.
 */
export function verdictsByValue(races: readonly (readonly ValuedCell[])[]): ValueVerdict[] {
  return kindsOf(races).flatMap(({ variant, own }) => {
    const known = own.filter((race) => race.some(({ isPeer, value }) => !isPeer && value !== null));
    if (known.length === 0) return [];
    const ranked = racersOf(known)
      .map((racer) => valueStandingOf(racer, known))
      .toSorted((a, b) => a.gap - b.gap);
    return {
      variant,
      instances: known.length,
      ranking: ranked.filter(({ isPeer }) => !isPeer),
      peers: ranked.filter(({ isPeer }) => isPeer),
    };
  });
}

function valueStandingOf(
  { solver, isPeer }: Pick<Racer, 'solver' | 'isPeer'>,
  races: readonly (readonly ValuedCell[])[],
): ValueStanding {
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
    own: races
      .map((race) => race.filter((cell) => cell.variant === variant))
      .filter((race) => race.length > 0),
  }));
}

const racersOf = (races: readonly (readonly Racer[])[]) =>
  [...new Map(races.flatMap((race) => race.map(({ solver, isPeer }) => [solver, isPeer] as const)))].map(
    ([solver, isPeer]) => ({ solver, isPeer }),
  );

/**
 * The verdicts on a problem: for each kind the loosest and the tightest target that any solver of ours reached. None where
 * nobody reached anything.
 */
export function verdictsOf(races: readonly JudgedRace[], targets: number): Verdict[] {
  return kindsOf(races).flatMap(({ variant, own }) => {
    const reached = Array.from({ length: targets }, (_, target) => target).filter((target) =>
      own.some((race) => race.some(({ isPeer, timeTo }) => !isPeer && (timeTo[target] ?? null) !== null)),
    );
    const shown = new Set([reached[0], reached.at(-1)]);
    return [...shown].flatMap((target) => (target === undefined ? [] : verdictOf(own, variant, target)));
  });
}

function verdictOf(races: readonly JudgedRace[], variant: string, target: number): Verdict {
  const bests = races.map((race) => {
    const times = race.flatMap(({ isPeer, timeTo }) => (isPeer ? [] : (timeTo[target] ?? [])));
    return times.length > 0 ? Math.min(...times) : null;
  });
  const ranked = racersOf(races)
    .map((racer) => standingOf(racer, races, target, bests))
    .toSorted((a, b) => b.reached - a.reached || a.slowdown - b.slowdown);
  return {
    variant,
    target,
    instances: races.length,
    ranking: ranked.filter(({ isPeer }) => !isPeer),
    peers: ranked.filter(({ isPeer, reached }) => isPeer && reached > 0),
  };
}

function standingOf(
  { solver, isPeer }: Pick<Racer, 'solver' | 'isPeer'>,
  races: readonly JudgedRace[],
  target: number,
  bests: readonly (number | null)[],
): Standing {
  // With several options the best of them counts.
  const times = races.map((race) => {
    const own = race.flatMap((cell) => (cell.solver === solver ? (cell.timeTo[target] ?? []) : []));
    return own.length > 0 ? Math.min(...own) : null;
  });
  const ratios = times.flatMap((time, k) => {
    const best = bests[k];
    return time === null || best === null || best <= 0 ? [] : time / best;
  });
  return {
    solver,
    isPeer,
    raced: races.filter((race) => race.some((cell) => cell.solver === solver)).length,
    reached: times.filter((time) => time !== null).length,
    won: times.filter((time, k) => time !== null && time === bests[k]).length,
    slowdown:
      ratios.length > 0
        ? Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length)
        : Infinity,
    times,
  };
}
