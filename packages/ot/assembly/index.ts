// The kernels of optimal transport. `src/kernels.ts` documents each of them.
export { gibbs } from './gibbs';
export { scalingSweep } from './scaling-sweep';
export { topExperts } from './top-experts';
export { quotientUpdate, scaledUpdate } from './unbalanced-update';
