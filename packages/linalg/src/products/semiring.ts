// Semirings: what "plus" and "times" mean in a sparse product.

/**
 * What adds and multiplies: `plus-times` is ordinary arithmetic; `min-plus` gives lengths of shortest paths of two
 * legs; `or-and` takes every entry that is not zero as true, and gives 1 for true and 0 for false.
 */
export type SemiringName = 'plus-times' | 'min-plus' | 'or-and';

/** The operations of a semiring. */
export interface Semiring {
  /** The number by which kernels know it. */
  readonly code: 0 | 1 | 2;
  /** Adding it changes nothing, not even the sign of a zero. */
  readonly zero: number;
  /** The sum. */
  add(x: number, y: number): number;
  /** The product. */
  multiply(x: number, y: number): number;
}

/** The semirings by name. */
export const SEMIRINGS: Readonly<Record<SemiringName, Semiring>> = {
  'plus-times': { code: 0, zero: -0, add: (x, y) => x + y, multiply: (x, y) => x * y },
  'min-plus': { code: 1, zero: Infinity, add: Math.min, multiply: (x, y) => x + y },
  'or-and': { code: 2, zero: 0, add: Math.max, multiply: (x, y) => (x !== 0 && y !== 0 ? 1 : 0) },
};
