// Checks of the options that all entropic algorithms share.
import { checkInteger, checkNumber } from '@infimum/core';
import { checkInitial, type InitialPotentials } from '../initial-potentials.ts';
import { checkTransport, type Transport } from '../transport.ts';

/**
 * Checks the problem and the options of an entropic algorithm.
 *
 * @throws {InvalidInputError} naming the argument at fault
 */
export function checkSinkhornOptions(
  options: {
    readonly epsilon: number;
    readonly tolerance?: number;
    readonly initial?: InitialPotentials;
    readonly warmup?: number;
    readonly threads?: number;
  },
  problem: Transport,
): void {
  checkTransport(problem);
  const { epsilon, tolerance, initial, warmup, threads } = options;
  checkNumber(epsilon, 'epsilon', { above: 0 });
  if (tolerance !== undefined) checkNumber(tolerance, 'tolerance', { min: 0 });
  if (warmup !== undefined) checkInteger(warmup, 'warmup', { min: 0 });
  if (threads !== undefined) checkInteger(threads, 'threads', { min: 1, max: 64 });
  if (initial !== undefined) checkInitial(initial, problem.a, problem.b);
}
