// Several classes by two-layer ReLU networks: one against the rest on the same patterns, with one factorisation for all of them.
//
// Y. Bai, T. Gautam, S. Sojoudi: Efficient global optimization of two-layer ReLU networks: quadratic-time algorithms and
// adversarial training (2022), arXiv 2201.01965.
import type { MatrixLike, OptionSpecs, OptionsOf, Outcome, RunOptions } from '@infimum/core';
import { asMatrix, checkList, checkObject, fault, resolveOptions, run, runOptionsOf } from '@infimum/core';
import type { Label } from '../data/classes.ts';
import { classesOf } from '../data/classes.ts';
import type { ReluIterate, ReluSolution } from './convex-program.ts';
import { ReluProgram } from './convex-program.ts';
import type { BlockSolver } from './convex-relu-admm.ts';
import { admmSteps, convexReluAdmmOptions, linearSolver } from './convex-relu-admm.ts';
import { patternsFor } from './patterns.ts';
import type { ReluInstance } from './relu-network.ts';
import { checkRelu, predictRelu, samplesOf } from './relu-network.ts';

const reluClassesOptions = {
  loss: {
    type: 'choice',
    choices: ['logistic', 'hinge', 'squared'],
    default: 'logistic',
    description: 'Loss of predictions, with targets 1 for the class and -1 for the rest',
  },
  penalty: { type: 'number', above: 0, default: 0.01, description: 'The penalty’s factor' },
  patches: { type: 'integer', min: 1, default: 1, description: 'Patches per sample, over which predictions are averaged' },
  ...convexReluAdmmOptions,
} as const satisfies OptionSpecs;

/** Options of `fitReluClassifier`. */
export type FitReluClassifierOptions = OptionsOf<typeof reluClassesOptions> & RunOptions<ReluIterate>;

/** Networks that separate classes. */
export interface ReluClassifier {
  /** The classes in ascending order; with two, the larger one is the positive one. */
  readonly classes: readonly Label[];
  /** A network for each class against the others, with its bound; a single one, for the larger class, if there are two. */
  readonly networks: readonly ReluSolution[];
}

/**
 * Trains a network for each class against the others, each to the global optimum of its loss with a lower bound, by ADMM on the
 * same activation patterns: the matrix is factored once for all classes. Two classes need one network. `converged` when every
 * network's value is within `tolerance` of its bound. Limits are checked while the matrix is built and factored, a block of rows at a time.
 *
 * Cost: one factorisation, O(n³) or O((d P)³), then O(n² + n d P) an iteration of each class.
 *
 * @param data - n x d, or a row for each of the patches of n samples; append a column of ones for a bias
 * @param labels - n numbers or texts, of which at least two differ
 * @param options - loss, penalty, those of `convexReluAdmm` and limits; `maxSeconds` and `signal` are for all classes together
 * @throws {InvalidInputError} naming `points`, `labels` or the option at fault
 *
 * @example
 * ```ts
 * import { fitReluClassifier, predictReluClassifier } from '@infimum/learn';
 *
 * // Three classes along a line, the middle one on no side of any threshold.
 * const points = { rows: 6, cols: 2, values: Float64Array.of(-3, 1, -2, 1, -0.5, 1, 0.5, 1, 2, 1, 3, 1) };
 * const labels = ['low', 'low', 'middle', 'middle', 'high', 'high'];
 * const model = fitReluClassifier(points, labels);
 * console.log(model.status, model.classes.join(' ')); // converged high low middle
 * console.log(predictReluClassifier(model, points).join(' ')); // low low middle middle high high
 * ```
 */
export function fitReluClassifier(
  data: MatrixLike,
  labels: ArrayLike<Label>,
  options: FitReluClassifierOptions = {},
): Outcome<ReluClassifier, ReluIterate> {
  const settings = resolveOptions(reluClassesOptions, options);
  const points = asMatrix(data, 'points');
  const { loss, penalty, patches: rowsEach, linearSolver: method } = settings;
  const instanceOf = (targets: Float64Array): ReluInstance => ({ points, targets, loss, beta: penalty, patches: rowsEach });
  const samples = samplesOf(points, rowsEach);
  checkRelu(instanceOf(new Float64Array(samples).fill(1)));
  const { classes, codes } = classesOf(labels, samples);
  const wanted = classes.length === 2 ? [1] : classes.map((_, k) => k);
  const patterns = patternsFor(points, settings);
  const programs = wanted.map(
    (k) => new ReluProgram(instanceOf(Float64Array.from(codes, (code) => (code === k ? 1 : -1))), patterns),
  );
  const solver = shared(linearSolver(programs[0], method));
  const { maxSeconds = Infinity, ...rest } = runOptionsOf(reluClassesOptions, options);
  const networks: ReluSolution[] = [];
  let [iterations, seconds] = [0, 0];
  let ended: Outcome<ReluSolution, ReluIterate> | undefined;
  for (const program of programs) {
    const outcome = run(admmSteps(program, solver, settings), {
      ...rest,
      ...(maxSeconds < Infinity && { maxSeconds: Math.max(0, maxSeconds - seconds) }),
    });
    iterations += outcome.iterations;
    seconds += outcome.seconds;
    if (outcome.status !== 'converged') ended ??= outcome;
    const { hidden, output, value, lowerBound, isProof, patterns: count } = outcome;
    const pooled = rowsEach > 1 && { patches: rowsEach };
    networks.push({ hidden, output, value, lowerBound, isProof, patterns: count, ...pooled });
  }
  return {
    classes,
    networks,
    status: ended?.status ?? 'converged',
    reason: ended
      ? `the first network not within its tolerance: ${ended.reason}`
      : 'every network’s value is within its tolerance of the lower bound',
    iterations,
    seconds,
  };
}

/** Shared incremental work: each caller continues where the last one stopped. */
function shared(work: Generator<undefined, BlockSolver>): () => Generator<undefined, BlockSolver> {
  let result: BlockSolver | undefined;
  return function* () {
    while (!result) {
      const turn = work.next();
      if (turn.done) result = turn.value;
      else yield;
    }
    return result;
  };
}

/**
 * The class of each point: that of the network with the largest prediction; of two classes the larger one where it is above 0.
 *
 * @throws {InvalidInputError} for a model without networks, and for points of another width than the model's
 */
export function predictReluClassifier(model: ReluClassifier, points: MatrixLike): Label[] {
  checkObject(model, 'model');
  const { classes, networks } = model;
  checkList(classes, 'model.classes');
  checkList(networks, 'model.networks');
  if (networks.length === 0) throw fault('must not be empty', 'model.networks', 'empty');
  const predictions = networks.map((network) => predictRelu(network, points));
  return Array.from(predictions[0], (first, i) => {
    if (networks.length === 1) return classes[first > 0 ? 1 : 0];
    let best = 0;
    for (let k = 1; k < predictions.length; k++) if (predictions[k][i] > predictions[best][i]) best = k;
    return classes[best];
  });
}
