// The picture of an unbalanced plan: the plan with the weights that it was asked for and those that it has, and where the
// points lie how much of each is moved.
import type { Box } from '../../../docs/demo/heat-map.ts';
import { drawHeatMap } from '../../../docs/demo/heat-map.ts';
import type { Scene, Surface, View } from '../../../docs/demo/view.ts';
import { gaussianCloudPoints } from '../src/instances.ts';
import type { UnbalancedPlan } from '../src/unbalanced/unbalanced-plan.ts';
import type { UnbalancedTransport } from '../src/unbalanced/unbalanced-problem.ts';

type UnbalancedScene = Scene<UnbalancedTransport, UnbalancedPlan>;

/** The view of `ot/unbalanced-transport`. */
export const view: View<UnbalancedTransport, UnbalancedPlan> = {
  aspect: 2,
  opening: { family: 'clouds', params: { n: 40 }, seed: 2 },
  caption: ({ family }) => {
    const matrix = 'Left: the plan, a row a source and a column a target; bars are what it moves, outlines what was asked for.';
    if (family === 'clouds') return `${matrix} Right: the points, filled by the share of their weight that is moved.`;
    if (family === 'digits') return `${matrix} Right: above the ink of either digit, below the part of it that is moved.`;
    return matrix;
  },
  describe: ({ instance: { a, b }, solution: { mass, cost } }) =>
    `Unbalanced plan: of weights ${sum(a).toPrecision(3)} and ${sum(b).toPrecision(3)} a mass of ${mass.toPrecision(3)} is moved at a cost of ${cost.toPrecision(3)}.`,
  draw(surface, scene) {
    const { width, height } = surface;
    const side = Math.min(height, width / 2) - 8;
    const hasRight = scene.family === 'clouds' || scene.family === 'digits';
    const moved = marginals(scene.solution.plan);
    drawPlan(surface, scene, moved, {
      x: hasRight ? 4 : (width - side) / 2,
      y: (height - side) / 2,
      width: side,
      height: side,
    });
    const right = { x: width / 2 + 8, y: (height - side) / 2, width: side, height: side };
    if (scene.family === 'clouds') drawClouds(surface, scene, moved, right);
    if (scene.family === 'digits') drawDigits(surface, scene, moved, right);
  },
};

/** What a plan takes from each source and brings to each target. */
interface Marginals {
  readonly rows: Float64Array;
  readonly cols: Float64Array;
}

function marginals({ rows, cols, values }: UnbalancedPlan['plan']): Marginals {
  const taken = { rows: new Float64Array(rows), cols: new Float64Array(cols) };
  for (let k = 0; k < rows * cols; k++) {
    taken.rows[Math.floor(k / cols)] += values[k];
    taken.cols[k % cols] += values[k];
  }
  return taken;
}

function drawPlan(
  surface: Surface,
  { instance: { a, b }, solution: { plan } }: UnbalancedScene,
  moved: Marginals,
  box: Box,
): void {
  const margin = Math.round(box.width * 0.16);
  const inner = { x: box.x + margin, y: box.y + margin, width: box.width - margin, height: box.height - margin };
  const largest = plan.values.reduce((most, mass) => Math.max(most, mass), 0);
  // The root shows small masses too.
  const shades = plan.values.map((mass) => (largest > 0 ? Math.sqrt(mass / largest) : 0));
  drawHeatMap(surface, { rows: plan.rows, cols: plan.cols, values: shades }, inner);
  const { context, palette } = surface;
  const bars = (asked: Float64Array, got: Float64Array, place: (k: number, share: number) => Box) => {
    const most = Math.max(...asked, ...got);
    for (let k = 0; k < asked.length; k++) {
      context.fillStyle = palette.first;
      fill(context, place(k, got[k] / most));
      context.strokeStyle = palette.muted;
      const { x, y, width, height } = place(k, asked[k] / most);
      context.strokeRect(x, y, width, height);
    }
  };
  const room = margin - 6;
  const [step, across] = [inner.height / plan.rows, inner.width / plan.cols];
  bars(a, moved.rows, (k, share) => ({
    x: inner.x - 3 - room * share,
    y: inner.y + k * step,
    width: room * share,
    height: step,
  }));
  bars(b, moved.cols, (k, share) => ({
    x: inner.x + k * across,
    y: inner.y - 3 - room * share,
    width: across,
    height: room * share,
  }));
}

function fill(context: CanvasRenderingContext2D, { x, y, width, height }: Box): void {
  context.fillRect(x, y, width, height);
}

function drawClouds(
  { context, palette }: Surface,
  { instance, params, seed }: UnbalancedScene,
  moved: Marginals,
  box: Box,
): void {
  const { x, y } = gaussianCloudPoints(Number(params['n']), seed);
  const all = [...x.values, ...y.values];
  const reach = Math.max(...all.map(Math.abs), Number.MIN_VALUE);
  const place = (value: number) => 0.5 + (0.46 * value) / reach;
  const cloud = (points: typeof x, asked: Float64Array, got: Float64Array, color: string) => {
    const most = Math.max(...instance.a, ...instance.b);
    for (let k = 0; k < points.rows; k++) {
      const [left, top] = [
        box.x + place(points.values[2 * k]) * box.width,
        box.y + place(points.values[2 * k + 1]) * box.height,
      ];
      const radius = 6 * Math.sqrt(asked[k] / most);
      context.beginPath();
      context.arc(left, top, radius, 0, 2 * Math.PI);
      context.strokeStyle = color;
      context.stroke();
      context.beginPath();
      context.arc(left, top, radius * Math.sqrt(Math.min(1, got[k] / asked[k])), 0, 2 * Math.PI);
      context.fillStyle = color;
      context.fill();
    }
  };
  cloud(x, instance.a, moved.rows, palette.first);
  cloud(y, instance.b, moved.cols, palette.second);
}

function drawDigits(surface: Surface, { instance: { a, b } }: UnbalancedScene, moved: Marginals, box: Box): void {
  const side = box.width / 2 - 6;
  const most = Math.max(...a, ...b);
  const images = [a, b, moved.rows, moved.cols];
  images.forEach((values, k) => {
    const pixels = Math.round(Math.sqrt(values.length));
    const place = { x: box.x + (k % 2) * (side + 12), y: box.y + Math.floor(k / 2) * (side + 12), width: side, height: side };
    drawHeatMap(surface, { rows: pixels, cols: pixels, values: values.map((value) => value / most) }, place);
  });
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
