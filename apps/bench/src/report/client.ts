// The part of the report that runs in the browser: draws the charts, and draws them again when the width changes.
import { axisX, axisY, dot, gridX, gridY, line, plot, ruleY } from '@observablehq/plot';
import { type Chart, COLOURS, type Point, type Series } from './data.ts';

const SYMBOLS = ['circle', 'square', 'triangle', 'diamond', 'star', 'cross', 'wye'] as const;
const HEIGHT = 316;

const charts = JSON.parse(document.getElementById('charts')?.textContent ?? '[]') as readonly Chart[];
for (const chart of charts) show(chart);

function show(chart: Chart): void {
  const place = document.getElementById(chart.id);
  if (!place) return;
  let drawnWidth = 0;
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
    place?.replaceChildren(render(chart, width));
  }
}

function render({ xLabel, yLabel, logarithmic, targets, series }: Chart, width: number) {
  const ticks = Math.max(3, Math.floor(width / 90));
  const points = series.flatMap((one) => one.points);
  const [least, largest] = extent(points.map(({ y }) => y));
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
    y: { type: logarithmic ? 'log' : 'linear', label: yLabel, nice: !logarithmic },
    marks: [
      gridX({ ticks, strokeOpacity: 0.1 }),
      gridY({ ticks: 6, strokeOpacity: 0.1 }),
      axisX({ ticks, tickFormat: formatTick, label: xLabel }),
      axisY({ ticks: 6, tickFormat: formatTick, label: yLabel }),
      ruleY(shown, { stroke: 'currentColor', strokeOpacity: 0.5, strokeDasharray: '2 4' }),
      ...series.flatMap(marksOf),
    ],
  });
}

function marksOf({ solver, index, peer, points, ended }: Series) {
  const stroke = `var(--series-${index % COLOURS})`;
  const title = ({ x, y }: Point) => `${solver}\n${formatTick(x)}, ${formatTick(y)}`;
  const last = points.slice(-1);
  return [
    line(points, { x: 'x', y: 'y', stroke, strokeWidth: 2, strokeDasharray: peer ? '6 4' : undefined }),
    dot(peer ? points : last, {
      x: 'x',
      y: 'y',
      r: 4,
      stroke,
      strokeWidth: 2,
      fill: ended || peer ? stroke : 'var(--background)',
      symbol: SYMBOLS[(index + Math.floor(index / COLOURS)) % SYMBOLS.length],
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
