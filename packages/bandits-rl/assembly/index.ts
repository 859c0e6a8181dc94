// The kernels of this package. `src/kernels.ts` documents each of them.
export { cartPoleSteps } from './cart-pole';
export { lstdBlock } from './lstd-block';
