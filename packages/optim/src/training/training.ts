// Training: an optimiser goes through a finite sum in batches, epoch by epoch.
import type { FiniteSum, Iterate, LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps, VectorLike } from '@infimum/core';
import {
  asVector,
  checkFunction,
  checkInteger,
  checkMethods,
  checkNumber,
  checkVector,
  describeValue,
  exhausted,
  fault,
  Random,
  resolveOptions,
  runWith,
  stalled,
} from '@infimum/core';
import { allFinite } from '@infimum/linalg/numerics';
import type { OracleCalls } from '../smooth-minimization.ts';
import { checkObjective, takeReturned } from '../smooth-minimization.ts';
import { differenceProduct } from './central-differences.ts';
import type { HessianVector, StochasticOptimizer } from './optimizer.ts';
import { seed } from './optimizer-options.ts';
import type { TrainingObjective } from './training-model.ts';

/** The result of training. */
export interface TrainingSolution {
  /** The parameters. */
  readonly x: Float64Array;
  /** The mean of all terms at x. */
  readonly value: number;
  /** Counts of function calls; a call is for one batch. */
  readonly evaluations: OracleCalls;
}

/** One step of training. */
export interface TrainingIterate extends Iterate<TrainingSolution> {
  /** The mean of the terms of the last batch, before its step. */
  readonly batchLoss: number;
  /** Epochs done, with fractions. */
  readonly epoch: number;
}

const minimizeStochasticOptions = {
  batchSize: {
    type: 'integer',
    min: 1,
    default: 64,
    description: 'Terms per batch; the last batch of an epoch has the remainder',
  },
  epochs: { type: 'integer', min: 1, default: 10, description: 'Number of passes through all terms' },
  learningRateSchedule: {
    was: 'schedule',
    type: 'value',
    check: checkSchedule,
    description: 'Factor of the learning rate as a function of the step, from 0; 1 by default',
  },
  seed,
} as const satisfies OptionSpecs;

/** How to go through the terms. */
export type MinimizeStochasticOptions = OptionsOf<typeof minimizeStochasticOptions> & LimitOptions<TrainingIterate>;

function checkSchedule(value: unknown, argument: string): asserts value is (step: number) => number {
  if (typeof value === 'function') return;
  throw fault('expected a function of the step', argument, 'type');
}

/**
 * Minimises a finite sum in batches: in every epoch the terms are shuffled, cut into batches, and the optimiser makes one
 * step for each. Products with Hessians are those of the same batch at the same point: exact where the sum has them, else
 * by differences of gradients.
 *
 * `iteration-limit` when all epochs are done, since nothing says that this is a minimum; `stalled` when a loss is not finite any more, with the parameters from the beginning
 * of that epoch. The optimiser keeps its state: create a new one for a new run.
 *
 * @param objective - the mean of functions; a `TrainingObjective` computes loss, gradient and products in one pass
 * @param initial - where to start, d numbers
 * @param optimizer - such as `adaHessian(shapes)` or `adam(d)`
 * @throws {InvalidInputError} for a start that does not fit or is not finite, an optimiser of another size, and options out
 *   of range
 *
 * @example
 * ```ts
 * import { matrixFromRows } from '@infimum/linalg';
 * import { adaHessian, minimizeStochastic } from '@infimum/optim';
 * import { perceptronLoss } from '@infimum/optim/training';
 *
 * const points = matrixFromRows([[0, 0], [0, 1], [1, 0], [1, 1]]);
 * const loss = perceptronLoss(points, Uint8Array.of(0, 1, 1, 0), { hidden: 4 });
 * const initial = Float64Array.from({ length: loss.dimension }, (_, i) => ((i * 7) % 11) / 5 - 1);
 * const { value, evaluations } = minimizeStochastic(loss, initial, adaHessian(loss.shapes), { batchSize: 2, epochs: 200 });
 * console.log(value < 0.01, evaluations.gradient, evaluations.hessianVector); // true 400 400
 * ```
 */
export function minimizeStochastic(
  objective: FiniteSum | TrainingObjective,
  initial: VectorLike,
  optimizer: StochasticOptimizer,
  options: MinimizeStochasticOptions = {},
): Outcome<TrainingSolution, TrainingIterate> {
  const start = asVector(initial, 'initial');
  return runWith(minimizeStochasticOptions, options, minimizeStochasticSteps(objective, start, optimizer, options));
}

/** The steps of `minimizeStochastic`, to be driven by `run` or by your own loop. */
export function* minimizeStochasticSteps(
  objective: FiniteSum | TrainingObjective,
  initial: Float64Array,
  optimizer: StochasticOptimizer,
  options: MinimizeStochasticOptions = {},
): Steps<TrainingSolution, TrainingIterate> {
  const { batchSize, epochs, learningRateSchedule: schedule, seed } = resolveOptions(minimizeStochasticOptions, options);
  checkTraining(objective, initial, { batchSize, epochs });
  if (optimizer?.dimension !== objective.dimension) {
    const problem = `has ${describeValue(optimizer?.dimension)} parameters, the objective ${objective.dimension}`;
    throw fault(problem, 'optimizer', 'shape');
  }
  checkMethods(optimizer, 'optimizer', ['step']);
  if (optimizer.learningRate !== undefined) checkNumber(optimizer.learningRate, 'optimizer.learningRate');
  const x = Float64Array.from(initial);
  const epochStart = Float64Array.from(initial);
  const gradient = new Float64Array(x.length);
  const oracle = batchOracle(objective, x);
  const random = new Random(seed);
  const order = new Int32Array(objective.terms);
  const batches: Int32Array[] = [];
  for (let from = 0; from < order.length; from += batchSize) batches.push(order.subarray(from, from + batchSize));

  const solution = (): TrainingSolution => {
    let [point, value] = [x, objective.value(x)];
    if (!Number.isFinite(value)) [point, value] = [epochStart, objective.value(epochStart)];
    return { x: point.slice(), value, evaluations: { ...oracle.calls } };
  };
  const { learningRate } = optimizer;
  const state = { iteration: 0, epoch: 0, batchLoss: 0, solution };
  try {
    for (let epoch = 0; epoch < epochs; epoch++) {
      order.set(random.permutation(order.length));
      epochStart.set(x);
      for (const [index, batch] of batches.entries()) {
        const batchLoss = oracle.evaluate(gradient, batch);
        if (state.iteration === 0) yield { ...state, batchLoss };
        if (!Number.isFinite(batchLoss)) {
          const problem = `the loss is ${batchLoss} after step ${state.iteration}: use a smaller learning rate`;
          return stalled(solution(), problem);
        }
        if (schedule) optimizer.learningRate = learningRate * schedule(state.iteration);
        optimizer.step(x, gradient, oracle.product);
        state.iteration++;
        state.epoch = epoch + (index + 1) / batches.length;
        state.batchLoss = batchLoss;
        yield state;
      }
    }
    if (!allFinite(x)) return stalled(solution(), 'the parameters overflowed: use a smaller learning rate');
    const found = solution();
    if (!Number.isFinite(found.value)) return stalled(found, `the loss is ${found.value}`);
    return exhausted(found, `all ${epochs} epochs are done`);
  } finally {
    optimizer.learningRate = learningRate;
  }
}

/** The schedule of learning rates that rise linearly over so many steps. */
export function warmingUp(steps: number): (step: number) => number {
  return (step) => Math.min(1, (step + 1) / steps);
}

/**
 * Checks a finite sum, a start and the sizes of batches and runs.
 *
 * @throws {InvalidInputError} naming the argument
 */
export function checkTraining(
  objective: FiniteSum,
  initial: Float64Array,
  { batchSize, epochs }: { readonly batchSize: number; readonly epochs: number },
): void {
  checkObjective(objective);
  if ('evaluate' in objective) {
    const { evaluate, productThere } = objective as TrainingObjective;
    checkFunction(evaluate, 'objective.evaluate');
    checkFunction(productThere, 'objective.productThere');
  }
  checkInteger(objective.terms, 'objective.terms', { min: 1, max: 2 ** 31 - 1 });
  checkVector(initial, 'initial', objective.dimension);
  checkInteger(batchSize, 'batchSize', { min: 1 });
  checkInteger(epochs, 'epochs', { min: 1 });
}

/** Loss and derivatives of one batch after the other, counted. */
interface BatchOracle {
  readonly calls: OracleCalls;
  /** The loss of a batch at x; writes its gradient. */
  evaluate(out: Float64Array, batch: Int32Array): number;
  /** Products with the Hessian of that batch. */
  readonly product: HessianVector;
}

function batchOracle(objective: FiniteSum | TrainingObjective, x: Float64Array): BatchOracle {
  const calls = { value: 0, gradient: 0, hessianVector: 0, hessian: 0 };
  if ('evaluate' in objective) {
    return {
      calls,
      evaluate: (out, batch) => {
        calls.gradient++;
        return objective.evaluate(x, out, batch);
      },
      product: (v, out) => {
        calls.hessianVector++;
        objective.productThere(v, out);
      },
    };
  }
  let current: Int32Array = new Int32Array(0);
  const gradient = (point: Float64Array, out: Float64Array) => {
    calls.gradient++;
    const returned: unknown = objective.gradient(point, out, current);
    takeReturned(returned, out);
  };
  const differences = differenceProduct(gradient, x);
  return {
    calls,
    evaluate: (out, batch) => {
      current = batch;
      gradient(x, out);
      calls.value++;
      return objective.value(x, batch);
    },
    product: (v, out) => {
      if (!objective.hessianVector) return differences(v, out);
      calls.hessianVector++;
      objective.hessianVector(x, v, out, current);
    },
  };
}
