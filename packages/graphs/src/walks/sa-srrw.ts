// SA-SRRW: stochastic approximation driven by a self-repellent random walk, with a step size for the walk's memory and
// one for the iterate.
//
// J. Hu, V. Doshi, D. Y. Eun: Accelerating Distributed Stochastic Optimization via Self-Repellent Random Walks
// (ICLR 2024), arXiv 2401.09665.
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps, VectorLike } from '@infimum/core';
import { asVector, checkFunction, converged, defineSolver, Random, resolveOptions, runWith, stalled } from '@infimum/core';
import type { Graph, GraphLike } from '../graph/graph.ts';
import { asGraph, checkConnected } from '../graph/graph.ts';
import { saSrrwPaper } from './papers.ts';
import { createWalk } from './self-repellent-walk.ts';
import type { LocalGradient, TokenIterate, TokenSolution } from './token-problem.ts';
import { localGradient, relativeResidual, tokenProblem } from './token-problem.ts';
import { asPositive, checkPositive } from './transitions.ts';

export const saSrrwOptions = {
  alpha: { type: 'number', min: 0, default: 5, description: 'Strength of the repulsion; 0 walks the chain itself' },
  memoryExponent: { type: 'number', above: 0.5, max: 1, default: 0.8, description: 'a of the steps (n+1)^-a of the memory' },
  iterateExponent: {
    type: 'number',
    above: 0.5,
    max: 1,
    default: 0.9,
    description: 'b of the steps (n+1)^-b of the iterate; a < b makes the memory fast, and the error fall with 1/alpha²',
  },
  stepSizeFactor: {
    type: 'number',
    was: 'stepScale',
    above: 0,
    default: 1,
    description: 'Factor of the steps of the iterate; with b = 1 more than 1/(2 × the smallest curvature)',
  },
  method: {
    type: 'choice',
    choices: ['sgd', 'heavy-ball', 'momentum'],
    default: 'sgd',
    description: 'Update rule of the iterate',
  },
  kernel: {
    type: 'choice',
    choices: ['metropolis-hastings', 'simple'],
    default: 'metropolis-hastings',
    description: 'The chain; the simple one targets the degrees, and gradients are reweighted',
  },
  lazy: { type: 'boolean', default: false, description: 'Stay with probability one half in the chain' },
  priorWeight: { type: 'number', above: 0, default: 1, description: 'Total weight of the uniform initial memory, in visits' },
  tokens: { type: 'integer', min: 1, max: 1000, default: 1, description: 'Tokens that share the iterate and move in turn' },
  walkMemory: {
    type: 'choice',
    was: 'memory',
    choices: ['shared', 'own'],
    default: 'shared',
    description: 'Whether tokens avoid nodes visited by any of them, or only by themselves',
  },
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-3,
    description:
      'Residual of the mean gradient, relative to the mean length of gradients at zero, at which the last iterate counts as an answer; only a registered problem has one',
  },
  steps: { type: 'integer', min: 1, required: true, description: 'Total steps of all tokens' },
  target: { type: 'value', check: checkPositive, description: 'Weights of the nodes, up to a factor; uniform by default' },
  project: {
    type: 'value',
    check: checkProjection,
    description: 'Called with the iterate after every step, to project it onto a set',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the moves' },
} as const satisfies OptionSpecs;

function checkProjection(value: unknown, argument: string): asserts value is (theta: Float64Array) => void {
  checkFunction(value, argument);
}

/** Options of `saSrrw`. */
export type SaSrrwOptions = OptionsOf<typeof saSrrwOptions> & LimitOptions<TokenIterate>;

/**
 * Minimises Σ μ_i F(θ, i) with a token that walks on a graph and evaluates the gradient at its current node:
 *
 *     X_{n+1} ~ K_{X_n}[x_n],  x_{n+1} = x_n + γ_{n+1}(e_{X_{n+1}} − x_n),  θ_{n+1} = θ_n − β_{n+1} ∇F(θ_n, X_{n+1})
 *
 * with γ_n = (n+1)^-a, β_n = (n+1)^-b. With a < b the covariance of the error falls with 1/α². An iteration is 100 steps
 * (the last one what is left). Time O(degree + dimension) a step, whatever the number of nodes.
 *
 * The run ends `stalled` when the steps are spent: without the whole gradient it is unknown whether θ is good enough; or earlier, with the
 * last finite iterate, when a gradient is not finite.
 *
 * @param graph - connected: compressed rows, or a graph of graphology, whose nodes are numbered in its order
 * @param gradient - writes the gradient of F(·, node) at θ into `out`
 * @param initial - θ_0
 * @throws {InvalidInputError} for a graph that is not connected, a start that is not finite, options out of range
 *
 * Source: Accelerating Distributed Stochastic Optimization via Self-Repellent Random Walks, arXiv 2401.09665.
 *
 * @example
 * ```ts
 * import { karateClub, saSrrw } from '@infimum/graphs';
 *
 * // Every node holds a number; the token finds the mean, 16.5.
 * const gradient = ([theta = 0]: Float64Array, node: number, out: Float64Array) => {
 *   out[0] = theta - node;
 * };
 * const { x } = saSrrw(karateClub(), gradient, new Float64Array(1), { steps: 50_000, seed: 1 });
 * console.log(x.every((mean) => Math.abs(mean - 16.5) < 0.3)); // true
 * ```
 */
export function saSrrw(
  graph: GraphLike,
  gradient: LocalGradient,
  initial: VectorLike,
  options: SaSrrwOptions,
): Outcome<TokenSolution, TokenIterate> {
  return runWith(saSrrwOptions, options, saSrrwSteps(graph, gradient, initial, options));
}

/** The steps of `saSrrw`. */
export function saSrrwSteps(
  graph: GraphLike,
  gradient: LocalGradient,
  initial: VectorLike,
  options: SaSrrwOptions,
): Steps<TokenSolution, TokenIterate> {
  return walkedSteps(asGraph(graph), gradient, initial, undefined, options);
}

/** The same with the residual that proves success, where there is one. */
function* walkedSteps(
  graph: Graph,
  gradient: LocalGradient,
  initial: VectorLike,
  residual: ((theta: Float64Array) => number) | undefined,
  options: SaSrrwOptions,
): Steps<TokenSolution, TokenIterate> {
  const {
    alpha,
    memoryExponent,
    iterateExponent,
    stepSizeFactor,
    method,
    kernel,
    lazy,
    priorWeight,
    tokens,
    walkMemory,
    tolerance,
    steps,
    project,
    seed,
    ...given
  } = resolveOptions(saSrrwOptions, options);
  checkConnected(graph);
  checkFunction(gradient, 'gradient');
  const target = given.target && asPositive(given.target, 'target', graph.nodes);
  const count = walkMemory === 'own' ? tokens : 1;
  const random = new Random(seed);
  const walks = Array.from({ length: count }, (_, i) =>
    createWalk(graph, {
      alpha,
      exponent: memoryExponent,
      kernel,
      lazy,
      priorWeight,
      seed: i === 0 ? seed : random.split(i).integer(2 ** 32),
      target: kernel === 'simple' ? undefined : target,
    }),
  );
  const { stationary } = walks[0].transitions;
  // The simple chain visits nodes by their degrees: gradients are weighted by the target probability over that of the visits.
  const weights = kernel === 'simple' ? importance(stationary, target) : undefined;
  const places = new Int32Array(tokens).fill(walks[0].node);
  let turn = 0;
  return yield* tokenSteps({
    gradient,
    initial: asVector(initial, 'initial'),
    steps,
    nodes: graph.nodes,
    stepSize: (n) => stepSizeFactor * (n + 1) ** -iterateExponent,
    method: method as 'sgd',
    project,
    residual,
    tolerance,
    weights,
    next() {
      const walk = walks[turn % count];
      walk.node = places[turn];
      const from = walk.node;
      const node = walk.step();
      places[turn] = node;
      turn = (turn + 1) % tokens;
      return { node, moved: node !== from };
    },
  });
}

/** The target probability over that of the visits. */
export function importance(stationary: Float64Array, target: Float64Array | undefined): Float64Array {
  const total = target ? target.reduce((a, b) => a + b, 0) : stationary.length;
  return stationary.map((mass, i) => (target ? target[i] : 1) / total / mass);
}

/** The parts of a token's run, however the nodes are chosen. */
export interface TokenRun {
  readonly gradient: LocalGradient;
  readonly initial: Float64Array;
  readonly steps: number;
  readonly nodes: number;
  /** β of step n, from 1. */
  readonly stepSize: (n: number) => number;
  readonly method: 'sgd' | 'heavy-ball' | 'momentum';
  readonly project?: ((theta: Float64Array) => void) | undefined;
  /** The residual that proves success, where there is one. */
  readonly residual?: ((theta: Float64Array) => number) | undefined;
  readonly tolerance: number;
  /** Factor of each node's gradient. */
  readonly weights?: Float64Array | undefined;
  /** The next node, and whether the move was a message. */
  next(): { readonly node: number; readonly moved: boolean };
}

/** Steps of an iteration. */
const BLOCK = 100;
/** Rate of the heavy ball's average. */
const HEAVY_BALL_RATE = 4;
/** What momentum keeps. */
const MOMENTUM = 0.9;

/** The iterate's side of a token's run. */
export function* tokenSteps(token: TokenRun): Steps<TokenSolution, TokenIterate> {
  const { gradient, initial, steps, nodes, stepSize, method, project, residual, tolerance, weights } = token;
  const size = initial.length;
  const theta = Float64Array.from(initial);
  const kept = Float64Array.from(initial);
  const average = Float64Array.from(initial);
  const velocity = new Float64Array(size);
  const own = new Float64Array(size);
  const visits = new Float64Array(nodes);
  let messages = 0;
  let done = 0;
  let change = 0;
  const solution = (): TokenSolution => ({ x: theta.slice(), average: average.slice(), visits: visits.slice(), messages });
  for (let iteration = 0; ; iteration++) {
    yield { iteration, steps: done, change, solution };
    if (done === steps) break;
    const end = Math.min(steps, done + BLOCK);
    while (done < end) {
      const { node, moved } = token.next();
      visits[node]++;
      if (moved) messages++;
      done++;
      gradient(theta, node, own);
      const beta = stepSize(done);
      const weight = weights ? weights[node] : 1;
      kept.set(theta);
      change = 0;
      for (let j = 0; j < size; j++) {
        const pull = -weight * own[j];
        if (method === 'sgd') theta[j] += beta * pull;
        else if (method === 'momentum') {
          velocity[j] = MOMENTUM * velocity[j] + (1 - MOMENTUM) * pull;
          theta[j] += beta * velocity[j];
        } else {
          theta[j] += beta * velocity[j];
          velocity[j] += beta * HEAVY_BALL_RATE * (pull - velocity[j]);
        }
      }
      project?.(theta);
      let finite = true;
      for (let j = 0; j < size; j++) {
        change = Math.max(change, Math.abs(theta[j] - kept[j]));
        if (!(Math.abs(theta[j]) < Infinity)) finite = false;
      }
      if (!finite || !(change < Infinity)) {
        theta.set(kept);
        return stalled(solution(), `the step at node ${node} overflowed: its gradient is not finite, or steps are too large`);
      }
      for (let j = 0; j < size; j++) average[j] += (theta[j] - average[j]) / (done + 1);
    }
  }
  const reached = residual?.(theta);
  if (reached !== undefined && reached <= tolerance) {
    return converged(solution(), `the residual of the mean gradient, ${reached.toExponential(1)}, is at most ${tolerance}`);
  }
  return stalled(
    solution(),
    `the ${steps} steps are spent${reached === undefined ? '' : ` at a residual of ${reached.toExponential(1)}`}`,
  );
}

export const saSrrwSolver = /* @__PURE__ */ defineSolver({
  id: 'graphs/sa-srrw',
  title: 'SA-SRRW',
  summary: 'A token that avoids visited nodes carries the iterate; the stronger the avoidance, the smaller the error.',
  problem: tokenProblem,
  role: 'paper',
  paper: saSrrwPaper,
  cost: 'O(\\deg + d) \\text{ per step}',
  options: saSrrwOptions,
  steps: (instance, options) =>
    walkedSteps(
      instance.graph,
      localGradient(instance),
      new Float64Array(instance.data.cols),
      (theta) => relativeResidual(instance, theta),
      { ...options, target: options.target ?? instance.target, steps: options.steps ?? instance.steps },
    ),
});
