// Masses of the network simplex: integers, so that flows are exact, and multiples of an infinitesimal, so that no pivot
// is degenerate and none can cycle.
//
// A. Orden: The transhipment problem (1956), for the perturbation.
import { indexOfLargest } from '@infimum/linalg/numerics';
import { balance } from '../sparse-plan.ts';
import { total } from '../transport.ts';

/** Units of mass that the weights of one side are rounded to; sums and differences of them are exact. */
const UNITS_LOG2 = 51;

/** Masses of all nodes, sources first: integers, and multiples of an infinitesimal. */
export interface PerturbedMasses {
  /** Integers; both sides have the same sum. */
  readonly amounts: Float64Array;
  /** Multiples of the infinitesimal. */
  readonly perturbations: Float64Array;
  /** Sum of the amounts of one side. */
  readonly units: number;
}

/**
 * The weights as integers of about 52 bits in total.
 *
 * Perturbations are m for a source, 1 for a target, and what remains for the last target: then no part of the
 * nodes balances without the rest, so that all flows of a basis are positive and different pivots never tie.
 */
export function perturbedMasses(a: Float64Array, b: Float64Array): PerturbedMasses {
  const n = a.length;
  const m = b.length;
  const amounts = new Float64Array(n + m);
  // In two factors, because the units of denormal weights are more than the largest number.
  const exponent = UNITS_LOG2 - Math.floor(Math.log2(total(a)));
  const factor = 2 ** Math.trunc(exponent / 2);
  const otherFactor = 2 ** (exponent - Math.trunc(exponent / 2));
  const factorOfB = balance(a, b);
  for (let i = 0; i < n; i++) amounts[i] = Math.round(a[i] * factor * otherFactor);
  for (let j = 0; j < m; j++) amounts[n + j] = Math.round(b[j] * factorOfB * factor * otherFactor);
  const units = total(amounts.subarray(0, n));
  const targets = amounts.subarray(n);
  targets[indexOfLargest(targets)] += units - total(targets);
  const perturbations = new Float64Array(n + m).fill(m, 0, n).fill(1, n);
  perturbations[n + m - 1] = n * m - (m - 1);
  return { amounts, perturbations, units };
}
