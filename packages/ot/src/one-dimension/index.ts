// `@infimum/ot/one-dimension`: transport on the line, the circle and along slices, with the steps of every algorithm.

export {
  type MaxSlicedWasserstein,
  maxSlicedWasserstein,
  type SlicedWasserstein,
  type SlicedWassersteinOptions,
  slicedWasserstein,
  slicedWassersteinOptions,
} from './sliced-wasserstein.ts';
export { sphericalSlicedWasserstein } from './spherical-sliced-wasserstein.ts';
export {
  type Wasserstein1d,
  type Wasserstein1dDistance,
  type Wasserstein1dOptions,
  wasserstein1d,
  wasserstein1dDistance,
  wasserstein1dOptions,
} from './wasserstein-1d.ts';
export {
  type WassersteinCircle,
  type WassersteinCircleOptions,
  wassersteinCircle,
  wassersteinCircleOptions,
} from './wasserstein-circle.ts';
