// The picture of a Gromov-Wasserstein matching: either space laid out by its own distances, and the colours of the first
// carried over by the plan. Where the match is good, the same parts of the two shapes have the same colour.
import type { DenseMatrix } from '@infimum/linalg';
import { symmetricEigen } from '@infimum/linalg';
import type { Box } from '../../../docs/demo/heat-map.ts';
import type { Surface, View } from '../../../docs/demo/view.ts';
import type { GromovInstance, GromovPlan } from '../src/gromov/gromov-objective.ts';

/** Rows of the plan beyond which lines are left out. */
const MAX_LINES = 400;

/** Points in the plane, from 0 to 1 in either direction. */
type Layout = readonly (readonly [x: number, y: number])[];

/** The view of `ot/gromov-wasserstein`. */
export const view: View<GromovInstance, GromovPlan> = {
  aspect: 2,
  opening: { family: 'moved', params: { n: 40 }, seed: 1 },
  caption: () =>
    'Each space, laid out by its own distances alone. Colours run along the first; the second has those that the plan brings.',
  describe: ({ instance: { first, second }, solution: { distortion } }) =>
    `Match of ${first.rows} points with ${second.rows} points of another space: distortion ${distortion.toPrecision(3)}.`,
  draw(surface, { instance, solution: { plan } }) {
    const { first, second, a, b } = instance;
    const { width, height, context, palette } = surface;
    const side = Math.min(height, width / 2) - 32;
    const left = { x: (width / 2 - side) / 2, y: (height - side) / 2, width: side, height: side };
    const right = { ...left, x: left.x + width / 2 };
    const [own, other] = [layoutOf(first), layoutOf(second)];
    const colors = own.map(([x, y]) => (Math.atan2(y - 0.5, x - 0.5) / Math.PI + 1) / 2);
    const matched = matchedColors(plan, colors);
    const largest = plan.values.reduce((most, mass) => Math.max(most, mass), 0);
    context.strokeStyle = palette.hairline;
    let lines = 0;
    for (let i = 0; i < plan.rows; i++) {
      for (let j = 0; j < plan.cols; j++) {
        const share = plan.values[i * plan.cols + j] / largest;
        if (!(share > 0.5) || lines++ > MAX_LINES) continue;
        context.beginPath();
        context.moveTo(...placed(own[i], left));
        context.lineTo(...placed(other[j], right));
        context.stroke();
      }
    }
    drawPoints(surface, own, colors, a, left);
    drawPoints(surface, other, matched, b, right);
  },
};

/** Mean of the colours, on the circle, of what is matched with each point of the second space. */
function matchedColors(plan: DenseMatrix, colors: readonly number[]): number[] {
  return Array.from({ length: plan.cols }, (_, j) => {
    let [cosine, sine] = [0, 0];
    for (let i = 0; i < plan.rows; i++) {
      const mass = plan.values[i * plan.cols + j];
      cosine += mass * Math.cos(2 * Math.PI * colors[i]);
      sine += mass * Math.sin(2 * Math.PI * colors[i]);
    }
    return (Math.atan2(sine, cosine) / (2 * Math.PI) + 1) % 1;
  });
}

function drawPoints(
  { context, palette }: Surface,
  layout: Layout,
  colors: readonly number[],
  weights: Float64Array,
  box: Box,
): void {
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  layout.forEach((point, k) => {
    const [x, y] = placed(point, box);
    context.beginPath();
    context.arc(x, y, Math.min(9, 4.5 * Math.sqrt(weights[k] / mean)), 0, 2 * Math.PI);
    context.fillStyle = `hsl(${Math.round(360 * colors[k])} 65% 50%)`;
    context.fill();
    context.strokeStyle = palette.background;
    context.stroke();
  });
}

function placed([x, y]: readonly [number, number], box: Box): [number, number] {
  return [box.x + x * box.width, box.y + y * box.height];
}

const layouts = new WeakMap<DenseMatrix, Layout>();

/** Classical scaling: the two directions in which points with these distances spread most. */
function layoutOf(distances: DenseMatrix): Layout {
  const known = layouts.get(distances) ?? scaledLayout(distances);
  layouts.set(distances, known);
  return known;
}

function scaledLayout({ rows: n, values }: DenseMatrix): Layout {
  const squares = values.map((distance) => distance ** 2);
  const means = Float64Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += squares[i * n + j];
    return sum / n;
  });
  const mean = means.reduce((sum, value) => sum + value, 0) / n;
  const centered = squares.map((square, k) => -(square - means[Math.floor(k / n)] - means[k % n] + mean) / 2);
  const { values: spectrum, vectors } = symmetricEigen({ rows: n, cols: n, values: centered });
  const order = Array.from(spectrum.keys()).sort((i, j) => spectrum[j] - spectrum[i]);
  const axis = (k: number) =>
    Array.from({ length: n }, (_, i) =>
      k < n ? vectors.values[i * n + order[k]] * Math.sqrt(Math.max(0, spectrum[order[k]])) : 0,
    );
  const [xs, ys] = [axis(0), axis(1)];
  const reach = 2 * Math.max(...xs.map(Math.abs), ...ys.map(Math.abs), Number.MIN_VALUE);
  return xs.map((x, i) => [0.5 + x / reach, 0.5 + ys[i] / reach] as const);
}
