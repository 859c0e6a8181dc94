// The evaluations of a block in an iteration of BSVRB: gradients and products now and before, by the same samples. A visit depends only on
// its numbers, so any machine that has the oracles can answer it.
import { checkInteger, checkList, checkNumber, checkNumbers, checkObject, fault } from '@infimum/core';
import { smallCholesky, solveSmallCholesky } from '@infimum/linalg/numerics';
import type { MultiBlockProblem } from '../block-problems/multi-block-problem.ts';
import { checkMultiBlockProblem, countedBlocks } from '../block-problems/multi-block-problem.ts';
import type { OracleCalls } from '../oracles/bilevel-problem.ts';
import { NotFinite } from '../oracles/bilevel-problem.ts';

/** An earlier point of a block: `v` for variant 2, the tracked Hessian for variant 1. */
export interface BlockPlace {
  /** x. */
  readonly x: Float64Array;
  /** y of the block. */
  readonly y: Float64Array;
  /** Variant 2: the solution of its linear system. */
  readonly v?: Float64Array | undefined;
  /** Variant 1: its tracked Hessian. */
  readonly hessian?: Float64Array | undefined;
}

/** The evaluations requested for one block. */
export interface BlockVisit {
  /** Which block. */
  readonly block: number;
  /** 1/I, its weight in the hyper-gradient. */
  readonly share: number;
  /** Where it is. */
  readonly now: BlockPlace;
  /** Where its trackers were last refreshed; undefined for those that are not corrected. */
  readonly there?: BlockPlace | undefined;
  /** Where it was an iteration ago; undefined as `there`. */
  readonly before?: BlockPlace | undefined;
  /** Samples of g; all without. */
  readonly lower?: Int32Array | undefined;
  /** Samples of f; all without. */
  readonly upper?: Int32Array | undefined;
}

/** The answer to a visit. */
export interface VisitAnswer {
  /** ∇_y g. */
  readonly gradient: Float64Array;
  /** The same where the trackers were last refreshed. */
  readonly gradientThere: Float64Array;
  /** Variant 2: H v − ∇_y f, q numbers; variant 1: the Hessian, q² numbers. */
  readonly second: Float64Array;
  /** The same where the trackers were last refreshed. */
  readonly secondThere: Float64Array;
  /** The sum to which the block's part of the hyper-gradient is added. */
  readonly mean: Float64Array;
  /** The sum to which its part an iteration ago is added. */
  readonly meanBefore: Float64Array;
}

/** An answer from elsewhere: the parts of the hyper-gradient are the block's own. */
export interface DistantAnswer extends VisitAnswer {
  /** Calls of the oracles that it took. */
  readonly calls: OracleCalls;
}

/** The input of a task of `bsvrbOn`. */
export interface BlockVisits {
  /** Some blocks of one iteration. */
  readonly visits: readonly BlockVisit[];
}

/** Answers a visit, in the arrays of `answer`. */
export function visitBlock(problem: MultiBlockProblem, visit: BlockVisit, answer: VisitAnswer): void {
  const { block: i, share, now, there, before, lower, upper } = visit;
  const { x, y } = now;
  problem.gradGy(i, x, y, answer.gradient, lower);
  if (there) problem.gradGy(i, there.x, there.y, answer.gradientThere, lower);
  if (now.hessian) {
    problem.hessGyy?.(i, x, y, answer.second, lower);
    if (there) problem.hessGyy?.(i, there.x, there.y, answer.secondThere, lower);
    addSolved(problem, visit, now, answer.mean);
    if (before) addSolved(problem, visit, before, answer.meanBefore);
  } else {
    systemResidual(problem, visit, now, answer.second);
    if (there) systemResidual(problem, visit, there, answer.secondThere);
    problem.addJvpGxy(i, x, y, now.v as Float64Array, -share, answer.mean, lower);
    if (before) problem.addJvpGxy(i, before.x, before.y, before.v as Float64Array, -share, answer.meanBefore, lower);
  }
  problem.addGradFx?.(i, x, y, share, answer.mean, upper);
  if (before) problem.addGradFx?.(i, before.x, before.y, share, answer.meanBefore, upper);
}

/**
 * Answers some visits of `bsvrbOn`: this is what the task's function calls, with the problem of its module.
 *
 * @param problem - the same blocks as those of the caller of `bsvrbOn`
 * @param input - the input of the task
 * @returns an answer a visit; NaN where an oracle returned a value that is not a number
 * @throws {InvalidInputError} naming the field of `input` that is not a valid visit of these blocks, or of `problem`
 *
 * @example
 * ```ts
 * import { answerVisits, type BlockVisits, foldProblem } from '@infimum/bilevel';
 *
 * const design = { rows: 4, cols: 1, values: Float64Array.of(1, 2, 3, 4) };
 * const problem = foldProblem({ loss: 'squares', data: { design, targets: Float64Array.of(1, 2.2, 2.8, 4.1) }, folds: 4 });
 * const visit = (input: BlockVisits) => answerVisits(problem, input);
 * console.log(visit({ visits: [] })); // []
 * ```
 */
export function answerVisits(problem: MultiBlockProblem, input: BlockVisits): DistantAnswer[] {
  checkMultiBlockProblem(problem);
  checkObject(input, 'input');
  checkList(input.visits, 'input.visits');
  const { dimX, dimY: q } = problem;
  return Array.from(input.visits, (visit, k) => {
    checkVisit(problem, visit, `input.visits[${k}]`);
    const counted = countedBlocks(problem);
    const answer = emptyAnswer(q, visit.now.hessian ? q * q : q, dimX);
    try {
      visitBlock(counted, visit, answer);
    } catch (error) {
      // The caller's run then ends as it would with local oracles.
      if (!(error instanceof NotFinite)) throw error;
      answer.gradient.fill(Number.NaN);
    }
    return { ...answer, calls: counted.calls };
  });
}

function checkVisit(problem: MultiBlockProblem, visit: BlockVisit, name: string): void {
  checkObject(visit, name);
  checkInteger(visit.block, `${name}.block`, { min: 0, max: problem.blocks - 1 });
  checkNumber(visit.share, `${name}.share`);
  for (const field of ['lower', 'upper'] as const) {
    if (visit[field] !== undefined) checkSamples(visit[field], `${name}.${field}`);
  }
  checkObject(visit.now, `${name}.now`);
  const { dimY } = problem;
  const isFirst = visit.now.hessian !== undefined;
  for (const field of ['now', 'there', 'before'] as const) {
    const place = visit[field];
    if (place === undefined) continue;
    checkPlace(problem, place, `${name}.${field}`);
    if (!isFirst) checkEntries(place.v, `${name}.${field}.v`, dimY);
    // At the points where trackers were refreshed, only the gradient and the Hessian are evaluated.
    else if (field !== 'there') checkEntries(place.hessian, `${name}.${field}.hessian`, dimY * dimY);
  }
}

function checkSamples(value: unknown, argument: string): void {
  checkNumbers(value, argument);
  if (value instanceof Int32Array) return;
  throw fault('expected an Int32Array of samples', argument, 'type');
}

function checkPlace({ dimX, dimY }: MultiBlockProblem, place: BlockPlace, name: string): void {
  checkObject(place, name);
  checkEntries(place.x, `${name}.x`, dimX);
  checkEntries(place.y, `${name}.y`, dimY);
}

/** They need not be finite: the answers of the oracles are checked instead. */
function checkEntries(value: unknown, argument: string, length: number): void {
  checkNumbers(value, argument, length);
  if (value instanceof Float64Array) return;
  throw fault(`expected a Float64Array of ${length} numbers`, argument, 'type');
}

/** Arrays for an answer. */
export function emptyAnswer(q: number, second: number, dimX: number): VisitAnswer {
  return {
    gradient: new Float64Array(q),
    gradientThere: new Float64Array(q),
    second: new Float64Array(second),
    secondThere: new Float64Array(second),
    mean: new Float64Array(dimX),
    meanBefore: new Float64Array(dimX),
  };
}

/** Variant 2: H v − ∇_y f. */
function systemResidual(
  problem: MultiBlockProblem,
  { block, lower, upper }: BlockVisit,
  { x, y, v }: BlockPlace,
  out: Float64Array,
): void {
  const slope = new Float64Array(out.length);
  problem.hvpGyy(block, x, y, v as Float64Array, out, lower);
  problem.gradFy(block, x, y, slope, upper);
  for (let j = 0; j < out.length; j++) out[j] -= slope[j];
}

/** Variant 1: the part of the hyper-gradient through the tracked Hessian. */
function addSolved(
  problem: MultiBlockProblem,
  { block, share, lower, upper }: BlockVisit,
  { x, y, hessian }: BlockPlace,
  out: Float64Array,
): void {
  const w = new Float64Array(y.length);
  problem.gradFy(block, x, y, w, upper);
  solved(hessian as Float64Array, w.length, w);
  problem.addJvpGxy(block, x, y, w, -share, out, lower);
}

/** b <- H⁻¹ b for a positive definite H, which is kept. */
export function solved(h: Float64Array, q: number, b: Float64Array): void {
  const factor = h.slice();
  if (smallCholesky(factor, q)) solveSmallCholesky(factor, q, b);
}
