// The entries of a point that a set or a kink keeps fixed.
import { norm } from '@infimum/linalg/numerics';
import type { GradientOracle } from './minimize-by-gradients.ts';

/** Entries that do not follow small changes, by their numbers. */
export interface HeldEntries {
  /** Fixed under every small change of the gradient. */
  readonly firm: readonly number[];
  /** Fixed on one side only: derivatives through them are one-sided. */
  readonly weak: readonly number[];
}

/** Share of the gradient, and of its scale, that counts as a small change. */
const LITTLE = 1e-5;

/** The entries of x that short proximal steps against a gradient leave as they are; for sets and terms of single entries. */
export function heldEntries(x: Float64Array, d: Float64Array, scale: number, prox: GradientOracle['prox']): HeldEntries {
  const change = LITTLE * Math.max(scale, norm(d));
  if (!prox || !(change > 0 && change < Infinity)) return { firm: [], weak: [] };
  const t = (1e-4 * (norm(x) || 1)) / (norm(d) + change * Math.sqrt(x.length));
  const stays = [-change, change].map((shift) => {
    const moved = x.map((entry, i) => entry - t * (d[i] + shift));
    prox(moved, t);
    return moved.map((entry, i) => Number(entry === x[i]));
  });
  const withSides = (count: number) => Array.from(x.keys()).filter((i) => stays[0][i] + stays[1][i] === count);
  return { firm: withSides(2), weak: withSides(1) };
}
