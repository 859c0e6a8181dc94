// The kernels of string matching. `src/kernels.ts` documents each of them.
export { equalBytes, equalHalves, equalWords } from './compare';
export { fourierForward, fourierInverse, multiplyConjugate, squareParts } from './fft';
export { countPairs } from './pairs';
export { differentBits } from './popcount';
export { scanBytes } from './scan';
