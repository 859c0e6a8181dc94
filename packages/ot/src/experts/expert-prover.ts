// Biases that bound the affinity of routings: the solution's.
import type { ExpertAssignment, ExpertRouting } from './expert-assignment.ts';

/** A witness. */
export function certify(_: ExpertAssignment, { bias }: ExpertRouting): unknown {
  return { bias: bias.slice() };
}
