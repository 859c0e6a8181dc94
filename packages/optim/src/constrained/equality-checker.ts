// Proves that there is a stationary point near a solution of a problem under equalities, from its formulas.
import type { Verdict } from '@infimum/core/certificate';
import { checkPoint } from './constrained-checker.ts';
import { formulasOf } from './equality-formulas.ts';
import type { EqualitySolution } from './equality-program.ts';
import type { EqualityInstance } from './equality-source.ts';

/** As `checkStationary`, of an instance in formulas. Never throws, for any witness. */
export function check(instance: EqualityInstance, { x }: EqualitySolution, witness: unknown): Verdict {
  const problem = formulasOf(instance);
  return problem ? checkPoint(problem, x, witness) : { proved: false, reason: 'the instance is not written in formulas' };
}
