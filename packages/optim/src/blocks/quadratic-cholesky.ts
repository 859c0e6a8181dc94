// The direct solution of sparse quadratics without g, in the form of composite minimisation: what message passing is measured
// against.
import { converged, InvalidInputError, type Steps, stalled } from '@infimum/core';
import type { BlockQuadratic } from './block-quadratic-loss.ts';
import {
  type CompositeData,
  type CompositeIterate,
  type CompositeSolution,
  checkComposite,
  compositeSolution,
} from './composite-minimization.ts';
import { allNodes } from './forest.ts';
import { conjugateGradientDeclines } from './quadratic-conjugate-gradient.ts';
import { SparseBlockCholesky } from './sparse-block-cholesky.ts';

/** Iterate 0 is the start, iterate 1 the solution of M x = q by elimination in the order of least degree. */
export function* quadraticCholeskySteps(data: CompositeData): Steps<CompositeSolution, CompositeIterate> {
  const composite = checkComposite(data, {});
  const reason = conjugateGradientDeclines(data);
  if (reason) throw new InvalidInputError(reason, { argument: 'loss', code: 'unsupported' });
  const { graph, linear } = data.loss as BlockQuadratic;
  const iterate = (iteration: number, x: Float64Array): CompositeIterate => {
    const { value, stationarity } = compositeSolution(composite, x);
    return { iteration, value, stationarity, solution: () => compositeSolution(composite, x) };
  };
  yield iterate(0, composite.start);
  const x = linear.slice();
  try {
    new SparseBlockCholesky(graph.rows).solve(graph, allNodes(graph.rows), x);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    return stalled(compositeSolution(composite, composite.start), error.message);
  }
  const last = iterate(1, x);
  yield last;
  return converged(last.solution(), 'the system has been solved directly');
}
