// The claims of the paper on block coordinate descent, and the experiments that check them.
import type { Claim } from '@infimum/core';
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

/** Whose curves lie below whose: digits gained by the one beyond the other. */
const ORDERS = [
  ['gs', 'random'],
  ['gs', 'cyclic'],
  ['gsd', 'gs'],
  ['fixedGsl', 'fixedGs'],
  ['fixedGsl', 'fixedCyclic'],
  ['gsd', 'fixedGsl'],
] as const;

const greedyRules = defineClaim({
  id: 'optim/greedy-block-rules',
  paper: blockPaper,
  statement:
    'Greedy rules beat random and cyclic ones, rules with L_b beat the plain gradient, and steps with the matrix beat gradient steps, on sparse least squares with blocks of 5.',
  published: 'figures only: the curves of greedy rules lie below those of random and cyclic ones after 500 iterations',
  budget: 60,
  null: 'random rules on both sides, with other draws',
  bars: [
    ...ORDERS.map(([better, worse]) => ({
      figure: `digits gained, ${better} beyond ${worse}`,
      atLeast: 0,
      source: 'the statement: below',
    })),
    { figure: 'digits gained, steps with the matrix beyond gradient steps', atLeast: 0, source: 'the statement: below' },
  ],
  measure: (seed) => {
    const { design, targets } = sparseRegression({ rows: 100, cols: 1000 }, seed);
    const loss = blockLeastSquares(design, targets);
    const start = loss.value(new Float64Array(1000));
    const digits = (options: BlockCoordinateDescentOptions) =>
      -Math.log10(valueAfter({ loss }, 500, { seed, ...options }) / start);
    const found = (['lipschitz', 'matrix'] as const).map((update) => ({
      random: digits({ select: 'random', update }),
      cyclic: digits({ select: 'cyclic', update }),
      gs: digits({ select: 'gs', update }),
      gsd: digits({ select: 'gsd', update }),
      fixedCyclic: digits({ partition: 'sort', select: 'cyclic', update }),
      fixedGs: digits({ partition: 'sort', select: 'gs', update }),
      fixedGsl: digits({ partition: 'sort', select: 'gsl', update }),
    }));
    const rules = Object.keys(found[0]) as (keyof (typeof found)[0])[];
    const others = [1, 2].map((draw) => digits({ select: 'random', update: 'matrix', seed: 500_000 + 2 * seed + draw }));
    // Of both updates, or of all rules, the worse.
    const figures = (beyond: (of: number, better: string, worse: string) => number, matrix: (rule: string) => number) => ({
      ...Object.fromEntries(
        ORDERS.map(([better, worse]) => [
          `digits gained, ${better} beyond ${worse}`,
          Math.min(beyond(0, better, worse), beyond(1, better, worse)),
        ]),
      ),
      'digits gained, steps with the matrix beyond gradient steps': Math.min(...rules.map(matrix)),
    });
    const at = (of: number, rule: string) => found[of][rule as (typeof rules)[number]];
    return {
      ours: figures(
        (of, better, worse) => at(of, better) - at(of, worse),
        (rule) => at(1, rule) - at(0, rule),
      ),
      null: figures(
        () => others[0] - others[1],
        () => others[0] - others[1],
      ),
    };
  },
});

const messages = defineClaim({
  id: 'optim/block-messages',
  paper: blockPaper,
  statement:
    'On a lattice, updates of forests by message passing beat red-black updates, and these beat exact updates of small blocks, at the same order of cost an iteration.',
  published: 'figures only: the curves of tree blocks lie far below those of red-black and of small blocks',
  budget: 60,
  null: 'small blocks in place of forests',
  bars: [
    { figure: 'rest of red-black over that of small blocks', atMost: 1, scale: 'log', source: 'the statement: below' },
    ...['random forests', 'tree partition', 'greedy forests'].map((name) => ({
      figure: `rest of ${name} over that of red-black`,
      atMost: 1,
      scale: 'log' as const,
      source: 'the statement: below',
    })),
  ],
  measure: (seed) => {
    const { loss } = latticePropagation(50, 100, seed);
    const least = loss.value(conjugateGradient(loss.graph, loss.linear, { tolerance: 1e-12 }).x);
    const rest = (options: BlockCoordinateDescentOptions) =>
      Math.max(1e-16, (valueAfter({ loss }, 60, { seed, ...options }) - least) / -least);
    const small = rest({ select: 'gs', update: 'matrix', blockSize: 13 });
    const redBlack = rest({ select: 'red-black', update: 'message' });
    const figures = (forests: readonly number[]) => ({
      'rest of red-black over that of small blocks': redBlack / small,
      ...Object.fromEntries(
        ['random forests', 'tree partition', 'greedy forests'].map((name, k) => [
          `rest of ${name} over that of red-black`,
          forests[k] / redBlack,
        ]),
      ),
    });
    const forests = (['forest-random', 'tree-partition', 'forest-gs'] as const).map((select) =>
      rest({ select, update: 'message' }),
    );
    return { ours: figures(forests), null: figures([small, small, small]) };
  },
});

const activeSets = defineClaim({
  id: 'optim/block-active-sets',
  paper: blockPaper,
  statement:
    'The zeros of the solution are found after finitely many iterations, within the bound of the theorem, and exact blocks at least as large as the support then end at once.',
  published: 'a theorem; none published',
  budget: 30,
  null: 'blocks of a quarter of the support',
  bars: [
    { figure: 'iterations to the zeros over the bound', atMost: 1, source: 'theorem' },
    {
      figure: 'iterations of exact blocks in all',
      atMost: 3,
      source: 'theorem: at once, that is a step to the zeros, one to the solution, and one that changes nothing',
    },
  ],
  measure: (seed) => {
    const { design, targets } = denseRegression({ rows: 300, cols: 200, nonzeros: 14 }, seed);
    const data = { loss: blockLeastSquares(design, targets), l1: 60 / 300 };
    const figures = (blockSize: number) => {
      const exact = blockCoordinateDescent(data, { blockSize, update: 'exact', tolerance: 1e-10, maxIterations: 1000 });
      const { bound, observed } = activeSetComplexity(data, exact.x);
      return {
        'iterations to the zeros over the bound': observed / bound,
        'iterations of exact blocks in all': exact.iterations,
      };
    };
    return { ours: figures(20), null: figures(4) };
  },
});

/** All claims of the paper. */
export const blockClaims: readonly Claim[] = [greedyRules, messages, activeSets];
