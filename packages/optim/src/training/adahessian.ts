// AdaHessian: Adam with the Hessian's diagonal, estimated from one product a step, in place of squared gradients.
//
// Z. Yao, A. Gholami, S. Shen, M. Mustafa, K. Keutzer, M. Mahoney: ADAHESSIAN: an adaptive second order optimizer for
// machine learning (arXiv 2006.00719).
import { checkChoice, checkInteger, checkNumber, portableExp, portableLog, Random } from '@infimum/core';
import { norm } from '../vectors.ts';
import { checkEstimate, type DiagonalEstimator, estimateDiagonal } from './hutchinson.ts';
import {
  checkAveraging,
  defineOptimizer,
  dimensionOf,
  type HessianVector,
  type ParameterShapes,
  type StochasticOptimizer,
} from './optimizer.ts';
import { type BlockRule, parameterBlocks } from './parameter-blocks.ts';
import { type StepMemory, stepMemory } from './step-memory.ts';

/** Options of AdaHessian. */
export interface AdaHessianOptions {
  /** Factor of the steps; 0.15 by default. */
  readonly learningRate?: number;
  /** Memory of the mean of gradients, in [0, 1); 0.9 by default. */
  readonly beta1?: number;
  /** Memory of the mean of squared diagonals, in [0, 1); 0.999 by default. */
  readonly beta2?: number;
  /** Is added to the divisor, after the power; 1e-4 by default. */
  readonly epsilon?: number;
  /** Power k of the curvature, in [0, 1]: 1 by default; 0 is gradient descent with momentum. */
  readonly hessianPower?: number;
  /** Pull towards zero; 0 by default. */
  readonly weightDecay?: number;
  /**
   * `with-step`: x <- x - learningRate (step + weightDecay x), as the authors do. `before-step`: x <- (1 - learningRate
   * weightDecay) x first, as AdamW does; the same up to learningRate². `with-step` by default.
   */
  readonly decayOrder?: 'with-step' | 'before-step';
  /** A new diagonal is estimated every so many steps, and kept in between; 1 by default. */
  readonly hessianEvery?: number;
  /** Products to average in an estimate; 1 by default. */
  readonly samples?: number;
  /** `absolute` (the authors' |H z|) or `signed` (free of bias, its modulus taken); `absolute` by default. */
  readonly estimator?: DiagonalEstimator;
  /** Parameters that share the mean of their estimates; `reference` by default. */
  readonly blocks?: BlockRule;
  /** Is added to the root of the mean square before the power: keeps steps short where there is no curvature; 0 by default. */
  readonly minCurvature?: number;
  /** Gradients longer than this are shortened to it; Infinity by default. */
  readonly clipNorm?: number;
  /** Seed of the random signs; 0 by default. */
  readonly seed?: number;
}

/** Estimates are cut here, so that their squares do not overflow. */
const LARGEST_CURVATURE = 1e150;

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
export function adaHessian(
  parameters: ParameterShapes,
  options: AdaHessianOptions = {},
): StochasticOptimizer {
  const settings = { ...DEFAULTS, ...options };
  checkSettings(settings);
  const { beta1, beta2, hessianEvery, clipNorm } = settings;
  const blocks = parameterBlocks(parameters, settings.blocks);
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

const DEFAULTS = {
  learningRate: 0.15,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-4,
  hessianPower: 1,
  weightDecay: 0,
  decayOrder: 'with-step',
  hessianEvery: 1,
  samples: 1,
  estimator: 'absolute',
  blocks: 'reference',
  minCurvature: 0,
  clipNorm: Infinity,
  seed: 0,
} as const;

type Settings = Required<AdaHessianOptions>;

function checkSettings(settings: Settings): void {
  checkAveraging(settings.beta1, 'beta1');
  checkAveraging(settings.beta2, 'beta2');
  checkNumber(settings.epsilon, 'epsilon', { min: 0 });
  checkNumber(settings.hessianPower, 'hessianPower', { min: 0, max: 1 });
  checkNumber(settings.weightDecay, 'weightDecay', { min: 0 });
  checkChoice(settings.decayOrder, 'decayOrder', ['with-step', 'before-step']);
  checkInteger(settings.hessianEvery, 'hessianEvery', { min: 1 });
  checkEstimate(settings.estimator, settings.samples);
  checkNumber(settings.minCurvature, 'minCurvature', { min: 0 });
  if (settings.clipNorm !== Infinity) checkNumber(settings.clipNorm, 'clipNorm', { above: 0 });
}

/** What a step is made of. */
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
