import { libraryConfig } from '@infimum/tsup-config';

export default libraryConfig([
  'src/index.ts',
  'src/checkers.ts',
  'src/control.ts',
  'src/environments.ts',
  'src/online-learning.ts',
  'src/plugin.ts',
  'src/policy-evaluation.ts',
  'src/steps.ts',
]);
