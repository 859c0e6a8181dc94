// Fisher's irises.
import { bytesFromCharacters } from './decode.ts';
import { labels, millimetres } from './fixtures/iris.ts';
import { iris } from './metadata.ts';
import type { DenseMatrix, Provenance } from './types.ts';

export type { DenseMatrix, Provenance } from './types.ts';

/** Flowers, measured. */
export interface Iris extends Provenance {
  /** One flower a row, lengths in centimetres. */
  readonly features: DenseMatrix;
  /** The species of every flower, an index into `labelNames`. */
  readonly labels: Uint8Array;
  /** Names of the columns. */
  readonly featureNames: readonly string[];
  /** The species. */
  readonly labelNames: readonly string[];
}

/**
 * Loads 150 irises, 50 of each of three species, with four lengths in centimetres. New arrays with every call.
 *
 * Source: R. A. Fisher, The use of multiple measurements in taxonomic problems (1936).
 *
 * @example
 * ```ts
 * import { loadIris } from '@infimum/datasets/iris';
 *
 * const { features, labels, labelNames } = loadIris();
 * console.log(features.values.slice(0, 4).join(' '), labelNames[labels[0]]); // 5.1 3.5 1.4 0.2 setosa
 * ```
 */
export function loadIris(): Iris {
  const { rows, cols, license, source } = iris;
  return {
    features: { rows, cols, values: Float64Array.from(millimetres, (length) => length / 10) },
    labels: bytesFromCharacters(labels),
    featureNames: ['sepal length', 'sepal width', 'petal length', 'petal width'],
    labelNames: ['setosa', 'versicolor', 'virginica'],
    license,
    source,
  };
}
