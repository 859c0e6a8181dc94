// The top eigenvector of A'A in doubles, and a number a little above the second eigenvalue.
import { gramEigen } from '../systems/least-squares-prover.ts';
import type { RowStream } from './streaming-options.ts';
import type { TopEigenvectorWitness } from './top-eigenvector-checker.ts';

/** A witness; a text where there is none. */
export function certify({ rows: a }: RowStream): TopEigenvectorWitness | string {
  const found = gramEigen(a);
  if (!found) return 'products of columns overflow';
  const { values, vectors } = found;
  const order = [...values.keys()].sort((i, j) => values[j] - values[i]);
  const vector = Float64Array.from(values, (_, i) => vectors.values[i * values.length + order[0]]);
  return { vector, second: (values[order[1]] ?? 0) + 1e-11 * values[order[0]] };
}
