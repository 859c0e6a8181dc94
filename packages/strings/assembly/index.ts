// The kernels of string matching. `src/kernels.ts` documents each of them.
export { comparePlain, differentBytes, disjointBytes, differentHalves, differentWords } from './compare';
export { modularForward } from './modular';
export { fourierForward, fourierInverse, multiplyConjugate, squareParts } from './fft';
export { addRounded, coordinates, indicator } from './indicators';
export { countPairs, countPairsOf } from './pairs';
export { countSlices, matchPlanes } from './slices';
export { scanBytes, scanDisjoint } from './scan';
export { shiftAdd } from './shift-add';
