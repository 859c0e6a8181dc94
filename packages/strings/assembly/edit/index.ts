// The kernels of edit distances. `src/edit/edit-kernels.ts` documents each of them.
export { affine } from './affine';
export { editBand, editColumns } from './columns';
