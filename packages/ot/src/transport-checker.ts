// How far a plan is from the cheapest with its marginals, from one potential, and how far its marginals are from the weights.
import type { Verdict } from '@infimum/core/certificate';
import { down } from '@infimum/rigor';
import { marginalError, planEntries, transportGap } from './plan-checker.ts';
import type { Transport, TransportPlan } from './transport.ts';

/** Potentials of the sources in units of the cost. */
export interface TransportWitness {
  /** f, one a source. */
  readonly source: ArrayLike<number>;
}

/** A list of so many numbers, finite ones unless -Infinity is allowed; undefined for anything else. */
export function potentials(given: unknown, length: number, least = -Number.MAX_VALUE): ArrayLike<number> | undefined {
  if (!(given instanceof Float64Array || Array.isArray(given)) || given.length !== length) return undefined;
  for (let i = 0; i < length; i++) {
    const value: unknown = given[i];
    if (!(typeof value === 'number' && value >= least && value < Infinity)) return undefined;
  }
  return given;
}

/**
 * Proves that no plan with the marginals of the solution's is cheaper by more than `gap`, and encloses how far these marginals are
 * from the weights. Any potential gives a true bound. Never throws, for any witness.
 *
 * @example
 * ```ts
 * import { solveTransport } from '@infimum/ot';
 * import { checkTransport } from '@infimum/ot/checkers';
 *
 * const half = Float64Array.of(0.5, 0.5);
 * const cost = { rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, 0) };
 * const verdict = checkTransport({ a: half, b: half, cost }, solveTransport(half, half, cost), { source: [0, 0] });
 * console.log(verdict.proved && verdict.figures['gap'].upper < 1e-300); // true
 * ```
 */
export function check(
  { a, b, cost }: Transport,
  { plan }: { readonly plan?: TransportPlan['plan'] | undefined },
  witness: unknown,
): Verdict {
  const entries = planEntries(plan, a.length, b.length);
  if (!entries) return { proved: false, reason: 'the plan has negative masses or another size' };
  const f = potentials((witness as Partial<TransportWitness> | null)?.source, a.length);
  if (!f) return { proved: false, reason: `the witness does not have ${a.length} finite potentials` };
  const { gap, cost: value } = transportGap(entries, cost.values, f);
  const optimum = { lower: down(value.lower - gap), upper: value.upper };
  if (!(gap < Infinity && optimum.lower > -Infinity))
    return { proved: false, reason: 'the sums are beyond the range of doubles' };
  const figures = { gap: { lower: 0, upper: gap }, optimum, marginalError: marginalError(entries, a, b) };
  return { proved: true, figures };
}
