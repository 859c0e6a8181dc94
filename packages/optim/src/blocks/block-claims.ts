// The claims of the paper on block coordinate descent, and the experiments that check them.
import type { Claim, ClaimContext } from '@infimum/core';
import { defineClaim } from '@infimum/core';
import { conjugateGradient } from '@infimum/linalg';
import { activeSetComplexity } from '../composite/active-set-complexity.ts';
import { denseRegression, latticePropagation, sparseRegression } from '../composite/composite-instances.ts';
import type { CompositeData } from '../composite/composite-minimization.ts';
import { blockLeastSquares } from '../losses/block-margin-loss.ts';
import type { BlockCoordinateDescentOptions } from './block-coordinate-descent.ts';
import { blockCoordinateDescent, blockPaper } from './block-coordinate-descent.ts';

/** F after so many iterations. */
function valueAfter(data: CompositeData, iterations: number, options: BlockCoordinateDescentOptions): number {
  return blockCoordinateDescent(data, { ...options, tolerance: 0, maxIterations: iterations }).value;
}

const greedyRules = defineClaim({
  id: 'optim/greedy-block-rules',
  paper: blockPaper,
  statement:
    'Greedy rules beat random and cyclic ones, rules with L_b beat the plain gradient, and steps with the matrix beat gradient steps, on sparse least squares with blocks of 5.',
  published: 'figures only: the curves of greedy rules lie below those of random and cyclic ones after 500 iterations',
  budget: 30,
  run: async ({ signal, onProgress }: ClaimContext) => {
    const figures: Record<string, number> = {};
    let [kept, all] = [0, 0];
    for (const seed of [1, 2, 3]) {
      onProgress?.(`instance ${seed} of 3`);
      const { design, targets } = sparseRegression({ rows: 200, cols: 2000 }, seed);
      const loss = blockLeastSquares(design, targets);
      const start = loss.value(new Float64Array(2000));
      const digits = (options: BlockCoordinateDescentOptions) => {
        signal?.throwIfAborted();
        return -Math.log10(valueAfter({ loss }, 500, options) / start);
      };
      for (const update of ['lipschitz', 'matrix'] as const) {
        const found = {
          random: digits({ select: 'random', update }),
          cyclic: digits({ select: 'cyclic', update }),
          gs: digits({ select: 'gs', update }),
          gsd: digits({ select: 'gsd', update }),
          fixedCyclic: digits({ partition: 'sort', select: 'cyclic', update }),
          fixedGs: digits({ partition: 'sort', select: 'gs', update }),
          fixedGsl: digits({ partition: 'sort', select: 'gsl', update }),
        };
        for (const [name, value] of Object.entries(found))
          figures[`${update}, ${name}: digits`] = (figures[`${update}, ${name}: digits`] ?? 0) + value / 3;
        const orders = [
          found.gs > found.random,
          found.gs > found.cyclic,
          found.gsd > found.gs,
          found.fixedGsl > found.fixedGs,
          found.fixedGsl > found.fixedCyclic,
          found.gsd > found.fixedGsl,
        ];
        kept += orders.filter(Boolean).length;
        all += orders.length;
      }
    }
    for (const name of ['random', 'cyclic', 'gs', 'gsd', 'fixedCyclic', 'fixedGs', 'fixedGsl']) {
      all++;
      if (figures[`matrix, ${name}: digits`] > figures[`lipschitz, ${name}: digits`]) kept++;
    }
    return {
      measured: `${kept} of ${all} comparisons come out as claimed; greedy blocks with the matrix gain ${figures['matrix, gsd: digits'].toFixed(1)} digits in 500 iterations, random ones ${figures['matrix, random: digits'].toFixed(1)}`,
      verdict: kept === all ? 'reproduced' : kept > 0.8 * all ? 'partly reproduced' : 'not reproduced',
      figures,
    };
  },
});

const messages = defineClaim({
  id: 'optim/block-messages',
  paper: blockPaper,
  statement:
    'On a lattice, updates of forests by message passing beat red-black updates, and these beat exact updates of small blocks, at the same order of cost an iteration.',
  published: 'figures only: the curves of tree blocks lie far below those of red-black and of small blocks',
  budget: 30,
  run: async ({ signal, onProgress }: ClaimContext) => {
    const rules: Record<string, BlockCoordinateDescentOptions> = {
      'small blocks': { select: 'gs', update: 'matrix', blockSize: 13 },
      'red-black': { select: 'red-black', update: 'message' },
      'random forests': { select: 'forest-random', update: 'message' },
      'tree partition': { select: 'tree-partition', update: 'message' },
      'greedy forests': { select: 'forest-gs', update: 'message' },
    };
    const figures: Record<string, number> = {};
    let holds = true;
    for (const seed of [1, 2, 3]) {
      onProgress?.(`lattice ${seed} of 3`);
      const { loss } = latticePropagation(50, 100, seed);
      const least = loss.value(conjugateGradient(loss.graph, loss.linear, { tolerance: 1e-12 }).x);
      const rest: Record<string, number> = {};
      for (const [name, options] of Object.entries(rules)) {
        signal?.throwIfAborted();
        rest[name] = (valueAfter({ loss }, 60, options) - least) / -least;
        figures[name] = (figures[name] ?? 0) + rest[name] / 3;
      }
      holds &&=
        rest['red-black'] < rest['small blocks'] &&
        ['random forests', 'tree partition', 'greedy forests'].every((name) => rest[name] < rest['red-black']);
    }
    const text = Object.entries(figures).map(([name, value]) => `${name} ${value.toExponential(1)}`);
    return {
      measured: `relative suboptimality after 60 iterations: ${text.join(', ')}`,
      verdict: holds ? 'reproduced' : 'not reproduced',
      figures,
    };
  },
});

const activeSets = defineClaim({
  id: 'optim/block-active-sets',
  paper: blockPaper,
  statement:
    'The zeros of the solution are found after finitely many iterations, within the bound of the theorem, and exact blocks at least as large as the support then end at once.',
  published: 'a theorem; none published',
  budget: 20,
  run: async ({ signal, onProgress }: ClaimContext) => {
    let [within, ended, most, instances] = [0, 0, 0, 0];
    let ratio = 0;
    for (let seed = 1; seed <= 10; seed++) {
      signal?.throwIfAborted();
      onProgress?.(`lasso ${seed} of 10`);
      const { design, targets } = denseRegression({ rows: 300, cols: 200, nonzeros: 14 }, seed);
      const data = { loss: blockLeastSquares(design, targets), l1: 60 / 300 };
      const exact = blockCoordinateDescent(data, { blockSize: 20, update: 'exact', tolerance: 1e-10 });
      const { bound, observed } = activeSetComplexity(data, exact.x);
      instances++;
      if (observed <= bound) within++;
      if (exact.status === 'converged' && exact.iterations <= 10) ended++;
      most = Math.max(most, exact.iterations);
      ratio = Math.max(ratio, observed / bound);
    }
    return {
      measured: `within the bound in ${within} of ${instances} problems, at most ${(100 * ratio).toFixed(0)} % of it; exact blocks of 20 end after at most ${most} iterations`,
      verdict:
        within === instances && ended === instances
          ? 'reproduced'
          : within === instances
            ? 'partly reproduced'
            : 'not reproduced',
      figures: { within, ended, instances, mostIterations: most, largestShareOfBound: ratio },
    };
  },
});

/** All claims of the paper. */
export const blockClaims: readonly Claim[] = [greedyRules, messages, activeSets];
