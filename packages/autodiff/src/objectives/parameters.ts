// Named tensors in one vector: the layers of a network as one point for an optimiser.
import { checkList, checkObject, describeValue, fault } from '@infimum/core';
import type { Tensor } from '../expressions/tensor.ts';
import { sizeOf } from '../expressions/tensor.ts';
import { reshape, slice } from '../operations/shapes.ts';

/** Where named tensors lie in a vector. */
export interface Parameters<Name extends string> {
  /** Length of the vector. */
  readonly dimension: number;
  /** The shapes, by name. */
  readonly shapes: Readonly<Record<Name, readonly number[]>>;
  /** The tensors that a vector holds. */
  unpack(x: Tensor): Record<Name, Tensor>;
  /** The piece of an array that holds a tensor's entries; writing to it writes to the array. */
  piece(x: Float64Array, name: Name): Float64Array;
}

/**
 * Lays named tensors out in one vector, one after the other in the order of the names.
 *
 * @param shapes - sizes along the axes, by name
 * @throws {InvalidInputError} for sizes that are not positive integers
 *
 * @example
 * ```ts
 * import { parameters } from '@infimum/autodiff';
 *
 * const layer = parameters({ weights: [3, 2], bias: [2] });
 * console.log(layer.dimension, layer.piece(Float64Array.of(0, 1, 2, 3, 4, 5, 6, 7), 'bias').join(' ')); // 8 6 7
 * ```
 */
export function parameters<Name extends string>(shapes: Readonly<Record<Name, readonly number[]>>): Parameters<Name> {
  checkObject(shapes, 'shapes');
  const names = Object.keys(shapes) as Name[];
  const starts = new Map<Name, number>();
  let dimension = 0;
  for (const name of names) {
    checkList(shapes[name], `shapes.${name}`);
    const bad = shapes[name].findIndex((length) => !Number.isInteger(length) || length < 1);
    if (bad >= 0) {
      const problem = `has the size ${describeValue(shapes[name][bad])} along axis ${bad}, which must be a positive integer`;
      throw fault(problem, `shapes.${name}`, 'out-of-range', bad);
    }
    starts.set(name, dimension);
    dimension += sizeOf(shapes[name]);
  }
  const startOf = (name: Name) => starts.get(name) as number;
  return {
    dimension,
    shapes,
    unpack: (x) =>
      Object.fromEntries(
        names.map((name) => [name, reshape(slice(x, startOf(name), sizeOf(shapes[name])), shapes[name])]),
      ) as Record<Name, Tensor>,
    piece: (x, name) => x.subarray(startOf(name), startOf(name) + sizeOf(shapes[name])),
  };
}
