// The policies of `graphs/online-matching` as solvers.
import type { OptionSpecs, Paper } from '@infimum/core';
import { defineSolver, resolveOptions } from '@infimum/core';
import { onlineMatchingProblem } from './matching-problem.ts';
import { cheapestEdges } from './minimum-cost-matching.ts';
import type { OnlineInstance } from './online-instance.ts';
import type { Policy } from './policies.ts';
import { simulateOnlineOptions, simulateOnlineSteps } from './simulate-online.ts';
import { stochasticConfigurationBound } from './stochastic-configuration-dual.ts';

/** The paper. */
export const onlineMatchingPaper: Paper = {
  title: 'Online Matching with Stochastic Rewards: Advanced Analyses Using Configuration Linear Programs',
  arxiv: '2309.10289',
  year: 2023,
};

const { tolerance, maxRuns, seed } = simulateOnlineOptions;
const policyOptions = { tolerance, maxRuns, seed } as const satisfies OptionSpecs;
const balanceOptions = {
  sharing: { type: 'choice', choices: ['exp', 'msvv'], default: 'exp', description: 'f: 1 − e^-l, or e^(min(l,1)−1)' },
  ...policyOptions,
} as const satisfies OptionSpecs;

const stochasticBalance = /* @__PURE__ */ defineSolver({
  id: 'graphs/stochastic-balance',
  title: 'Stochastic Balance',
  summary:
    'Prefers large expected gains, discounted by earlier attempts on a vertex: the best known guarantee for unequal probabilities.',
  problem: onlineMatchingProblem,
  role: 'paper',
  paper: onlineMatchingPaper,
  cost: 'O(\\text{edges}) \\text{ per run}',
  options: balanceOptions,
  steps: (instance, options) =>
    simulateOnlineSteps(instance, { ...options, sharing: options.sharing as 'exp', policy: 'stochastic-balance' }),
});

/** Vertices times edges up to which a plan takes a moment. */
const MOST_PLANNED = 2e6;

function policySolver(
  policy: Policy,
  title: string,
  summary: string,
  paper: Paper,
  { id = policy, plan }: { id?: string; plan?: (instance: OnlineInstance) => Float64Array } = {},
) {
  return defineSolver({
    id: `graphs/${id}`,
    title,
    summary,
    problem: onlineMatchingProblem,
    role: policy === 'least-load' || policy === 'ranking' ? 'paper' : 'baseline',
    paper,
    cost: 'O(\\text{edges}) \\text{ per run}',
    options: policyOptions,
    declines: ({ weights, rowPointers, columnIndices }) => {
      const work = Math.min(weights.length, rowPointers.length) * columnIndices.length;
      return plan && work > MOST_PLANNED ? 'the plan is too large to be interruptible: use fewer edges' : undefined;
    },
    steps: (instance, options) =>
      simulateOnlineSteps(instance, { ...resolveOptions(policyOptions, options), policy, plan: plan?.(instance) }),
  });
}

const mehtaPanigrahi: Paper = { title: 'Online Matching with Stochastic Rewards', year: 2012 };

/** 1 on the edges of a matching of greatest Σ w p, else 0. */
export function maximumMatching({ weights, rowPointers, columnIndices, probabilities }: OnlineInstance): Float64Array {
  const scale = weights.reduce((a, b) => Math.max(a, b), 0) || 1;
  const costs = probabilities.map((p, k) => (-p * weights[columnIndices[k]]) / scale);
  const plan = new Float64Array(costs.length);
  const chosen = cheapestEdges({ rowPointers, columnIndices, costs, columns: weights.length, unmatched: 0 });
  for (const edge of chosen) if (edge >= 0) plan[edge] = 1;
  return plan;
}

/** The solvers of `graphs/online-matching`. */
export const matchingSolvers = [
  stochasticBalance,
  policySolver(
    'least-load',
    'Stochastic Balance, equal chances',
    'Tries the vertex that has been tried least: the original form, only for equal probabilities.',
    onlineMatchingPaper,
  ),
  policySolver(
    'ranking',
    'Ranking',
    'Draws a random order of the vertices once and tries the first that accepts; for equal probabilities.',
    onlineMatchingPaper,
  ),
  policySolver(
    'perturbed-greedy',
    'Perturbed Greedy',
    'Greedy with weights randomly lowered once: Ranking for weights and decomposable probabilities.',
    { title: 'Online vertex-weighted bipartite matching and single-bid budgeted allocations', arxiv: '1007.1271', year: 2011 },
  ),
  policySolver('greedy', 'Greedy', 'Takes the largest expected gain; at worst half of the optimum.', mehtaPanigrahi),
  policySolver('random', 'Random', 'Tries a uniformly random vertex that accepts.', mehtaPanigrahi, { id: 'random-matching' }),
  policySolver(
    'guided',
    'Guided by the linear program',
    'Knows all arrivals in advance and tries edges by a plan from subgradient steps: shows the value of non-adaptive foresight.',
    onlineMatchingPaper,
    { id: 'guided-matching', plan: (instance) => stochasticConfigurationBound(instance, { maxRounds: 200 }).plan },
  ),
  policySolver(
    'guided',
    'Offline matching',
    'Knows all arrivals in advance and tries the edges of one matching of greatest total expected gain, each vertex once.',
    { title: 'The Hungarian method for the assignment problem', year: 1955 },
    { id: 'offline-matching', plan: maximumMatching },
  ),
];
