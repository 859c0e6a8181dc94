// Minimisation through a network or a simulation by any of the methods.
import type { OptionSpecs, OptionsOf, Outcome, RunOptions } from '@infimum/core';
import { checkChoice, checkObject, run, runOptionsOf } from '@infimum/core';
import { attackDirectSearchOptions, attackDirectSearchSteps } from './attack-direct-search.ts';
import { attackSearchOptions, attackSearchSteps } from './attack-search.ts';
import { coveringDirectSearchOptions, coveringDirectSearchSteps } from './covering-direct-search.ts';
import { evolutionSearchOptions, evolutionSearchSteps } from './evolution-search.ts';
import { gradientSearchOptions, gradientSearchSteps } from './gradient-search.ts';
import { madsSearchOptions, madsSearchSteps } from './mads-search.ts';
import type { SurrogateInstanceLike, SurrogateIterate, SurrogateSolution, SurrogateSteps } from './network-surrogate.ts';
import { answerSurrogate, asSurrogateInstance } from './network-surrogate.ts';
import { randomLineSearchOptions, randomLineSearchSteps } from './random-line-search.ts';

interface Method {
  readonly specs: OptionSpecs;
  steps(instance: SurrogateInstanceLike, options: never): SurrogateSteps;
}

const methods: Readonly<Record<string, Method>> = {
  'attack-direct-search': { specs: attackDirectSearchOptions, steps: attackDirectSearchSteps },
  attack: { specs: attackSearchOptions, steps: attackSearchSteps },
  'covering-direct-search': { specs: coveringDirectSearchOptions, steps: coveringDirectSearchSteps },
  mads: { specs: madsSearchOptions, steps: madsSearchSteps },
  'random-lines': { specs: randomLineSearchOptions, steps: randomLineSearchSteps },
  'cma-es': { specs: evolutionSearchOptions, steps: evolutionSearchSteps },
  adam: { specs: gradientSearchOptions, steps: gradientSearchSteps },
};

const minimizeSurrogateOptions = {
  method: {
    type: 'choice',
    choices: ['attack-direct-search', 'attack', 'covering-direct-search', 'mads', 'random-lines', 'cma-es', 'adam'],
    default: 'attack-direct-search',
    description:
      'Attacks backed by direct search; attacks alone; covering, mesh adaptive or random direct search; CMA-ES; Adam through the network',
  },
  ...attackDirectSearchOptions,
  minRadius: {
    type: 'number',
    above: 0,
    description:
      'Length of steps at which to stop, in units of the scale; 1e-5, 1e-6 for random-lines and 1e-9 for cma-es by default',
  },
  population: evolutionSearchOptions.population,
  stepSize: gradientSearchOptions.stepSize,
  steps: gradientSearchOptions.steps,
  starts: gradientSearchOptions.starts,
} as const satisfies OptionSpecs;

/** Options of `minimizeSurrogate`: `method`, and the other options that it supports. */
export type MinimizeSurrogateOptions = OptionsOf<typeof minimizeSurrogateOptions> & RunOptions<SurrogateIterate>;

/**
 * Minimises F(map(x)) + |max(c, 0)|² for a network or simulation that returns values and, optionally, products with the transposed
 * Jacobian, in few calls. `attack-direct-search` attacks the incumbent through the network and falls back on a covering direct search,
 * whose guarantee it inherits; the other methods are for comparison. With products and active inequalities `attack` and `adam` mostly reach
 * lower values: the kinks of the penalty stop attacks of the hybrid, and its polls then take most of the evaluations.
 *
 * `converged` when steps have reached their least length and no step of 1e-5 along an axis improves, `stalled` if one does; failed
 * evaluations count as infinitely bad. One product and one evaluation an attack, up to 2n + 2 evaluations a direct search.
 *
 * @param instance - map, objective, inequalities, start and radius
 * @throws {InvalidInputError} for an instance that does not fit together, and for options that the method does not have
 *
 * @example
 * ```ts
 * import { denseNetwork, minimizeSurrogate, networkMap } from '@infimum/verify';
 *
 * // min (y - 1/2)² for y = tanh(x1 + 2 x2).
 * const map = networkMap(denseNetwork([[1, 2], [1]], [[0], [0]], 'tanh'));
 * const objective = { value: ([y = 0]: Float64Array) => (y - 0.5) ** 2, gradient: ([y = 0]: Float64Array) => [2 * (y - 0.5)] };
 * const { value } = minimizeSurrogate({ map, objective, initial: [0, 0], radius: 0.1 });
 * console.log(value < 1e-4); // true
 * ```
 */
export function minimizeSurrogate(
  instance: SurrogateInstanceLike,
  options: MinimizeSurrogateOptions = {},
): Outcome<SurrogateSolution, SurrogateIterate> {
  checkObject(options, 'options');
  const { method = 'attack-direct-search', ...rest } = options;
  checkChoice(method, 'method', minimizeSurrogateOptions.method.choices);
  const { specs, steps } = methods[method];
  const problem = asSurrogateInstance(instance);
  return run(steps(problem, rest as never), runOptionsOf(specs, rest), (question) => answerSurrogate(problem, question));
}
