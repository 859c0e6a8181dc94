// The direct solution of sparse quadratics without g, in the form of composite minimisation: the baseline for message passing.
import type { Steps } from '@infimum/core';
import { converged, defineSolver, fault, InvalidInputError, stalled } from '@infimum/core';
import type { CompositeData, CompositeIterate, CompositeSolution } from '../composite/composite-minimization.ts';
import { checkComposite, compositeSolution } from '../composite/composite-minimization.ts';
import { composite } from '../composite/composite-problem.ts';
import type { BlockQuadratic } from '../losses/block-quadratic-loss.ts';
import { symmetrized } from '../losses/block-quadratic-loss.ts';
import { allNodes } from './forest/forest.ts';
import { SparseBlockCholesky } from './forest/sparse-block-cholesky.ts';
import { conjugateGradientDeclines } from './quadratic-conjugate-gradient.ts';

/** What may be left of the stationarity at the start. */
const SOLVED = 1e-6;

/** Iterate 0 is the start, the last one the solution of M x = q by elimination in the order of least degree, which pauses. */
export function* quadraticCholeskySteps(data: CompositeData): Steps<CompositeSolution, CompositeIterate> {
  const checked = checkComposite(data);
  const reason = conjugateGradientDeclines(data);
  if (reason) throw fault(reason, 'loss', 'unsupported');
  const { graph, linear } = data.loss as BlockQuadratic;
  const exact = symmetrized(graph, (k) => {
    throw fault(`is not symmetric: entry ${k} differs from its mirror image`, 'loss.graph', 'shape', k);
  });
  const iterate = (iteration: number, x: Float64Array): CompositeIterate => {
    const { value, stationarity } = compositeSolution(checked, x);
    return { iteration, value, stationarity, solution: () => compositeSolution(checked, x) };
  };
  const first = iterate(0, checked.start);
  yield first;
  const x = linear.slice();
  let iteration = 1;
  try {
    for (const _ of new SparseBlockCholesky(graph.rows).solveInTurns(exact, allNodes(graph.rows), x)) {
      yield { ...first, iteration: iteration++ };
    }
  } catch (error) {
    if (!(error instanceof InvalidInputError) || error.code === 'too-large') throw error;
    return stalled(compositeSolution(checked, checked.start), error.message);
  }
  const last = iterate(iteration, x);
  yield last;
  if (!Number.isFinite(last.value)) return stalled(last.solution(), 'F is not finite at the solution');
  if (!(last.stationarity <= SOLVED * first.stationarity)) {
    return stalled(last.solution(), `rounding leaves a stationarity of ${last.stationarity.toExponential(1)}`);
  }
  return converged(last.solution(), 'the system was solved directly');
}

export const quadraticCholeskySolver = /* @__PURE__ */ defineSolver({
  id: 'optim/quadratic-cholesky',
  title: 'Sparse Cholesky for quadratics',
  summary: 'Solves sparse quadratics without l1 and bounds directly, by minimum-degree elimination.',
  problem: composite,
  role: 'baseline',
  paper: { title: 'Direct solutions of sparse network equations by optimally ordered triangular factorization', year: 1967 },
  cost: 'O(d w^2) \\text{ on a graph of treewidth } w',
  options: {},
  declines: (problem) => conjugateGradientDeclines(problem),
  steps: (problem) => quadraticCholeskySteps(problem),
});
