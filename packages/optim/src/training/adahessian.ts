// AdaHessian: Adam with the Hessian's diagonal, estimated from one product a step, in place of squared gradients.
//
// Z. Yao, A. Gholami, S. Shen, M. Mustafa, K. Keutzer, M. Mahoney: ADAHESSIAN: an adaptive second order optimizer for
// machine learning (arXiv 2006.00719).
import type { OptionSpecs, OptionsOf, Paper, ResolvedOptions } from '@infimum/core';
import { fault, Random, resolveOptions } from '@infimum/core';
import { portableExp, portableLog } from '@infimum/core/portable-math';
import { norm } from '@infimum/linalg/numerics';
import { estimateDiagonal } from './hutchinson.ts';
import type { HessianVector, ParameterShapes, StochasticOptimizer } from './optimizer.ts';
import { defineOptimizer, dimensionOf } from './optimizer.ts';
import { beta1, seed, weightDecay } from './optimizer-options.ts';
import { parameterBlocks } from './parameter-blocks.ts';
import type { StepMemory } from './step-memory.ts';
import { stepMemory } from './step-memory.ts';
import { trainingSolver } from './training-solver.ts';

const adaHessianOptions = {
  learningRate: { type: 'number', min: 0, default: 0.15, description: 'Factor of the steps' },
  beta1,
  beta2: { type: 'number', min: 0, below: 1, default: 0.999, description: 'Memory of the mean of squared diagonals' },
  epsilon: { type: 'number', min: 0, default: 1e-4, description: 'Added to the divisor, after the power' },
  hessianPower: {
    type: 'number',
    min: 0,
    max: 1,
    default: 1,
    description: 'Power of the curvature; 0 is gradient descent with momentum',
  },
  weightDecay,
  decayOrder: {
    type: 'choice',
    choices: ['with-step', 'before-step'],
    default: 'with-step',
    description:
      'Decay as part of the step, as in the paper, or before it, as in AdamW; they differ only by the square of the learning rate',
  },
  hessianEvery: { type: 'integer', min: 1, default: 1, description: 'Steps between estimates of curvature' },
  samples: { type: 'integer', min: 1, max: 1000, default: 1, description: 'Products per estimate' },
  estimator: {
    type: 'choice',
    choices: ['absolute', 'signed'],
    default: 'absolute',
    description: '|Hz|, as in the paper, robust; or the absolute value of the unbiased zHz',
  },
  blocks: {
    type: 'choice',
    choices: ['reference', 'instruction'],
    orInteger: { min: 1 },
    default: 'reference',
    description: 'Parameters that share an estimate: kernels, also rows, or runs of so many',
  },
  blockOf: { type: 'value', check: checkBlockOf, description: 'The block of every parameter, from 0, instead of a rule' },
  minCurvature: {
    type: 'number',
    min: 0,
    default: 0,
    description: 'Added to the root of the mean square: keeps steps short without curvature',
  },
  clipNorm: { type: 'number', above: 0, description: 'Norm to which gradients are clipped; none by default' },
  seed,
} as const satisfies OptionSpecs;

/** Options of AdaHessian. */
export type AdaHessianOptions = OptionsOf<typeof adaHessianOptions>;

/**
 * AdaHessian. With the gradient g and a product q = H z of the batch's Hessian with random signs z, D = |q| estimates the
 * Hessian's diagonal; D is averaged over blocks of parameters, m and v are running means of g and D², freed of their bias,
 * and
 *
 *     x <- x - learningRate (m̂ / ((sqrt(v̂) + minCurvature)^hessianPower + epsilon) + weightDecay x).
 *
 * One gradient a step, `samples` products every `hessianEvery` steps, O(d) beside; 5 d numbers. Estimates that are not
 * finite leave v as it is and are counted in `state.numbers.skipped`. arXiv 2006.00719.
 *
 * @param parameters - how many, or the shapes of the tensors, which rules of blocks need
 * @throws {InvalidInputError} for options out of range, and for blocks that do not fit
 *
 * @example
 * ```ts
 * import { adaHessian } from '@infimum/optim';
 *
 * // f(x) = (x₁² + 100 x₂²) / 2: both coordinates move alike, however they are scaled.
 * const [optimizer, x] = [adaHessian(2), Float64Array.of(1, 1)];
 * for (let step = 0; step < 3; step++) {
 *   optimizer.step(x, Float64Array.of(x[0], 100 * x[1]), (v, out) => out.set([v[0], 100 * v[1]]));
 * }
 * console.log(x.map((value) => Math.round(1000 * value)).join(' ')); // 585 585
 * ```
 */
export function adaHessian(parameters: ParameterShapes, options: AdaHessianOptions = {}): StochasticOptimizer {
  const settings = resolveOptions(adaHessianOptions, options);
  const { beta1, beta2, hessianEvery, clipNorm = Infinity } = settings;
  const blocks = parameterBlocks(parameters, settings.blockOf ?? settings.blocks);
  const numbers = { steps: 0, power1: 1, power2: 1, products: 0, skipped: 0, position: 0 };
  const random = new Random(settings.seed);
  const memory = stepMemory(dimensionOf(parameters), settings.samples === 1 ? 5 : 6);
  const move = mover(settings, memory);
  const optimizer = defineOptimizer(parameters, {
    method: 'adahessian',
    learningRate: settings.learningRate,
    numbers,
    vectors: ['mean', 'square', 'diagonal'],
    memory,
    needsProducts: true,
    update: (x, g, rate, { mean, square, diagonal }, hessianVector) => {
      let isKnown = true;
      if (numbers.steps % hessianEvery === 0) {
        random.position = numbers.position;
        estimate(hessianVector);
        numbers.position = random.position;
        numbers.products += settings.samples;
        isKnown = blocks.average(fresh, LARGEST_CURVATURE, memory.kernels);
        if (isKnown) diagonal.set(fresh);
        else numbers.skipped++;
      }
      numbers.steps++;
      // Without any curvature yet the divisor would be epsilon.
      const hasCurvature = numbers.skipped < Math.ceil(numbers.steps / hessianEvery);
      if (!hasCurvature && settings.hessianPower > 0) return;
      numbers.power1 *= beta1;
      if (isKnown) numbers.power2 *= beta2;
      move({
        x,
        g,
        mean,
        square,
        diagonal,
        rate,
        memory: isKnown ? beta2 : 1,
        clip: clipNorm < Infinity ? Math.min(1, clipNorm / norm(g)) : 1,
        scale1: 1 / (1 - numbers.power1),
        scale2: numbers.power2 < 1 ? 1 / (1 - numbers.power2) : 1,
      });
    },
  });
  const [signs, fresh] = [memory.vector(), memory.vector()];
  const room = [signs, settings.samples === 1 ? fresh : memory.vector()] as const;
  /** fresh <- the estimate, up to its signs: what follows takes moduli. */
  const estimate = (hessianVector: HessianVector) => {
    if (settings.samples > 1) return estimateDiagonal(hessianVector, fresh, { ...settings, random, room });
    memory.signs(random, signs);
    hessianVector(signs, fresh);
  };
  return optimizer;
}

/** Estimates are cut here, so that their squares do not overflow. */
const LARGEST_CURVATURE = 1e150;

type Settings = ResolvedOptions<typeof adaHessianOptions>;

function checkBlockOf(value: unknown, argument: string): asserts value is Int32Array {
  if (value instanceof Int32Array) return;
  throw fault('expected an Int32Array', argument, 'type');
}

/** The parts of a step. */
interface Move {
  readonly x: Float64Array;
  readonly g: Float64Array;
  readonly mean: Float64Array;
  readonly square: Float64Array;
  readonly diagonal: Float64Array;
  readonly rate: number;
  /** beta2, or 1 if the squares are to stay as they are. */
  readonly memory: number;
  /** Factor of the gradient. */
  readonly clip: number;
  /** What frees the means of their bias. */
  readonly scale1: number;
  readonly scale2: number;
}

/** Powers that the kernel knows, by what it calls them; others need logarithms. */
const KERNEL_POWERS = new Map([
  [1, 2],
  [0.5, 1],
  [0, 0],
]);

/** The running means and the step, in one loop. */
function mover(settings: Settings, memory: StepMemory): (move: Move) => void {
  const { beta1, hessianPower, epsilon, minCurvature, weightDecay, decayOrder } = settings;
  const power = KERNEL_POWERS.get(hessianPower);
  return (move) => {
    const { x, g, mean, square, diagonal, scale2 } = move;
    const decay = move.rate * weightDecay;
    const shrink = decayOrder === 'before-step' ? 1 - decay : 1;
    const pull = decayOrder === 'before-step' ? 0 : decay;
    const fresh = (1 - beta1) * move.clip;
    const rate = move.rate * move.scale1;
    if (power === undefined) return withAnyPower(settings, move, { shrink, pull, fresh, rate });
    memory.inPieces(x, g, (count, first, xAt, gradientAt) => {
      memory.kernels.adaHessian(
        count,
        power,
        xAt,
        gradientAt,
        mean.byteOffset + 8 * first,
        square.byteOffset + 8 * first,
        diagonal.byteOffset + 8 * first,
        beta1,
        fresh,
        move.memory,
        rate,
        scale2,
        minCurvature,
        epsilon,
        shrink,
        pull,
      );
    });
  };
}

/** As the kernel, for a power that is no half. */
function withAnyPower(
  { beta1, hessianPower, epsilon, minCurvature }: Settings,
  { x, g, mean, square, diagonal, memory, scale2 }: Move,
  { shrink, pull, fresh, rate }: { shrink: number; pull: number; fresh: number; rate: number },
): void {
  for (let i = 0; i < x.length; i++) {
    const m = beta1 * mean[i] + fresh * g[i];
    const v = memory * square[i] + (1 - memory) * diagonal[i] * diagonal[i];
    mean[i] = m;
    square[i] = v;
    const whole = Math.sqrt(v * scale2) + minCurvature;
    const root = portableExp(hessianPower * portableLog(whole)) + epsilon;
    const step = root > 0 ? (rate * m) / root : 0;
    x[i] = shrink * x[i] - step - pull * x[i];
  }
}

/** The paper of AdaHessian. */
export const adaHessianPaper: Paper = {
  title: 'ADAHESSIAN: an adaptive second order optimizer for machine learning',
  arxiv: '2006.00719',
  year: 2020,
};

/** AdaHessian for the registry. */
export const adaHessianSolver = /* @__PURE__ */ trainingSolver({
  id: 'optim/adahessian',
  title: 'AdaHessian',
  summary: 'Adam with an estimate of the Hessian’s diagonal, from one product per step, instead of squared gradients.',
  role: 'paper',
  paper: adaHessianPaper,
  cost: 'O(d) \\text{ per step, a gradient, and a product with the Hessian every } h \\text{ steps}',
  options: adaHessianOptions,
  create: adaHessian,
});
