// The kernels of string matching. `src/kernels.ts` documents each of them.
export { differentBytes, differentHalves, differentWords } from './compare';
export { fourierForward, fourierInverse, multiplyConjugate, squareParts } from './fft';
export { addRounded, coordinates, indicator } from './indicators';
export { countPairs } from './pairs';
export { bitPlane, differentBits } from './popcount';
export { scanBytes } from './scan';
