import { libraryConfig } from '@infimum/tsup-config';

export default libraryConfig([
  'src/index.ts',
  'src/plugin.ts',
  'src/checkers.ts',
  'src/steps.ts',
  'src/assignment/index.ts',
  'src/barycenters/index.ts',
  'src/entropic/index.ts',
  'src/exact/index.ts',
  'src/experts/index.ts',
  'src/geometry/index.ts',
  'src/gromov/index.ts',
  'src/maps/index.ts',
  'src/one-dimension/index.ts',
  'src/quadratic/index.ts',
  'src/unbalanced/index.ts',
]);
