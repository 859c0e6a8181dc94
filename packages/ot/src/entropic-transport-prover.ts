// The potentials of an entropic plan, as the solver has them.
import type { TransportPlan } from './transport.ts';
import type { TransportInstance } from './transport-problem.ts';

/** A witness; a text where there is none. */
export function certify(_: TransportInstance, { sourcePotential, targetPotential }: TransportPlan): unknown {
  return { source: sourcePotential.slice(), target: targetPotential.slice() };
}
