// The picture of a minimisation: contour lines and the path in the plane, the function and the path on the line, and the
// coordinates of the point where there are more.
import type { Scene, Surface, View } from '../../../docs/demo/view.ts';
import { heavyBallCounterexample } from '../src/objectives/heavy-ball-counterexample.ts';
import { rosenbrock } from '../src/objectives/test-functions.ts';
import type { SmoothProblem } from '../src/smooth/smooth-instance.ts';
import type { SmoothSolution } from '../src/smooth-minimization.ts';

type SmoothScene = Scene<SmoothProblem, SmoothSolution>;

/** A part of the plane: where its middle is, and half of its height. */
interface Frame {
  readonly center: readonly [number, number];
  readonly reach: number;
}

/** Functions of the plane that have contour lines here; instances come without their functions. */
const PLANES: Readonly<Record<string, Frame & { value(scene: SmoothScene): (x: number, y: number) => number }>> = {
  rosenbrock: {
    center: [-0.1, 1],
    reach: 1.6,
    value: () => {
      const { value } = rosenbrock(2);
      return (x, y) => value(Float64Array.of(x, y));
    },
  },
  quadratic: {
    center: [0, 0],
    reach: 1.15,
    value: ({ params }) => {
      const condition = Number(params['condition']);
      return (x, y) => (x * x + condition * y * y) / 2;
    },
  },
};

/** Contour lines, at equal distances in the cube root of the value. */
const LINES = 16;
/** Cells a side of the grid in which they are found. */
const CELLS = 72;

/** The view of `optim/smooth`. */
export const view: View<SmoothProblem, SmoothSolution> = {
  aspect: 1.6,
  opening: { family: 'rosenbrock', params: { n: 2 } },
  wantsTrail: true,
  caption: ({ family, instance }) => {
    const size = instance.initial.length;
    if (size === 1) return 'The function, and on it the points that were visited, the newest the largest.';
    if (size === 2 && family in PLANES)
      return 'Contour lines of the function, at equal distances of its cube root, and the path.';
    if (size === 2) return 'The path.';
    return 'The coordinates of the point, the first on the left; faint where it started.';
  },
  describe: ({ solution: { x, value, gradientNorm } }) => {
    const place = x.length <= 3 ? ` at ${Array.from(x, (entry) => entry.toPrecision(4)).join(', ')}` : '';
    return `The value is ${value.toPrecision(5)}${place}, the gradient ${gradientNorm.toExponential(1)}.`;
  },
  draw(surface, scene) {
    const size = scene.instance.initial.length;
    if (size === 1) drawLine(surface, scene);
    else if (size === 2) drawPlane(surface, scene);
    else drawCoordinates(surface, scene);
  },
};

/** All points so far, the start first. */
function pathOf({ instance, trail = [], solution }: SmoothScene): Float64Array[] {
  return [instance.initial, ...trail.map(({ x }) => x), solution.x];
}

function drawPlane(surface: Surface, scene: SmoothScene): void {
  const { width, height } = surface;
  const path = pathOf(scene);
  const plane = PLANES[scene.family];
  const { center, reach } = plane ?? frameOf(path);
  const scale = height / (2 * reach);
  const place = ([x, y]: Float64Array): [number, number] => [
    width / 2 + scale * (x - center[0]),
    height / 2 - scale * (y - center[1]),
  ];
  if (plane) {
    const value = plane.value(scene);
    drawContours(surface, (px, py) => value(center[0] + (px - width / 2) / scale, center[1] - (py - height / 2) / scale));
  }
  drawPath(surface, path.map(place));
}

/** The part of the plane that a path needs. */
function frameOf(path: readonly Float64Array[]): Frame {
  const range = (axis: number) => {
    const values = path.map((x) => x[axis]).filter(Number.isFinite);
    return [Math.min(...values), Math.max(...values)];
  };
  const [[left, right], [bottom, top]] = [range(0), range(1)];
  return {
    center: [(left + right) / 2, (bottom + top) / 2],
    reach: 0.6 * Math.max(1e-3, (right - left) / view.aspect, top - bottom),
  };
}

/** Lines of equal value, by the edges of a grid that they cross. */
function drawContours({ context, width, height, palette }: Surface, value: (x: number, y: number) => number): void {
  const [cols, rows] = [Math.round(CELLS * view.aspect), CELLS];
  const heights = new Float64Array((cols + 1) * (rows + 1));
  for (let i = 0; i <= rows; i++) {
    for (let j = 0; j <= cols; j++) {
      // The cube root spreads the lines over small and large values.
      heights[i * (cols + 1) + j] = Math.cbrt(value((j * width) / cols, (i * height) / rows));
    }
  }
  const [low, high] = [Math.min(...heights), Math.max(...heights)];
  context.strokeStyle = palette.muted;
  context.lineWidth = 0.75;
  context.globalAlpha = 0.55;
  context.beginPath();
  for (let line = 1; line <= LINES; line++) {
    const level = low + ((high - low) * line) / (LINES + 1);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < cols; j++) {
        const at = i * (cols + 1) + j;
        const corners = [heights[at], heights[at + 1], heights[at + cols + 2], heights[at + cols + 1]];
        drawCrossing(context, corners, level, (u, v) => [((j + u) * width) / cols, ((i + v) * height) / rows]);
      }
    }
  }
  context.stroke();
  context.globalAlpha = 1;
}

/** The corners of a cell in the order of `drawCrossing`, the first twice. */
const CORNERS = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
  [0, 0],
] as const;

/** The pieces of a contour line in one cell. */
function drawCrossing(
  context: CanvasRenderingContext2D,
  corners: readonly number[],
  level: number,
  place: (u: number, v: number) => [number, number],
): void {
  let isOpen = false;
  for (let edge = 0; edge < 4; edge++) {
    const [from, to] = [corners[edge], corners[(edge + 1) % 4]];
    if (from < level === to < level) continue;
    const share = (level - from) / (to - from);
    const [a, b] = [CORNERS[edge], CORNERS[edge + 1]];
    const point = place(a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]));
    if (isOpen) context.lineTo(...point);
    else context.moveTo(...point);
    isOpen = !isOpen;
  }
}

function drawLine(surface: Surface, scene: SmoothScene): void {
  const { context, width, height, palette } = surface;
  const path = pathOf(scene)
    .map(([x]) => x)
    .filter(Number.isFinite);
  // Where it started and what is near, whatever becomes of the path.
  const reach = Math.min(Math.max(...path.map(Math.abs)), 2 * Math.abs(path[0]) + 1) * 1.08;
  const value = scene.family === 'heavy-ball' ? heavyBallCounterexample().value : undefined;
  const heightOf = (x: number) => (value ? value(Float64Array.of(x)) : 0);
  const top = Math.max(heightOf(-reach), heightOf(reach), 1e-300);
  const place = (x: number): [number, number] => [
    (width * (x + reach)) / (2 * reach),
    height - 14 - ((height - 28) * heightOf(x)) / top,
  ];
  context.strokeStyle = palette.muted;
  context.lineWidth = 1.5;
  context.beginPath();
  for (let k = 0; k <= 240; k++) context.lineTo(...place(reach * (k / 120 - 1)));
  context.stroke();
  drawPath(surface, path.map(place));
}

/** A path with its points, the newest the largest. */
function drawPath({ context, palette }: Surface, path: readonly (readonly [number, number])[]): void {
  context.strokeStyle = palette.first;
  context.fillStyle = palette.first;
  context.lineWidth = 1.25;
  context.globalAlpha = 0.6;
  context.beginPath();
  for (const point of path) context.lineTo(...point);
  context.stroke();
  path.forEach((point, k) => {
    const isNewest = k === path.length - 1;
    context.globalAlpha = isNewest ? 1 : Math.max(0.15, 0.7 ** Math.max(0, path.length - 8 - k));
    context.beginPath();
    context.arc(...point, isNewest ? 5 : 2.5, 0, 2 * Math.PI);
    context.fill();
  });
  context.globalAlpha = 1;
}

function drawCoordinates({ context, width, height, palette }: Surface, { instance, solution }: SmoothScene): void {
  const rows: [Float64Array, string, number][] = [
    [instance.initial, palette.muted, 0.5],
    [solution.x, palette.first, 1],
  ];
  const entries = rows.flatMap(([values]) => Array.from(values, Math.abs)).filter(Number.isFinite);
  const reach = entries.reduce((most, entry) => Math.max(most, entry), 1e-300);
  const middle = height / 2;
  const place = (index: number, entry: number): [number, number] => [
    (width * (index + 0.5)) / solution.x.length,
    middle - ((middle - 10) * entry) / reach,
  ];
  context.strokeStyle = palette.hairline;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(0, middle);
  context.lineTo(width, middle);
  context.stroke();
  for (const [values, style, alpha] of rows) {
    context.strokeStyle = style;
    context.fillStyle = style;
    context.globalAlpha = alpha;
    context.beginPath();
    values.forEach((entry, index) => {
      context.lineTo(...place(index, entry));
    });
    context.stroke();
    if (values.length > width / 6) continue;
    values.forEach((entry, index) => {
      const [x, y] = place(index, entry);
      context.fillRect(x - 2, y - 2, 4, 4);
    });
  }
  context.globalAlpha = 1;
}
