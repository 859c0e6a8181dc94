import { libraryConfig } from '@infimum/tsup-config';

export default libraryConfig([
  'src/index.ts',
  'src/plugin.ts',
  'src/checkers.ts',
  'src/steps.ts',
  'src/sums.ts',
  'src/lambda-phage.ts',
  'src/us-constitution.ts',
]);
