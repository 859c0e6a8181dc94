// The picture of a composite minimisation: a lattice as an image, and other points as bars, one a coordinate, with the bounds,
// and marks where a kink holds a coordinate.
import { drawHeatMap } from '../../../docs/demo/heat-map.ts';
import type { Scene, Surface, View } from '../../../docs/demo/view.ts';
import type { CompositeProblem } from '../src/composite/composite-instance.ts';
import { latticeLabels } from '../src/composite/composite-instances.ts';
import type { CompositeSolution } from '../src/composite/composite-minimization.ts';

type CompositeScene = Scene<CompositeProblem, CompositeSolution>;

/** Bars are no narrower than this; those of many coordinates overlap. */
const NARROWEST = 1;

/** The view of `optim/composite`. */
export const view: View<CompositeProblem, CompositeSolution> = {
  aspect: 2,
  opening: { family: 'lasso', params: {}, seed: 1 },
  caption: ({ family }) =>
    family === 'lattice' || family === 'smoothing'
      ? 'The nodes of the lattice, the strongest colour where their number is largest.'
      : 'The coordinates of x; marks below the axis where a coordinate is held at zero or at a bound.',
  describe: ({ solution: { x, value, stationarity, activeSet } }) =>
    `F is ${value.toPrecision(5)}, the least subgradient ${stationarity.toExponential(1)}; ${activeSet.length} of ${x.length} coordinates are held.`,
  draw(surface, scene) {
    const nodes = nodesOf(scene);
    if (nodes) drawLattice(surface, nodes);
    else drawBars(surface, scene);
  },
};

/** The numbers of a lattice, row by row, with the labels that nodes have; undefined for other families. */
function nodesOf({ family, params, seed, solution: { x } }: CompositeScene): Float64Array | undefined {
  const side = Number(params['side']);
  if (family === 'smoothing') return x;
  if (family !== 'lattice') return undefined;
  const nodes = latticeLabels(side, Number(params['labeled']), seed);
  let next = 0;
  return nodes.map((label) => (Number.isNaN(label) ? x[next++] : label));
}

function drawLattice(surface: Surface, nodes: Float64Array): void {
  const [least, most] = rangeOf(nodes);
  const side = Math.round(Math.sqrt(nodes.length));
  const values = nodes.map((value) => (value - least) / (most - least || 1));
  const size = Math.min(surface.width, surface.height) - 12;
  const box = { x: (surface.width - size) / 2, y: 6, width: size, height: size };
  drawHeatMap(surface, { rows: side, cols: side, values }, box);
}

function drawBars({ context, width, height, palette }: Surface, scene: CompositeScene): void {
  const { x, activeSet } = scene.solution;
  const { lower = -Infinity, upper = Infinity } = scene.instance;
  const [least, most] = rangeOf(x);
  const floor = height - 12;
  const scale = (floor - 12) / (most - least || 1);
  const heightOf = (value: number) => 6 + (most - value) * scale;
  const step = (width - 16) / x.length;
  const bar = Math.max(NARROWEST, 0.8 * step);
  context.fillStyle = palette.muted;
  for (const i of activeSet) context.fillRect(8 + i * step, floor + 4, bar, 4);
  context.fillStyle = palette.first;
  for (let i = 0; i < x.length; i++) {
    const [from, to] = [heightOf(Math.max(0, x[i])), heightOf(Math.min(0, x[i]))];
    context.fillRect(8 + i * step, from, bar, to - from);
  }
  context.fillStyle = palette.hairline;
  context.fillRect(8, heightOf(0) - 0.5, width - 16, 1);
  context.fillStyle = palette.second;
  for (const bound of [lower, upper]) {
    if (bound >= least && bound <= most && bound !== 0) context.fillRect(8, heightOf(bound) - 0.5, width - 16, 1);
  }
}

/** The least and the largest entry, zero among them. */
function rangeOf(x: Float64Array): [least: number, most: number] {
  let [least, most] = [0, 0];
  for (const value of x) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}
