// The kernels of the integer language model, a module apart. `src/language/egg-kernels.ts` documents each of them.
export { eggVectors, eggScore } from './egg';
