import { libraryConfig } from '@infimum/tsup-config';

export default libraryConfig(['src/index.ts', 'src/checkers.ts', 'src/plugin.ts', 'src/steps.ts', 'src/tuning.ts']);
