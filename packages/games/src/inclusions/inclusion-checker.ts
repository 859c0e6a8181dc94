// Distances to the solution of an affine inclusion, and gaps of affine variational inequalities on two simplices.
import type { Verdict } from '@infimum/core/certificate';
import { add, dot2, enclosureOfSolution, interval, multiply, subtract } from '@infimum/rigor';
import type { InclusionSolution, MonotoneInclusion } from './inclusion.ts';

/** A witness. */
export interface InclusionWitness {
  /** Near the inverse of M, d x d, row by row. */
  readonly inverse: Float64Array;
}

const refused = (reason: string): Verdict => ({ proved: false, reason });

/** The data of an inclusion where x is a point. */
const dataOf = ({ affine }: MonotoneInclusion, x: unknown) =>
  affine && x instanceof Float64Array && x.length === affine.offset.length && x.every(Number.isFinite) ? affine : undefined;

/**
 * Proves of F(u) = M u + q without G that there is one solution, and bounds the largest distance from x in a variable, if I - R M has a
 * row-sum norm below 1. Throws nothing, whatever the witness.
 */
export function check(problem: MonotoneInclusion, { x }: InclusionSolution, witness: unknown): Verdict {
  const data = dataOf(problem, x);
  if (!data || data.simplices) return refused('the instance is not affine, or the answer is not a point');
  const { inverse } = (witness ?? {}) as Partial<InclusionWitness>;
  if (!(inverse instanceof Float64Array && inverse.length === x.length ** 2)) return refused('the witness has no inverse');
  const negated = data.offset.map((value) => -value);
  const radii = enclosureOfSolution(data.matrix, negated, inverse, x)?.radii;
  if (!radii) return refused('the witness is too far from an inverse, or the matrix too near a singular one');
  const upper = radii.reduce((most, radius) => Math.max(most, radius), 0);
  return { proved: true, figures: { distance: { lower: 0, upper } } };
}

/**
 * Encloses the largest F(x) . (x - v) of all v in the product of two simplices, which for x there is 0 only at solutions, and the largest
 * violation of their equalities and bounds by x. It needs no witness, and throws nothing.
 */
export function checkGap(problem: MonotoneInclusion, { x }: InclusionSolution, _witness: unknown): Verdict {
  const { matrix, offset, simplices } = dataOf(problem, x) ?? {};
  if (!matrix || !offset || !simplices) return refused('the instance is not affine on simplices, or the answer is not a point');
  let gap = interval(0);
  let violation = { lower: 0, upper: 0 };
  const violate = (lower: number, upper: number) => {
    violation = { lower: Math.max(violation.lower, lower), upper: Math.max(violation.upper, upper) };
  };
  for (const [from, to] of [[0, simplices[0]] as const, [simplices[0], x.length] as const]) {
    let sum = interval(-1);
    let least = { lower: Infinity, upper: Infinity };
    for (let i = from; i < to; i++) {
      const { value, radius } = dot2(matrix, x, x.length, i * x.length, 0, 1, 1, offset[i]);
      const slope = add(interval(value), interval(-radius, radius));
      least = { lower: Math.min(least.lower, slope.lower), upper: Math.min(least.upper, slope.upper) };
      gap = add(gap, multiply(slope, interval(x[i])));
      sum = add(sum, interval(x[i]));
      violate(-x[i], -x[i]);
    }
    gap = subtract(gap, least);
    violate(Math.max(sum.lower, -sum.upper), Math.max(-sum.lower, sum.upper));
  }
  return gap.upper < Infinity
    ? { proved: true, figures: { gap, violation } }
    : refused('the sums are beyond the range of doubles');
}
