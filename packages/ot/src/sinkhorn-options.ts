// Checks of the options that all entropic algorithms share.
import { checkInteger, checkNumber, checkVector } from '@infimum/core';
import type { InitialPotentials } from './entropic-state.ts';
import { checkTransport, type Transport } from './transport.ts';

/**
 * Checks the problem and the options of an entropic algorithm.
 *
 * @throws {InvalidInputError} naming the argument at fault
 */
export function checkSinkhornOptions(
  options: { epsilon: number; tolerance?: number; initial?: InitialPotentials; warmup?: number },
  problem: Transport,
): void {
  checkTransport(problem);
  const { epsilon, tolerance, initial, warmup } = options;
  checkNumber(epsilon, 'epsilon', { above: 0 });
  if (tolerance !== undefined) checkNumber(tolerance, 'tolerance', { min: 0 });
  if (warmup !== undefined) checkInteger(warmup, 'warmup', { min: 0 });
  if (initial !== undefined) {
    checkVector(initial.source, 'initial.source', problem.cost.rows);
    checkVector(initial.target, 'initial.target', problem.cost.cols);
  }
}
