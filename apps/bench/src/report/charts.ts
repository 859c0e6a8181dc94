// From races to charts: convergence against seconds and iterations, and growth with the size of the instances.
import { formatTarget } from '../format.ts';
import { canonicalJson, isJsonObject } from '../json.ts';
import type { Profile } from '../profiles.ts';
import type { Race, Racer } from '../race.ts';
import { describeParams } from '../race.ts';
import type { Exponent } from '../statistics.ts';
import { fitExponent, median } from '../statistics.ts';
import type { Chart, Point, Series } from './data.ts';
import { LEAST_SEEDS, quartileCurve } from './quartiles.ts';

/** Seconds against one parameter of a family, all others fixed. */
export interface Scaling {
  readonly problem: string;
  readonly family: string;
  /** The parameter that varies. */
  readonly parameter: string;
  /** The other parameters, for the heading. */
  readonly fixed: string;
  /** What the seconds are: of the whole run, or until a target. */
  readonly measure: string;
  readonly sizes: readonly number[];
  readonly rows: readonly ScalingRow[];
}

/** A solver's seconds at every size. */
interface ScalingRow {
  readonly solver: string;
  readonly peer: boolean;
  readonly seconds: readonly (number | null)[];
  /** Slope of the line through the logarithms; null with fewer than three sizes. */
  readonly exponent: Exponent | null;
}

/** The two convergence charts of races on one instance: a curve a solver and seed, or the quartiles over many seeds. */
export function convergenceCharts(races: readonly Race[], id: string, indexOf: (racer: Racer) => number): Chart[] {
  const [{ primary }] = races;
  const values = races.flatMap(({ racers }) =>
    racers.flatMap(({ samples }) => samples.flatMap(({ metrics }) => metrics[primary.name] ?? [])),
  );
  const positive = values.filter((value) => value > 0);
  const logarithmic = positive.length > 0 && values.every((value) => value >= 0);
  // An exact zero has no place on a logarithmic axis; it lies at the bottom.
  const floor = Math.min(...positive);
  const chart = (axis: 'seconds' | 'iterations'): Chart => ({
    id: `${id}-${axis}`,
    xLabel: axis,
    yLabel: primary.unit ? `${primary.title} [${primary.unit}]` : primary.title,
    logarithmic,
    targets: primary.targets,
    series: overSeeds(races.flatMap(({ racers }) => racers.flatMap((racer) => seriesOf(racer, axis)))),
  });
  const seriesOf = (racer: Racer, axis: 'seconds' | 'iterations'): Series[] => {
    const points = racer.samples.flatMap(({ seconds, iteration, metrics }): Point[] => {
      const x = axis === 'seconds' ? seconds : iteration;
      const y = metrics[primary.name];
      if (typeof y !== 'number' || !(x > 0)) return [];
      return [{ x: short(x), y: short(logarithmic ? Math.max(y, floor) : y) }];
    });
    if (points.length === 0) return [];
    const ended = racer.status === 'converged' || racer.status === 'stalled';
    return [{ solver: racer.label, index: indexOf(racer), peer: racer.role === 'peer', points, ended }];
  };
  return [chart('seconds'), chart('iterations')];
}

/** One curve a solver where it has enough of them. */
function overSeeds(series: readonly Series[]): readonly Series[] {
  return [...Map.groupBy(series, ({ solver }) => solver).values()].flatMap((curves): readonly Series[] => {
    if (curves.length < LEAST_SEEDS) return curves;
    const { points, band } = quartileCurve(curves.map((curve) => curve.points));
    return [{ ...curves[0], points, band, ended: curves.every(({ ended }) => ended) }];
  });
}

/** Every way in which a family's instances differ in one number only. */
export function scalingsOf(races: readonly Race[]): Scaling[] {
  const families = Map.groupBy(races, ({ problem, family }) => canonicalJson([problem, family]));
  return [...families.values()].flatMap((members) =>
    varyingNumbers(members).flatMap((parameter) => {
      const groups = Map.groupBy(members, ({ params }) => canonicalJson({ ...(params as object), [parameter]: 0 }));
      return [...groups.values()].flatMap((group) => scalingOf(group, parameter));
    }),
  );
}

/** The chart of a scaling. */
export function scalingChart(scaling: Scaling, id: string, indexOf: (solver: string) => number): Chart {
  const series = scaling.rows.flatMap(({ solver, peer, seconds }): Series[] => {
    const points = seconds.flatMap((y, i) => (y === null ? [] : [{ x: scaling.sizes[i], y: short(y) }]));
    return points.length === 0 ? [] : [{ solver, index: indexOf(solver), peer, points, ended: true }];
  });
  return { id, xLabel: scaling.parameter, yLabel: 'seconds', logarithmic: true, targets: [], series };
}

/** The chart of profiles: steps that rise with x, in their bands. */
export function profileChart(
  profiles: readonly Profile[],
  id: string,
  xLabel: string,
  indexOf: (solver: string) => number,
): Chart {
  const ends = profiles.flatMap(({ steps }) => steps.map(({ x }) => x));
  const last = Math.max(...ends);
  const series = profiles.flatMap(({ solver, peer, steps }): Series[] => {
    const end = steps.at(-1);
    if (!end) return [];
    const all = [...steps, { ...end, x: last }];
    const points = all.map(({ x, share }) => ({ x: short(x), y: short(share) }));
    const band = all.map(({ x, low, high }) => ({ x: short(x), low: short(low), high: short(high) }));
    return [{ solver, index: indexOf(solver), peer, points, band, ended: true }];
  });
  return { id, xLabel, yLabel: 'share', logarithmic: false, targets: [], series, isProfile: true };
}

function varyingNumbers(races: readonly Race[]): string[] {
  const names = new Set(races.flatMap(({ params }) => (isJsonObject(params) ? Object.keys(params) : [])));
  return [...names].filter((name) => {
    const values = races.map(({ params }) => (params as Record<string, unknown>)[name]);
    return values.every((value) => typeof value === 'number' && value > 0) && new Set(values).size > 1;
  });
}

function scalingOf(races: readonly Race[], parameter: string): Scaling[] {
  const sizeOf = ({ params }: Race) => (params as Record<string, number>)[parameter];
  const sizes = [...new Set(races.map(sizeOf))].sort((a, b) => a - b);
  if (sizes.length < 2) return [];
  const [{ problem, family, params, primary }] = races;
  const target = primary.targets.at(-1);
  const timeOf = ({ seconds, status, timeTo }: Racer) =>
    target === undefined ? (status === 'converged' ? seconds : null) : (timeTo.at(-1) ?? null);
  const labels = new Set(races.flatMap(({ racers }) => racers.map(({ label }) => label)));
  const rows = [...labels].map((solver): ScalingRow => {
    const entries = races.flatMap((race) =>
      race.racers.filter(({ label }) => label === solver).map((racer) => ({ size: sizeOf(race), racer })),
    );
    const seconds = sizes.map((size) => {
      const times = entries.filter((entry) => entry.size === size).map(({ racer }) => timeOf(racer));
      return times.includes(null) || times.length === 0 ? null : median(times as number[]);
    });
    const peer = entries.some(({ racer }) => racer.role === 'peer');
    return { solver, peer, seconds, exponent: exponentOf(sizes, seconds) };
  });
  const { [parameter]: _, ...others } = params as Record<string, unknown>;
  const sign = primary.direction === 'minimize' ? '≤' : '≥';
  const measure =
    target === undefined ? 'until converged' : `until the ${primary.title.toLowerCase()} is ${sign} ${formatTarget(target)}`;
  return [{ problem, family, parameter, fixed: describeParams(others), measure, sizes, rows }];
}

/** From three sizes on: two always lie on a line. */
function exponentOf(sizes: readonly number[], seconds: readonly (number | null)[]): Exponent | null {
  const points = sizes.flatMap((size, i) => {
    const time = seconds[i];
    return time === null || time <= 0 ? [] : [[size, time] as const];
  });
  return points.length < 3 ? null : fitExponent(points);
}

function short(value: number): number {
  return Number(value.toPrecision(5));
}
