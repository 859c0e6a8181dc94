import { libraryConfig } from '@infimum/tsup-config';

export default libraryConfig([
  'src/checkers.ts',
  'src/index.ts',
  'src/dense.ts',
  'src/sparse.ts',
  'src/streaming.ts',
  'src/systems.ts',
  'src/kernels.ts',
  'src/numerics.ts',
  'src/plugin.ts',
  'src/steps.ts',
  'src/testing.ts',
]);
