// `@infimum/ot/gromov`: Gromov-Wasserstein matching, with the steps of every algorithm.

export {
  type EntropicGromovWassersteinOptions,
  entropicGromovOptions,
  entropicGromovWasserstein,
  entropicGromovWassersteinSteps,
} from './entropic-gromov-wasserstein.ts';
export {
  type GromovBarycenter,
  type GromovBarycenterIterate,
  type GromovBarycenterOptions,
  gromovBarycenter,
  gromovBarycenterOptions,
  gromovBarycenterSteps,
} from './gromov-barycenter.ts';
export type { GromovIterate, GromovPlan } from './gromov-objective.ts';
export type { GromovLoss } from './gromov-terms.ts';
export {
  type GromovWassersteinOptions,
  gromovWasserstein,
  gromovWassersteinOptions,
  gromovWassersteinSteps,
} from './gromov-wasserstein.ts';
export {
  type EntropicPartialGromovOptions,
  entropicPartialGromovOptions,
  entropicPartialGromovSteps,
  entropicPartialGromovWasserstein,
  type PartialGromovIterate,
  type PartialGromovOptions,
  type PartialGromovPlan,
  partialGromovOptions,
  partialGromovSteps,
  partialGromovWasserstein,
} from './partial-gromov.ts';
export type { RelaxedGromovIterate } from './relaxed-gromov-objective.ts';
export {
  type EntropicSemiRelaxedGromovOptions,
  entropicSemiRelaxedGromovOptions,
  entropicSemiRelaxedGromovSteps,
  entropicSemiRelaxedGromovWasserstein,
  type SemiRelaxedGromovIterate,
  type SemiRelaxedGromovOptions,
  type SemiRelaxedGromovPlan,
  semiRelaxedGromovOptions,
  semiRelaxedGromovSteps,
  semiRelaxedGromovWasserstein,
} from './semi-relaxed-gromov.ts';
