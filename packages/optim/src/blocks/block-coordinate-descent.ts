// Block coordinate descent: choose a block, update it, keep everything else.
//
// J. Nutini, I. Laradji, M. Schmidt: Let's make block coordinate descent converge faster: faster greedy rules,
// message-passing, active-set complexity, and superlinear convergence (arXiv 1712.08859).
import {
  checkChoice,
  checkInteger,
  checkNumber,
  converged,
  InvalidInputError,
  type Outcome,
  Random,
  type RunOptions,
  run,
  type Steps,
  stalled,
} from '@infimum/core';
import { BlockConstants, type BlockContext, type BlockUpdate } from './block-context.ts';
import { PARTITION_RULES, type PartitionRule, partition } from './block-partitions.ts';
import {
  createSelector,
  graphBlocks,
  SELECTION_DIAGONALS,
  SELECTION_RULES,
  type SelectionDiagonal,
  type SelectionRule,
} from './block-selection.ts';
import { checkUpdate, createUpdate, UPDATE_RULES, type UpdateRule } from './block-update.ts';
import { exactUpdate } from './block-update-exact.ts';
import {
  activeSetOf,
  type Composite,
  type CompositeData,
  type CompositeIterate,
  type CompositeOptions,
  type CompositeSolution,
  checkComposite,
  separableValue,
} from './composite-minimization.ts';
import { checkBlock } from './forest.ts';

/** Options of block coordinate descent. */
export interface BlockDescentOptions extends CompositeOptions {
  /** Coordinates in a block, at most all of them; 5 by default. Rules for graphs make their own sizes. */
  readonly blockSize?: number;
  /**
   * Fixed blocks, by a rule or given as lists of coordinates that are together all of them; `variable` (the default) makes a
   * block anew in every iteration.
   */
  readonly partition?: 'variable' | PartitionRule | readonly Int32Array[];
  /** How to choose the block; by default `gsd` without g, and `gsd-q` with it. */
  readonly select?: SelectionRule;
  /** The diagonal of `gsd` and `gsd-q`; `lipschitz` by default. */
  readonly diagonal?: SelectionDiagonal;
  /** How to update it; by default `matrix` without g, and `exact` with it. */
  readonly update?: UpdateRule;
  /** How near to a kink a coordinate counts as active for `two-metric`; 0 by default. */
  readonly activeTolerance?: number;
  /** Newton steps on all free coordinates once the set at kinks has been the same for two epochs; off by default. */
  readonly accelerate?: boolean;
  /** Seed of random rules; 0 by default. */
  readonly seed?: number;
}

/** What block coordinate descent found. */
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

/** Limit of iterations where the caller gives none. */
const MAX_ITERATIONS = 100_000;

/** Epochs without progress. */
const PATIENCE = 10;

const STANDSTILL =
  'neither F nor the subgradient has fallen for ten epochs: rounding, or blocks that cannot improve it';

/** Moves after which the state is computed anew. */
const RENEWAL = 1000;

/**
 * Minimises F(x) = f(x) + sum_i g_i(x_i) by updates of few coordinates at a time, f smooth and convex, g an l1 norm or
 * bounds. Greedy rules look at all gradients (O(d)) and choose the block that promises most; blocks that are chosen anew
 * beat fixed ones; updates with a matrix beat gradient steps, and with a forest as block the matrix costs O(d) too. Once the
 * coordinates at kinks are found, Newton steps on the others converge superlinearly, or at once where f is quadratic.
 *
 * An iteration costs the selection, O(tau²) to O(tau³) for the update (O(|b|) by messages), and what the loss says for a
 * change of the block. `converged` when the stationarity is at most `tolerance` times that of the start; `stalled` when in ten
 * epochs (all coordinates once) F has fallen by less than 1e-12 of itself and the stationarity by less than a tenth.
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
 * const { x, status, activeSet } = blockCoordinateDescent({ loss, l1: 1 }, { blockSize: 2 });
 * console.log(status, x.map((value) => Math.round(1e6 * value) / 1e6).join(' '), activeSet.join(' ')); // converged 2.166667 0 0.166667 1
 * ```
 */
export function blockCoordinateDescent(
  data: CompositeData,
  options: BlockDescentOptions & RunOptions<BlockDescentIterate> = {},
): Outcome<BlockDescentSolution, BlockDescentIterate> {
  const steps = blockCoordinateDescentSteps(data, options);
  return run(steps, { ...options, maxIterations: options.maxIterations ?? MAX_ITERATIONS });
}

/** The steps of `blockCoordinateDescent`, for those who drive them. */
export function* blockCoordinateDescentSteps(
  data: CompositeData,
  options: BlockDescentOptions = {},
): Steps<BlockDescentSolution, BlockDescentIterate> {
  const { tolerance = 1e-6, accelerate = false } = options;
  const composite = checkComposite(data, { tolerance });
  const { loss, term } = composite;
  const plan = checkPlan(composite, options);
  const state = loss.start(composite.start);
  const random = new Random(plan.seed);
  const blocks = fixedBlocks(composite, plan, random);
  const constants = new BlockConstants(loss, blocks?.length ?? 0);
  const context: BlockContext = { loss, state, term, constants, random };
  const select = createSelector(context, { ...plan, blocks });
  checkUpdate(context, plan, blocks);
  const update = createUpdate(context, plan);
  const epoch = blocks?.length ?? Math.ceil(loss.dimension / plan.blockSize);
  const acceleration = accelerate && !term.isZero ? new SupportSteps(context) : undefined;

  const face = new Face(composite, state.x);
  let target = -1;
  let blockSize = 0;
  let [epochValue, epochStationarity, leastStationarity] = [Infinity, Infinity, Infinity];
  for (let iteration = 0; ; iteration++) {
    face.look(state.gradient, iteration);
    const { stationarity, since } = face;
    const value = state.value + separableValue(term, state.x);
    const solution = (): BlockDescentSolution => ({
      x: state.x.slice(),
      value,
      stationarity,
      activeSet: activeSetOf(term, state.x),
      activeSetSince: since,
    });
    yield {
      iteration,
      value,
      stationarity,
      blockSize,
      activeCount: face.count,
      activeSetSince: since,
      solution,
    };
    if (target < 0) target = tolerance * stationarity;
    if (stationarity <= target) return converged(solution(), `the stationarity is at most ${target}`);
    if (!Number.isFinite(value)) return stalled(solution(), 'F is not finite');
    leastStationarity = Math.min(leastStationarity, stationarity);
    if (iteration % (PATIENCE * epoch) === 0) {
      // Near the minimum F no longer shows what is gained; the subgradient still does.
      const stands = leastStationarity >= 0.9 * epochStationarity;
      if (stands && epochValue - value <= 1e-12 * Math.abs(value)) return stalled(solution(), STANDSTILL);
      epochValue = value;
      epochStationarity = Math.min(epochStationarity, leastStationarity);
    }

    if (acceleration && iteration - since >= 2 * epoch && acceleration.promises(face)) {
      blockSize = acceleration.step();
    } else {
      const chosen = select();
      blockSize = chosen.block.length;
      update(chosen);
    }
    if ((iteration + 1) % RENEWAL === 0) state.renew();
  }
}

/** Rules with their defaults. */
interface BlockPlan {
  readonly blockSize: number;
  readonly partition: 'variable' | PartitionRule | readonly Int32Array[];
  readonly select: SelectionRule;
  readonly diagonal: SelectionDiagonal;
  readonly update: UpdateRule;
  readonly activeTolerance: number;
  readonly seed: number;
}

function checkPlan({ loss, term }: Composite, options: BlockDescentOptions): BlockPlan {
  const {
    blockSize = 5,
    partition = 'variable',
    select = term.isZero ? 'gsd' : 'gsd-q',
    diagonal = 'lipschitz',
    update = term.isZero ? 'matrix' : 'exact',
    activeTolerance = 0,
    seed = 0,
  } = options;
  checkInteger(blockSize, 'blockSize', { min: 1 });
  if (Array.isArray(partition)) checkCover(partition, loss.dimension);
  else checkChoice(partition, 'partition', ['variable', ...PARTITION_RULES]);
  checkChoice(select, 'select', SELECTION_RULES);
  checkChoice(diagonal, 'diagonal', SELECTION_DIAGONALS);
  checkChoice(update, 'update', UPDATE_RULES);
  checkNumber(activeTolerance, 'activeTolerance', { min: 0 });
  checkInteger(seed, 'seed', { min: 0 });
  const size = Math.min(blockSize, loss.dimension);
  return { blockSize: size, partition, select, diagonal, update, activeTolerance, seed };
}

/** Blocks that a user gives must have every coordinate once. */
function checkCover(blocks: readonly Int32Array[], dimension: number): void {
  const fail = (problem: string) => {
    throw new InvalidInputError(problem, { argument: 'partition', code: 'shape' });
  };
  const all = new Set<number>();
  let total = 0;
  for (const [k, block] of blocks.entries()) {
    checkBlock(block, dimension, `partition[${k}]`);
    for (const i of block) all.add(i);
    total += block.length;
  }
  if (all.size !== dimension) fail(`has ${all.size} of ${dimension} coordinates`);
  if (total !== dimension) fail('has a coordinate in two blocks');
}

function fixedBlocks(
  { loss }: Composite,
  { partition: rule, select, blockSize }: BlockPlan,
  random: Random,
): readonly Int32Array[] | undefined {
  if (Array.isArray(rule)) return rule.map((block: Int32Array) => block.slice());
  const ofGraph = graphBlocks(select, { loss });
  if (ofGraph) return ofGraph;
  if (rule === 'variable') return undefined;
  return partition(rule as PartitionRule, loss, blockSize, random);
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

  look(gradient: Float64Array, iteration: number): void {
    const { term } = this.#composite;
    if (term.isZero) {
      this.#lookAtGradient(gradient);
      return;
    }
    let [most, mostFree, count, same] = [0, 0, 0, true];
    for (let i = 0; i < this.#x.length; i++) {
      const size = Math.abs(term.leastSubgradient(this.#x[i], gradient[i]));
      if (size > most) most = size;
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
  #lookAtGradient(gradient: Float64Array): void {
    let most = 0;
    for (let i = 0; i < gradient.length; i++) if (Math.abs(gradient[i]) > most) most = Math.abs(gradient[i]);
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

  step(): number {
    const { state, term } = this.#context;
    let size = 0;
    for (let i = 0; i < state.x.length; i++)
      if (Number.isNaN(term.kink(state.x[i]))) this.#support[size++] = i;
    this.#update({ block: this.#support.subarray(0, size), key: -1 });
    return size;
  }
}
