// Block coordinate descent: choose a block, update it, keep the other coordinates.
//
// J. Nutini, I. Laradji, M. Schmidt: Let's make block coordinate descent converge faster: faster greedy rules,
// message-passing, active-set complexity, and superlinear convergence (arXiv 1712.08859).
import type { OptionSpecs, OptionsOf, Outcome, Paper, ResolvedOptions, RunOptions, Steps } from '@infimum/core';
import { converged, defineSolver, fault, Random, resolveOptions, runWith, stalled } from '@infimum/core';
import type { CompositeProblem } from '../composite/composite-instance.ts';
import type { Composite, CompositeData, CompositeIterate, CompositeSolution } from '../composite/composite-minimization.ts';
import {
  activeSetOf,
  checkComposite,
  checkState,
  compositeSolution,
  manyIterations,
  separableValue,
  tolerance,
} from '../composite/composite-minimization.ts';
import { composite } from '../composite/composite-problem.ts';
import type { PartitionRule } from './block-partitions.ts';
import { partition } from './block-partitions.ts';
import { checkBlock } from './forest/forest.ts';
import type { SelectionDiagonal, SelectionRule } from './selection/block-selection.ts';
import { createSelector, graphBlocks } from './selection/block-selection.ts';
import type { BlockContext, BlockUpdate } from './state/block-context.ts';
import { BlockConstants } from './state/block-context.ts';
import { ConvexityWatch } from './state/convexity-watch.ts';
import type { UpdateRule } from './updates/block-update.ts';
import { checkUpdate, createUpdate } from './updates/block-update.ts';
import { exactUpdate } from './updates/block-update-exact.ts';

/** The result of block coordinate descent. */
export interface BlockDescentSolution extends CompositeSolution {
  /** The iteration since which the set at kinks is what it is. */
  readonly activeSetSince: number;
}

/** One iteration. */
export interface BlockDescentIterate extends CompositeIterate {
  /** Coordinates in the block that was updated last. */
  readonly blockSize: number;
  /** Coordinates at kinks. */
  readonly activeCount: number;
  /** The iteration since which the set at kinks is what it is. */
  readonly activeSetSince: number;
  solution(): BlockDescentSolution;
}

/** Epochs without progress. */
const PATIENCE = 10;

const NOT_FINITE = 'F is no longer finite: it has no lower bound, or it overflowed';

const NOT_CONVEX = 'the slope has decreased along a move: the loss is not convex there, and its models have no minimum';

const STANDSTILL = 'neither F nor the subgradient has fallen for ten epochs: rounding, or blocks that cannot improve it';

const CONTRADICTION = 'the gradient of the loss does not match the one tracked in its state';

/** What rounding may leave of the stationarity at the start. */
const ROUNDING = 1e-15;

/** Moves after which the state is computed anew. */
const RENEWAL = 1000;

const blockCoordinateDescentOptions = {
  tolerance,
  blockSize: {
    type: 'integer',
    min: 1,
    max: 10_000,
    default: 5,
    description: 'Coordinates per block, at most all of them; rules for graphs choose their own sizes',
  },
  partition: {
    type: 'choice',
    choices: ['variable', 'order', 'sort', 'average', 'row-sum-sort', 'row-sum-average', 'random'],
    default: 'variable',
    description: 'Fixed blocks by a rule, or a new block in every iteration',
  },
  blocks: {
    type: 'value',
    check: checkBlocks,
    description: 'Fixed blocks instead of a rule: lists of coordinates that partition all of them',
  },
  select: {
    type: 'choice',
    choices: [
      'auto',
      'random',
      'cyclic',
      'lipschitz',
      'gs',
      'gsl',
      'gsd',
      'gsq',
      'gsq-omp',
      'gs-q',
      'gsl-q',
      'gsd-q',
      'gs-s',
      'gs-r',
      'forest-gs',
      'forest-gsl',
      'forest-random',
      'red-black',
      'tree-partition',
    ],
    default: 'auto',
    description: 'How to choose the block; auto is gsd for smooth problems and gsd-q for others',
  },
  diagonal: {
    type: 'choice',
    choices: ['lipschitz', 'row-sums', 'scaled'],
    default: 'lipschitz',
    description: 'The diagonal of gsd and gsd-q',
  },
  update: {
    type: 'choice',
    choices: [
      'auto',
      'lipschitz',
      'backtracking',
      'matrix',
      'newton',
      'cubic',
      'prox',
      'two-metric',
      'exact',
      'message',
      'sparse-newton',
    ],
    default: 'auto',
    description: 'How to update it; auto is matrix for smooth problems and exact for others',
  },
  activeTolerance: {
    type: 'number',
    min: 0,
    default: 0,
    description: 'Distance from a kink within which a coordinate counts as active, for two-metric',
  },
  accelerate: {
    type: 'boolean',
    default: false,
    description: 'Newton steps on all free coordinates once the set at kinks has not changed for two epochs',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of random rules' },
  maxIterations: manyIterations,
} as const satisfies OptionSpecs;

/** Options of block coordinate descent. */
export type BlockCoordinateDescentOptions = OptionsOf<typeof blockCoordinateDescentOptions>;

/**
 * Minimises F(x) = f(x) + sum_i g_i(x_i) by updates of few coordinates at a time, f smooth and convex, g an l1 norm or
 * bounds. Greedy rules use all gradients (O(d)) and choose the block with the largest predicted decrease; variable blocks
 * beat fixed ones; updates with a matrix beat gradient steps, and with a forest as block the matrix costs O(d) too. Once the
 * coordinates at kinks are found, Newton steps on the others converge superlinearly, or at once where f is quadratic.
 *
 * An iteration costs the selection, O(tau²) to O(tau³) for the update (O(|b|) by messages), and the loss's cost for a
 * change of the block. `converged` when the stationarity is at most `tolerance` times that of the start; `stalled` when in ten
 * epochs (all coordinates once) F has fallen by less than 1e-12 of its value and the stationarity by less than a tenth.
 *
 * @param data - f, g and where to start
 * @param options - rules and limits; `maxIterations` is 100 000 by default
 * @throws {InvalidInputError} for data that do not fit, options out of range, and rules that do not fit each other or the
 *   problem (`unsupported`)
 *
 * @example
 * ```ts
 * import { matrixFromRows } from '@infimum/linalg';
 * import { blockCoordinateDescent, blockLeastSquares } from '@infimum/optim';
 *
 * const loss = blockLeastSquares(matrixFromRows([[1, 0, 1], [0, 1, 1], [1, 1, 0]]), Float64Array.of(3, 0.5, 2.5));
 * const { x, status, activeSet } = blockCoordinateDescent({ loss, l1: 1 / 3 }, { blockSize: 2 });
 * console.log(status, x.map((value) => Math.round(1e6 * value) / 1e6).join(' '), activeSet.join(' ')); // converged 2.166667 0 0.166667 1
 * ```
 */
export function blockCoordinateDescent(
  data: CompositeData,
  options: BlockCoordinateDescentOptions & RunOptions<BlockDescentIterate> = {},
): Outcome<BlockDescentSolution, BlockDescentIterate> {
  return runWith(blockCoordinateDescentOptions, options, blockCoordinateDescentSteps(data, options));
}

/** The steps of `blockCoordinateDescent`, to be driven by `run` or by your own loop. */
export function* blockCoordinateDescentSteps(
  data: CompositeData,
  options: BlockCoordinateDescentOptions = {},
): Steps<BlockDescentSolution, BlockDescentIterate> {
  const settings = resolveOptions(blockCoordinateDescentOptions, options);
  const { tolerance, accelerate } = settings;
  const checked = checkComposite(data);
  const { loss, term } = checked;
  const plan = planOf(checked, settings);
  const state = loss.start(checked.start);
  checkState(state, loss.dimension);
  const random = new Random(plan.seed);
  const blocks = fixedBlocks(checked, plan, random);
  const constants = new BlockConstants(loss, blocks?.length ?? 0);
  const context: BlockContext = { loss, state, term, constants, random };
  const select = createSelector(context, { ...plan, blocks });
  checkUpdate(context, plan, blocks);
  const update = createUpdate(context, plan);
  const epoch = blocks?.length ?? Math.ceil(loss.dimension / plan.blockSize);
  const acceleration = accelerate && !term.isZero ? new SupportSteps(context) : undefined;

  const face = new Face(checked, state.x);
  const watch = new ConvexityWatch(state);
  let [lastValue, lastStationarity] = [Number.NaN, Number.NaN];
  let [target, rounding] = [-1, 0];
  let isRenewed = false;
  let blockSize = 0;
  let [epochValue, epochStationarity, leastStationarity] = [Infinity, Infinity, Infinity];
  for (let iteration = 0; ; iteration++) {
    face.update(state.gradient, iteration);
    const { stationarity, since } = face;
    const value = state.value + separableValue(term, state.x);
    const solution = (): BlockDescentSolution => ({
      x: state.x.slice(),
      value,
      stationarity,
      activeSet: activeSetOf(term, state.x),
      activeSetSince: since,
    });
    yield { iteration, value, stationarity, blockSize, activeCount: face.count, activeSetSince: since, solution };
    if (!Number.isFinite(value) || Number.isNaN(stationarity)) {
      if (iteration === 0) return stalled(solution(), NOT_FINITE);
      const x = watch.pointBefore();
      return stalled(
        { ...solution(), x, value: lastValue, stationarity: lastStationarity, activeSet: activeSetOf(term, x) },
        NOT_FINITE,
      );
    }
    [lastValue, lastStationarity] = [value, stationarity];
    if (target < 0) [target, rounding] = [tolerance * stationarity, ROUNDING * stationarity];
    if (stationarity <= target) {
      // The state follows moves and drifts; the loss itself has the last word.
      const anew = compositeSolution(checked, state.x).stationarity;
      if (anew <= target * (1 + 1e-6) + rounding) {
        return converged(solution(), `the stationarity is at most ${target}`);
      }
      if (isRenewed) return stalled(solution(), CONTRADICTION);
      state.renew();
      isRenewed = true;
      continue;
    }
    isRenewed = false;
    if (iteration % epoch === 0) watch.endEpoch();
    if (watch.isConcave) return stalled(solution(), NOT_CONVEX);
    leastStationarity = Math.min(leastStationarity, stationarity);
    if (iteration % (PATIENCE * epoch) === 0) {
      // Near the minimum F no longer shows what is gained; the subgradient still does.
      const stands = leastStationarity >= 0.9 * epochStationarity;
      if (stands && epochValue - value <= 1e-12 * Math.abs(value)) {
        return stalled(solution(), watch.curvesDown(term) ? NOT_CONVEX : STANDSTILL);
      }
      epochValue = value;
      epochStationarity = Math.min(epochStationarity, leastStationarity);
    }

    if (acceleration && iteration - since >= 2 * epoch && acceleration.promises(face)) {
      blockSize = acceleration.step(watch);
    } else {
      const chosen = select();
      blockSize = chosen.block.length;
      watch.begin(chosen.block);
      update(chosen);
      watch.end();
    }
    if ((iteration + 1) % RENEWAL === 0) state.renew();
  }
}

/** Rules with their defaults. */
interface BlockPlan {
  readonly blockSize: number;
  readonly partition: 'variable' | PartitionRule;
  readonly blocks: readonly Int32Array[] | undefined;
  readonly select: SelectionRule;
  readonly diagonal: SelectionDiagonal;
  readonly update: UpdateRule;
  readonly activeTolerance: number;
  readonly seed: number;
}

function planOf({ loss, term }: Composite, settings: ResolvedOptions<typeof blockCoordinateDescentOptions>): BlockPlan {
  const { blocks, select, update } = settings;
  if (blocks) checkCover(blocks, loss.dimension);
  return {
    ...settings,
    blocks,
    blockSize: Math.min(settings.blockSize, loss.dimension),
    select: select === 'auto' ? (term.isZero ? 'gsd' : 'gsd-q') : select,
    update: update === 'auto' ? (term.isZero ? 'matrix' : 'exact') : update,
  };
}

function checkBlocks(value: unknown, argument: string): asserts value is readonly Int32Array[] {
  if (Array.isArray(value) && value.every((block) => block instanceof Int32Array)) return;
  throw fault('expected an array of Int32Arrays', argument, 'type');
}

/** Blocks that a user gives must have every coordinate once. */
function checkCover(blocks: readonly Int32Array[], dimension: number): void {
  const fail = (problem: string) => {
    throw fault(problem, 'blocks', 'shape');
  };
  const all = new Set<number>();
  let total = 0;
  for (const [k, block] of blocks.entries()) {
    checkBlock(block, dimension, `blocks[${k}]`);
    for (const i of block) all.add(i);
    total += block.length;
  }
  if (all.size !== dimension) fail(`has ${all.size} of ${dimension} coordinates`);
  if (total !== dimension) fail('has a coordinate in two blocks');
}

function fixedBlocks(
  { loss }: Composite,
  { partition: rule, blocks, select, blockSize }: BlockPlan,
  random: Random,
): readonly Int32Array[] | undefined {
  if (blocks) return blocks.map((block) => block.slice());
  const ofGraph = graphBlocks(select, { loss });
  if (ofGraph) return ofGraph;
  if (rule === 'variable') return undefined;
  return partition(rule, loss, blockSize, random);
}

/** The face of g that x lies on, and the least subgradient there. */
class Face {
  stationarity = 0;
  /** The largest component on the free coordinates. */
  freeStationarity = 0;
  /** Coordinates at kinks. */
  count = 0;
  /** The iteration since which they are the same. */
  since = 0;
  readonly #composite: Composite;
  readonly #x: Float64Array;
  readonly #kinks: Float64Array;

  constructor(composite: Composite, x: Float64Array) {
    this.#composite = composite;
    this.#x = x;
    this.#kinks = new Float64Array(x.length).fill(Number.NEGATIVE_INFINITY);
  }

  update(gradient: Float64Array, iteration: number): void {
    const { term } = this.#composite;
    if (term.isZero) {
      this.#readGradient(gradient);
      return;
    }
    let [most, mostFree, count, same] = [0, 0, 0, true];
    for (let i = 0; i < this.#x.length; i++) {
      const size = Math.abs(term.leastSubgradient(this.#x[i], gradient[i]));
      if (!(size <= most)) most = size; // NaN too
      const kink = term.kink(this.#x[i]);
      const isFree = Number.isNaN(kink);
      if (!isFree) count++;
      else if (size > mostFree) mostFree = size;
      if (!Object.is(kink + 0, this.#kinks[i])) {
        this.#kinks[i] = kink + 0;
        same = false;
      }
    }
    if (!same) this.since = iteration;
    this.stationarity = most;
    this.freeStationarity = mostFree;
    this.count = count;
  }

  /** Without g there are no kinks. */
  #readGradient(gradient: Float64Array): void {
    let most = 0;
    for (let i = 0; i < gradient.length; i++) {
      if (!(Math.abs(gradient[i]) <= most)) most = Math.abs(gradient[i]); // NaN too
    }
    this.stationarity = most;
    this.freeStationarity = most;
  }
}

/** Newton steps on all coordinates that are at no kink. */
class SupportSteps {
  readonly #context: BlockContext;
  readonly #update: BlockUpdate;
  readonly #support: Int32Array;

  constructor(context: BlockContext) {
    this.#context = context;
    this.#update = exactUpdate(context);
    this.#support = new Int32Array(context.loss.dimension);
  }

  /** Whether what is left to gain lies on the free coordinates. */
  promises({ stationarity, freeStationarity, count }: Face): boolean {
    return freeStationarity === stationarity && count < this.#support.length;
  }

  step(watch: ConvexityWatch): number {
    const { state, term } = this.#context;
    let size = 0;
    for (let i = 0; i < state.x.length; i++) if (Number.isNaN(term.kink(state.x[i]))) this.#support[size++] = i;
    const block = this.#support.subarray(0, size);
    watch.begin(block);
    this.#update({ block, key: -1 });
    watch.end();
    return size;
  }
}

/** The paper of block coordinate descent with greedy rules and messages. */
export const blockPaper: Paper = {
  title:
    "Let's make block coordinate descent converge faster: faster greedy rules, message-passing, active-set complexity, and superlinear convergence",
  arxiv: '1712.08859',
  year: 2017,
};

export const blockCoordinateDescentSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/block-coordinate-descent',
  title: 'Block coordinate descent',
  summary: 'Updates the most promising block, with all rules for selection, partition and update.',
  problem: composite,
  role: 'paper',
  paper: blockPaper,
  cost: 'O(d + \\tau^3) \\text{ per iteration, and the entries of the rows that the block touches}',
  options: /* @__PURE__ */ withoutSeed(blockCoordinateDescentOptions),
  steps: (problem, options, { seed }) => blockCoordinateDescentSteps(problem, { ...options, seed }),
});

const largeBlocks = { type: 'integer', min: 1, max: 10_000, default: 20, description: 'Coordinates in a block' } as const;

export const supportNewtonSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/block-support-newton',
  title: 'Greedy blocks with Newton steps on the support',
  summary: 'Two-metric projection on large greedy blocks, then on the whole support once it is found: superlinear.',
  problem: composite,
  role: 'paper',
  paper: blockPaper,
  cost: 'O(d + \\tau^3) \\text{ per iteration}',
  options: { tolerance, blockSize: largeBlocks, maxIterations: manyIterations },
  steps: (problem, { blockSize = largeBlocks.default, ...options }) =>
    blockCoordinateDescentSteps(problem, { ...options, blockSize, select: 'gsd-q', update: 'exact', accelerate: true }),
});

const forests = {
  type: 'choice',
  choices: ['forest-gs', 'forest-gsl', 'forest-random', 'tree-partition'],
  default: 'forest-gs',
  description: 'How to choose the forest',
} as const;

export const messagePassingSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/block-message-passing',
  title: 'Greedy forests with message passing',
  summary: 'Newton steps on large forests of the graph, chosen by the gradient, at the cost of a gradient.',
  problem: composite,
  role: 'paper',
  paper: blockPaper,
  cost: 'O(d + \\text{edges}) \\text{ per iteration}',
  options: { tolerance, select: forests, maxIterations: manyIterations },
  declines: needsGraph,
  steps: (problem, { select = forests.default, ...options }, { seed }) =>
    blockCoordinateDescentSteps(problem, { ...options, select, update: 'message', seed }),
});

export const redBlackSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/red-black-gauss-seidel',
  title: 'Red-black Gauss-Seidel',
  summary: 'All nodes of one colour at once, colour after colour: the classical relaxation on graphs.',
  problem: composite,
  role: 'baseline',
  paper: { title: 'Iterative solution of large linear systems', year: 1971 },
  cost: 'O(d + \\text{edges}) \\text{ for all colours}',
  options: { tolerance, maxIterations: manyIterations },
  declines: needsGraph,
  steps: (problem, options) => blockCoordinateDescentSteps(problem, { ...options, select: 'red-black', update: 'message' }),
});

/** The default rules are not random, and what an option `seed` says is that a solver is: the run's seed is for those that are. */
function withoutSeed<Specs extends { readonly seed: unknown }>({ seed: _, ...specs }: Specs): Omit<Specs, 'seed'> {
  return specs;
}

function needsGraph({ loss }: CompositeProblem): string | undefined {
  return loss.graph ? undefined : 'needs a loss with a sparse Hessian';
}
