import { libraryConfig } from '@infimum/tsup-config';

// No source maps: they would carry the data a second time.
export default libraryConfig(
  [
    'src/index.ts',
    'src/breast-cancer.ts',
    'src/china.ts',
    'src/digits.ts',
    'src/digits-28.ts',
    'src/earthquakes.ts',
    'src/flower.ts',
    'src/hamlet.ts',
    'src/iris.ts',
  ],
  { sourcemap: false },
);
