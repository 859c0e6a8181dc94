// What block coordinate descent has come to along the way.
import type { BlockCoordinateDescentOptions } from '../blocks/block-coordinate-descent.ts';
import { blockCoordinateDescent } from '../blocks/block-coordinate-descent.ts';
import type { CompositeData } from '../composite/composite-minimization.ts';

/** The values of F after the given iterations. */
export function valuesAt(data: CompositeData, options: BlockCoordinateDescentOptions, iterations: readonly number[]): number[] {
  const values: number[] = [];
  blockCoordinateDescent(data, {
    ...options,
    tolerance: 0,
    maxIterations: iterations[iterations.length - 1],
    onIteration: ({ iteration, value }) => {
      if (iterations.includes(iteration)) values.push(value);
    },
  });
  return values;
}
