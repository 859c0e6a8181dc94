// `@infimum/ot/gromov`: Gromov-Wasserstein matching.

export { type CoOptimalPlan, type CoOptimalTransportOptions, coOptimalTransport } from './co-optimal-transport.ts';
export { type EntropicGromovWassersteinOptions, entropicGromovWasserstein } from './entropic-gromov-wasserstein.ts';
export { type GromovBarycenter, type GromovBarycenterOptions, gromovBarycenter } from './gromov-barycenter.ts';
export type { GromovPlan } from './gromov-objective.ts';
export type { GromovLoss } from './gromov-terms.ts';
export { type GromovWassersteinOptions, gromovWasserstein } from './gromov-wasserstein.ts';
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
