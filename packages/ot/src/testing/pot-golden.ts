// Golden values of POT; `pot_golden.py` makes the file.
import { readFileSync } from 'node:fs';
import type { DenseMatrix } from '@infimum/linalg';
import { matrixFromRows } from '@infimum/linalg';

const values = JSON.parse(readFileSync(new URL('./pot-golden.json', import.meta.url), 'utf8')) as Record<string, unknown>;

/** A number of the file. */
export function goldenNumber(name: string): number {
  return values[name] as number;
}

/** A vector of the file. */
export function goldenVector(name: string): Float64Array {
  return Float64Array.from(values[name] as number[]);
}

/** A matrix of the file, or the matrix at a place of a list. */
export function goldenMatrix(name: string, place?: number): DenseMatrix {
  const entry = place === undefined ? values[name] : (values[name] as unknown[])[place];
  return matrixFromRows(entry as number[][]);
}

/** The vector at a place of a list. */
export function goldenVectorAt(name: string, place: number): Float64Array {
  return Float64Array.from((values[name] as number[][])[place]);
}

/** The distance of a pair of a plan and its distance. */
export function goldenDistance(name: string): number {
  return (values[name] as [unknown, { distance: number }])[1].distance;
}
