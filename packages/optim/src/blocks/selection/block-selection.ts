// Selection of the next block: rules for fixed blocks, and for variable blocks.
//
// Greedy rules and their order: J. Nutini, I. Laradji, M. Schmidt: Let's make block coordinate descent converge faster
// (arXiv 1712.08859); with a nonsmooth part: J. Nutini, M. Schmidt, I. Laradji, M. Friedlander, H. Koepke: Coordinate descent
// converges faster with the Gauss-Southwell rule than random selection (arXiv 1506.00552).
import type { Random } from '@infimum/core';
import { fault } from '@infimum/core';
import { portableLog } from '@infimum/core/portable-math';
import type { CsrMatrix } from '@infimum/linalg';
import { firstAbove, indexOfLargest } from '@infimum/linalg/numerics';
import { colorBlocks, treePartition } from '../forest/forest.ts';
import { ForestBuilder } from '../forest/forest-trees.ts';
import type { BlockContext, ChosenBlock } from '../state/block-context.ts';
import { GrowingArray } from '../state/small-dense.ts';
import { createHardThresholding } from './hard-thresholding.ts';
import { largestEntries } from './largest-entries.ts';
import { createMatchingPursuit } from './orthogonal-matching-pursuit.ts';
import { ScoreHeap } from './score-heap.ts';

/**
 * Selection rules. Without g: `gs` (largest gradient), `gsl` (over L_b), `gsd` (over a diagonal D), `gsq` (over H_b; of
 * variable blocks nearly the best, by hard thresholding, or by `gsq-omp`, matching pursuit). With g:
 * `gs-q`, `gsl-q`, `gsd-q` (best decrease of the model with max L, L_b, D), `gs-s` (largest subgradient), `gs-r` (longest
 * prox step). `random`, `cyclic` and `lipschitz` (probability ~ L) do not look. On sparse Hessians: `forest-gs`,
 * `forest-gsl`, `forest-random` make a forest, `red-black` and `tree-partition` take turns.
 */
export type SelectionRule = keyof typeof RULES;

/** How a rule chooses: by a selector of its own, or greedily by scores. What it has not it does not do. */
interface Rule {
  /** Whether it is for problems without l1 and bounds. */
  readonly isSmoothOnly?: true;
  /** Cuts the graph of a sparse Hessian into blocks of its own. */
  readonly cut?: (graph: CsrMatrix) => Int32Array[];
  /** Whether it makes its blocks of the graph. */
  readonly needsGraph?: true;
  readonly fixed?: (context: BlockContext, blocks: readonly Int32Array[]) => BlockSelector;
  readonly variable?: (context: BlockContext, blockSize: number) => BlockSelector;
  /** The score of a coordinate; sums of them are scores of blocks. */
  readonly coordinate?: (context: BlockContext, options: SelectionOptions) => (i: number) => number;
  /** The score of a fixed block. */
  readonly block?: (context: BlockContext) => (chosen: ChosenBlock) => number;
}

/** All rules. */
const RULES = {
  random: { fixed: randomFixed, variable: randomVariable },
  cyclic: { fixed: shuffledFixed, variable: shuffledVariable },
  lipschitz: { fixed: lipschitzFixed, variable: lipschitzVariable },
  gs: { isSmoothOnly: true, coordinate: squaredSlope },
  gsl: { isSmoothOnly: true, block: slopesOverLipschitz },
  gsd: { isSmoothOnly: true, coordinate: squaredSlopeOverDiagonal },
  gsq: { isSmoothOnly: true, block: quadraticScore, variable: byHardThresholding },
  'gsq-omp': { isSmoothOnly: true, variable: byMatchingPursuit },
  'gs-q': { coordinate: decreaseWithMost },
  'gsl-q': { block: decreaseWithLipschitz },
  'gsd-q': { coordinate: decreaseWithDiagonal },
  'gs-s': { coordinate: squaredSubgradient },
  'gs-r': { coordinate: squaredProxStep },
  'forest-gs': { needsGraph: true, variable: forestsBySlope, fixed: forestsBySlope },
  'forest-gsl': { needsGraph: true, variable: forestsByScaledSlope, fixed: forestsByScaledSlope },
  'forest-random': { needsGraph: true, variable: randomForests, fixed: randomForests },
  'red-black': { cut: colorBlocks, fixed: inTurns },
  'tree-partition': { cut: treePartition, fixed: inTurns },
} as const satisfies Readonly<Record<string, Rule>>;

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

/** The blocks that a rule cuts the graph into; undefined for rules that cut none. */
export function graphBlocks(select: SelectionRule, { loss }: Pick<BlockContext, 'loss'>): Int32Array[] | undefined {
  return ruleOf(select).cut?.(graphOf(loss));
}

/**
 * The selector of a rule.
 *
 * @throws {InvalidInputError} `unsupported`, naming `select`, for rules that do not fit the problem
 */
export function createSelector(context: BlockContext, options: SelectionOptions): BlockSelector {
  const { select, blocks, blockSize } = options;
  const rule = ruleOf(select);
  checkRule(rule, context, options);
  if (blocks) {
    if (rule.fixed) return rule.fixed(context, blocks);
    return greedyFixed(blocks, rule.block?.(context) ?? sumsOf(scoreOf(rule, context, options)));
  }
  if (rule.variable) return rule.variable(context, blockSize);
  return greedyVariable(context, blockSize, scoreOf(rule, context, options));
}

function ruleOf(select: SelectionRule): Rule {
  return RULES[select];
}

function scoreOf(rule: Rule, context: BlockContext, options: SelectionOptions): (i: number) => number {
  return (rule.coordinate ?? squaredSlope)(context, options);
}

function checkRule(rule: Rule, { loss, term }: BlockContext, { select, blocks }: SelectionOptions): void {
  const fail = (problem: string) => {
    throw fault(problem, 'select', 'unsupported');
  };
  if (!term.isZero && rule.isSmoothOnly)
    fail(`'${select}' is for smooth problems; with l1 or bounds take 'gs-q', 'gsd-q', 'gs-s' or 'gs-r'`);
  if (!blocks && !rule.variable && !rule.coordinate)
    fail(`'${select}' needs fixed blocks (set 'partition'); for variable ones take 'gsd' or 'gsd-q'`);
  if (blocks && !rule.fixed && !rule.block && !rule.coordinate)
    fail(`'${select}' makes variable blocks; for fixed ones take 'gsq'`);
  if (rule.needsGraph && loss.graph === undefined) fail(`'${select}' needs a loss with a sparse Hessian`);
}

function graphOf({ graph }: BlockContext['loss']) {
  if (graph) return graph;
  throw fault('needs a loss with a sparse Hessian', 'select', 'unsupported');
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

function inTurns(_: BlockContext, blocks: readonly Int32Array[]): BlockSelector {
  const choose = chooser();
  let next = 0;
  return () => {
    const key = next;
    next = (next + 1) % blocks.length;
    return choose(blocks[key], key);
  };
}

function randomFixed({ random }: BlockContext, blocks: readonly Int32Array[]): BlockSelector {
  const choose = chooser();
  return () => {
    const key = random.integer(blocks.length);
    return choose(blocks[key], key);
  };
}

/** Every block once an epoch, in an order that is drawn anew. */
function shuffledFixed({ random }: BlockContext, blocks: readonly Int32Array[]): BlockSelector {
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

function lipschitzFixed({ constants, random }: BlockContext, blocks: readonly Int32Array[]): BlockSelector {
  const choose = chooser();
  const sums = new Float64Array(blocks.length);
  let total = 0;
  blocks.forEach((block, key) => {
    total += constants.lipschitz({ block, key });
    sums[key] = total;
  });
  return () => {
    const place = firstAbove(sums, random.uniform() * total);
    return choose(blocks[place], place);
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

function greedyVariable(context: BlockContext, blockSize: number, own: (i: number) => number): BlockSelector {
  const { loss, term, state } = context;
  // A free coordinate that stands still comes before those at kinks: a large block then has the whole support.
  const score = (i: number) => {
    const value = own(i);
    if (value > 0 || term.isZero) return value;
    return Number.isNaN(term.kink(state.x[i])) ? Number.MIN_VALUE : 0;
  };
  const isSmall = HEAP_SHARE * blockSize <= loss.dimension;
  if (state.takeChanges && isSmall) return topOfChanging(context, blockSize, score);
  const scores = new Float64Array(loss.dimension);
  return topOf(loss.dimension, blockSize, () => {
    for (let i = 0; i < scores.length; i++) scores[i] = score(i);
    return scores;
  });
}

/** The same where few scores change: O(log n) for each of them and of the block. */
function topOfChanging({ loss, state }: BlockContext, blockSize: number, score: (i: number) => number): BlockSelector {
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

function squaredSlope({ state: { gradient } }: BlockContext): (i: number) => number {
  return (i) => gradient[i] * gradient[i];
}

function squaredSlopeOverDiagonal(context: BlockContext, options: SelectionOptions): (i: number) => number {
  const { gradient } = context.state;
  const diagonal = diagonalOf(context, options);
  return (i) => (diagonal[i] > 0 ? (gradient[i] * gradient[i]) / diagonal[i] : 0);
}

function squaredSubgradient({ state: { x, gradient }, term }: BlockContext): (i: number) => number {
  return (i) => term.leastSubgradient(x[i], gradient[i]) ** 2;
}

function squaredProxStep({ state: { x, gradient }, term, loss }: BlockContext): (i: number) => number {
  const lipschitz = loss.coordinateLipschitz;
  return (i) => (lipschitz[i] > 0 ? (term.prox(x[i] - gradient[i] / lipschitz[i], 1 / lipschitz[i]) - x[i]) ** 2 : 0);
}

function decreaseWithDiagonal(context: BlockContext, options: SelectionOptions): (i: number) => number {
  const diagonal = diagonalOf(context, options);
  return (i) => modelDecrease(context, i, diagonal[i]);
}

function decreaseWithMost(context: BlockContext): (i: number) => number {
  const lipschitz = context.loss.coordinateLipschitz;
  const most = lipschitz[indexOfLargest(lipschitz)];
  return (i) => modelDecrease(context, i, most);
}

function decreaseWithLipschitz(context: BlockContext): (chosen: ChosenBlock) => number {
  return (chosen) => {
    const weight = context.constants.lipschitz(chosen);
    return sumOver(chosen, (i) => modelDecrease(context, i, weight));
  };
}

function slopesOverLipschitz({ state, constants }: BlockContext): (chosen: ChosenBlock) => number {
  return (chosen) => {
    const weight = constants.lipschitz(chosen);
    return weight > 0 ? sumOver(chosen, (i) => state.gradient[i] ** 2) / weight : 0;
  };
}

function sumsOf(score: (i: number) => number): (chosen: ChosenBlock) => number {
  return (chosen) => sumOver(chosen, score);
}

function sumOver({ block }: ChosenBlock, score: (i: number) => number): number {
  let sum = 0;
  for (const i of block) sum += score(i);
  return sum;
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

function byHardThresholding(context: BlockContext, blockSize: number): BlockSelector {
  return bySupport(context, createHardThresholding(context.loss), blockSize);
}

function byMatchingPursuit(context: BlockContext, blockSize: number): BlockSelector {
  return bySupport(context, createMatchingPursuit(context.loss), blockSize);
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

function forestsBySlope(context: BlockContext): BlockSelector {
  const { state, term } = context;
  return forests(context, (i) => Math.abs(term.leastSubgradient(state.x[i], state.gradient[i])));
}

function forestsByScaledSlope(context: BlockContext): BlockSelector {
  const { state, term } = context;
  const { coordinateLipschitz: lipschitz } = context.loss;
  return forests(context, (i) => Math.abs(term.leastSubgradient(state.x[i], state.gradient[i])) / Math.sqrt(lipschitz[i]));
}

function randomForests(context: BlockContext): BlockSelector {
  return forests(context, () => context.random.uniform());
}

/** Forests that take the nodes with the largest scores first. */
function forests({ loss }: BlockContext, score: (i: number) => number): BlockSelector {
  const choose = chooser();
  const builder = new ForestBuilder(graphOf(loss));
  const scores = new Float64Array(loss.dimension);
  const nodes = new Int32Array(loss.dimension);
  return () => {
    for (let i = 0; i < scores.length; i++) scores[i] = score(i);
    return choose(nodes.subarray(0, builder.build(scores, nodes)), -1);
  };
}
