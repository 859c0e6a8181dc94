// What this package registers: the transport problem, its solvers and the claims of their papers.
import { defineSolver, type Paper, type Plugin } from '@infimum/core';
import { linearAssignmentSolvers } from './assignment/linear-assignment-solvers.ts';
import { barycenter } from './barycenters/barycenter-problem.ts';
import { barycenterSolvers } from './barycenters/barycenter-solvers.ts';
import { sinkhornNewtonSparseClaims, sinkhornNewtonSparsePaper } from './claims.ts';
import { acceleratedSinkhornSteps } from './entropic/accelerated-sinkhorn.ts';
import { andersonSinkhornSteps } from './entropic/anderson-sinkhorn.ts';
import { dualLbfgsSteps } from './entropic/dual-lbfgs.ts';
import { epsilonScalingSteps } from './entropic/epsilon-scaling.ts';
import { greenkhornSteps } from './entropic/greenkhorn.ts';
import { overrelaxedSinkhornSteps } from './entropic/overrelaxed-sinkhorn.ts';
import { sinkhornSteps } from './entropic/sinkhorn.ts';
import { sinkhornLogSteps } from './entropic/sinkhorn-log.ts';
import { sinkhornNewtonShiftSteps } from './entropic/sinkhorn-newton-shift.ts';
import { sinkhornNewtonSparseSteps } from './entropic/sinkhorn-newton-sparse.ts';
import { stochasticDualSteps } from './entropic/stochastic-dual.ts';
import { stochasticTransportSteps } from './entropic/stochastic-transport.ts';
import { networkSimplexSteps } from './exact/network-simplex.ts';
import { alfLbClaims } from './experts/expert-claims.ts';
import { expertAssignment } from './experts/expert-problem.ts';
import { expertSolvers } from './experts/expert-solvers.ts';
import { gromov } from './gromov/gromov-problem.ts';
import { gromovSolvers } from './gromov/gromov-solvers.ts';
import { transport } from './transport-problem.ts';
import { unbalancedTransport } from './unbalanced/unbalanced-problem.ts';
import { unbalancedSolvers } from './unbalanced/unbalanced-solvers.ts';

export { type BarycenterInstance, barycenter } from './barycenters/barycenter-problem.ts';
export { expertAssignment } from './experts/expert-problem.ts';
export { type GromovInstance, gromov } from './gromov/gromov-problem.ts';
export { type TransportInstance, transport } from './transport-problem.ts';
export { type UnbalancedTransport, unbalancedTransport } from './unbalanced/unbalanced-problem.ts';

const cuturi: Paper = {
  title: 'Sinkhorn distances: lightspeed computation of optimal transport',
  arxiv: '1306.0895',
  year: 2013,
};
const schmitzer: Paper = {
  title: 'Stabilized sparse scaling algorithms for entropy regularized transport problems',
  arxiv: '1610.06519',
  year: 2019,
};
const orlin: Paper = {
  title: 'A polynomial time primal network simplex algorithm for minimum cost flows',
  year: 1997,
};

const altschuler: Paper = {
  title: 'Near-linear time approximation algorithms for optimal transport via Sinkhorn iteration',
  arxiv: '1705.09634',
  year: 2017,
};
const thibault: Paper = {
  title: 'Overrelaxed Sinkhorn-Knopp algorithm for regularized optimal transport',
  arxiv: '1711.01851',
  year: 2017,
};
const guminov: Paper = {
  title: "On a combination of alternating minimization and Nesterov's momentum",
  arxiv: '1906.03622',
  year: 2019,
};
const chizatAnderson: Paper = {
  title: 'Faster Wasserstein distance estimation with the Sinkhorn divergence',
  arxiv: '2006.08172',
  year: 2020,
};
const liuNocedal: Paper = {
  title: 'On the limited memory BFGS method for large scale optimization',
  year: 1989,
};
const tangQiu: Paper = {
  title: 'Safe and sparse Newton method for entropic-regularized optimal transport',
  year: 2024,
};
const brauer: Paper = {
  title: 'A Sinkhorn-Newton method for entropic optimal transport',
  arxiv: '1710.06635',
  year: 2017,
};

const genevay: Paper = {
  title: 'Stochastic optimization for large-scale optimal transport',
  arxiv: '1605.08527',
  year: 2016,
};

const seguy: Paper = {
  title: 'Large-scale optimal transport and mapping estimation',
  arxiv: '1711.02283',
  year: 2018,
};

/** Unknowns beyond which a dense Newton system costs more than is worth waiting for. */
const MAX_DENSE_UNKNOWNS = 2000;

const entropicOptions = {
  epsilon: {
    type: 'number',
    above: 0,
    unit: 'cost',
    description: "Entropic regularisation; by default the instance's own",
  },
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-9,
    description: 'l1 error of the marginals at which the run ends',
  },
  threads: {
    type: 'integer',
    min: 1,
    max: 64,
    default: 1,
    description: 'Threads; the result does not depend on their number',
  },
} as const;

const sinkhornSolver = defineSolver({
  id: 'ot/sinkhorn',
  title: 'Sinkhorn',
  summary:
    'Scales rows and columns of an absorbed kernel in turn; the standard method for moderate regularisation.',
  problem: transport,
  variant: 'entropic',
  role: 'baseline',
  paper: cuturi,
  cost: 'O(nm) \\text{ per sweep}',
  options: {
    ...entropicOptions,
    domain: {
      type: 'choice',
      choices: ['auto', 'scaling', 'log'],
      default: 'auto',
      description: 'Scale a kernel, sweep in the log domain, or scale wherever that is safe',
    },
  },
  steps: (instance, options) => sinkhornSteps(instance, withEpsilon(instance, options)),
});

const sinkhornLogSolver = defineSolver({
  id: 'ot/sinkhorn-log',
  title: 'Sinkhorn in the log domain',
  summary: 'Updates the potentials by log-sum-exp: slower per sweep, safe for every regularisation.',
  problem: transport,
  variant: 'entropic',
  role: 'baseline',
  paper: cuturi,
  cost: 'O(nm) \\text{ exponentials per sweep}',
  options: entropicOptions,
  steps: (instance, options) => sinkhornLogSteps(instance, withEpsilon(instance, options)),
});

const epsilonScalingSolver = defineSolver({
  id: 'ot/sinkhorn-epsilon-scaling',
  title: 'Sinkhorn with epsilon scaling',
  summary: 'Halves the regularisation in stages, each starting where the last one ended.',
  problem: transport,
  variant: 'entropic',
  role: 'baseline',
  paper: schmitzer,
  cost: 'O(nm) \\text{ per sweep}',
  options: entropicOptions,
  steps: (instance, options) => epsilonScalingSteps(instance, withEpsilon(instance, options)),
});

const sinkhornNewtonSparseSolver = defineSolver({
  id: 'ot/sinkhorn-newton-sparse',
  title: 'Sinkhorn-Newton-Sparse',
  summary:
    'Sinkhorn sweeps, then Newton steps on a sparsified Hessian: accurate plans at small regularisation.',
  problem: transport,
  variant: 'entropic',
  role: 'paper',
  paper: sinkhornNewtonSparsePaper,
  cost: 'O(nm) \\text{ per sweep or step}, O(k) \\text{ per inner iteration on } k \\text{ kept entries}',
  options: {
    ...entropicOptions,
    continuation: {
      type: 'boolean',
      default: true,
      description: "Halve epsilon in stages, damp and cap the steps; false is the paper's algorithm",
    },
    warmup: {
      type: 'integer',
      min: 0,
      description:
        'Sinkhorn sweeps before Newton steps; by default at most 15 a stage, 20 without continuation',
    },
    sparsify: {
      type: 'choice',
      choices: ['mass', 'top-k', 'all'],
      default: 'mass',
      description: 'Drop a tenth of the error in mass, keep the largest entries, or keep all',
    },
    density: {
      type: 'number',
      above: 0,
      max: 1,
      description: 'Share of the entries that top-k keeps; by default three a row',
    },
    gauge: {
      type: 'choice',
      choices: ['project', 'augment'],
      default: 'project',
      description: 'How the shift that changes nothing is taken out; augment only without continuation',
    },
  },
  steps: (instance, options) => sinkhornNewtonSparseSteps(instance, withEpsilon(instance, options)),
});

const denseNewtonSolver = defineSolver({
  id: 'ot/sinkhorn-newton-dense',
  title: 'Sinkhorn-Newton with the whole Hessian',
  summary: 'Newton steps on the whole dual Hessian: the same iterations as the sparse method, at cubic cost.',
  problem: transport,
  variant: 'entropic',
  role: 'baseline',
  paper: brauer,
  cost: 'O((n + m)^3) \\text{ per step}',
  options: entropicOptions,
  declines: ({ a, b }) =>
    a.length + b.length > MAX_DENSE_UNKNOWNS
      ? `dense Newton systems are for at most ${MAX_DENSE_UNKNOWNS} points; take ot/sinkhorn-newton-sparse`
      : undefined,
  steps: (instance, options) =>
    sinkhornNewtonSparseSteps(instance, { ...withEpsilon(instance, options), sparsify: 'all' }),
});

const shiftedNewtonSolver = defineSolver({
  id: 'ot/sinkhorn-newton-shift',
  title: 'Sparse Newton with a shift',
  summary:
    'Newton steps on a sparsified Hessian plus a multiple of the identity that vanishes with the gradient.',
  problem: transport,
  variant: 'entropic',
  role: 'baseline',
  paper: tangQiu,
  cost: 'O(nm) \\text{ per sweep or step}, O(k) \\text{ per inner iteration on } k \\text{ kept entries}',
  options: {
    ...entropicOptions,
    warmup: { type: 'integer', min: 0, default: 20, description: 'Sinkhorn sweeps before the Newton steps' },
  },
  steps: (instance, options) => sinkhornNewtonShiftSteps(instance, withEpsilon(instance, options)),
});

const greenkhornSolver = defineSolver({
  id: 'ot/greenkhorn',
  title: 'Greenkhorn',
  summary: 'Refits the row or column that fits worst: good where the mass is wrong in few places.',
  problem: transport,
  variant: 'entropic',
  role: 'baseline',
  paper: altschuler,
  cost: 'O(nm) \\text{ per } n + m \\text{ updates}',
  options: entropicOptions,
  steps: (instance, options) => greenkhornSteps(instance, withEpsilon(instance, options)),
});

const overrelaxedSolver = defineSolver({
  id: 'ot/sinkhorn-overrelaxed',
  title: 'Overrelaxed Sinkhorn',
  summary:
    "Goes further than Sinkhorn's updates in the log domain: several times fewer sweeps at small epsilon.",
  problem: transport,
  variant: 'entropic',
  role: 'baseline',
  paper: thibault,
  cost: 'O(nm) \\text{ exponentials per sweep}',
  options: {
    ...entropicOptions,
    relaxation: {
      type: 'number',
      min: 1,
      below: 2,
      default: 1.5,
      description: "Multiple of Sinkhorn's update",
    },
  },
  steps: (instance, options) => overrelaxedSinkhornSteps(instance, withEpsilon(instance, options)),
});

const acceleratedSolver = defineSolver({
  id: 'ot/sinkhorn-accelerated',
  title: 'Accelerated alternating minimisation',
  summary: "Sinkhorn's updates of one side at a time, from points with Nesterov's momentum.",
  problem: transport,
  variant: 'entropic',
  role: 'baseline',
  paper: guminov,
  cost: 'O(nm) \\text{ exponentials per trial}',
  options: entropicOptions,
  steps: (instance, options) => acceleratedSinkhornSteps(instance, withEpsilon(instance, options)),
});

const andersonSolver = defineSolver({
  id: 'ot/sinkhorn-anderson',
  title: 'Sinkhorn with Anderson acceleration',
  summary: 'Extrapolates the potentials from the last few sweeps; the dual says when that leads astray.',
  problem: transport,
  variant: 'entropic',
  role: 'baseline',
  paper: chizatAnderson,
  cost: 'O(nm) \\text{ exponentials per sweep}',
  options: {
    ...entropicOptions,
    memory: {
      type: 'integer',
      min: 1,
      max: 50,
      default: 5,
      description: 'Sweeps that an extrapolation looks back on',
    },
  },
  steps: (instance, options) => andersonSinkhornSteps(instance, withEpsilon(instance, options)),
});

const dualLbfgsSolver = defineSolver({
  id: 'ot/dual-lbfgs',
  title: 'L-BFGS on the dual',
  summary: 'The limited-memory quasi-Newton method on the source potentials, the others eliminated.',
  problem: transport,
  variant: 'entropic',
  role: 'baseline',
  paper: liuNocedal,
  cost: 'O(nm) \\text{ exponentials per iteration}',
  options: entropicOptions,
  steps: (instance, options) => dualLbfgsSteps(instance, withEpsilon(instance, options)),
});

const stochasticSolver = defineSolver({
  id: 'ot/stochastic-averaged-gradient',
  title: 'Stochastic averaged gradients',
  summary: 'One source at a time, along the sum of the last gradients of all of them.',
  problem: transport,
  variant: 'entropic',
  role: 'baseline',
  paper: genevay,
  cost: 'O(m) \\text{ per step, } O(nm) \\text{ per } n \\text{ steps}',
  options: {
    ...entropicOptions,
    seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the order of the sources' },
  },
  steps: (instance, options) => stochasticTransportSteps(instance, withEpsilon(instance, options)),
});

const stochasticDualSolver = defineSolver({
  id: 'ot/stochastic-dual',
  title: 'Stochastic gradients of the dual',
  summary: 'A batch of sources and a batch of targets at a time, with averaged potentials: rough plans.',
  problem: transport,
  variant: 'entropic',
  role: 'baseline',
  paper: seguy,
  cost: 'O(s^2 + n + m) \\text{ per step on batches of } s',
  options: {
    ...entropicOptions,
    tolerance: {
      type: 'number',
      min: 0,
      default: 0.01,
      description: 'l1 error of the marginals at which the run ends',
    },
    batchSize: {
      type: 'integer',
      min: 1,
      default: 32,
      description: 'Sources and targets of a batch, at most',
    },
    step: { type: 'number', above: 0, max: 1, default: 1, description: 'First step, in units of epsilon' },
    seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the batches' },
  },
  steps: (instance, options) => stochasticDualSteps(instance, withEpsilon(instance, options)),
});

const networkSimplexSolver = defineSolver({
  id: 'ot/network-simplex',
  title: 'Network simplex',
  summary: 'The exact, unregularised optimum with its dual potentials.',
  problem: transport,
  variant: 'exact',
  role: 'baseline',
  paper: orlin,
  cost: 'O(nm) \\text{ per few pivots; about } n^{2.5} \\text{ to } n^3 \\text{ in all}',
  options: {},
  steps: (instance) => networkSimplexSteps(instance),
});

/** The options with the instance's regularisation where they have none of their own. */
function withEpsilon<Options extends { epsilon?: number }>(
  instance: { readonly epsilon: number },
  options: Options,
): Options & { epsilon: number } {
  return { ...options, epsilon: options.epsilon ?? instance.epsilon };
}

/** Optimal transport for a registry. */
export const plugin: Plugin = {
  name: '@infimum/ot',
  problems: [transport, expertAssignment, unbalancedTransport, barycenter, gromov],
  solvers: [
    sinkhornNewtonSparseSolver,
    sinkhornSolver,
    sinkhornLogSolver,
    epsilonScalingSolver,
    greenkhornSolver,
    overrelaxedSolver,
    acceleratedSolver,
    andersonSolver,
    dualLbfgsSolver,
    shiftedNewtonSolver,
    denseNewtonSolver,
    stochasticSolver,
    stochasticDualSolver,
    networkSimplexSolver,
    ...linearAssignmentSolvers,
    ...expertSolvers,
    ...unbalancedSolvers,
    ...barycenterSolvers,
    ...gromovSolvers,
  ],
  claims: [...sinkhornNewtonSparseClaims, ...alfLbClaims],
};
