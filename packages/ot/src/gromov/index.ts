// `@infimum/ot/gromov`: Gromov-Wasserstein matching, with the steps of every algorithm.

export {
  type EntropicGromovOptions,
  entropicGromovOptions,
  entropicGromovWasserstein,
  entropicGromovWassersteinSteps,
} from './entropic-gromov-wasserstein.ts';
export type { GromovIterate, GromovPlan } from './gromov-objective.ts';
export {
  type GromovWassersteinOptions,
  gromovWasserstein,
  gromovWassersteinOptions,
  gromovWassersteinSteps,
} from './gromov-wasserstein.ts';
export {
  type SemiRelaxedGromovIterate,
  type SemiRelaxedGromovOptions,
  type SemiRelaxedGromovPlan,
  semiRelaxedGromovOptions,
  semiRelaxedGromovSteps,
  semiRelaxedGromovWasserstein,
} from './semi-relaxed-gromov.ts';
