// A check that several tests of block coordinate descent make.
import { expect } from 'vitest';
import type { BlockCoordinateDescentOptions } from '../blocks/block-coordinate-descent.ts';
import { blockCoordinateDescent } from '../blocks/block-coordinate-descent.ts';
import type { CompositeData } from '../composite/composite-minimization.ts';
import { bySuite } from './by-suite.ts';

/** Runs block coordinate descent, and expects that the objective never rises beyond rounding; gives the last value. */
export function expectDescent(
  data: CompositeData,
  options: BlockCoordinateDescentOptions,
  maxIterations = bySuite(30, 60),
): number {
  let last = Infinity;
  const rises: number[][] = [];
  const scale = Math.abs(data.loss.value(new Float64Array(data.loss.dimension)));
  blockCoordinateDescent(data, {
    ...options,
    tolerance: 1e-10,
    maxIterations,
    onIteration: ({ value }) => {
      if (!(value <= last + 1e-13 * (scale + Math.abs(value)))) rises.push([last, value]);
      last = value;
    },
  });
  expect(rises).toEqual([]);
  return last;
}
