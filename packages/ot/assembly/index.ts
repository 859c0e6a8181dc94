// The kernels of optimal transport. `src/kernels.ts` documents each of them.
export { gibbs } from './gibbs';
export { countPairs, fillPairs, pairSums, pairSweep, scalePairs } from './kernel-pairs';
export { keepPairs, massBins, reducedProduct, schurDiagonal } from './pair-system';
export { planSums } from './plan-sums';
export { reduceColumns, reduceRows } from './reduce-cost';
export { scalingSweep } from './scaling-sweep';
export { sharpen } from './sharpen';
export { quotientUpdate, scaledUpdate } from './unbalanced-update';
