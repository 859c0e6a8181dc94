// The kernels of this package. `src/kernels.ts` documents each of them.
export { normals } from './normals';
export { consensusStep, weightedMean } from './consensus-step';
export { gibbsWeights } from './gibbs-weights';
export { lowRankForward } from './low-rank-forward';
