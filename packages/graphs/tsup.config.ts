import { libraryConfig } from '@infimum/tsup-config';

export default libraryConfig(
  ['index', 'dags', 'matching', 'partitions', 'walks', 'steps', 'checkers', 'plugin', 'linear-programs'].map(
    (name) => `src/${name}.ts`,
  ),
);
