// Which block comes next: rules for fixed blocks, and for blocks that are made anew in every iteration.
//
// Greedy rules and their order: J. Nutini, I. Laradji, M. Schmidt: Let's make block coordinate descent converge faster
// (arXiv 1712.08859); with a nonsmooth part: J. Nutini, M. Schmidt, I. Laradji, M. Friedlander, H. Koepke: Coordinate descent
// converges faster with the Gauss-Southwell rule than random selection (arXiv 1506.00552).
import { InvalidInputError, portableLog, type Random } from '@infimum/core';
import type { BlockContext, ChosenBlock } from './block-context.ts';
import { colourBlocks, treePartition } from './forest.ts';
import { ForestBuilder } from './forest-trees.ts';
import { createHardThresholding } from './hard-thresholding.ts';
import { largestEntries, placeOfLargest } from './largest-entries.ts';
import { createMatchingPursuit } from './orthogonal-matching-pursuit.ts';
import { ScoreHeap } from './score-heap.ts';
import { GrowingArray } from './small-dense.ts';

/**
 * Selection rules. Without g: `gs` (largest gradient), `gsl` (over L_b), `gsd` (over a diagonal D), `gsq` (over H_b; of
 * variable blocks nearly the best, by hard thresholding, or by `gsq-omp`, matching pursuit). With g:
 * `gs-q`, `gsl-q`, `gsd-q` (best decrease of the model with max L, L_b, D), `gs-s` (largest subgradient), `gs-r` (longest
 * prox step). `random`, `cyclic` and `lipschitz` (probability ~ L) do not look. On sparse Hessians: `forest-gs`,
 * `forest-gsl`, `forest-random` make a forest, `red-black` and `tree-partition` take turns.
 */
export type SelectionRule = (typeof SELECTION_RULES)[number];

/** All rules. */
const SELECTION_RULES = [
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
] as const;

/** The diagonal D of `gsd`: L_i, row sums of |H| (a bound for every block), or tau L_i (one for blocks of tau). */
export type SelectionDiagonal = (typeof SELECTION_DIAGONALS)[number];

/** All diagonals. */
const SELECTION_DIAGONALS = ['lipschitz', 'row-sums', 'scaled'] as const;

/** What a rule needs to know besides the run. */
export interface SelectionOptions {
  readonly select: SelectionRule;
  readonly blockSize: number;
  readonly diagonal: SelectionDiagonal;
  /** The fixed blocks; undefined for variable ones. */
  readonly blocks: readonly Int32Array[] | undefined;
}

/** Chooses the next block. */
export type BlockSelector = () => ChosenBlock;

/** The blocks that a rule cuts the graph into, for `red-black` and `tree-partition`; undefined for other rules. */
export function graphBlocks(
  select: SelectionRule,
  { loss }: Pick<BlockContext, 'loss'>,
): Int32Array[] | undefined {
  if (select !== 'red-black' && select !== 'tree-partition') return undefined;
  return select === 'red-black' ? colourBlocks(graphOf(loss)) : treePartition(graphOf(loss));
}

/**
 * The selector of a rule.
 *
 * @throws {InvalidInputError} `unsupported`, naming `select`, for rules that do not fit the problem
 */
export function createSelector(context: BlockContext, options: SelectionOptions): BlockSelector {
  const { select, blocks } = options;
  checkRule(context, options);
  switch (select) {
    case 'red-black':
    case 'tree-partition':
      return inTurns(blocks as readonly Int32Array[]);
    case 'forest-gs':
    case 'forest-gsl':
    case 'forest-random':
      return forests(context, select);
    case 'random':
      return blocks ? randomFixed(blocks, context.random) : randomVariable(context, options.blockSize);
    case 'cyclic':
      return blocks ? shuffledFixed(blocks, context.random) : shuffledVariable(context, options.blockSize);
    case 'lipschitz':
      return blocks ? lipschitzFixed(blocks, context) : lipschitzVariable(context, options.blockSize);
    case 'gsq-omp':
      return bySupport(context, createMatchingPursuit(context.loss), options.blockSize);
    case 'gsq':
      return blocks
        ? greedyFixed(blocks, quadraticScore(context))
        : bySupport(context, createHardThresholding(context.loss), options.blockSize);
    default:
      return blocks ? greedyFixed(blocks, blockScore(context, options)) : greedyVariable(context, options);
  }
}

const SMOOTH_ONLY: readonly SelectionRule[] = ['gs', 'gsl', 'gsd', 'gsq', 'gsq-omp'];

function checkRule({ loss, term }: BlockContext, { select, blocks }: SelectionOptions): void {
  const fail = (problem: string) => {
    throw new InvalidInputError(problem, { argument: 'select', code: 'unsupported' });
  };
  if (!term.isZero && SMOOTH_ONLY.includes(select))
    fail(`'${select}' is for smooth problems; with l1 or bounds take 'gs-q', 'gsd-q', 'gs-s' or 'gs-r'`);
  if (!blocks && (select === 'gsl' || select === 'gsl-q'))
    fail(`'${select}' needs fixed blocks (set 'partition'); for variable ones take 'gsd' or 'gsd-q'`);
  if (blocks && select === 'gsq-omp') fail("'gsq-omp' makes variable blocks; for fixed ones take 'gsq'");
  if (select.startsWith('forest') && loss.graph === undefined)
    fail(`'${select}' needs a loss with a sparse Hessian`);
}

function graphOf({ graph }: BlockContext['loss']) {
  if (graph) return graph;
  throw new InvalidInputError('needs a loss with a sparse Hessian', {
    argument: 'select',
    code: 'unsupported',
  });
}

/** Gives the same object with another block each time. */
function chooser(): (block: Int32Array, key: number) => ChosenBlock {
  const chosen: { block: Int32Array; key: number } = { block: new Int32Array(0), key: -1 };
  return (block, key) => {
    chosen.block = block;
    chosen.key = key;
    return chosen;
  };
}

function inTurns(blocks: readonly Int32Array[]): BlockSelector {
  const choose = chooser();
  let next = 0;
  return () => {
    const key = next;
    next = (next + 1) % blocks.length;
    return choose(blocks[key], key);
  };
}

function randomFixed(blocks: readonly Int32Array[], random: Random): BlockSelector {
  const choose = chooser();
  return () => {
    const key = random.integer(blocks.length);
    return choose(blocks[key], key);
  };
}

/** Every block once an epoch, in an order that is drawn anew. */
function shuffledFixed(blocks: readonly Int32Array[], random: Random): BlockSelector {
  const choose = chooser();
  const order = Int32Array.from(blocks.keys());
  let next = order.length;
  return () => {
    if (next >= order.length) {
      shuffle(order, order.length, random);
      next = 0;
    }
    const key = order[next++];
    return choose(blocks[key], key);
  };
}

function randomVariable({ loss, random }: BlockContext, blockSize: number): BlockSelector {
  const choose = chooser();
  const order = Int32Array.from({ length: loss.dimension }, (_, i) => i);
  const block = new Int32Array(blockSize);
  return () => {
    shuffle(order, blockSize, random);
    block.set(order.subarray(0, blockSize));
    block.sort();
    return choose(block, -1);
  };
}

/** Every coordinate once an epoch; the last block of an epoch may be smaller. */
function shuffledVariable({ loss, random }: BlockContext, blockSize: number): BlockSelector {
  const choose = chooser();
  const order = Int32Array.from({ length: loss.dimension }, (_, i) => i);
  let next = order.length;
  return () => {
    if (next >= order.length) {
      shuffle(order, order.length, random);
      next = 0;
    }
    const block = order.subarray(next, next + blockSize).sort();
    next += blockSize;
    return choose(block, -1);
  };
}

/** Draws the first `count` places at random from all of them. */
function shuffle(order: Int32Array, count: number, random: Random): void {
  for (let i = 0; i < count && i + 1 < order.length; i++) {
    const j = i + random.integer(order.length - i);
    const kept = order[i];
    order[i] = order[j];
    order[j] = kept;
  }
}

function lipschitzFixed(blocks: readonly Int32Array[], { constants, random }: BlockContext): BlockSelector {
  const choose = chooser();
  const sums = new Float64Array(blocks.length);
  let total = 0;
  blocks.forEach((block, key) => {
    total += constants.lipschitz({ block, key });
    sums[key] = total;
  });
  return () => {
    const target = random.uniform() * total;
    let [low, high] = [0, blocks.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle] > target) high = middle;
      else low = middle + 1;
    }
    return choose(blocks[low], low);
  };
}

/** Without replacement: the largest keys log(u_i) / L_i (P. Efraimidis, P. Spirakis 2006). */
function lipschitzVariable({ loss, random }: BlockContext, blockSize: number): BlockSelector {
  const { coordinateLipschitz: lipschitz, dimension } = loss;
  const keys = new Float64Array(dimension);
  return topOf(dimension, blockSize, () => {
    for (let i = 0; i < dimension; i++)
      keys[i] = lipschitz[i] > 0 ? portableLog(1 - random.uniform()) / lipschitz[i] : -Infinity;
    return keys;
  });
}

/** The coordinates with the largest scores. */
function topOf(dimension: number, blockSize: number, scores: () => Float64Array): BlockSelector {
  const choose = chooser();
  const block = new Int32Array(blockSize);
  const room = new Float64Array(dimension);
  return () => {
    largestEntries(scores(), block, room);
    return choose(block, -1);
  };
}

/** D_i, at least the smallest positive number. */
function diagonalOf({ loss }: BlockContext, { diagonal, blockSize }: SelectionOptions): Float64Array {
  const base = diagonal === 'row-sums' ? loss.rowSums() : loss.coordinateLipschitz;
  const factor = diagonal === 'scaled' ? blockSize : 1;
  return base.map((value) => factor * value);
}

/** Minus the least value of slope d + weight d² / 2 + g(x + d) - g(x). */
function modelDecrease({ term, state }: BlockContext, i: number, weight: number): number {
  if (!(weight > 0)) return 0;
  const [x, slope] = [state.x[i], state.gradient[i]];
  const next = term.prox(x - slope / weight, 1 / weight);
  const d = next - x;
  return -(d * (slope + (weight * d) / 2) + term.difference(x, next));
}

/** Blocks of more than one coordinate in so many are found by one look at all scores. */
const HEAP_SHARE = 16;

function greedyVariable(context: BlockContext, options: SelectionOptions): BlockSelector {
  const { loss, term, state } = context;
  const own = coordinateScore(context, options);
  // A free coordinate that stands still comes before those at kinks: a large block then has the whole support.
  const score = (i: number) => {
    const value = own(i);
    if (value > 0 || term.isZero) return value;
    return Number.isNaN(term.kink(state.x[i])) ? Number.MIN_VALUE : 0;
  };
  const isSmall = HEAP_SHARE * options.blockSize <= loss.dimension;
  if (state.takeChanges && isSmall) return topOfChanging(context, options.blockSize, score);
  const scores = new Float64Array(loss.dimension);
  return topOf(loss.dimension, options.blockSize, () => {
    for (let i = 0; i < scores.length; i++) scores[i] = score(i);
    return scores;
  });
}

/** The same where few scores change: O(log n) for each of them and of the block. */
function topOfChanging(
  { loss, state }: BlockContext,
  blockSize: number,
  score: (i: number) => number,
): BlockSelector {
  const choose = chooser();
  const block = new Int32Array(blockSize);
  const heap = new ScoreHeap(loss.dimension);
  return () => {
    const changes = state.takeChanges?.();
    if (changes) heap.update(changes.places, changes.count, score);
    else heap.rebuild(score);
    heap.largest(block);
    return choose(block, -1);
  };
}

/** The score of a coordinate; sums of them are scores of blocks. */
function coordinateScore(context: BlockContext, options: SelectionOptions): (i: number) => number {
  const { state, term, loss } = context;
  const { x, gradient } = state;
  const lipschitz = loss.coordinateLipschitz;
  switch (options.select) {
    case 'gs-s':
      return (i) => term.leastSubgradient(x[i], gradient[i]) ** 2;
    case 'gs-r':
      return (i) =>
        lipschitz[i] > 0 ? (term.prox(x[i] - gradient[i] / lipschitz[i], 1 / lipschitz[i]) - x[i]) ** 2 : 0;
    case 'gsd': {
      const diagonal = diagonalOf(context, options);
      return (i) => (diagonal[i] > 0 ? (gradient[i] * gradient[i]) / diagonal[i] : 0);
    }
    case 'gsd-q': {
      const diagonal = diagonalOf(context, options);
      return (i) => modelDecrease(context, i, diagonal[i]);
    }
    case 'gs-q': {
      const most = lipschitz[placeOfLargest(lipschitz)];
      return (i) => modelDecrease(context, i, most);
    }
    default:
      return (i) => gradient[i] * gradient[i];
  }
}

function blockScore(context: BlockContext, options: SelectionOptions): (chosen: ChosenBlock) => number {
  const { state, constants } = context;
  if (options.select === 'gsl-q') {
    return (chosen) => {
      const weight = constants.lipschitz(chosen);
      let sum = 0;
      for (const i of chosen.block) sum += modelDecrease(context, i, weight);
      return sum;
    };
  }
  if (options.select === 'gsl') {
    return (chosen) => {
      const weight = constants.lipschitz(chosen);
      let sum = 0;
      for (const i of chosen.block) sum += state.gradient[i] ** 2;
      return weight > 0 ? sum / weight : 0;
    };
  }
  const score = coordinateScore(context, options);
  return ({ block }) => {
    let sum = 0;
    for (const i of block) sum += score(i);
    return sum;
  };
}

/** g_b . H_b^-1 g_b */
function quadraticScore({ state, constants }: BlockContext): (chosen: ChosenBlock) => number {
  const room = new GrowingArray();
  return (chosen) => {
    const { block } = chosen;
    const solved = room.of(block.length);
    for (let k = 0; k < block.length; k++) solved[k] = state.gradient[block[k]];
    constants.solve(chosen, solved);
    let sum = 0;
    for (let k = 0; k < block.length; k++) sum += solved[k] * state.gradient[block[k]];
    return sum;
  };
}

function greedyFixed(blocks: readonly Int32Array[], score: (chosen: ChosenBlock) => number): BlockSelector {
  const choose = chooser();
  return () => {
    let [best, bestScore] = [0, -Infinity];
    for (let key = 0; key < blocks.length; key++) {
      const own = score(choose(blocks[key], key));
      if (own > bestScore) [best, bestScore] = [key, own];
    }
    return choose(blocks[best], best);
  };
}

function bySupport(
  { state }: BlockContext,
  support: (gradient: Float64Array, block: Int32Array) => void,
  blockSize: number,
): BlockSelector {
  const choose = chooser();
  const block = new Int32Array(blockSize);
  return () => {
    support(state.gradient, block);
    return choose(block, -1);
  };
}

function forests({ loss, state, term, random }: BlockContext, select: SelectionRule): BlockSelector {
  const choose = chooser();
  const { coordinateLipschitz: lipschitz, dimension } = loss;
  const builder = new ForestBuilder(graphOf(loss));
  const scores = new Float64Array(dimension);
  const nodes = new Int32Array(dimension);
  return () => {
    for (let i = 0; i < dimension; i++) {
      if (select === 'forest-random') scores[i] = random.uniform();
      else {
        const size = Math.abs(term.leastSubgradient(state.x[i], state.gradient[i]));
        scores[i] = select === 'forest-gs' ? size : size / Math.sqrt(lipschitz[i]);
      }
    }
    return choose(nodes.subarray(0, builder.build(scores, nodes)), -1);
  };
}
