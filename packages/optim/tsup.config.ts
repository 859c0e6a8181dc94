import { libraryConfig } from '@infimum/tsup-config';

export default libraryConfig([
  'src/index.ts',
  'src/plugin.ts',
  'src/checkers.ts',
  'src/acceleration.ts',
  'src/blocks.ts',
  'src/fisher.ts',
  'src/newton.ts',
  'src/objectives.ts',
  'src/smooth.ts',
  'src/steps.ts',
  'src/training.ts',
  'src/constrained.ts',
  'src/private.ts',
  'src/proximal.ts',
]);
