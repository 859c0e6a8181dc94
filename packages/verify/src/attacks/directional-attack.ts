// The directional attack operator: a step of bounded length along which the outputs of a network move in the direction of a vector.
//
// I. J. Goodfellow, J. Shlens, C. Szegedy: Explaining and harnessing adversarial examples (2014), arXiv 1412.6572 (FGSM);
// A. Madry and others (2017), arXiv 1706.06083 (PGD); Y. Dong and others (2017), arXiv 1710.06081 (MI-FGSM). As an
// operator of optimisation: arXiv 2510.01461 (2025).
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome } from '@infimum/core';
import { converged, resolveOptions, run, runOptionsOf, stalled } from '@infimum/core';
import type {
  Asking,
  Evaluated,
  SurrogateInstance,
  SurrogateInstanceLike,
  SurrogateIterate,
  SurrogateSolution,
  SurrogateSteps,
} from './network-surrogate.ts';
import { answerSurrogate, asSurrogateInstance, SurrogateSearch } from './network-surrogate.ts';

/**
 * A step d with |d| <= radius along which F falls to first order, in units of the scale; undefined if there is no gradient or it is zero. u
 * is fixed at `base`. FGSM needs one product; PGD and MI-FGSM need a product and an evaluation for each step of a quarter of the radius.
 */
export function* directionalAttack(
  search: SurrogateSearch,
  base: Evaluated,
  radius: number,
  { attack, attackNorm, attackSteps, fallback }: Required<OptionsOf<typeof operatorOptions>>,
): Asking<Float64Array | undefined> {
  const { scale, dimension } = search;
  const steps = attack === 'fgsm' ? 1 : attackSteps;
  const length = attack === 'fgsm' ? radius : radius / 4;
  const momentum = new Float64Array(dimension);
  const d = new Float64Array(dimension);
  let point = base;
  for (let step = 0; step < steps; step++) {
    if (step > 0) point = yield* search.evaluate(search.moved(base.x, d));
    const gradient = yield* search.gradient(point, base, fallback);
    if (!gradient) return step === 0 ? undefined : d;
    const scaled = gradient.map((g, j) => g * scale[j]);
    const size = attackNorm === 'l2' ? Math.hypot(...scaled) : scaled.reduce((sum, g) => sum + Math.abs(g), 0);
    if (!(size > 0)) return step === 0 ? undefined : d;
    for (let j = 0; j < dimension; j++) {
      momentum[j] = attack === 'mi-fgsm' ? momentum[j] + scaled[j] / size : scaled[j];
    }
    const norm = attackNorm === 'l2' ? Math.hypot(...momentum) || 1 : 1;
    for (let j = 0; j < dimension; j++) {
      d[j] -= length * (attackNorm === 'l2' ? momentum[j] / norm : Math.sign(momentum[j]));
    }
    limit(d, radius, attackNorm);
  }
  return d;
}

/** Cuts a step to the ball of the radius. */
function limit(d: Float64Array, radius: number, norm: 'inf' | 'l2'): void {
  if (norm === 'inf') {
    for (let j = 0; j < d.length; j++) d[j] = Math.min(radius, Math.max(-radius, d[j]));
    return;
  }
  const size = Math.hypot(...d);
  if (size <= radius) return;
  for (let j = 0; j < d.length; j++) d[j] *= radius / size;
}

const operatorOptions = {
  attack: {
    type: 'choice',
    choices: ['fgsm', 'pgd', 'mi-fgsm'],
    default: 'fgsm',
    description: 'One step along the signs of the gradient, several, or several with momentum',
  },
  attackNorm: { type: 'choice', choices: ['inf', 'l2'], default: 'inf', description: 'Norm in which attacks are bounded' },
  attackSteps: { type: 'integer', min: 1, max: 1000, default: 10, description: 'Number of steps of pgd and mi-fgsm' },
  fallback: {
    type: 'choice',
    choices: ['differences', 'none'],
    default: 'differences',
    description: 'Without products with the Jacobian: use forward differences, or no attacks',
  },
} as const satisfies OptionSpecs;

/** The kinds of attack. */
export const attackOptions = {
  ...operatorOptions,
  minAttackRadius: { type: 'number', above: 0, default: 1e-6, description: 'Smallest length of attacks' },
  maxAttackRadius: { type: 'number', above: 0, default: 10, description: 'Largest length of attacks' },
} as const satisfies OptionSpecs;

const attackNetworkOptions = {
  radius: { type: 'number', above: 0, description: 'Largest length of the step; by default that of the instance' },
  ...operatorOptions,
} as const satisfies OptionSpecs;

/** Options of `attackNetwork`. */
export type AttackNetworkOptions = OptionsOf<typeof attackNetworkOptions> & LimitOptions<SurrogateIterate>;

/**
 * One directional attack from the initial point: d = -r sign(J' u) for FGSM, u the gradient of F + |max(c, 0)|² by the
 * outputs. For linear maps this is the best step of its length. One evaluation and one product, and an evaluation of the
 * attacked point; PGD takes ten times that by default. `converged` if the attacked point is better, else `stalled`.
 *
 * @param instance - map, objective, inequalities, start and radius
 * @throws {InvalidInputError} for an instance that does not fit together
 *
 * @example
 * ```ts
 * import { attackNetwork, networkMap, denseNetwork } from '@infimum/verify';
 *
 * const map = networkMap(denseNetwork([[1, -1, 0.5, 2], [1, -1]], [[0, 0.1], [0.2]], 'tanh'));
 * const objective = { value: (y: Float64Array) => -y[0], gradient: () => Float64Array.of(-1) };
 * const attacked = attackNetwork({ map, objective, initial: Float64Array.of(0.3, -0.2), radius: 0.1 });
 * console.log((-attacked.value).toFixed(8)); // 1.09568039
 * ```
 */
export function attackNetwork(
  instance: SurrogateInstanceLike,
  options: AttackNetworkOptions = {},
): Outcome<SurrogateSolution, SurrogateIterate> {
  const problem = asSurrogateInstance(instance);
  return run(attackNetworkSteps(problem, options), runOptionsOf(attackNetworkOptions, options), (question) =>
    answerSurrogate(problem, question),
  );
}

/** The steps of `attackNetwork`. */
export function* attackNetworkSteps(instance: SurrogateInstance, options: AttackNetworkOptions = {}): SurrogateSteps {
  const { radius, ...settings } = resolveOptions(attackNetworkOptions, options);
  const search = new SurrogateSearch(instance);
  const base = yield* search.evaluate(instance.initial);
  const d = yield* directionalAttack(search, base, radius ?? instance.radius, settings);
  if (!d) return stalled(search.solution(), 'no direction: the gradient is zero or not available');
  const { value } = yield* search.evaluate(search.moved(base.x, d));
  if (!(value < base.value)) return stalled(search.solution(), 'the attack did not improve');
  return converged(search.solution(), 'the attack improved');
}
