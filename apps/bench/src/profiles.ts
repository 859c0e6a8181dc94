// Profiles over the instances of a problem: how often a solver is within a factor of the fastest, and how much it has solved
// after so many seconds, with bands from drawing the instances again.
//
// E. Dolan, J. Moré: Benchmarking optimization software with performance profiles (2002), arXiv cs/0102001; J. Moré, S. Wild:
// Benchmarking derivative-free optimization algorithms (2009), for the profile over a budget; N. Hansen et al.: COCO (2021),
// arXiv 1603.08785, for runtimes over all pairs of instance and target.
import { Random } from '@infimum/core';
import type { Race, Racer } from './race.ts';

/** A step of a profile: the share at this abscissa and up to the next step. */
interface ProfileStep {
  readonly x: number;
  readonly share: number;
  /** 95 % bootstrap interval of the share, over the instances. */
  readonly low: number;
  readonly high: number;
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
  /** Instances on which any solver of the variant raced. */
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

/** Times that the instances are drawn again. */
const RESAMPLES = 400;

/**
 * The profiles of a problem, a set per variant; none with fewer than three instances, or if no solver reached a target.
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
    const draws = drawsOf(fields.length);
    const profile = (of: (label: string, racers: readonly Racer[]) => readonly number[], each: number): Profile[] =>
      [...racers].map(([label, { role }]) => {
        const values = fields.map((field) => of(label, field).filter(Number.isFinite));
        return { solver: label, peer: role === 'peer', steps: stepsOf(values, each, draws) };
      });
    return [
      {
        variant,
        instances: fields.length,
        target: targets[place],
        performance: profile((label, field) => ratioOf(label, field, place), 1),
        data: profile(timesOf, targets.length),
      },
    ];
  });
}

/** A solver's time over the least, if it reached the target. */
function ratioOf(label: string, racers: readonly Racer[], place: number): number[] {
  const time = racers.find((racer) => racer.label === label)?.timeTo[place] ?? null;
  const best = Math.min(...racers.map(({ timeTo }) => timeTo[place] ?? Infinity));
  // Whoever needs no time that a clock shows is as fast as can be.
  return time === null ? [] : [best > 0 ? time / best : time === best ? 1 : Infinity];
}

/** The seconds of every target that a solver has reached. */
function timesOf(label: string, racers: readonly Racer[]): number[] {
  return (racers.find((racer) => racer.label === label)?.timeTo ?? []).filter((time) => time !== null);
}

/** The instances of every resampling, the same for all solvers. */
function drawsOf(instances: number): Uint32Array[] {
  const random = new Random(0x62_6f_6f_74);
  return Array.from({ length: RESAMPLES }, () => Uint32Array.from({ length: instances }, () => random.integer(instances)));
}

/** The share of the values, `each` an instance at most, that is at most x: where it rises. */
function stepsOf(values: readonly (readonly number[])[], each: number, draws: readonly Uint32Array[]): ProfileStep[] {
  const total = values.length * each;
  const places = [...new Set(values.flat())].sort((a, b) => a - b);
  return places.map((x) => {
    const counts = values.map((own) => own.filter((value) => value <= x).length);
    const sums = Float64Array.from(draws, (draw) => draw.reduce((sum, instance) => sum + counts[instance], 0)).sort();
    const tail = Math.floor(0.025 * RESAMPLES);
    const [low, high] = [sums[tail] / total, sums[RESAMPLES - 1 - tail] / total];
    return { x, share: counts.reduce((sum, count) => sum + count, 0) / total, low, high };
  });
}
