// A dual point of a composite function: the slopes of the loss at a better point, made small enough for the l1 norm.
import type { MatrixTools } from '../smooth/smooth-prover.ts';
import { curvatureOf } from '../smooth/smooth-prover.ts';
import type { CompositeProblem } from './composite-instance.ts';
import type { CompositeSolution } from './composite-minimization.ts';

/** A witness; a text where there is none. */
export function certify(problem: CompositeProblem, { x: found }: CompositeSolution, tools: MatrixTools): unknown {
  const { source, loss, l1 = 0, lower = -Infinity, upper = Infinity } = problem;
  if (source?.kind === 'quadratic') return curvatureOf(source, tools);
  if (!source || source.kind === 'softmax') return {};
  const { rows, cols, values } = 'rowPointers' in source.design ? tools.dense(source.design) : source.design;
  const x = found.slice();
  const margins = Float64Array.from({ length: rows }, (_, i) =>
    x.reduce((sum, value, j) => sum + values[i * cols + j] * value, 0),
  );
  const slopeOf = (margin: number, i: number) => {
    const y = source.targets[i];
    return source.kind === 'least-squares' ? margin - y : -y / (1 + Math.exp(y * margin));
  };
  const pulledBy = (j: number) => margins.reduce((sum, margin, i) => sum + slopeOf(margin, i) * values[i * cols + j], 0) / rows;
  // Coordinate descent, until nothing moves any more.
  for (let [turn, moved] = [0, Infinity]; turn < 300 && moved > 1e-15; turn++) {
    moved = 0;
    for (let j = 0; j < cols; j++) {
      const curvature = loss.coordinateLipschitz[j];
      if (!(curvature > 0)) continue;
      const [before, goal] = [x[j], x[j] - pulledBy(j) / curvature];
      const shrunk = Math.sign(goal) * Math.max(0, Math.abs(goal) - l1 / curvature);
      x[j] = Math.min(upper, Math.max(lower, shrunk));
      const step = x[j] - before;
      if (step === 0) continue;
      moved = Math.max(moved, Math.abs(step) / Math.max(Math.abs(x[j]), 1e-300));
      for (let i = 0; i < rows; i++) margins[i] += step * values[i * cols + j];
    }
  }
  // Where there are no bounds slopes beyond l1 would be dear.
  let beyond = 0;
  for (let j = 0; j < cols; j++) {
    const pulled = pulledBy(j);
    beyond = Math.max(beyond, upper < Infinity ? 0 : -pulled, lower > -Infinity ? 0 : pulled);
  }
  const scale = (l1 > 0 && beyond > l1 ? l1 / beyond : 1) * (source.kind === 'least-squares' && l1 === 0 ? 1 : 1 - 1e-12);
  return { dual: margins.map((margin, i) => scale * slopeOf(margin, i)) };
}
