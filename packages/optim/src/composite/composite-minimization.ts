// Minimisation of a smooth function plus a separable one: inputs, results and shared code of the methods.
import type { Iterate } from '@infimum/core';
import { checkFunction, checkMatrix, checkObject, checkVector, fault } from '@infimum/core';
import { checkCsc, checkCsr } from '@infimum/linalg';
import type { BlockLoss, BlockState, MarginParts } from '../losses/block-loss.ts';
import { checkGraph } from '../losses/block-loss.ts';
import type { SeparablePart, SeparableTerm } from '../losses/separable-term.ts';
import { separableTerm } from '../losses/separable-term.ts';
import { checkObjective } from '../smooth-minimization.ts';

/** F(x) = f(x) + sum_i g_i(x_i): a smooth loss, an l1 norm and bounds. */
export interface CompositeData extends SeparablePart {
  /** f */
  readonly loss: BlockLoss;
  /** Where methods start; at zero by default. Coordinates outside of the bounds are moved there. */
  readonly initial?: Float64Array;
}

/** The result of a method. */
export interface CompositeSolution {
  /** The point x, within the bounds. */
  readonly x: Float64Array;
  /** F(x) */
  readonly value: number;
  /** The largest component of the least subgradient of F at x; 0 at a minimum. */
  readonly stationarity: number;
  /** The coordinates at a kink of g: at a bound, or at zero with l1 > 0; rising. */
  readonly activeSet: Int32Array;
}

/** One iteration of a method. */
export interface CompositeIterate extends Iterate<CompositeSolution> {
  /** F */
  readonly value: number;
  /** The largest component of the least subgradient. */
  readonly stationarity: number;
}

/** The option of when to stop, the same for every method of composite minimisation. */
export const tolerance = {
  type: 'number',
  min: 0,
  default: 1e-6,
  description: 'Largest component of the least subgradient at which to stop, relative to that at the start',
} as const;

/** Iteration limits of methods with cheap and with dear iterations. */
export const manyIterations = { type: 'integer', min: 0, default: 100_000, description: 'Iteration limit' } as const;
export const someIterations = { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' } as const;

/** A checked problem with its start within the bounds. */
export interface Composite {
  readonly loss: BlockLoss;
  readonly term: SeparableTerm;
  readonly start: Float64Array;
}

/**
 * Checks a problem. Coordinates that f does not depend on are put where g is least.
 *
 * @throws {InvalidInputError} naming `loss`, `initial`, `l1`, `lower` or `upper`
 */
export function checkComposite(data: CompositeData): Composite {
  const { loss, initial } = data ?? {};
  checkLoss(loss);
  const term = separableTerm(data);
  if (initial !== undefined) checkVector(initial, 'initial', loss.dimension);
  const start = new Float64Array(loss.dimension);
  for (let i = 0; i < start.length; i++) {
    const isFree = loss.coordinateLipschitz[i] === 0 && term.l1 > 0;
    start[i] = term.prox(isFree ? 0 : (initial?.[i] ?? 0), 0);
  }
  return { loss, term, start };
}

/** Checks the state that a loss returned. */
export function checkState(state: BlockState, dimension: number): void {
  checkObject(state, 'loss.start');
  checkVector(state.x, 'loss.start.x', dimension);
  for (const name of ['hessian', 'aim', 'valueAt', 'move', 'renew'] as const) {
    checkFunction(state[name], `loss.start.${name}`);
  }
  if (state.gradient instanceof Float64Array && state.gradient.length === dimension) return;
  throw fault(`must be a Float64Array of ${dimension} numbers`, 'loss.start.gradient', 'shape');
}

function checkLoss(loss: BlockLoss): void {
  const isLoss = typeof loss?.start === 'function' && loss.coordinateLipschitz instanceof Float64Array;
  if (!isLoss) throw fault('must be a loss for block methods, as made by blockLeastSquares or blockLogistic', 'loss', 'type');
  checkObjective(loss);
  for (const name of ['boundBlock', 'boundMultiply', 'rowSums', 'hessianLipschitz'] as const) {
    checkFunction(loss[name], `loss.${name}`);
  }
  if (loss.graph !== undefined) checkGraph(loss.graph, 'loss.graph');
  if (loss.margins !== undefined) checkMargins(loss.margins);
  const { linear, design } = loss as BlockLoss & { readonly linear?: unknown; readonly design?: unknown };
  if (linear !== undefined) checkVector(linear, 'loss.linear', loss.dimension);
  if (design !== undefined) {
    if ('rowPointers' in Object(design)) checkCsr(design, 'loss.design');
    else checkMatrix(design, 'loss.design');
  }
  if (loss.coordinateLipschitz.length === loss.dimension) return;
  throw fault(`has ${loss.dimension} variables, and constants of ${loss.coordinateLipschitz.length}`, 'loss', 'shape');
}

function checkMargins(margins: MarginParts): void {
  checkObject(margins, 'loss.margins');
  const { matrix, loss } = margins;
  checkObject(matrix, 'loss.margins.matrix');
  checkCsr(matrix.byRow, 'loss.margins.matrix.byRow');
  checkCsc(matrix.byColumn, 'loss.margins.matrix.byColumn');
  if (matrix.dense !== undefined) checkMatrix(matrix.dense, 'loss.margins.matrix.dense');
  for (const part of [matrix.byRow, matrix.byColumn, matrix.dense ?? matrix]) {
    if (part.rows === matrix.rows && part.cols === matrix.cols) continue;
    throw fault('has parts of different shapes', 'loss.margins.matrix', 'shape');
  }
  checkObject(loss, 'loss.margins.loss');
  for (const name of ['value', 'derivative', 'secondDerivative'] as const) {
    checkFunction(loss[name], `loss.margins.loss.${name}`);
  }
}

/** sum_i g_i(x_i) */
export function separableValue({ l1 }: SeparableTerm, x: Float64Array): number {
  if (l1 === 0) return 0;
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += Math.abs(x[i]);
  return l1 * sum;
}

/** The largest component of the least subgradient. */
export function stationarityOf(term: SeparableTerm, x: Float64Array, gradient: Float64Array): number {
  let most = 0;
  for (let i = 0; i < x.length; i++) most = Math.max(most, Math.abs(term.leastSubgradient(x[i], gradient[i])));
  return most;
}

/** The coordinates at a kink. */
export function activeSetOf(term: SeparableTerm, x: Float64Array): Int32Array {
  const active: number[] = [];
  for (let i = 0; i < x.length; i++) if (!Number.isNaN(term.kink(x[i]))) active.push(i);
  return Int32Array.from(active);
}

/** The solution at a point, with everything computed anew. */
export function compositeSolution({ loss, term }: Composite, x: Float64Array): CompositeSolution {
  const gradient = new Float64Array(x.length);
  loss.gradient(x, gradient);
  return {
    x: x.slice(),
    value: loss.value(x) + separableValue(term, x),
    stationarity: stationarityOf(term, x, gradient),
    activeSet: activeSetOf(term, x),
  };
}
