// AdaSketch-Newton: inexact Newton steps for the first-order conditions of minimisation under equalities, solved by randomized
// iterative sketching, with an exact augmented Lagrangian as merit whose penalties and whose accuracy adapt.
//
// I. Hong, S. Na, M. Mahoney, M. Kolar: Constrained optimization via exact augmented Lagrangian and randomized iterative
// sketching (2023, arXiv 2305.18379).
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { asVector, checkObject, defineSolver, resolveOptions, runWith } from '@infimum/core';
import type { AugmentedIterate } from './augmented-newton.ts';
import { augmentedNewtonSteps } from './augmented-newton.ts';
import { equalityConstrained } from './equality-problem.ts';
import type { EqualityProgram, EqualitySolution } from './equality-program.ts';
import { startOf } from './equality-source.ts';
import { iterativeSketch } from './inner-solvers.ts';
import { augmentedNewtonOptions } from './newton-options.ts';
import { sketchNewton as paper } from './papers.ts';

const adaSketchNewtonOptions = {
  sketch: {
    type: 'choice',
    choices: ['kaczmarz', 'gaussian', 'weighted-kaczmarz', 'block-gaussian', 'block-kaczmarz', 'count-sketch'],
    default: 'kaczmarz',
    description:
      'Combination of equations to project onto: one row (uniform, or by squared norm), a normal vector, or a block of normals, rows or signed sums',
  },
  blockSize: { type: 'integer', min: 1, max: 1000, default: 16, description: 'Combinations per block' },
  innerLimit: {
    type: 'integer',
    min: 1,
    default: 100_000,
    description: 'Maximum number of sketch steps for one Newton system, after which its solution is used anyway',
  },
  ...augmentedNewtonOptions,
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the sketches' },
} as const satisfies OptionSpecs;

/** Options of `adaSketchNewton`. */
export type AdaSketchNewtonOptions = OptionsOf<typeof adaSketchNewtonOptions> & RunOptions<AugmentedIterate>;

/**
 * Finds a stationary point of f under c(x) = 0: z = (dx, dλ) solves [[B, G'], [G, 0]] z = -(∇L, c) by sketches until
 * |r| <= θ δ |b| / (|K| Ψ) and z descends the merit f + λ'c + (η1/2)|c|² + (η2/2)|∇L|²; else η1 grows, η2 and δ fall. Armijo
 * halving along z.
 *
 * An iteration is an outer step, or some milliseconds of sketching inside of one; `outerIterations` counts the former. A step of
 * one row takes O(N), N = n + m, of a normal vector O(N²), of a block O(N² + dN). `stalled` where the Jacobian is singular, a
 * function is NaN, or no step descends. At the sizes where K fits into memory `exactAugmentedLagrangian` is faster.
 *
 * @param program - f and c with derivatives, n variables and m <= n equalities
 * @param initial - the start, n numbers
 * @throws {InvalidInputError} naming `program`, `initial` or the option at fault
 *
 * @example
 * ```ts
 * import { adaSketchNewton, testPrograms, testProgram } from '@infimum/optim/constrained';
 *
 * const start = Float64Array.from(testPrograms.HS28.start);
 * const { x, status } = adaSketchNewton(testProgram('HS28'), start, { sketch: 'gaussian', tolerance: 1e-6 });
 * console.log(status, x.map((value) => Math.round(1e4 * value) / 1e4).join(' ')); // converged 0.5 -0.5 0.5
 * ```
 */
export function adaSketchNewton(
  program: EqualityProgram,
  initial: VectorLike,
  options: AdaSketchNewtonOptions = {},
): Outcome<EqualitySolution, AugmentedIterate> {
  checkObject(program, 'program');
  return runWith(adaSketchNewtonOptions, options, adaSketchNewtonSteps(program, asVector(initial, 'initial'), options));
}

/** The steps of `adaSketchNewton`. */
export function* adaSketchNewtonSteps(
  program: EqualityProgram,
  initial: Float64Array,
  options: AdaSketchNewtonOptions = {},
): Steps<EqualitySolution, AugmentedIterate> {
  const { sketch, blockSize, innerLimit, seed, ...settings } = resolveOptions(adaSketchNewtonOptions, options);
  return yield* augmentedNewtonSteps(program, initial, settings, () => iterativeSketch(sketch, blockSize, innerLimit, seed));
}

export const adaSketchNewtonSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/ada-sketch-newton',
  title: 'AdaSketch-Newton',
  summary: 'Newton steps by randomized sketches, with an exact augmented Lagrangian whose penalties adapt.',
  problem: equalityConstrained,
  role: 'paper',
  paper,
  cost: 'O(n^2 m) \\text{ per outer step}, O(n + m) \\text{ per sampled row}',
  options: adaSketchNewtonOptions,
  steps: (instance, options) => {
    const { program, initial } = startOf(instance);
    return adaSketchNewtonSteps(program, initial, options);
  },
});
