// `@infimum/ot/gromov`: Gromov-Wasserstein matching.

export type { CoOptimalPlan, CoOptimalTransportOptions } from './co-optimal-transport.ts';
export { coOptimalTransport } from './co-optimal-transport.ts';
export type { EntropicGromovWassersteinOptions } from './entropic-gromov-wasserstein.ts';
export { entropicGromovWasserstein } from './entropic-gromov-wasserstein.ts';
export type { GromovBarycenter, GromovBarycenterOptions } from './gromov-barycenter.ts';
export { gromovBarycenter } from './gromov-barycenter.ts';
export type { GromovPlan } from './gromov-objective.ts';
export type { GromovLoss } from './gromov-terms.ts';
export type { GromovWassersteinOptions } from './gromov-wasserstein.ts';
export { gromovWasserstein } from './gromov-wasserstein.ts';
export type {
  EntropicPartialGromovWassersteinOptions,
  PartialGromovPlan,
  PartialGromovWassersteinOptions,
} from './partial-gromov.ts';
export { entropicPartialGromovWasserstein, partialGromovWasserstein } from './partial-gromov.ts';
export type {
  EntropicSemiRelaxedGromovWassersteinOptions,
  SemiRelaxedGromovPlan,
  SemiRelaxedGromovWassersteinOptions,
} from './semi-relaxed-gromov.ts';
export { entropicSemiRelaxedGromovWasserstein, semiRelaxedGromovWasserstein } from './semi-relaxed-gromov.ts';
