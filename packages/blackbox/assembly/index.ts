// The kernels of this package. `src/kernels.ts` documents each of them.
export { normals } from './normals';
export { consensusStep, weightedMean } from './consensus-step';
export { lowRankForward } from './low-rank-forward';
