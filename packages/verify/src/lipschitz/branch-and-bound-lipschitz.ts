// Local Lipschitz constants by branch and bound: signs of neurons are fixed one after the other (or boxes halved), and
// cells that no input reaches are dropped by linear programs, so that the bound becomes exact.
//
// Z. Shi, Y. Wang, H. Zhang, Z. Kolter, C.-J. Hsieh (2022), arXiv 2210.07394; the linear programs of the cells are ours.
// Signs are flags, and no threshold is absolute: with weights of 1e-10 and 1e10 thresholds of 1e-9 lose every cell.
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { converged, defineSolver, resolveOptions, runWith, stalled } from '@infimum/core';
import type { ForwardBounds, Phases } from '../bounds/forward-bounds.ts';
import { forwardBounds } from '../bounds/output-bounds.ts';
import type { PreparedRegion } from '../bounds/region.ts';
import { contains } from '../bounds/region.ts';
import { RowProducts } from '../bounds/row-products.ts';
import { cellOf, checkCell } from '../programs/cell.ts';
import { DomainQueue } from '../programs/domain-queue.ts';
import type { NeuronPlace } from '../programs/splitting.ts';
import { freePhases, isNetworkPiecewiseLinear, splitInput, splitNeuron, unstableNeurons } from '../programs/splitting.ts';
import { ticking } from '../ticking.ts';
import type { JacobianAnswer } from './jacobian-bounds.ts';
import { boundJacobian } from './jacobian-bounds.ts';
import type { LipschitzInstanceLike, LipschitzIterate, LipschitzSolution, PreparedLipschitz } from './local-lipschitz.ts';
import { entrywiseProduct, finiteOrHuge, most, prepareLipschitz, solutionOf, unit } from './local-lipschitz.ts';
import { localLipschitzProblem } from './local-lipschitz-problem.ts';
import { provenSlope, sampleGradients } from './sampled-gradient.ts';

const branchAndBoundLipschitzOptions = {
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-9,
    description: 'Gap between the bound and the steepest gradient seen at which to stop, as a share of the bound',
  },
  branching: {
    type: 'choice',
    choices: ['auto', 'neurons', 'inputs'],
    default: 'auto',
    description: 'Split by signs of neurons, or halve boxes; by default neurons where activations are piecewise linear',
  },
  heuristic: {
    type: 'choice',
    choices: ['area', 'babsr'],
    default: 'area',
    description: 'Score of neurons: area of the relaxation, or its intercept',
  },
  leafProgram: {
    type: 'boolean',
    default: true,
    description: 'Drop cells that a linear program proves empty; without it the bound is not exact',
  },
  maxDomains: { type: 'integer', min: 1, default: 200_000, description: 'Limit on domains' },
  maxIterations: { type: 'integer', min: 0, default: 10_000_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `branchAndBoundLipschitz`. */
export type BranchAndBoundLipschitzOptions = OptionsOf<typeof branchAndBoundLipschitzOptions> & RunOptions<LipschitzIterate>;

/**
 * The local Lipschitz constant of a network, exactly if time allows. The bound holds at any time; it is exact for
 * piecewise linear networks when all cells are decided: the largest gradient norm over all cells that some input of the
 * region touches, boundaries included (the same number that a mixed integer program finds).
 *
 * Takes up to 2^k domains of O(n² w³) for k unstable neurons. `converged` when the gap to the steepest gradient seen is
 * at most `tolerance` times the bound, or when every cell is decided; `stalled` after `maxDomains`, or when boxes cannot
 * be halved any more.
 *
 * @param instance - network, region, norm and outputs
 * @throws {InvalidInputError} for networks and regions that do not fit, and for options out of range
 *
 * @example
 * ```ts
 * import { branchAndBoundLipschitz, denseNetwork } from '@infimum/verify';
 *
 * const network = denseNetwork([[1, 1, 1, -1], [1, -1]], [[0, 0], [0]]);
 * const region = { lower: [-1, -1], upper: [1, 1] };
 * const { bound, status } = branchAndBoundLipschitz({ network, region });
 * console.log(status, bound.toFixed(6)); // converged 2.000000
 * ```
 */
export function branchAndBoundLipschitz(
  instance: LipschitzInstanceLike,
  options: BranchAndBoundLipschitzOptions = {},
): Outcome<LipschitzSolution, LipschitzIterate> {
  return runWith(branchAndBoundLipschitzOptions, options, branchAndBoundLipschitzSteps(instance, options));
}

/** A part of the region, or of the cells. */
interface Domain {
  readonly region: PreparedRegion;
  readonly phases: Int8Array[];
  readonly bound: number;
  /** Where to split next; undefined for a leaf. */
  readonly split: NeuronPlace | undefined;
  /** The weight of every input, for splits of boxes. */
  readonly weights: Float64Array | undefined;
}

/** The shared state of the search of one output. */
interface Search {
  readonly prepared: PreparedLipschitz;
  readonly products: RowProducts;
  readonly selector: Float64Array;
  readonly byNeurons: boolean;
  readonly heuristic: 'area' | 'babsr';
  readonly leafProgram: boolean;
  lowerBound: number;
}

/** The steps of `branchAndBoundLipschitz`. */
export function* branchAndBoundLipschitzSteps(
  instance: LipschitzInstanceLike,
  options: BranchAndBoundLipschitzOptions = {},
): Steps<LipschitzSolution, LipschitzIterate> {
  const settings = resolveOptions(branchAndBoundLipschitzOptions, options);
  const { tolerance, branching, heuristic, leafProgram, maxDomains } = settings;
  const prepared = prepareLipschitz(instance);
  const { network, region, outputs } = prepared;
  const perOutput = entrywiseProduct(prepared);
  let norms: Float64Array = new Float64Array(outputs.length);
  const products = new RowProducts(network);
  let iteration = 0;
  let domains = 0;
  const solution = () => solutionOf(perOutput, most(norms));
  const iterate = (): LipschitzIterate => ({ iteration: iteration++, bound: most(perOutput), domains, solution });
  const canSplitNeurons = isNetworkPiecewiseLinear(network);
  try {
    yield iterate();
    norms = (yield* ticking(sampleGradients(prepared, 200), iterate)).norms;
    for (const [index, output] of outputs.entries()) {
      const search: Search = {
        prepared,
        products,
        selector: unit(network.outputs, output),
        byNeurons: branching === 'neurons' || (branching === 'auto' && canSplitNeurons),
        heuristic,
        leafProgram,
        lowerBound: norms[index],
      };
      const queue = new DomainQueue<Domain>(({ bound }) => bound);
      let closed = 0;
      const add = (domain: Domain | undefined, parent: number) => {
        domains++;
        if (!domain) return;
        const bound = Math.min(parent, domain.bound);
        if (domain.split || !search.byNeurons) queue.push({ ...domain, bound });
        else closed = Math.max(closed, bound);
      };
      add(yield* ticking(evaluate(search, region, freePhases(network)), iterate), perOutput[index]);
      for (;;) {
        norms[index] = search.lowerBound;
        const top = queue.top;
        perOutput[index] = Math.min(perOutput[index], Math.max(closed, top?.bound ?? 0));
        if (!top || perOutput[index] - search.lowerBound <= tolerance * perOutput[index]) break;
        // All remaining domains are bounded by a leaf: no split can lower the bound.
        if (top.bound <= closed) break;
        if (domains >= maxDomains) return stalled(solution(), `maxDomains = ${maxDomains} were bounded`);
        queue.pop();
        const halves = top.split ? undefined : splitInput(top.region, top.weights);
        if (!top.split && !halves) {
          closed = Math.max(closed, top.bound);
          return stalled(solution(), 'boxes cannot be halved any further');
        }
        const children = top.split
          ? splitNeuron(top.phases, top.split).map((phases) => ({ region: top.region, phases }))
          : (halves ?? []).map((half) => ({ region: half, phases: top.phases }));
        for (const child of children) {
          add(yield* ticking(evaluate(search, child.region, child.phases), iterate), top.bound);
        }
        yield iterate();
      }
    }
  } finally {
    products.release();
  }
  if (most(perOutput) === Number.MAX_VALUE) return stalled(solution(), 'the network overflows: scale its weights');
  return converged(solution(), 'every output is bounded to the tolerance, or cell by cell');
}

/** Bounds a domain; undefined if it is empty. */
function* evaluate(search: Search, region: PreparedRegion, phases: Int8Array[]): Generator<void, Domain | undefined> {
  const { prepared, products, selector, byNeurons } = search;
  const { network, norm, counted } = prepared;
  const bounds = yield* forwardBounds(products, region, 'crown', phases, network.layers.length - 1);
  if (bounds.isEmpty) return undefined;
  const isFixed = phases.some((signs) => signs.some((sign) => sign !== 0));
  if (byNeurons && isFixed && search.leafProgram) {
    const check = checkCell(cellOf(network, region, bounds, phases));
    if (check.isEmpty) return undefined;
    if (check.depth > 0 && contains(prepared.region, check.x)) visit(search, check.x);
  }
  const answer = yield* boundJacobian(products, region, bounds, { method: 'linear', selector, phases, norm, counted });
  if (!byNeurons) visit(search, region.middle);
  return {
    region,
    phases,
    bound: finiteOrHuge(answer.norm),
    split: byNeurons ? bestNeuron(search, bounds, phases, answer) : undefined,
    weights: byNeurons ? undefined : inputWeights(search, bounds, answer),
  };
}

/** The gradient at x occurs exactly, except for rounding. */
function visit(search: Search, x: Float64Array): void {
  const { prepared, selector } = search;
  if (!contains(prepared.region, x)) return;
  search.lowerBound = Math.max(search.lowerBound, provenSlope(prepared, x, selector));
}

/** The unstable neuron whose relaxation loosens the bound most; undefined if there is none. */
function bestNeuron(
  { products, heuristic }: Search,
  bounds: ForwardBounds,
  phases: Phases,
  { hidden }: JacobianAnswer,
): NeuronPlace | undefined {
  const { layers } = products.network;
  let best: NeuronPlace | undefined;
  let largest = -1;
  const columnSums = layers.map(({ map }) => {
    // The weight of the sums behind a neuron's gradient: the magnitudes of its row of weights.
    const ones = new Float64Array(map.inputs).fill(1);
    return map.applyAbsolute(ones);
  });
  for (const place of unstableNeurons(products.network, bounds, phases)) {
    const { layer, neuron } = place;
    const [L, U] = [hidden[layer].lower[neuron], hidden[layer].upper[neuron]];
    const area = heuristic === 'area' ? U * Math.abs(U) - L * Math.abs(L) : L < 0 && U > 0 ? (-L * U) / (U - L) : 0;
    const score = area * columnSums[layer][neuron];
    if (score > largest || best === undefined) {
      largest = score;
      best = place;
    }
  }
  return best;
}

/** The effect of inputs: how much the pre-activations of unstable neurons change with them. */
function inputWeights({ products }: Search, bounds: ForwardBounds, { hidden }: JacobianAnswer): Float64Array {
  const { map } = products.network.layers[0];
  const [{ lower, upper }] = hidden.length > 0 ? hidden : [{ lower: new Float64Array(0), upper: new Float64Array(0) }];
  const matter = Float64Array.from(lower, (L, i) => Math.max(Math.abs(L), Math.abs(upper[i])));
  for (let i = 0; i < matter.length; i++) {
    if (bounds.upper[0][i] - bounds.lower[0][i] === 0) matter[i] = 0;
  }
  return matter.length === map.outputs ? map.applyAbsoluteTransposed(matter) : new Float64Array(map.inputs).fill(1);
}

export const branchAndBoundLipschitzSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/branch-and-bound-lipschitz',
  title: 'Branch and bound',
  summary:
    'Fixes signs of neurons, or halves boxes, until the bound meets the steepest gradient seen: exact for small networks.',
  problem: localLipschitzProblem,
  role: 'paper',
  paper: {
    title: 'Efficiently Computing Local Lipschitz Constants of Neural Networks via Bound Propagation',
    arxiv: '2210.07394',
    year: 2022,
  },
  cost: 'O(n^2 w^3) \\text{ per domain, up to } 2^k \\text{ domains for } k \\text{ unstable neurons}',
  options: branchAndBoundLipschitzOptions,
  steps: branchAndBoundLipschitzSteps,
});
