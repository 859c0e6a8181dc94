// Masks of parameters: which ones a method works on.
import { fault } from '@infimum/core';

/** The check of an option that is a mask. */
export function checkMask(value: unknown, argument: string): asserts value is Uint8Array {
  if (value instanceof Uint8Array) return;
  throw fault('expected a Uint8Array', argument, 'type');
}

/** Where the mask is 1; everywhere without one. */
export function activeIndices(dimension: number, mask: Uint8Array | undefined, argument: string): Int32Array {
  const all = Int32Array.from({ length: dimension }, (_, i) => i);
  if (!mask) return all;
  if (mask.length !== dimension || mask.indexOf(1) < 0) {
    throw fault(`expected ${dimension} entries, one of them 1`, argument, 'shape');
  }
  return all.filter((i) => mask[i] === 1);
}
