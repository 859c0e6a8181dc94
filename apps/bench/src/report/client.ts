// The part of the report that runs in the browser: draws the charts, and draws them again when width, scale or the chosen
// curves change; filters, sorts, exports; all that was set is in the address.
import { areaY, axisX, axisY, dot, gridX, gridY, line, plot, ruleY } from '@observablehq/plot';
import type { BandPoint, Chart, Point, Series } from './data.ts';
import { COLOURS, symbolOf } from './data.ts';
import type { ReportState } from './state.ts';
import { readState, sortKey, writeState } from './state.ts';

const HEIGHT = 316;

const charts = JSON.parse(document.getElementById('charts')?.textContent ?? '[]') as readonly Chart[];
const state: ReportState = readState(location.hash);
const redraws = new Map<string, () => void>();
for (const chart of charts) show(chart);
connectTools();
connectLegends();
connectTables();
connectExports();
addEventListener('hashchange', openTarget);
openTarget();
apply();

function show(chart: Chart): void {
  const place = document.getElementById(chart.id);
  if (!place) return;
  let drawnWidth = 0;
  redraws.set(chart.id, () => {
    if (drawnWidth === 0) return;
    drawnWidth = 0;
    draw();
  });
  // Charts far down the page are drawn when they come near.
  const visible = new IntersectionObserver(
    ([entry]) => {
      if (!entry.isIntersecting) return;
      visible.disconnect();
      new ResizeObserver(draw).observe(place);
    },
    { rootMargin: '600px' },
  );
  visible.observe(place);

  function draw(): void {
    const width = Math.floor(place?.clientWidth ?? 0);
    if (width === 0 || width === drawnWidth) return;
    drawnWidth = width;
    place?.replaceChildren(unlabeled(render(shownPart(chart), width)));
  }
}

/** The place of the chart says what it is: names of its parts are not for those who cannot see it. */
function unlabeled(picture: Element): Element {
  for (const part of picture.querySelectorAll('[aria-label]')) {
    part.setAttribute('data-mark', part.getAttribute('aria-label') ?? '');
    part.removeAttribute('aria-label');
  }
  return picture;
}

/** What is left when the hidden curves are gone. */
function shownPart(chart: Chart): Chart {
  const series = chart.series.filter(({ solver }) => !state.hidden.includes(solver));
  const logarithmic = chart.logarithmic && state.scale !== 'linear';
  return { ...chart, logarithmic, series: series.length > 0 ? series : chart.series };
}

/** A link to an instance opens it. */
function openTarget(): void {
  const target = document.getElementById(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) target.open = true;
}

/** Shows what the state says, and writes it into the address. */
function apply(): void {
  const words = state.filter.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (text: string | null) => words.every((word) => text?.toLowerCase().includes(word));
  for (const section of document.querySelectorAll<HTMLElement>('section.problem')) {
    const isNamed = fits(section.querySelector('h2')?.textContent ?? '');
    for (const row of section.querySelectorAll<HTMLElement>('tbody tr')) {
      row.hidden = !isNamed && !fits(row.querySelector('th')?.textContent ?? '');
    }
    section.hidden = !isNamed && !section.querySelector('tbody tr:not([hidden])');
  }
  for (const row of document.querySelectorAll<HTMLElement>('#verdicts tbody tr')) row.hidden = !fits(row.textContent);
  for (const button of document.querySelectorAll<HTMLElement>('.legend button')) {
    button.setAttribute('aria-pressed', String(!state.hidden.includes(button.dataset['solver'] ?? '')));
  }
  for (const redraw of redraws.values()) redraw();
  const hash = writeState(state);
  if (hash) history.replaceState(null, '', `#${hash}`);
  else if (location.hash.includes('=')) history.replaceState(null, '', '#');
}

function connectTools(): void {
  const filter = document.querySelector<HTMLInputElement>('#filter');
  const scale = document.querySelector<HTMLSelectElement>('#scale');
  if (!filter || !scale) return;
  const fill = () => {
    filter.value = state.filter;
    scale.value = state.scale;
  };
  fill();
  filter.addEventListener('input', () => {
    state.filter = filter.value;
    apply();
  });
  scale.addEventListener('change', () => {
    state.scale = scale.value;
    apply();
  });
  filter.form?.addEventListener('submit', (event) => event.preventDefault());
  filter.form?.addEventListener('reset', (event) => {
    event.preventDefault();
    Object.assign(state, readState(''));
    fill();
    apply();
  });
}

/** A click hides a curve or shows it again, a double click leaves it alone. */
function connectLegends(): void {
  for (const legend of document.querySelectorAll<HTMLElement>('.legend')) {
    const solvers = [...legend.querySelectorAll<HTMLElement>('button')].map(({ dataset }) => dataset['solver'] ?? '');
    const solverAt = ({ target }: Event) => (target as Element).closest<HTMLElement>('button')?.dataset['solver'];
    legend.addEventListener('click', (event) => {
      const solver = solverAt(event);
      if (solver === undefined || event.detail > 1) return;
      state.hidden = state.hidden.includes(solver)
        ? state.hidden.filter((other) => other !== solver)
        : [...state.hidden, solver];
      apply();
    });
    legend.addEventListener('dblclick', (event) => {
      const solver = solverAt(event);
      if (solver === undefined) return;
      const others = solvers.filter((other) => other !== solver);
      const isAlone = others.every((other) => state.hidden.includes(other));
      state.hidden = state.hidden.filter((other) => !solvers.includes(other));
      if (!isAlone) state.hidden.push(...others);
      apply();
    });
  }
}

/** A click on a column's head sorts by it, a second one the other way round. */
function connectTables(): void {
  for (const table of document.querySelectorAll('table')) {
    table.tHead?.addEventListener('click', ({ target }) => {
      const head = (target as Element).closest('th');
      const [body] = table.tBodies;
      if (!head || !(target as Element).closest('button')) return;
      const sign = head.getAttribute('aria-sort') === 'ascending' ? -1 : 1;
      for (const other of table.tHead?.querySelectorAll('th') ?? []) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', sign > 0 ? 'ascending' : 'descending');
      const keyed = [...body.rows].map((row) => ({ row, key: sortKey(row.cells[head.cellIndex]?.textContent ?? '') }));
      keyed.sort((a, b) => sign * (a.key.number - b.key.number || a.key.text.localeCompare(b.key.text)));
      body.append(...keyed.map(({ row }) => row));
    });
  }
}

function connectExports(): void {
  document.addEventListener('click', ({ target }) => {
    const button = (target as Element).closest<HTMLElement>('[data-export]');
    const chart = charts.find(({ id }) => id === button?.dataset['chart']);
    if (!button || !chart) return;
    const format = button.dataset['export'] ?? '';
    const name = `${chart.id}.${format}`;
    const svg = document.getElementById(chart.id)?.querySelector('svg');
    if (format === 'csv') save(name, new Blob([csvOf(shownPart(chart))], { type: 'text/csv' }));
    else if (svg && format === 'svg') save(name, new Blob([svgOf(svg)], { type: 'image/svg+xml' }));
    else if (svg) void pngOf(svg).then((picture) => save(name, picture));
  });
}

function csvOf({ xLabel, yLabel, series, isProfile }: Chart): string {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const isBanded = series.some(({ band }) => band);
  const rows = series.flatMap(({ solver, points, band }) =>
    points.map(({ x, y }, i) => {
      const quartiles = isBanded ? `,${band?.[i].low ?? ''},${band?.[i].high ?? ''}` : '';
      return `${quoted(solver)},${x},${y}${quartiles}`;
    }),
  );
  const end = isProfile ? 'end of 95 %' : 'quartile';
  const quartiles = isBanded ? `,lower ${end},upper ${end}` : '';
  return [`solver,${quoted(xLabel)},${quoted(yLabel)}${quartiles}`, ...rows].join('\n');
}

/** The picture by itself: with the colours that the style sheet gives it here. */
function svgOf(svg: SVGSVGElement): string {
  const style = getComputedStyle(document.documentElement);
  const text = new XMLSerializer().serializeToString(svg);
  return text
    .replace(/var\((--[\w-]+)\)/g, (_, name: string) => style.getPropertyValue(name).trim())
    .replaceAll('currentColor', style.getPropertyValue('--text').trim());
}

/** Pixels of a picture for each of the screen's: sharp in print. */
const PNG_SCALE = 3;

/** The picture as pixels, on the background that it has here. */
async function pngOf(svg: SVGSVGElement): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgOf(svg))}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = PNG_SCALE * svg.clientWidth;
  canvas.height = PNG_SCALE * svg.clientHeight;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('this browser has no canvas');
  context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--background').trim();
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the picture is too large'))), 'image/png');
  });
}

function save(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

function render({ xLabel, yLabel, logarithmic, targets, series, isProfile = false }: Chart, width: number) {
  const ticks = Math.max(3, Math.floor(width / 90));
  const points = series.flatMap((one) => one.points);
  const ends = series.flatMap(({ band = [] }) => band.flatMap(({ low, high }) => [low, high]));
  const [least, largest] = extent([...points.map(({ y }) => y), ...ends]);
  const [left, right] = extent(points.map(({ x }) => x));
  const shown = targets.filter((target) => target >= least && target <= largest);
  return plot({
    width,
    height: HEIGHT,
    marginLeft: 56,
    marginRight: 16,
    marginTop: 28,
    marginBottom: 44,
    style: { background: 'transparent', fontSize: '12px', overflow: 'visible' },
    x: { type: 'log', label: xLabel, domain: left === right ? [left / 2, left * 2] : undefined },
    y: isProfile
      ? { type: 'linear', label: yLabel, domain: [0, 1] }
      : { type: logarithmic ? 'log' : 'linear', label: yLabel, nice: !logarithmic },
    marks: [
      gridX({ ticks, strokeOpacity: 0.1 }),
      gridY({ ticks: 6, strokeOpacity: 0.1 }),
      axisX({ ticks, tickFormat: formatTick, label: xLabel }),
      axisY({ ticks: 6, tickFormat: formatTick, label: yLabel }),
      ruleY(shown, { stroke: 'currentColor', strokeOpacity: 0.5, strokeDasharray: '2 4' }),
      ...series.flatMap((one) => marksOf(one, isProfile)),
    ],
  });
}

function marksOf({ solver, index, peer, points, band = [], ended }: Series, isProfile: boolean) {
  const stroke = `var(--series-${index % COLOURS})`;
  const title = ({ x, y }: Point) => `${solver}\n${formatTick(x)}, ${formatTick(y)}`;
  const last = points.slice(-1);
  const strokeDasharray = peer ? '6 4' : undefined;
  const curve = isProfile ? 'step-after' : 'linear';
  return [
    areaY(band, {
      x: 'x',
      y1: (point: BandPoint) => point.low,
      y2: (point: BandPoint) => point.high,
      fill: stroke,
      fillOpacity: isProfile ? 0.09 : 0.18,
      curve,
    }),
    line(points, { x: 'x', y: 'y', stroke, strokeWidth: 2, strokeDasharray, curve }),
    dot(peer && !isProfile ? points : last, {
      x: 'x',
      y: 'y',
      r: 4,
      stroke,
      strokeWidth: 2,
      fill: ended || peer ? stroke : 'var(--background)',
      symbol: symbolOf(index),
      title,
    }),
  ];
}

/** 1e-6, 0.01, 10, 3000: short, and powers of ten where they are. */
function formatTick(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) return value.toExponential(1).replace('.0', '').replace('e+', 'e');
  return String(Number(value.toPrecision(3)));
}

function extent(values: readonly number[]): readonly [number, number] {
  return [Math.min(...values), Math.max(...values)];
}
