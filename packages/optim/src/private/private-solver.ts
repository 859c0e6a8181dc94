// Code shared by private methods for callers and the registry: common options, and solvers that use the budget of the instance if none
// is given.
import type { OptionSpecs, OptionsOf, ResolvedOptions, Solver, Steps } from '@infimum/core';
import { defineSolver, resolveOptions } from '@infimum/core';
import type { PrivateLoss } from './private-loss.ts';
import { checkPrivateLoss } from './private-loss.ts';
import type { PrivateInstance } from './private-problem.ts';
import { privateStationaryPoint } from './private-problem.ts';
import type { PrivateIterate, PrivateSolution } from './private-run.ts';
import { accountant, delta, epsilon, noiseSeed } from './private-run.ts';

const commonOptions = {
  epsilon,
  delta,
  accountant,
  seed: noiseSeed,
  maxIterations: { type: 'integer', min: 0, default: 1_000_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of a method: those of all, and its own. */
export function privateOptions<const Own extends OptionSpecs>(own: Own): typeof commonOptions & Own {
  return { ...commonOptions, ...own };
}

/** Checks a loss and options, and fills in defaults: how every run begins, before anything is charged or released. */
export function beginPrivate<Specs extends OptionSpecs>(
  loss: PrivateLoss,
  specs: Specs,
  options: OptionsOf<Specs>,
): ResolvedOptions<Specs> {
  checkPrivateLoss(loss);
  return resolveOptions(specs, options);
}

/** What is particular to a solver. */
interface PrivateMethod<Specs extends OptionSpecs>
  extends Omit<Solver<PrivateInstance, PrivateSolution, Specs, PrivateIterate>, 'problem' | 'steps'> {
  /** The steps on an instance, with its budget where the options have none. */
  readonly steps: (instance: PrivateInstance, options: OptionsOf<Specs>) => Steps<PrivateSolution, PrivateIterate>;
}

/** A method as registered. */
export function definePrivateSolver<const Specs extends OptionSpecs>({ steps, ...method }: PrivateMethod<Specs>) {
  return defineSolver({
    ...method,
    problem: privateStationaryPoint,
    steps: (instance: PrivateInstance, given) => {
      const options = given as { readonly epsilon?: number; readonly delta?: number };
      const { epsilon: spend = instance.epsilon, delta: chance = instance.delta } = options;
      return steps(instance, { ...options, epsilon: spend, delta: chance } as unknown as OptionsOf<Specs>);
    },
  });
}
