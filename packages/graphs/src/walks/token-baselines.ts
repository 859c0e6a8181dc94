// The baselines of SA-SRRW: tokens that walk plain chains, nodes drawn independently, and a tour of all nodes.
import type { OptionSpecs, RegisteredOptions, Steps } from '@infimum/core';
import { defineSolver, Random, resolveOptions } from '@infimum/core';
import { firstAbove } from '@infimum/linalg/numerics';
import type { Graph } from '../graph/graph.ts';
import { importance, saSrrwOptions, saSrrwSolver, tokenSteps } from './sa-srrw.ts';
import { createWalk } from './self-repellent-walk.ts';
import type { TokenInstance, TokenIterate, TokenSolution } from './token-problem.ts';
import { localGradient, relativeResidual, tokenProblem } from './token-problem.ts';

const cyclicTokenOptions = /* @__PURE__ */ (({ iterateExponent, stepSizeFactor, tolerance }: typeof saSrrwOptions) =>
  ({ iterateExponent, stepSizeFactor, tolerance }) as const satisfies OptionSpecs)(saSrrwOptions);
const iidTokenOptions = /* @__PURE__ */ (({ seed }: typeof saSrrwOptions) =>
  ({ ...cyclicTokenOptions, seed }) as const satisfies OptionSpecs)(saSrrwOptions);
const tokenWalkOptions = {
  kernel: {
    type: 'choice',
    choices: ['metropolis-hastings', 'simple', 'non-backtracking'],
    default: 'metropolis-hastings',
    description: 'The chain; gradients are reweighted if its visits do not follow the node weights',
  },
  ...iidTokenOptions,
} as const satisfies OptionSpecs;

function* runToken(
  instance: TokenInstance,
  options: RegisteredOptions<typeof cyclicTokenOptions>,
  next: () => { node: number; moved: boolean },
  weights?: Float64Array,
): Steps<TokenSolution, TokenIterate> {
  const { iterateExponent, stepSizeFactor, tolerance } = options;
  return yield* tokenSteps({
    gradient: localGradient(instance),
    initial: new Float64Array(instance.data.cols),
    steps: instance.steps,
    nodes: instance.graph.nodes,
    stepSize: (n) => stepSizeFactor * (n + 1) ** -iterateExponent,
    method: 'sgd',
    residual: (theta) => relativeResidual(instance, theta),
    tolerance,
    weights,
    next,
  });
}

/** A token on a chain without memory. */
const tokenWalkSolver = /* @__PURE__ */ defineSolver({
  id: 'graphs/token-walk',
  title: 'SGD by a random walk',
  summary: 'A token on a Metropolis-Hastings, simple or non-backtracking walk carries the iterate.',
  problem: tokenProblem,
  role: 'baseline',
  paper: { title: 'Incremental stochastic subgradient algorithms for convex optimization', arxiv: '0806.1092', year: 2009 },
  cost: 'O(\\deg + d) \\text{ per step}',
  options: tokenWalkOptions,
  steps: (instance, given) => {
    const options = resolveOptions(tokenWalkOptions, given);
    const { kernel, seed } = options;
    const follows = kernel === 'metropolis-hastings';
    const walk = createWalk(instance.graph, { kernel, alpha: 0, seed, target: follows ? instance.target : undefined });
    const next = () => {
      const from = walk.node;
      const node = walk.step();
      return { node, moved: node !== from };
    };
    return runToken(instance, options, next, follows ? undefined : importance(walk.transitions.stationary, instance.target));
  },
});

/** Nodes drawn independently, as if all were connected. */
const iidTokenSolver = /* @__PURE__ */ defineSolver({
  id: 'graphs/iid-token',
  title: 'SGD with independent nodes',
  summary: 'Draws each node independently by its weight: impossible for a walk, but it shows the cost of walking.',
  problem: tokenProblem,
  role: 'baseline',
  paper: { title: 'A stochastic approximation method', year: 1951 },
  cost: 'O(\\log N + d) \\text{ per step}',
  options: iidTokenOptions,
  steps: (instance, given) => {
    const options = resolveOptions(iidTokenOptions, given);
    const random = new Random(options.seed);
    const sums = cumulative(instance.target);
    return runToken(instance, options, () => ({ node: drawNode(sums, random.uniform()), moved: true }));
  },
});

/** A repeated tour of all nodes. */
const cyclicTokenSolver = /* @__PURE__ */ defineSolver({
  id: 'graphs/cyclic-token',
  title: 'Cyclic token',
  summary: 'Visits all nodes on a depth-first tour, which must know the graph; gradients are reweighted by its visits.',
  problem: tokenProblem,
  role: 'baseline',
  paper: { title: 'Incremental gradient methods', year: 1997 },
  cost: 'O(d) \\text{ per step}',
  options: cyclicTokenOptions,
  steps: (instance, given) => {
    const options = resolveOptions(cyclicTokenOptions, given);
    const tour = depthFirstTour(instance.graph);
    const shares = new Float64Array(instance.graph.nodes);
    for (const node of tour) shares[node] += 1 / tour.length;
    let place = -1;
    const next = () => {
      place = (place + 1) % tour.length;
      return { node: tour[place], moved: tour.length > 1 };
    };
    return runToken(instance, options, next, importance(shares, instance.target));
  },
});

/** A closed walk along the edges of a depth-first tree, each once forth and once back; every node is on it. */
export function depthFirstTour({ nodes, rowPointers, columnIndices }: Graph): number[] {
  const seen = new Uint8Array(nodes);
  const place = rowPointers.slice();
  const path = [0];
  const tour = [0];
  seen[0] = 1;
  while (path.length > 0) {
    const node = path[path.length - 1];
    while (place[node] < rowPointers[node + 1] && seen[columnIndices[place[node]]]) place[node]++;
    if (place[node] < rowPointers[node + 1]) {
      const child = columnIndices[place[node]];
      seen[child] = 1;
      path.push(child);
      tour.push(child);
    } else {
      path.pop();
      if (path.length > 0) tour.push(path[path.length - 1]);
    }
  }
  // The last return to the start is the first visit of the next round.
  if (tour.length > 1) tour.pop();
  return tour;
}

/** Partial sums. */
export function cumulative(values: Float64Array): Float64Array {
  let sum = 0;
  return values.map((value) => {
    sum += value;
    return sum;
  });
}

/** The first place whose partial sum exceeds a share of the total. */
export function drawNode(sums: Float64Array, uniform: number): number {
  return firstAbove(sums, uniform * sums[sums.length - 1]);
}

/** The solvers of `graphs/token-optimization`. */
export const tokenSolvers = [saSrrwSolver, tokenWalkSolver, iidTokenSolver, cyclicTokenSolver];
