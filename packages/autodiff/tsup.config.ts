import { libraryConfig } from '@infimum/tsup-config';

export default libraryConfig(['src/index.ts', 'src/sparse.ts']);
