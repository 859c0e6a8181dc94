// Profiles over the instances of a problem: how often a solver is within a factor of the fastest, and how much it has solved
// after so many seconds.
//
// E. Dolan, J. Moré: Benchmarking optimization software with performance profiles (2002), arXiv cs/0102001; J. Moré, S. Wild:
// Benchmarking derivative-free optimization algorithms (2009), for the profile over a budget.
import type { Race, Racer } from './race.ts';

/** A step of a profile: the share at this abscissa and up to the next step. */
interface ProfileStep {
  readonly x: number;
  readonly share: number;
}

/** The profile of one solver. */
export interface Profile {
  readonly solver: string;
  readonly peer: boolean;
  readonly steps: readonly ProfileStep[];
}

/** The profiles of all solvers of one variant. */
export interface Profiles {
  readonly variant: string;
  /** Instances that anybody of the variant raced on. */
  readonly instances: number;
  /** The target whose times are compared. */
  readonly target: number;
  /** Share of the instances on which a solver's time is at most x times the least one. */
  readonly performance: readonly Profile[];
  /** Share of all pairs of instance and target that a solver has solved after x seconds. */
  readonly data: readonly Profile[];
}

/** Instances from which on a share says something. */
const ENOUGH = 3;

/**
 * The profiles of a problem, a set a variant; none with fewer than three instances, or where nobody reached a target.
 *
 * @param races - all instances of one problem
 */
export function profilesOf(races: readonly Race[]): Profiles[] {
  const variants = [...new Set(races.flatMap(({ racers }) => racers.map(({ variant }) => variant)))];
  return variants.flatMap((variant) => {
    const fields = races
      .map(({ racers }) => racers.filter((racer) => racer.variant === variant && racer.status !== 'absent'))
      .filter((racers) => racers.length > 0);
    const { targets } = races[0].primary;
    const place = targets.findLastIndex((_, index) =>
      fields.some((racers) => racers.some(({ timeTo }) => timeTo[index] !== null)),
    );
    if (fields.length < ENOUGH || place < 0) return [];
    const racers = new Map(fields.flat().map((racer) => [racer.label, racer]));
    const profile = (of: (label: string) => readonly number[], total: number): Profile[] =>
      [...racers].map(([label, { role }]) => ({ solver: label, peer: role === 'peer', steps: stepsOf(of(label), total) }));
    return [
      {
        variant,
        instances: fields.length,
        target: targets[place],
        performance: profile((label) => ratiosOf(label, fields, place), fields.length),
        data: profile((label) => timesOf(label, fields), fields.length * targets.length),
      },
    ];
  });
}

/** A solver's time over the least, on the instances where it got there. */
function ratiosOf(label: string, fields: readonly (readonly Racer[])[], place: number): number[] {
  return fields.flatMap((racers) => {
    const time = racers.find((racer) => racer.label === label)?.timeTo[place] ?? null;
    const best = Math.min(...racers.map(({ timeTo }) => timeTo[place] ?? Infinity));
    // Whoever needs no time that a clock shows is as fast as can be.
    return time === null ? [] : [best > 0 ? time / best : time === best ? 1 : Infinity];
  });
}

/** The seconds of every instance and target that a solver has reached. */
function timesOf(label: string, fields: readonly (readonly Racer[])[]): number[] {
  return fields.flatMap((racers) =>
    (racers.find((racer) => racer.label === label)?.timeTo ?? []).filter((time) => time !== null),
  );
}

/** The share of `total` that is at most x, where it rises. */
function stepsOf(values: readonly number[], total: number): ProfileStep[] {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  return sorted.flatMap((x, index) => (x === sorted[index + 1] ? [] : [{ x, share: (index + 1) / total }]));
}
