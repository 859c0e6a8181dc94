// `@infimum/ot/one-dimension`: transport on the line, the circle and along slices.

export type { MaxSlicedWasserstein, SlicedWasserstein, SlicedWassersteinOptions } from './sliced-wasserstein.ts';
export { maxSlicedWasserstein, slicedWasserstein } from './sliced-wasserstein.ts';
export { type SoftSortOptions, softRank, softSort } from './soft-sort.ts';
export { sphericalSlicedWasserstein } from './spherical-sliced-wasserstein.ts';
export type { Wasserstein1d, Wasserstein1dDistance, Wasserstein1dOptions } from './wasserstein-1d.ts';
export { wasserstein1d, wasserstein1dDistance } from './wasserstein-1d.ts';
export { type WassersteinCircle, type WassersteinCircleOptions, wassersteinCircle } from './wasserstein-circle.ts';
