// A polished point with multipliers for a solution under equalities.
import { certify as certifyFormulas } from './constrained-prover.ts';
import { formulasOf } from './equality-checker.ts';
import type { EqualitySolution } from './equality-program.ts';
import type { EqualityInstance } from './equality-source.ts';

/** A witness; a text where there is none. */
export function certify(instance: EqualityInstance, solution: EqualitySolution): unknown {
  const problem = formulasOf(instance);
  if (!problem) return 'the instance is not written in formulas';
  const { objectiveScale = 1, equalityScale = 1 } = instance.kind === 'named' ? instance : {};
  // Of f and c before they are divided.
  const multipliers = solution.multipliers.map((value) => value * (objectiveScale / equalityScale));
  const none = { boundMultipliers: new Float64Array(solution.x.length), violation: 0, stationarity: 0, complementarity: 0 };
  return certifyFormulas(problem, { ...solution, ...none, multipliers });
}
