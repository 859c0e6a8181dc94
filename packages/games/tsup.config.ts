import { libraryConfig } from '@infimum/tsup-config';

const subjects = ['hats', 'inclusions', 'markov', 'normal-form', 'queries'];
export default libraryConfig([
  'src/index.ts',
  'src/plugin.ts',
  'src/checkers.ts',
  'src/steps.ts',
  ...subjects.map((subject) => `src/${subject}.ts`),
]);
