// Functions for the tests of executors, which find them by this module's URL.
import { setTimeout } from 'node:timers/promises';
import { InvalidInputError } from '../errors.ts';

export const square = (x: number): number => x * x;

export const sum = (values: Float64Array): { total: number; values: Float64Array } => ({
  total: values.reduce((total, value) => total + value, 0),
  values,
});

/** The first inputs take longest, so that replies come in the opposite order. */
export async function slowerFirst(index: number): Promise<number> {
  await setTimeout(50 - 10 * index);
  return index;
}

export function failOnThree(x: number): number {
  if (x === 3) throw new InvalidInputError('is three', { argument: 'x', code: 'out-of-range', index: x });
  return x;
}

export const hang = (): Promise<never> => setTimeout(3_600_000) as Promise<never>;

export function die(code: number): void {
  process.exit(code);
}

export const uncloneable = (): unknown => ({ f: () => 1 });
