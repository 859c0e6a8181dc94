// The exact local Lipschitz constant of a small piecewise linear network: all cells of its region, one by one.
import type { InvalidInputError, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { converged, defineSolver, fault, resolveOptions, runWith, stalled } from '@infimum/core';
import { crownBounds, ROUNDING } from '../bounds/forward-bounds.ts';
import { finish, RowProducts } from '../bounds/row-products.ts';
import type { PreparedNetwork } from '../networks/network.ts';
import { activationOf } from '../networks/network.ts';
import { cellOf, checkCell } from '../programs/cell.ts';
import { freePhases, isNetworkPiecewiseLinear, splitNeuron, unstableNeurons } from '../programs/splitting.ts';
import { cellForms, insideOf } from './cell-interior.ts';
import { dualNorm } from './jacobian-bounds.ts';
import type { LipschitzInstanceLike, LipschitzIterate, LipschitzSolution, PreparedLipschitz } from './local-lipschitz.ts';
import { entrywiseProduct, most, prepareLipschitz, unit } from './local-lipschitz.ts';
import { localLipschitzProblem } from './local-lipschitz-problem.ts';

const exactLipschitzOptions = {
  cells: {
    type: 'choice',
    choices: ['closed', 'interior'],
    default: 'closed',
    description: 'Count cells that the region only touches (as a mixed integer program does), or only those with an interior',
  },
  maxUnstable: {
    type: 'integer',
    min: 0,
    max: 200,
    default: 24,
    description: 'Limit on neurons of either sign; larger instances are refused',
  },
  maxIterations: { type: 'integer', min: 0, default: 10_000_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `exactLipschitz`. */
export type ExactLipschitzOptions = OptionsOf<typeof exactLipschitzOptions> & RunOptions<LipschitzIterate>;

/** The exact constant. */
export interface ExactLipschitzSolution extends LipschitzSolution {
  /** Cells with an inside that the region meets. */
  readonly regions: number;
}

/** At this depth, as a share of the range of its inequalities, a cell has an inside in spite of rounding. */
const SURELY_DEEP = 1e-6;

/**
 * The largest gradient norm over all cells of a network with ReLU or leaky ReLU, found by fixing signs depth first, a
 * linear program a sign. With `cells: 'closed'` cells that the region touches in a point or a face count too: that is the
 * largest generalised gradient, and an upper bound of the Lipschitz constant; with `interior` they do not: the constant
 * itself. The two differ only at kinks, such as relu on [-1, 0]: 1 and 0.
 *
 * Up to 2^k linear programs for k unstable neurons. Before the end the bound is that of the magnitudes of all weights.
 *
 * @param instance - network, region, norm and outputs
 * @throws {InvalidInputError} `unsupported` for other activations, `too-large` beyond `maxUnstable`
 *
 * @example
 * ```ts
 * import { denseNetwork, exactLipschitz } from '@infimum/verify';
 *
 * const network = denseNetwork([[1, 1, 1, -1], [1, -1]], [[0, 0], [0]]);
 * const region = { lower: [-1, -1], upper: [1, 1] };
 * const { bound, regions } = exactLipschitz({ network, region });
 * console.log(bound.toFixed(6), regions); // 2.000000 4
 * ```
 */
export function exactLipschitz(
  instance: LipschitzInstanceLike,
  options: ExactLipschitzOptions = {},
): Outcome<ExactLipschitzSolution, LipschitzIterate> {
  return runWith(exactLipschitzOptions, options, exactLipschitzSteps(instance, options));
}

interface ExactIterate extends LipschitzIterate {
  solution(): ExactLipschitzSolution;
}

/** The steps of `exactLipschitz`. */
export function* exactLipschitzSteps(
  instance: LipschitzInstanceLike,
  options: ExactLipschitzOptions = {},
): Steps<ExactLipschitzSolution, ExactIterate> {
  const { cells, maxUnstable } = resolveOptions(exactLipschitzOptions, options);
  const prepared = prepareLipschitz(instance);
  const complaint = whyNotExact(prepared, maxUnstable);
  if (complaint) throw complaint;
  const { network, region, outputs, norm, counted } = prepared;
  const products = new RowProducts(network);
  const start = entrywiseProduct(prepared);
  const found = new Float64Array(outputs.length);
  const seen = new Float64Array(outputs.length);
  let regions = 0;
  let open = 0;
  let domains = 0;
  let iteration = 0;
  const iterate = (): ExactIterate => ({
    iteration: iteration++,
    bound: most(start),
    domains,
    solution: () => ({ bound: most(start), perOutput: start.slice(), lowerBound: most(seen), regions }),
  });
  try {
    yield iterate();
    const stack = [freePhases(network)];
    for (let phases = stack.pop(); phases; phases = stack.pop()) {
      domains++;
      const bounds = finish(crownBounds(products, region, phases, network.layers.length - 1));
      if (bounds.isEmpty) continue;
      const cell = cellOf(network, region, bounds, phases);
      const check = checkCell(cell);
      if (check.isEmpty) continue;
      const inside =
        cell.inequalities.offsets.length === 0 || check.depth > SURELY_DEEP
          ? 'deep'
          : insideOf(cellForms(network, bounds, phases), region, check.x, check.multipliers);
      if (cells === 'interior' && inside === 'flat') continue;
      const [next] = unstableNeurons(network, bounds, phases);
      if (next) {
        stack.push(...splitNeuron(phases, next));
        yield iterate();
        continue;
      }
      if (inside === 'deep') regions++;
      const signs = bounds.lower.map((lower, k) => Int8Array.from(lower, (l, i) => phases[k][i] || (l > 0 ? 1 : -1)));
      for (const [index, output] of outputs.entries()) {
        const selector = unit(network.outputs, output);
        const { gradient, margin } = cellGradient(network, signs, selector);
        const outward = (gradient.length + 8) * 2 ** -51;
        const most =
          dualNorm(
            gradient.map((g, j) => Math.abs(g) + margin[j]),
            norm,
            counted,
          ) *
          (1 + outward);
        found[index] = Math.max(found[index], most);
        if (inside === 'open' && cells === 'interior') open++;
        if (inside !== 'deep') continue;
        const least = dualNorm(
          gradient.map((g, j) => Math.max(0, Math.abs(g) - margin[j])),
          norm,
          counted,
        );
        seen[index] = Math.max(seen[index], least * (1 - outward));
      }
      yield iterate();
    }
  } finally {
    products.release();
  }
  const solution = { bound: most(found), perOutput: found.slice(), lowerBound: most(seen), regions };
  if (!Number.isFinite(solution.bound)) {
    return stalled({ ...solution, bound: most(start), perOutput: start.slice() }, 'the network overflows');
  }
  return open > 0
    ? stalled(solution, `${open} cells are too thin to tell whether they have an interior: they count`)
    : converged(solution, `all ${regions} cells were visited`);
}

/** The gradient in the cell with these signs, and its rounding error, which is 0 if no path reaches the entry. */
function cellGradient(
  { layers }: PreparedNetwork,
  phases: readonly Int8Array[],
  g: Float64Array,
): { gradient: Float64Array; margin: Float64Array } {
  let gradient = g;
  let size: Float64Array = g.map(Math.abs);
  let paths: Float64Array = size;
  let terms = 0;
  for (let k = layers.length - 1; k >= 0; k--) {
    const { map, signs } = layers[k];
    gradient = map.applyTransposed(gradient);
    paths = signs.applyAbsoluteTransposed(paths).map((count) => (count > 0 ? 1 : 0));
    // Underflows are covered by the smallest normal number.
    size = map.applyAbsoluteTransposed(size).map((total, i) => (paths[i] > 0 ? total + 2 ** -1022 : 0));
    terms += map.terms + 8;
    if (k === 0) break;
    const { slope } = layers[k - 1];
    for (let i = 0; i < gradient.length; i++) {
      if (phases[k - 1][i] > 0 || activationOf(layers[k - 1], i) === 'linear') continue;
      gradient[i] *= slope;
      size[i] *= slope;
      if (slope === 0) paths[i] = 0;
    }
  }
  return { gradient, margin: size.map((total) => total * terms * ROUNDING) };
}

/** The reason against enumeration; undefined if there is none. */
function whyNotExact({ network, region }: PreparedLipschitz, maxUnstable: number): InvalidInputError | undefined {
  if (!isNetworkPiecewiseLinear(network)) {
    return fault('has smooth activations: only piecewise linear networks have cells', 'network', 'unsupported');
  }
  const products = new RowProducts(network);
  try {
    const bounds = finish(crownBounds(products, region, undefined, network.layers.length - 1));
    const count = [...unstableNeurons(network, bounds, freePhases(network))].length;
    if (count <= maxUnstable) return undefined;
    return fault(`has ${count} neurons of either sign, maxUnstable = ${maxUnstable}`, 'network', 'too-large');
  } finally {
    products.release();
  }
}

export const exactLipschitzSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/exact-lipschitz',
  title: 'Enumeration of cells',
  summary: 'Visits every cell of a small piecewise linear network: the exact constant, and the number of its regions.',
  problem: localLipschitzProblem,
  role: 'baseline',
  paper: { title: 'Bounding and Counting Linear Regions of Deep Neural Networks', arxiv: '1711.02114', year: 2017 },
  cost: 'O(2^k) \\text{ linear programs for } k \\text{ unstable neurons}',
  options: exactLipschitzOptions,
  declines: (instance) => whyNotExact(prepareLipschitz(instance), exactLipschitzOptions.maxUnstable.default)?.message,
  steps: exactLipschitzSteps,
});
