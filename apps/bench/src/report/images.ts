// Pictures of a report's charts without a browser: plain SVG files for papers, with axes, curves and a legend.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Race } from '../race.ts';
import { UsageError } from '../usage-error.ts';
import type { Point, Series, TitledChart } from './data.ts';
import { COLOURS, LIGHT_COLOURS, SHAPES, symbolOf } from './data.ts';
import type { Html } from './html.ts';
import { html } from './html.ts';
import { chartsOf } from './page.ts';

const WIDTH = 720;
const PLOT = { left: 72, right: 704, top: 44, bottom: 360 } as const;
/** Height of a row of the legend, and how many solvers stand in one. */
const LEGEND_ROW = 20;
const LEGEND_COLUMNS = 2;
/** Longest name in the legend, in characters. */
const LONGEST_NAME = 46;

/**
 * Writes every chart of a run.
 *
 * @returns the files
 * @throws {UsageError} when the folder cannot be written
 */
export function writeImages(races: readonly Race[], folder: string): string[] {
  try {
    mkdirSync(folder, { recursive: true });
    return chartsOf(races)
      .filter(({ chart }) => chart.series.length > 0)
      .map((titled) => {
        const file = path.join(folder, `${titled.name}.svg`);
        writeFileSync(file, pictureOf(titled));
        return file;
      });
  } catch (error) {
    throw new UsageError(`--images: ${folder} cannot be written: ${(error as Error).message}`);
  }
}

/** A chart as an SVG document. */
export function pictureOf({ chart, title }: TitledChart): string {
  const points = chart.series.flatMap((series) => series.points);
  const x = axisOf(
    points.map((point) => point.x),
    true,
    [PLOT.left, PLOT.right],
  );
  const ends = chart.series.flatMap(({ band = [] }) => band.flatMap(({ low, high }) => [low, high]));
  const values = chart.isProfile ? [0, 1] : [...points.map(({ y }) => y), ...ends, ...visibleTargets(chart.targets, points)];
  const y = axisOf(values, chart.logarithmic, [PLOT.bottom, PLOT.top]);
  const solvers = [...new Map(chart.series.map((series) => [series.solver, series])).values()];
  const legendTop = PLOT.bottom + 60;
  const height = legendTop + LEGEND_ROW * Math.ceil(solvers.length / LEGEND_COLUMNS);
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12">
<title>${title}</title>
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="${PLOT.left}" y="20" font-size="14" font-weight="bold">${shortened(title, 90)}</text>
<text x="${PLOT.left}" y="36" fill="#59636e">${chart.yLabel}</text>
${x.ticks.map(
  (
    tick,
  ) => html`<line x1="${at(x.place(tick))}" x2="${at(x.place(tick))}" y1="${PLOT.top}" y2="${PLOT.bottom}" stroke="#d8dee4"/><text x="${at(x.place(tick))}" y="${PLOT.bottom + 18}" text-anchor="middle">${tickText(tick)}</text>
`,
)}${y.ticks.map(
  (
    tick,
  ) => html`<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${at(y.place(tick))}" y2="${at(y.place(tick))}" stroke="#d8dee4"/><text x="${PLOT.left - 8}" y="${at(y.place(tick) + 4)}" text-anchor="end">${tickText(tick)}</text>
`,
)}${visibleTargets(chart.targets, points).map(
  (
    target,
  ) => html`<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${at(y.place(target))}" y2="${at(y.place(target))}" stroke="#59636e" stroke-dasharray="2 4"/>
`,
)}<text x="${(PLOT.left + PLOT.right) / 2}" y="${PLOT.bottom + 40}" text-anchor="middle" fill="#59636e">${chart.xLabel}</text>
${chart.series.map((series) => curve(series, x.place, y.place, chart.isProfile === true))}
${solvers.map((series, index) => entry(series, index, legendTop))}
</svg>
`.text;
}

/** Targets far beyond all curves would squeeze them. */
function visibleTargets(targets: readonly number[], points: readonly Point[]): readonly number[] {
  const [low, high] = rangeOf(points.map(({ y }) => y));
  return targets.filter((target) => target >= low && target <= high);
}

function curve(
  { points, band = [], index, peer, ended }: Series,
  x: (value: number) => number,
  y: (value: number) => number,
  isProfile: boolean,
): Html {
  // Shares rise in steps.
  const lineOf = (places: readonly (readonly [number, number])[]) =>
    places
      .map(([px, py], i) => (i === 0 ? `M${at(px)} ${at(py)}` : isProfile ? `H${at(px)}V${at(py)}` : `L${at(px)} ${at(py)}`))
      .join('');
  const places = points.map((point) => [x(point.x), y(point.y)] as const);
  const [endX, endY] = places[places.length - 1];
  const color = LIGHT_COLOURS[index % COLOURS];
  const drawn = band.filter(({ low }) => Number.isFinite(y(low)));
  const lower = drawn.map((one) => [x(one.x), y(one.low)] as const);
  // Back along the upper end: a step goes up before it goes left.
  const upper = drawn.map((one) => [x(one.x), y(one.high)] as const).reverse();
  const back = upper.map(([px, py], i) => (i > 0 && isProfile ? `V${at(py)}H${at(px)}` : `L${at(px)} ${at(py)}`)).join('');
  const area = drawn.length > 1 && html`<path d="${lineOf(lower)}${back}Z" fill="${color}" fill-opacity="0.12"/>`;
  return html`${area}<path d="${lineOf(places)}" fill="none" stroke="${color}" stroke-width="1.6"${peer && html` stroke-dasharray="6 4"`}/><path transform="translate(${at(endX)} ${at(endY)})" d="${SHAPES[symbolOf(index)]}" fill="${ended ? color : '#ffffff'}" stroke="${color}"/>
`;
}

function entry({ solver, index, peer }: Series, place: number, top: number): Html {
  const x = PLOT.left + (place % LEGEND_COLUMNS) * ((PLOT.right - PLOT.left) / LEGEND_COLUMNS);
  const y = top + LEGEND_ROW * Math.floor(place / LEGEND_COLUMNS);
  const color = LIGHT_COLOURS[index % COLOURS];
  return html`<line x1="${x}" x2="${x + 28}" y1="${y - 4}" y2="${y - 4}" stroke="${color}" stroke-width="1.6"${peer && html` stroke-dasharray="6 4"`}/><path transform="translate(${x + 14} ${y - 4})" d="${SHAPES[symbolOf(index)]}" fill="${color}"/><text x="${x + 36}" y="${y}">${shortened(solver, LONGEST_NAME)}</text>
`;
}

/** A scale from values to pixels, and where its ticks are. */
function axisOf(values: readonly number[], logarithmic: boolean, [from, to]: readonly [number, number]) {
  const usable = logarithmic ? values.filter((value) => value > 0) : values;
  const [least, greatest] = rangeOf(usable);
  const scale = logarithmic ? Math.log10 : (value: number) => value;
  const spread = scale(greatest) - scale(least);
  const margin = spread > 0 ? 0.03 * spread : logarithmic ? 0.5 : Math.max(1, Math.abs(least)) / 10;
  const [low, high] = [scale(least) - margin, scale(greatest) + margin];
  const place = (value: number) => from + ((scale(value) - low) / (high - low)) * (to - from);
  return { place, ticks: logarithmic ? decades(low, high) : evenTicks(low, high) };
}

/** Powers of ten, at most nine of them; with 2 and 5 where there are few. */
function decades(low: number, high: number): number[] {
  const step = Math.max(1, Math.ceil((high - low) / 9));
  const factors = high - low < 2 ? [1, 2, 5] : [1];
  const first = Math.floor(low / step) * step;
  const powers = Array.from({ length: Math.ceil((high - first) / step) + 1 }, (_, i) => first + i * step);
  return powers
    .flatMap((power) => factors.map((factor) => Number((factor * 10 ** power).toPrecision(3))))
    .filter((tick) => Math.log10(tick) >= low && Math.log10(tick) <= high);
}

/** About five round numbers. */
function evenTicks(low: number, high: number): number[] {
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(low / step);
  const count = Math.max(0, Math.floor(high / step) - first + 1);
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

function rangeOf(values: readonly number[]): readonly [number, number] {
  const ends = values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
  return ends[0] <= ends[1] ? [ends[0], ends[1]] : [1, 1];
}

function tickText(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size >= 1e5 || size < 1e-3) ? value.toExponential().replace('e+', 'e') : String(value);
}

const at = (pixels: number): string => String(Number(pixels.toFixed(1)));

const shortened = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length - 1)}…` : text);
