import { libraryConfig } from '@infimum/tsup-config';

export default libraryConfig(
  ['src/index.ts', 'src/plugin.ts', 'src/lambda-phage.ts', 'src/us-constitution.ts'],
  // No module has effects: without this, chunks of which nothing is used are imported all the same, and bundlers warn.
  { treeshake: { moduleSideEffects: 'no-external' } },
);
