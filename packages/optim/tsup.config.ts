import { libraryConfig } from '@infimum/tsup-config';

export default libraryConfig([
  'src/index.ts',
  'src/plugin.ts',
  'src/constrained.ts',
  'src/private.ts',
  'src/proximal.ts',
]);
