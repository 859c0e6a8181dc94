// The curve of a metric by Observable Plot, in a module of its own, so that it is loaded late and holds what it uses.
import { dot, line, plot, text } from '@observablehq/plot';
import type { CurvePoint } from './demo-run.ts';
import type { Palette } from './palette.ts';

/** What to draw, and how large. */
export interface CurveOptions {
  readonly curves: readonly (readonly CurvePoint[])[];
  /** Titles of the solvers. */
  readonly titles: readonly string[];
  /** Name of the metric. */
  readonly metric: string;
  /** Its title. */
  readonly label: string;
  readonly axis: 'iterations' | 'seconds';
  readonly palette: Palette;
  readonly width: number;
  readonly height: number;
}

/** Values that span more than this factor get a logarithmic axis. */
const LOG_RANGE = 30;

/** Draws one line a solver. */
export function drawCurve(options: CurveOptions): Element {
  const { curves, titles, metric, label, axis, palette, width, height } = options;
  const lanes = curves.map((curve) =>
    curve.map(({ iteration, seconds, metrics }) => ({
      x: axis === 'seconds' ? seconds : iteration,
      y: metrics[metric],
    })),
  );
  const points = lanes.flat();
  const positive = points.flatMap(({ y }) => (y > 0 ? [y] : []));
  const isLog = Math.max(...positive) > LOG_RANGE * Math.min(...positive);
  const picture = plot({
    width,
    height,
    marginLeft: 56,
    marginRight: 16,
    marginTop: 24,
    marginBottom: 38,
    ariaLabel: `${label} against ${axis}`,
    style: { background: 'transparent', color: 'currentColor', fontFamily: 'inherit', fontSize: '12px' },
    x: {
      label: axis === 'seconds' ? "seconds in the solver's code" : 'iterations',
      ticks: 5,
      domain: [0, Math.max(axis === 'seconds' ? 1e-6 : 5, ...points.map(({ x }) => x))],
    },
    y: {
      label,
      grid: true,
      ...(isLog
        ? { type: 'log', ticks: powersOfTen(positive), tickFormat: (value: number) => value.toExponential(0) }
        : { ticks: 5, nice: true, domain: spread(points.map(({ y }) => y)) }),
    },
    marks: lanes.flatMap((all, lane) => {
      const shown = isLog ? all.filter(({ y }) => y > 0) : all;
      const end = shown.slice(-1);
      const colour = lane === 0 ? palette.first : palette.second;
      const name = text(end, {
        x: 'x',
        y: 'y',
        text: () => titles[lane],
        fill: colour,
        textAnchor: 'end',
        dy: -9,
      });
      return [
        line(shown, { x: 'x', y: 'y', stroke: colour, strokeWidth: 1.75 }),
        dot(end, { x: 'x', y: 'y', fill: colour, r: 3 }),
        ...(lanes.length > 1 ? [name] : []),
      ];
    }),
  });
  // One picture with one label: those on its groups would be read out as prohibited.
  for (const group of picture.querySelectorAll('[aria-label]')) group.removeAttribute('aria-label');
  picture.setAttribute('role', 'img');
  return picture;
}

/** The range of values, opened where they are all the same. */
function spread(values: readonly number[]): [low: number, high: number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (low < high) return [low, high];
  const margin = Math.abs(low) / 2 || 1;
  return [low - margin, high + margin];
}

/** At most six powers of ten among the values. */
function powersOfTen(values: readonly number[]): number[] {
  const least = Math.ceil(Math.log10(Math.min(...values)));
  const most = Math.floor(Math.log10(Math.max(...values)));
  const step = Math.ceil((most - least + 1) / 6);
  const count = Math.floor((most - least) / step) + 1;
  return Array.from({ length: count }, (_, k) => 10 ** (most - k * step));
}
