// The picture of a transport plan: the plan as a matrix between its marginals and, where the points lie in the
// plane, the mass on its way.

import { mulberry32 } from '@infimum/core/reference-generators';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import type { Box } from '../../../docs/demo/heat-map.ts';
import { drawHeatMap } from '../../../docs/demo/heat-map.ts';
import type { Scene, Surface, View } from '../../../docs/demo/view.ts';
import { gaussianCloudPoints } from '../src/instances.ts';
import type { TransportPlan } from '../src/transport.ts';
import type { TransportInstance } from '../src/transport-problem.ts';

type TransportScene = Scene<TransportInstance, TransportPlan>;

/** Cells a side beyond which the plan's matrix is shown in blocks. */
const MAX_CELLS = 160;

/** Times at which mass on a grid is shown on its way. */
const TIMES = [0, 0.2, 0.4, 0.6, 0.8, 1];

/** The view of `ot/transport`. */
export const view: View<TransportInstance, TransportPlan> = {
  aspect: 2,
  opening: { family: 'grid', params: { side: 16, epsilon: 0.002 }, seed: 3 },
  caption: ({ family }) => {
    const matrix =
      'Left: the plan, a row a source and a column a target; bars are its marginals, outlines the weights asked for.';
    if (isGrid(family)) return `${matrix} Right: the mass on its way from source to target.`;
    if (isPlanar(family)) return `${matrix} Right: who sends to whom, the darker the more.`;
    return matrix;
  },
  describe: ({ solution: { plan, marginalError, cost } }) =>
    `Transport plan of ${plan.rows} sources and ${plan.cols} targets: transport cost ${cost.toPrecision(4)}, ` +
    `marginal error ${marginalError.toExponential(1)}.`,
  draw(surface, scene) {
    const { width, height } = surface;
    const side = Math.min(height, width / 2) - 8;
    const hasMap = isGrid(scene.family) || isPlanar(scene.family);
    drawMatrix(surface, scene, { x: hasMap ? 4 : (width - side) / 2, y: (height - side) / 2, width: side, height: side });
    const map = { x: width / 2 + 8, y: (height - side) / 2, width: width / 2 - 12, height: side };
    if (isGrid(scene.family)) drawMassOnItsWay(surface, scene, map);
    if (isPlanar(scene.family)) drawShipments(surface, scene, map);
  },
};

function isGrid(family: string): boolean {
  return family === 'grid' || family === 'digits';
}

function isPlanar(family: string): boolean {
  return family === 'clouds' || family === 'points';
}

/** Calls back for every positive entry of a plan, dense or sparse. */
function forEachMass(plan: DenseMatrix | CsrMatrix, visit: (row: number, column: number, mass: number) => void): void {
  const sparse = 'rowPointers' in plan ? plan : undefined;
  for (let i = 0; i < plan.rows; i++) {
    const from = sparse ? sparse.rowPointers[i] : i * plan.cols;
    const to = sparse ? sparse.rowPointers[i + 1] : from + plan.cols;
    for (let k = from; k < to; k++) {
      if (plan.values[k] > 0) visit(i, sparse ? sparse.columnIndices[k] : k - from, plan.values[k]);
    }
  }
}

function drawMatrix(surface: Surface, { instance, solution: { plan } }: TransportScene, box: Box): void {
  const margin = Math.round(box.width * 0.14);
  const rows = Math.min(plan.rows, MAX_CELLS);
  const cols = Math.min(plan.cols, MAX_CELLS);
  const values = new Float64Array(rows * cols);
  const rowSums = new Float64Array(plan.rows);
  const columnSums = new Float64Array(plan.cols);
  forEachMass(plan, (i, j, mass) => {
    rowSums[i] += mass;
    columnSums[j] += mass;
    const cell = Math.floor((i * rows) / plan.rows) * cols + Math.floor((j * cols) / plan.cols);
    if (mass > values[cell]) values[cell] = mass;
  });
  const largest = values.reduce((most, mass) => Math.max(most, mass), 0);
  // The square root keeps small masses visible.
  const shades = values.map((mass) => Math.sqrt(mass / largest));
  const inner = { x: box.x + margin, y: box.y + margin, width: box.width - margin, height: box.height - margin };
  drawHeatMap(surface, { rows, cols, values: shades }, inner);
  const left = { ...inner, x: box.x, width: margin - 4 };
  const top = { ...inner, y: box.y, height: margin - 4 };
  drawMarginal(surface, pooled(rowSums, rows), pooled(instance.a, rows), left, 'left');
  drawMarginal(surface, pooled(columnSums, cols), pooled(instance.b, cols), top, 'top');
}

/** The largest of every block, in step with the blocks of the matrix. */
function pooled(values: Float64Array, blocks: number): Float64Array {
  const most = new Float64Array(blocks);
  values.forEach((value, i) => {
    const block = Math.floor((i * blocks) / values.length);
    if (value > most[block]) most[block] = value;
  });
  return most;
}

/** The sums of a plan as bars, the weights they should have as an outline. */
function drawMarginal(
  { context, palette }: Surface,
  sums: Float64Array,
  weights: Float64Array,
  box: Box,
  edge: 'left' | 'top',
): void {
  const largest = Math.max(...sums, ...weights);
  const [length, depth] = edge === 'left' ? [box.height, box.width] : [box.width, box.height];
  const step = length / sums.length;
  const place = (along: number, up: number): [number, number] =>
    edge === 'left' ? [box.x + depth - up, box.y + along] : [box.x + along, box.y + depth - up];
  context.beginPath();
  context.moveTo(...place(0, 0));
  sums.forEach((sum, i) => {
    const up = (sum / largest) * depth;
    context.lineTo(...place(i * step, up));
    context.lineTo(...place((i + 1) * step, up));
  });
  context.lineTo(...place(length, 0));
  context.fillStyle = palette.first;
  context.globalAlpha = 0.45;
  context.fill();
  context.globalAlpha = 1;
  context.beginPath();
  weights.forEach((weight, i) => {
    const up = (weight / largest) * depth;
    context.lineTo(...place(i * step, up));
    context.lineTo(...place((i + 1) * step, up));
  });
  context.strokeStyle = palette.muted;
  context.lineWidth = 1;
  context.stroke();
}

/** Six frames of the mass on straight lines from source to target. */
function drawMassOnItsWay(surface: Surface, { solution: { plan } }: TransportScene, box: Box): void {
  const side = Math.round(Math.sqrt(plan.rows));
  const frames = TIMES.map(() => new Float64Array(side * side));
  const largest = plan.values.reduce((most, mass) => Math.max(most, mass), 0);
  forEachMass(plan, (i, j, mass) => {
    // What is too little to be seen is most of the entries.
    if (mass < 1e-4 * largest) return;
    const [y0, x0, y1, x1] = [Math.floor(i / side), i % side, Math.floor(j / side), j % side];
    for (let t = 0; t < TIMES.length; t++) {
      splat(frames[t], side, y0 + (y1 - y0) * TIMES[t], x0 + (x1 - x0) * TIMES[t], mass);
    }
  });
  const { context, palette } = surface;
  const gap = 8;
  const label = 14;
  const size = Math.min((box.width - 2 * gap) / 3, box.height / 2 - label - 4);
  const top = box.y + (box.height - 2 * (size + label)) / 2;
  const brightest = Math.max(...frames[0], ...frames[TIMES.length - 1]);
  frames.forEach((frame, t) => {
    const x = box.x + (t % 3) * (size + gap);
    const y = top + Math.floor(t / 3) * (size + label + 4);
    const values = frame.map((mass) => Math.sqrt(mass / brightest));
    drawHeatMap(surface, { rows: side, cols: side, values }, { x, y, width: size, height: size });
    context.fillStyle = palette.muted;
    context.font = '11px system-ui, sans-serif';
    context.fillText(`t = ${TIMES[t]}`, x, y + size + 12);
  });
}

/** Adds mass to the four pixels around a place. */
function splat(frame: Float64Array, side: number, y: number, x: number, mass: number): void {
  const top = Math.min(Math.floor(y), side - 2);
  const left = Math.min(Math.floor(x), side - 2);
  const [down, right] = [y - top, x - left];
  const corner = top * side + left;
  frame[corner] += mass * (1 - down) * (1 - right);
  frame[corner + 1] += mass * (1 - down) * right;
  frame[corner + side] += mass * down * (1 - right);
  frame[corner + side + 1] += mass * down * right;
}

/** Points in the plane and a line for every entry of the plan that matters to its row. */
function drawShipments({ context, palette }: Surface, scene: TransportScene, box: Box): void {
  const { instance, solution } = scene;
  const { x, y } = pointsOf(scene);
  const place = fit([x, y], box);
  context.lineWidth = 1;
  context.strokeStyle = palette.muted;
  forEachMass(solution.plan, (i, j, mass) => {
    const share = mass / instance.a[i];
    if (share < 0.05) return;
    context.globalAlpha = Math.min(1, share);
    context.beginPath();
    context.moveTo(...place(x, i));
    context.lineTo(...place(y, j));
    context.stroke();
  });
  context.globalAlpha = 1;
  const dots = (points: DenseMatrix, weights: Float64Array, color: string) => {
    const mean = 1 / points.rows;
    context.fillStyle = color;
    for (let i = 0; i < points.rows; i++) {
      context.beginPath();
      context.arc(...place(points, i), 2.5 * Math.sqrt(weights[i] / mean), 0, 2 * Math.PI);
      context.fill();
    }
  };
  dots(x, instance.a, palette.first);
  dots(y, instance.b, palette.second);
}

/** The points that the instance was made of: its generator, drawn from once more. */
function pointsOf({ family, params, seed, instance }: TransportScene): { x: DenseMatrix; y: DenseMatrix } {
  if (family === 'clouds') return gaussianCloudPoints(Number(params['n']), seed);
  const random = mulberry32(seed);
  const square = (rows: number) => ({ rows, cols: 2, values: Float64Array.from({ length: 2 * rows }, random) });
  return { x: square(instance.cost.rows), y: square(instance.cost.cols) };
}

/** Maps points into a box, keeping angles. */
function fit(clouds: readonly DenseMatrix[], box: Box): (points: DenseMatrix, i: number) => [number, number] {
  const along = (axis: 0 | 1) => clouds.flatMap(({ values }) => Array.from(values).filter((_, index) => index % 2 === axis));
  const [xs, ys] = [along(0), along(1)];
  const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const scale = Math.min((box.width - 12) / (right - left), (box.height - 12) / (high - low));
  return ({ values }, i) => [
    box.x + box.width / 2 + (values[2 * i] - (left + right) / 2) * scale,
    box.y + box.height / 2 - (values[2 * i + 1] - (low + high) / 2) * scale,
  ];
}
