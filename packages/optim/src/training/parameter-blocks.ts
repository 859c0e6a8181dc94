// Which parameters share one estimate of curvature: blocks of tensors, over which the estimates are averaged.
import { checkInteger, fault } from '@infimum/core';
import type { ParameterShapes } from './optimizer.ts';
import { dimensionOf } from './optimizer.ts';
import type { StepKernels } from './step-kernels.ts';

/**
 * Blocks by rule, by size, or one by one:
 * - `reference`: kernels of convolutions (rank 4) are averaged over their last two axes, nothing else is;
 * - `instruction`: also rows of matrices, and the last axis of tensors of rank 3; vectors are not;
 * - a number b: consecutive blocks of b entries in every tensor that is no vector (or in all parameters, where no shapes
 *   are given); b must divide their sizes;
 * - an array with the block of every parameter, from 0.
 */
export type BlockRule = 'reference' | 'instruction' | number | Int32Array;

/** Averages over blocks. */
export interface BlockAverage {
  /**
   * values <- the mean of |values| over the block, but at most `most`, at each parameter; they lie on the memory of the
   * kernels. False if one of the means is not finite.
   */
  average(values: Float64Array, most: number, kernels: StepKernels): boolean;
}

/** Consecutive blocks of one length, from a parameter on. */
interface Runs {
  readonly first: number;
  readonly count: number;
  readonly length: number;
}

/**
 * The blocks of parameters by a rule.
 *
 * @throws {InvalidInputError} naming `blocks` for an unknown rule, a size that does not divide and ids that do not fit
 */
export function parameterBlocks(parameters: ParameterShapes, rule: BlockRule): BlockAverage {
  const dimension = dimensionOf(parameters);
  if (rule instanceof Int32Array) return anyBlocks(checkBlocks(rule, dimension));
  const runs = runsByRule(parameters, rule);
  return {
    average: (values, most, kernels) => {
      let finite = 1;
      for (const { first, count, length } of runs) {
        const at = values.byteOffset + 8 * first;
        finite &= length === 1 ? kernels.moduli(count, most, at) : kernels.averageRuns(count, length, most, at);
      }
      return finite === 1;
    },
  };
}

/** Blocks wherever they lie. */
function anyBlocks(blockOf: Int32Array): BlockAverage {
  const blocks = blockOf.reduce((most, block) => Math.max(most, block), -1) + 1;
  const shares = new Float64Array(blocks);
  for (let i = 0; i < blockOf.length; i++) shares[blockOf[i]]++;
  for (let block = 0; block < blocks; block++) shares[block] = 1 / shares[block];
  const means = new Float64Array(blocks);
  return {
    average: (values, most) => {
      means.fill(0);
      for (let i = 0; i < blockOf.length; i++) means[blockOf[i]] += Math.abs(values[i]);
      let zero = 0;
      for (let block = 0; block < blocks; block++) {
        zero += 0 * means[block];
        means[block] = Math.min(means[block] * shares[block], most);
      }
      for (let i = 0; i < blockOf.length; i++) values[i] = means[blockOf[i]];
      return zero === 0;
    },
  };
}

/** Runs of entries, one length for every tensor; tensors of one length after the other are taken together. */
function runsByRule(parameters: ParameterShapes, rule: Exclude<BlockRule, Int32Array>): Runs[] {
  const lengthOf = runLengths(rule);
  const shapes = typeof parameters === 'number' ? [[parameters]] : parameters;
  const isVector = typeof parameters !== 'number';
  const runs: Runs[] = [];
  let first = 0;
  shapes.forEach((shape, index) => {
    const size = shape.reduce((product, length) => product * length, 1);
    const length = typeof rule === 'number' && isVector && shape.length < 2 ? 1 : lengthOf(shape);
    if (size % length !== 0) {
      throw fault(`${length} does not divide the ${size} entries of tensor ${index}`, 'blocks', 'out-of-range', index);
    }
    const before = runs.at(-1);
    if (before?.length === length) {
      runs[runs.length - 1] = { ...before, count: before.count + size / length };
    } else runs.push({ first, count: size / length, length });
    first += size;
  });
  return runs;
}

function runLengths(rule: Exclude<BlockRule, Int32Array>): (shape: readonly number[]) => number {
  if (typeof rule === 'number') {
    checkInteger(rule, 'blocks', { min: 1 });
    return () => rule;
  }
  const kernel = (shape: readonly number[]) => (shape.at(-2) as number) * (shape.at(-1) as number);
  if (rule === 'reference') return (shape) => (shape.length === 4 ? kernel(shape) : 1);
  if (rule === 'instruction') {
    return (shape) => (shape.length < 2 ? 1 : shape.length === 4 ? kernel(shape) : (shape.at(-1) as number));
  }
  throw fault("expected 'reference', 'instruction', a size or an Int32Array of blocks", 'blocks', 'unknown');
}

/** Every block from 0 to the largest must have a parameter. */
function checkBlocks(blockOf: Int32Array, dimension: number): Int32Array {
  if (blockOf.length !== dimension) throw fault(`expected ${dimension} entries, got ${blockOf.length}`, 'blockOf', 'shape');
  const used = new Uint8Array(dimension);
  blockOf.forEach((block, index) => {
    if (block < 0 || block >= dimension) {
      throw fault(`must be from 0 to ${dimension - 1}, is ${block} at index ${index}`, 'blockOf', 'out-of-range', index);
    }
    used[block] = 1;
  });
  const blocks = blockOf.reduce((most, block) => Math.max(most, block), 0) + 1;
  const missing = used.indexOf(0);
  if (missing >= 0 && missing < blocks) throw fault(`block ${missing} has no parameter`, 'blockOf', 'out-of-range', missing);
  return blockOf.slice();
}
