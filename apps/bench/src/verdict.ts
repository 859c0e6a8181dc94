// Which solver to take: races of a problem, summed up. Solvers of one kind (variant) are compared among themselves; who
// got to a target on more instances comes first, and among equals who was slower than the best by the smaller factor.

/** What a verdict needs to know of a cell. */
export interface JudgedCell {
  readonly solver: string;
  /** Other packages' solvers stand beside the ranking, not in it. */
  readonly isPeer: boolean;
  readonly variant: string;
  /** Seconds to each target of the problem; null where it was not reached. */
  readonly timeTo: readonly (number | null)[];
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

/**
 * The verdicts on a problem: for each kind the loosest and the tightest target that any solver of ours reached. None where
 * nobody reached anything.
 */
export function verdictsOf(races: readonly JudgedRace[], targets: number): Verdict[] {
  const variants = [...new Set(races.flatMap((race) => race.map(({ variant }) => variant)))];
  return variants.flatMap((variant) => {
    const own = races
      .map((race) => race.filter((cell) => cell.variant === variant))
      .filter((race) => race.length > 0);
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
  const solvers = new Map(
    races.flatMap((race) => race.map(({ solver, isPeer }) => [solver, isPeer] as const)),
  );
  const standings = [...solvers].map(([solver, isPeer]) =>
    standingOf({ solver, isPeer }, races, target, bests),
  );
  const ranked = standings.toSorted((a, b) => b.reached - a.reached || a.slowdown - b.slowdown);
  return {
    variant,
    target,
    instances: races.length,
    ranking: ranked.filter(({ isPeer }) => !isPeer),
    peers: ranked.filter(({ isPeer, reached }) => isPeer && reached > 0),
  };
}

function standingOf(
  { solver, isPeer }: Pick<JudgedCell, 'solver' | 'isPeer'>,
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
