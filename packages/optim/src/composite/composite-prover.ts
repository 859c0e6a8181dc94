// A dual point of a composite function: the slopes of the loss at a better point, made small enough for the l1 norm.
import { csrToDense } from '@infimum/linalg';
import { blockCoordinateDescent } from '../blocks/block-coordinate-descent.ts';
import { curvatureOf } from '../smooth/smooth-prover.ts';
import type { CompositeProblem } from './composite-instance.ts';
import type { CompositeSolution } from './composite-minimization.ts';

/** A witness; a text where there is none. */
export function certify(problem: CompositeProblem, { x: found }: CompositeSolution): unknown {
  const { source, l1 = 0, lower = -Infinity, upper = Infinity } = problem;
  if (source?.kind === 'quadratic') return curvatureOf(source);
  if (!source || source.kind === 'softmax') return {};
  const { x } = blockCoordinateDescent({ ...problem, initial: found }, { tolerance: 1e-12, maxSeconds: 1 });
  const { rows, cols, values } = 'rowPointers' in source.design ? csrToDense(source.design) : source.design;
  const pulled = new Float64Array(cols);
  const dual = Float64Array.from({ length: rows }, (_, i) => {
    const y = source.targets[i];
    const margin = x.reduce((sum, value, j) => sum + values[i * cols + j] * value, 0);
    const slope = source.kind === 'least-squares' ? margin - y : -y / (1 + Math.exp(y * margin));
    for (let j = 0; j < cols; j++) pulled[j] += (slope * values[i * cols + j]) / rows;
    return slope;
  });
  // Where there are no bounds slopes beyond l1 would be dear.
  const sizes = pulled.map((slope) => Math.max(0, upper < Infinity ? 0 : -slope, lower > -Infinity ? 0 : slope));
  const beyond = sizes.reduce((most, size) => Math.max(most, size), 0);
  const scale = (l1 > 0 && beyond > l1 ? l1 / beyond : 1) * (source.kind === 'least-squares' && l1 === 0 ? 1 : 1 - 1e-12);
  return { dual: dual.map((slope) => scale * slope) };
}
