import { libraryConfig } from '@infimum/tsup-config';

export default libraryConfig([
  'src/index.ts',
  'src/certificate.ts',
  'src/claim.ts',
  'src/data.ts',
  'src/executor.ts',
  'src/portable-math.ts',
  'src/random.ts',
  'src/reference-generators.ts',
  'src/testing.ts',
]);
