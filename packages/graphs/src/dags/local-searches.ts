// Searches over edges: NOFEARS, which adds and reverses edges that violate the optimality conditions, and hill climbing by the
// Bayesian information criterion.
import type { OptionSpecs, Steps } from '@infimum/core';
import { converged, defineSolver, resolveOptions } from '@infimum/core';
import { reachability } from './dag-graph.ts';
import type { DagIterate, DagSolution } from './dag-instance.ts';
import { dagProblem } from './dag-problem.ts';
import { leastSquaresGradient, meanVariance, momentsOf, regress, regularized } from './moments.ts';
import { dagPapers } from './papers.ts';
import { bicPenalty } from './prune.ts';

/** Weights of all edges, each node regressed on its parents. */
function fitAll(
  covariance: Float64Array,
  d: number,
  parents: readonly (readonly number[])[],
): { weights: Float64Array; variances: Float64Array } {
  const weights = new Float64Array(d * d);
  const variances = new Float64Array(d);
  for (let j = 0; j < d; j++) {
    const fit = regress(covariance, d, j, parents[j]);
    variances[j] = fit.variance;
    parents[j].forEach((i, a) => {
      weights[i * d + j] = fit.weights[a];
    });
  }
  return { weights, variances };
}

const noFearsOptions = {
  tolerance: {
    type: 'number',
    above: 0,
    default: 0.01,
    description: 'Tolerated derivative by a missing edge, relative to the mean variance',
  },
  threshold: { type: 'number', min: 0, default: 0.3, description: 'Weights below it are dropped at the end' },
} as const satisfies OptionSpecs;

export const noFearsSolver = /* @__PURE__ */ defineSolver({
  id: 'graphs/no-fears',
  title: 'NOFEARS local search',
  summary: 'Adds the edge of the largest derivative that closes no cycle, reverses edges where that is better, and refits.',
  problem: dagProblem,
  role: 'baseline',
  paper: dagPapers.noFears,
  cost: 'O(d^3) \\text{ per edge}',
  options: noFearsOptions,
  *steps({ data }, given): Steps<DagSolution, DagIterate> {
    const { tolerance, threshold } = resolveOptions(noFearsOptions, given);
    const moments = regularized(momentsOf(data));
    const { d, covariance } = moments;
    const parents: number[][] = Array.from({ length: d }, () => []);
    let { weights, variances } = fitAll(covariance, d, parents);
    let iteration = 0;
    const solution = () => ({
      weights: weights.map((weight) => (Math.abs(weight) >= threshold ? weight : 0)) as typeof weights,
    });
    const news = () => ({ iteration: iteration++, score: variances.reduce((a, b) => a + b, 0) / 2, solution });
    yield news();
    const least = tolerance * meanVariance(moments);
    const refit = () => {
      ({ weights, variances } = fitAll(covariance, d, parents));
    };
    for (;;) {
      const reach = reachability(support(parents, d));
      const gradient = leastSquaresGradient(moments, weights);
      let [from, to, size] = [-1, -1, least];
      for (let i = 0; i < d; i++) {
        for (let j = 0; j < d; j++) {
          if (i === j || reach[j * d + i] || parents[j].includes(i) || !(Math.abs(gradient[i * d + j]) > size)) continue;
          [from, to, size] = [i, j, Math.abs(gradient[i * d + j])];
        }
      }
      if (from >= 0) {
        parents[to].push(from);
        refit();
        yield news();
        continue;
      }
      // No edge is missing: reverse the one that lowers the score most, if no other path joins its ends.
      const total = variances.reduce((a, b) => a + b, 0);
      let [best, i, j] = [total * (1 - 1e-10), -1, -1];
      for (let b = 0; b < d; b++) {
        for (const a of parents[b]) {
          const trial = parents.map((list) => [...list]);
          trial[b] = trial[b].filter((node) => node !== a);
          if (reachability(support(trial, d))[a * d + b]) continue;
          trial[a].push(b);
          const value =
            total -
            variances[a] -
            variances[b] +
            regress(covariance, d, a, trial[a]).variance +
            regress(covariance, d, b, trial[b]).variance;
          if (value < best) [best, i, j] = [value, a, b];
        }
      }
      if (i < 0) return converged(solution(), 'no missing edge has a significant derivative, and reversing no edge helps');
      parents[j] = parents[j].filter((node) => node !== i);
      parents[i].push(j);
      refit();
      yield news();
    }
  },
});

function support(parents: readonly (readonly number[])[], d: number): Uint8Array {
  const edges = new Uint8Array(d * d);
  parents.forEach((list, j) => {
    for (const i of list) edges[i * d + j] = 1;
  });
  return edges;
}

const hillOptions = {
  edgePenalty: { type: 'number', was: 'lambda', above: 0, description: 'Penalty per edge; log(n)/2n by default' },
} as const satisfies OptionSpecs;

export const hillClimbSolver = /* @__PURE__ */ defineSolver({
  id: 'graphs/hill-climb',
  title: 'Hill climbing',
  summary: 'Adds, removes or reverses the edge that lowers the Bayesian information criterion most.',
  problem: dagProblem,
  variant: 'likelihood',
  role: 'baseline',
  paper: {
    title: 'Learning Bayesian networks: the combination of knowledge and statistical data',
    arxiv: '1302.6815',
    year: 1995,
  },
  cost: 'O(d^2) \\text{ regressions a move}',
  options: hillOptions,
  *steps({ data }, given): Steps<DagSolution, DagIterate> {
    const { d, covariance, n } = regularized(momentsOf(data));
    const lambda = resolveOptions(hillOptions, given).edgePenalty ?? bicPenalty(n);
    const known = new Map<string, number>();
    const cost = (j: number, list: readonly number[]) => {
      const key = `${j}:${[...list].sort((a, b) => a - b).join()}`;
      const value =
        known.get(key) ??
        Math.log(Math.max(regress(covariance, d, j, list).variance, 1e-12 * covariance[j * d + j], 1e-300)) / 2 +
          lambda * list.length;
      known.set(key, value);
      return value;
    };
    const parents: number[][] = Array.from({ length: d }, () => []);
    const own = Float64Array.from({ length: d }, (_, j) => cost(j, []));
    let iteration = 0;
    const solution = () => ({ weights: fitAll(covariance, d, parents).weights });
    const news = () => ({ iteration: iteration++, score: own.reduce((a, b) => a + b, 0), solution });
    yield news();
    for (;;) {
      let best = -1e-10;
      let move: (() => void) | undefined;
      const offer = (change: number, make: () => void) => {
        if (change < best) [best, move] = [change, make];
      };
      const set = (j: number, list: number[]) => {
        parents[j] = list;
        own[j] = cost(j, list);
      };
      const reach = reachability(support(parents, d));
      for (let j = 0; j < d; j++) {
        for (let i = 0; i < d; i++) {
          if (i === j) continue;
          if (!parents[j].includes(i)) {
            const longer = [...parents[j], i];
            if (!reach[j * d + i]) offer(cost(j, longer) - own[j], () => set(j, longer));
            continue;
          }
          const shorter = parents[j].filter((node) => node !== i);
          const gain = cost(j, shorter) - own[j];
          offer(gain, () => set(j, shorter));
          // Reversed, unless another path leads from i to j.
          if (shorter.some((node) => reach[i * d + node])) continue;
          const turned = [...parents[i], j];
          offer(gain + cost(i, turned) - own[i], () => {
            set(j, shorter);
            set(i, turned);
          });
        }
      }
      if (!move) return converged(solution(), 'adding, removing or reversing an edge does not help');
      move();
      yield news();
    }
  },
});
