// Everything at once: the plug-ins of all packages, and the registry that they make.
import { createRegistry, type Plugin, type Registry } from '@infimum/core';
import { plugin as ot } from '@infimum/ot/plugin';

/** The plug-ins of all packages. */
export const plugins: readonly Plugin[] = [ot];

/** Problems, solvers and claims of all packages. */
export function createInfimumRegistry(...extra: readonly Plugin[]): Registry {
  return createRegistry(...plugins, ...extra);
}
