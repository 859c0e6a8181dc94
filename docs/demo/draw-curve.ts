// The curve of a metric by Observable Plot, in a separate module, so that it is loaded late with its dependencies.
import { dot, line, plot, text } from '@observablehq/plot';
import type { CurveScale } from './curve-scale.ts';
import { curveScale } from './curve-scale.ts';
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

/** Draws one line a solver. */
export function drawCurve(options: CurveOptions): Element {
  const { curves, titles, metric, label, axis, palette, width, height } = options;
  const lanes = curves.map((curve) =>
    curve.map(({ iteration, seconds, metrics }) => ({ x: axis === 'seconds' ? seconds : iteration, y: metrics[metric] })),
  );
  const points = lanes.flat();
  const scale = curveScale(points.map(({ y }) => y));
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
      ...(scale.isLog
        ? { type: 'log', domain: scale.domain, ticks: scale.ticks, tickFormat: tickOf(scale) }
        : { ticks: 5, nice: true, domain: scale.domain }),
    },
    marks: lanes.flatMap((all, lane) => {
      const finite = all.filter(({ y }) => Number.isFinite(y));
      const shown = scale.isLog ? finite.map(({ x, y }) => ({ x, y: Math.max(y, scale.floor) })) : finite;
      const end = shown.slice(-1);
      const color = lane === 0 ? palette.first : palette.second;
      const name = text(end, { x: 'x', y: 'y', text: () => titles[lane], fill: color, textAnchor: 'end', dy: -9 });
      return [
        line(shown, { x: 'x', y: 'y', stroke: color, strokeWidth: 1.75 }),
        dot(end, { x: 'x', y: 'y', fill: color, r: 3 }),
        ...(lanes.length > 1 ? [name] : []),
      ];
    }),
  });
  // One picture with one label: those on its groups would be reported as prohibited.
  for (const group of picture.querySelectorAll('[aria-label]')) group.removeAttribute('aria-label');
  picture.setAttribute('role', 'img');
  return picture;
}

/** Powers of ten, and zero at the floor where zeros are drawn on it. */
function tickOf({ floor, hasZeros }: Extract<CurveScale, { isLog: true }>): (value: number) => string {
  return (value) => (hasZeros && value === floor ? '0' : value.toExponential(0));
}
