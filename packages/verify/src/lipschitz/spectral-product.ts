// The product of the layers' largest singular values, for the Euclidean norm.
import { gram, symmetricEigen } from '@infimum/linalg';
import type { AffineMap } from '../networks/affine-map.ts';
import { euclidean } from './jacobian-bounds.ts';
import type { PreparedLipschitz } from './local-lipschitz.ts';
import { finiteOrHuge } from './local-lipschitz.ts';

/** Bounds by output. O(w³) a layer; convolutions are expanded to matrices. */
export function spectralProduct({ network: { layers }, outputs }: PreparedLipschitz): Float64Array {
  const product = layers.slice(0, -1).reduce((so, { map }) => so * largestSingularValue(map), 1);
  const { map } = layers[layers.length - 1];
  const row = new Float64Array(map.inputs);
  return Float64Array.from(outputs, (output) => {
    map.rows(output, output + 1, row);
    return finiteOrHuge(euclidean(row) * product * (1 + 1e-12));
  });
}

/** The root of the largest eigenvalue of A'A, increased by a bound of the eigenvalue's error: about n u |A|_F². */
function largestSingularValue({ inputs, outputs, rows }: AffineMap): number {
  const values = new Float64Array(inputs * outputs);
  rows(0, outputs, values);
  const scale = values.reduce((most, a) => Math.max(most, Math.abs(a)), 0);
  if (scale === 0 || !Number.isFinite(scale)) return scale;
  const scaled = values.map((a) => a / scale);
  const { values: eigenvalues, status } = symmetricEigen(gram({ rows: outputs, cols: inputs, values: scaled }));
  if (status !== 'converged') return scale * euclidean(scaled);
  const largest = eigenvalues.reduce((most, value) => Math.max(most, value), 0);
  const slack = euclidean(scaled) ** 2 * (inputs + outputs) * 2 ** -48;
  return scale * Math.sqrt(largest + slack);
}
