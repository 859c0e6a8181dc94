// The plug-ins of all packages, and the registry composed of them.
import { plugin as banditsRl } from '@infimum/bandits-rl/plugin';
import { plugin as bilevel } from '@infimum/bilevel/plugin';
import { plugin as blackbox } from '@infimum/blackbox/plugin';
import type { Plugin, Registry } from '@infimum/core';
import { createRegistry } from '@infimum/core';
import { plugin as games } from '@infimum/games/plugin';
import { plugin as graphs } from '@infimum/graphs/plugin';
import { plugin as learn } from '@infimum/learn/plugin';
import { plugin as linalg } from '@infimum/linalg/plugin';
import { plugin as optim } from '@infimum/optim/plugin';
import { plugin as ot } from '@infimum/ot/plugin';
import { plugin as strings } from '@infimum/strings/plugin';
import { plugin as verify } from '@infimum/verify/plugin';

/** The plug-ins of all packages, in the order of registration. */
export const plugins: readonly Plugin[] = [
  linalg,
  ot,
  optim,
  strings,
  graphs,
  banditsRl,
  learn,
  verify,
  bilevel,
  games,
  blackbox,
];

/**
 * Problems, solvers and claims of all packages, and of further plug-ins.
 *
 * @throws {InvalidInputError} when an id of a further plug-in is taken or malformed, or its problem is not registered
 *
 * @example
 * ```ts
 * import { createInfimumRegistry } from 'infimum';
 *
 * const registry = createInfimumRegistry();
 * console.log(registry.solver('ot/sinkhorn').problem.id); // ot/transport
 * ```
 */
export function createInfimumRegistry(...more: readonly Plugin[]): Registry {
  return createRegistry(...plugins, ...more);
}
