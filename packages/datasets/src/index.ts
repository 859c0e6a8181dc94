// The list of the data sets, without the data: each has an entry of its own, so that a bundle holds what it uses.
import { breastCancer, china, digits, digits28, earthquakes, flower, hamlet, iris } from './metadata.ts';
import type { DatasetInfo } from './types.ts';

export type {
  DatasetInfo,
  DenseMatrix,
  LabeledImages,
  Photograph,
  Provenance,
} from './types.ts';

/**
 * The entry to import, the size, the licence and the source of every data set.
 *
 * @example
 * ```ts
 * import { datasets } from '@infimum/datasets';
 *
 * console.log(datasets.map(({ name }) => name).join(' ')); // breast-cancer china digits digits-28 earthquakes flower hamlet iris
 * ```
 */
export const datasets: readonly DatasetInfo[] = [breastCancer, china, digits, digits28, earthquakes, flower, hamlet, iris];
