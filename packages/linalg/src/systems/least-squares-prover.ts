// A guess of the least eigenvalue of A'A.
import { symmetricEigen } from '../eigen/symmetric-eigen.ts';
import type { LinearSystem } from './linear-system.ts';
import { entriesOf, exponentOf, times } from './linear-system-checker.ts';

/** Eigenvalues and eigenvectors of A'A, A over the power of two next above its largest entry; undefined after overflow. */
export function gramEigen(a: LinearSystem['a']) {
  const { rows, cols } = a;
  const given = entriesOf(a);
  const entries = times(given, -exponentOf(given));
  if (!entries) return undefined;
  const gram = new Float64Array(cols * cols);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < cols; j++)
      for (let k = 0; k < cols; k++) gram[j * cols + k] += entries[i * cols + j] * entries[i * cols + k];
  return gram.every(Number.isFinite) ? symmetricEigen({ rows: cols, cols, values: gram }) : undefined;
}

/** A witness; a text where there is none. */
export function certify({ a }: LinearSystem): unknown {
  const values = gramEigen(a)?.values;
  if (!values) return 'products of columns overflow';
  return { leastEigenvalue: 0.9 * values.reduce((least, value) => Math.min(least, value), Infinity) };
}
