// The registered solvers of `ot/expert-assignment`, and those of linear assignment for transport.
import { defineSolver, type Paper } from '@infimum/core';
import { alfLbSteps } from './expert-alf-lb.ts';
import { expertAuctionSteps } from './expert-auction.ts';
import { expertAuxiliaryLossSteps } from './expert-auxiliary-loss.ts';
import { expertChoiceSteps } from './expert-choice.ts';
import { alfLbPaper } from './expert-claims.ts';
import { coordinateDualSteps } from './expert-coordinate-dual.ts';
import { expertGreedySteps } from './expert-greedy.ts';
import { expertAssignment } from './expert-problem.ts';
import { expertShortestPathsSteps } from './expert-shortest-paths.ts';
import { expertSinkhornSteps } from './expert-sinkhorn.ts';
import { expertTokenDroppingSteps } from './expert-token-dropping.ts';

const bip: Paper = {
  title: 'Binary-integer-programming based algorithm for expert load balancing in mixture-of-experts models',
  arxiv: '2502.15451',
  year: 2025,
};
const edmondsKarp: Paper = {
  title: 'Theoretical improvements in algorithmic efficiency for network flow problems',
  year: 1972,
};
const baseLayers: Paper = {
  title: 'BASE layers: simplifying training of large, sparse models',
  arxiv: '2103.16716',
  year: 2021,
};
const sinkhornRouting: Paper = {
  title: 'Unified scaling laws for routed language models',
  arxiv: '2202.01169',
  year: 2022,
};
const expertChoicePaper: Paper = {
  title: 'Mixture-of-experts with expert choice routing',
  arxiv: '2202.09368',
  year: 2022,
};
const switchTransformers: Paper = {
  title: 'Switch transformers: scaling to trillion parameter models with simple and efficient sparsity',
  arxiv: '2101.03961',
  year: 2022,
};
const sparselyGated: Paper = {
  title: 'Outrageously large neural networks: the sparsely-gated mixture-of-experts layer',
  arxiv: '1701.06538',
  year: 2017,
};

const alfLb = defineSolver({
  id: 'ot/alf-lb',
  title: 'Auxiliary-loss-free load balancing',
  summary: 'Routes by biased scores and moves each bias by the load of its expert: one cheap step a batch.',
  problem: expertAssignment,
  role: 'paper',
  paper: alfLbPaper,
  cost: 'O(TE) \\text{ per iteration}',
  options: {
    update: {
      type: 'choice',
      choices: ['sign', 'proportional'],
      default: 'sign',
      description: 'Move by the sign of target minus load, or by the difference',
    },
    schedule: {
      type: 'choice',
      choices: ['constant', 'square-root', 'harmonic', 'polyak'],
      default: 'constant',
      description: "How steps shrink with the iteration, or Polyak's step, which knows the optimum",
    },
    step: {
      type: 'number',
      above: 0,
      unit: 'score',
      description:
        'First step; by default 0.001 for signs, and 0.05, 0.1 or 5 over the target for proportional updates',
    },
    momentum: {
      type: 'number',
      min: 0,
      below: 1,
      default: 0,
      description: 'Share of earlier differences in the one that counts',
    },
    sequenceLength: {
      type: 'integer',
      min: 1,
      description:
        'Tokens of a sequence, which votes by itself; for sign updates; by default the batch is one',
    },
    center: { type: 'boolean', default: true, description: 'Keep the mean bias at zero' },
    tolerance: { type: 'number', min: 0, default: 0.01, description: 'Violation at which the run ends' },
    patience: {
      type: 'integer',
      min: 1,
      default: 1000,
      description: 'Iterations without gain after which the run counts as stalled',
    },
  },
  steps: (problem, options) => alfLbSteps(problem, options),
});

const coordinateDual = defineSolver({
  id: 'ot/expert-coordinate-dual',
  title: 'Coordinate dual descent',
  summary:
    'Minimises the dual in one bias after the other; shortest paths finish: the exact optimum in a few sweeps.',
  problem: expertAssignment,
  role: 'baseline',
  paper: bip,
  cost: 'O(TE) \\text{ per sweep}',
  options: {
    maxSweeps: {
      type: 'integer',
      min: 0,
      default: 50,
      description: 'Sweeps before shortest paths take over',
    },
    finishBelow: {
      type: 'integer',
      min: 0,
      description:
        'Tokens above the capacities from which on shortest paths finish; by default as many as experts',
    },
  },
  steps: (problem, options) => coordinateDualSteps(problem, options),
});

const shortestPaths = defineSolver({
  id: 'ot/expert-shortest-paths',
  title: 'Successive shortest paths on the experts',
  summary:
    'Moves one token at a time off the overloaded experts along a cheapest chain of moves: exact for any K.',
  problem: expertAssignment,
  role: 'baseline',
  paper: edmondsKarp,
  cost: 'O(TKE), \\text{ then } O(E^2) \\text{ and a few scans of } TK/E \\text{ tokens per augmentation}',
  options: {},
  steps: (problem) => expertShortestPathsSteps(problem),
});

const auction = defineSolver({
  id: 'ot/expert-auction',
  title: 'Auction of experts',
  summary: 'Tokens bid for experts at rising prices, one expert a token: the assignment of BASE layers.',
  problem: expertAssignment,
  role: 'baseline',
  paper: baseLayers,
  cost: 'O(E) \\text{ per bid}',
  options: {
    epsilon: {
      type: 'number',
      above: 0,
      unit: 'score',
      description: 'Final epsilon; by default a millionth of the range of the scores, divided by the tokens',
    },
  },
  declines: ({ expertsPerToken }) => (expertsPerToken > 1 ? 'tokens bid for one expert each' : undefined),
  steps: (problem, options) => expertAuctionSteps(problem, options),
});

const sinkhorn = defineSolver({
  id: 'ot/expert-sinkhorn',
  title: 'Sinkhorn routing',
  summary: 'Entropic transport of tokens to experts, with or without a cap of one on its entries.',
  problem: expertAssignment,
  role: 'baseline',
  paper: sinkhornRouting,
  cost: 'O(TE) \\text{ exponentials per sweep}',
  options: {
    temperature: {
      type: 'number',
      above: 0,
      default: 0.01,
      unit: 'score',
      description: 'Entropic regularisation',
    },
    capped: {
      type: 'boolean',
      default: true,
      description: 'No entry above one; matters for more than one expert a token',
    },
    tolerance: {
      type: 'number',
      min: 0,
      default: 1e-6,
      description: 'Error of the fractional loads at which the run ends',
    },
  },
  steps: (problem, options) => expertSinkhornSteps(problem, options),
});

const expertChoice = defineSolver({
  id: 'ot/expert-choice',
  title: 'Expert choice',
  summary: 'Each expert takes its best tokens: balanced at once, but some tokens get no expert.',
  problem: expertAssignment,
  role: 'baseline',
  paper: expertChoicePaper,
  cost: 'O(TE \\log T)',
  options: {},
  steps: (problem) => expertChoiceSteps(problem),
});

const greedy = defineSolver({
  id: 'ot/expert-greedy',
  title: 'Greedy routing',
  summary: 'Each token goes to its best experts, whatever their loads.',
  problem: expertAssignment,
  role: 'baseline',
  paper: sparselyGated,
  cost: 'O(TE)',
  options: {},
  steps: (problem) => expertGreedySteps(problem),
});

const tokenDropping = defineSolver({
  id: 'ot/expert-token-dropping',
  title: 'Capacity factor with token dropping',
  summary: 'Greedy routing after which experts drop what exceeds their capacity.',
  problem: expertAssignment,
  role: 'baseline',
  paper: switchTransformers,
  cost: 'O(TE \\log T)',
  options: {
    capacityFactor: { type: 'number', above: 0, default: 1, description: 'Factor of the capacities' },
  },
  steps: (problem, options) => expertTokenDroppingSteps(problem, options),
});

const auxiliaryLoss = defineSolver({
  id: 'ot/expert-auxiliary-loss',
  title: 'Auxiliary loss',
  summary:
    'Gradient descent on a loss that punishes unequal loads: what auxiliary-loss-free balancing replaces.',
  problem: expertAssignment,
  role: 'baseline',
  paper: switchTransformers,
  cost: 'O(TE) \\text{ exponentials per iteration}',
  options: {
    weight: { type: 'number', min: 0, default: 1, description: 'Weight of the auxiliary loss' },
    zLossWeight: {
      type: 'number',
      min: 0,
      default: 0,
      description: 'Weight of the squared log sum exp of the logits',
    },
    learningRate: { type: 'number', above: 0, default: 0.1, description: 'Rate of gradient descent' },
    sequenceLength: {
      type: 'integer',
      min: 1,
      description: 'Tokens of a sequence; by default the batch is one',
    },
    biasStep: {
      type: 'number',
      min: 0,
      default: 0,
      description: 'Step of a sign update of selection biases beside the loss',
    },
    tolerance: {
      type: 'number',
      min: 0,
      default: 1e-6,
      description: 'Length of the gradient at which the run ends',
    },
    patience: {
      type: 'integer',
      min: 1,
      default: 1000,
      description: 'Iterations without gain after which the run counts as stalled',
    },
  },
  declines: ({ scores }) =>
    scores.values.every((score) => score > 0 && score < 1) ? undefined : 'scores must lie between 0 and 1',
  steps: (problem, options) => expertAuxiliaryLossSteps(problem, options),
});

/** The solvers of `ot/expert-assignment`. */
export const expertSolvers = [
  alfLb,
  coordinateDual,
  shortestPaths,
  auction,
  sinkhorn,
  expertChoice,
  greedy,
  tokenDropping,
  auxiliaryLoss,
] as const;
