// A dual point of a composite function: the slopes of the loss at a better point, made small enough for the l1 norm.
import { csrToDense, symmetricEigen } from '@infimum/linalg';
import { blockCoordinateDescent } from '../blocks/block-coordinate-descent.ts';
import type { CompositeProblem } from './composite-instance.ts';
import type { CompositeSolution } from './composite-minimization.ts';

/** Rows of a dense or a sparse matrix as dense ones. */
const dense = (matrix: Parameters<typeof csrToDense>[0] | ReturnType<typeof csrToDense>) =>
  'rowPointers' in matrix ? csrToDense(matrix) : matrix;

/** A witness; a text where there is none. */
export function certify(problem: CompositeProblem, { x: found }: CompositeSolution): unknown {
  const { source, l1 = 0, lower = -Infinity, upper = Infinity } = problem;
  if (!source) return 'the loss is no data';
  if (source.kind === 'quadratic') {
    if (source.matrix instanceof Float64Array || source.matrix.rows > 500)
      return 'an eigenvalue of more than 500 variables takes too long';
    const { values } = symmetricEigen(dense(source.matrix));
    const [least, most] = values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, 0]);
    return { curvature: Math.min(0.99 * least, least - 1e-13 * most) };
  }
  const { x } = blockCoordinateDescent({ ...problem, initial: found }, { tolerance: 1e-12, maxSeconds: 1 });
  const { rows, cols, values } = dense(source.design);
  const classes = source.kind === 'softmax' ? source.classes : 1;
  const dual = new Float64Array(classes * rows);
  const pulled = new Float64Array(classes * cols);
  const scores = new Float64Array(classes);
  for (let i = 0; i < rows; i++) {
    scores.fill(0);
    for (let j = 0; j < cols; j++) for (let c = 0; c < classes; c++) scores[c] += values[i * cols + j] * x[j * classes + c];
    const y = source.targets[i];
    const most = scores.reduce((largest, score) => Math.max(largest, score), -Infinity);
    const total = scores.reduce((sum, score) => sum + Math.exp(score - most), 0);
    for (let c = 0; c < classes; c++) {
      const slope =
        source.kind === 'least-squares'
          ? scores[0] - y
          : source.kind === 'logistic'
            ? -y / (1 + Math.exp(y * scores[0]))
            : Math.exp(scores[c] - most) / total - (c === y ? 1 : 0);
      dual[c * rows + i] = slope;
      for (let j = 0; j < cols; j++) pulled[c * cols + j] += (slope * values[i * cols + j]) / rows;
    }
  }
  // Where there are no bounds slopes beyond l1 would be dear.
  const beyond = pulled.reduce(
    (most, slope) => Math.max(most, upper < Infinity ? 0 : -slope, lower > -Infinity ? 0 : slope),
    0,
  );
  const scale = (l1 > 0 && beyond > l1 ? l1 / beyond : 1) * (source.kind === 'least-squares' && l1 === 0 ? 1 : 1 - 1e-12);
  return { dual: dual.map((slope) => scale * slope) };
}
