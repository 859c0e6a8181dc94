// Builds the instance of a cell.
import type { AnyProblem } from '@infimum/core';
import { parseWith } from '@infimum/core';
import { BUILD_SECONDS } from './evaluate.ts';
import type { Guard } from './guard.ts';
import type { Cell } from './messages.ts';

/** The instance of a family, checked. */
export async function buildInstance(
  problem: AnyProblem,
  { family: name, params, seed }: Pick<Cell, 'family' | 'params' | 'seed'>,
  guard: Guard,
): Promise<unknown> {
  const family = problem.families[name];
  guard.allow('building the instance', BUILD_SECONDS);
  const instance = await family.generate(parseWith(family.params, params, 'params'), seed);
  problem.validate(instance);
  return instance;
}
