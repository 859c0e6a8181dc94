// Breast tumours, measured under the microscope.
import { bytesFromCharacters, integersFromBase64 } from './decode.ts';
import { columns, decimals, labels } from './fixtures/breast-cancer.ts';
import { breastCancer } from './metadata.ts';
import type { DenseMatrix, Provenance } from './types.ts';

export type { DenseMatrix, Provenance } from './types.ts';

/** Tumours, measured. */
export interface BreastCancer extends Provenance {
  /** One tumour a row: means, standard errors and worst values of ten measures of its cells' nuclei. */
  readonly features: DenseMatrix;
  /** 0 for malignant, 1 for benign. */
  readonly labels: Uint8Array;
  /** Names of the columns. */
  readonly featureNames: readonly string[];
  /** The classes. */
  readonly labelNames: readonly string[];
}

const MEASURES = [
  'radius',
  'texture',
  'perimeter',
  'area',
  'smoothness',
  'compactness',
  'concavity',
  'concave points',
  'symmetry',
  'fractal dimension',
];

/**
 * Loads 569 tumours, 212 malignant and 357 benign, with 30 measures of the nuclei of their cells. New arrays with every
 * call.
 *
 * Source: W. Street, W. Wolberg, O. Mangasarian, Nuclear feature extraction for breast tumor diagnosis (1993).
 *
 * @example
 * ```ts
 * import { loadBreastCancer } from '@infimum/datasets/breast-cancer';
 *
 * const { features, featureNames, labels, labelNames } = loadBreastCancer();
 * console.log(featureNames[0], features.values[0], labelNames[labels[0]]); // mean radius 17.99 malignant
 * ```
 */
export function loadBreastCancer(): BreastCancer {
  const { rows, cols, license, source } = breastCancer;
  const integers = integersFromBase64(columns, 4);
  return {
    features: {
      rows,
      cols,
      values: Float64Array.from({ length: rows * cols }, (_, k) => {
        const [i, j] = [Math.floor(k / cols), k % cols];
        return integers[j * rows + i] / 10 ** decimals[j];
      }),
    },
    labels: bytesFromCharacters(labels),
    featureNames: ['mean', 'error of', 'worst'].flatMap((kind) => MEASURES.map((measure) => `${kind} ${measure}`)),
    labelNames: ['malignant', 'benign'],
    license,
    source,
  };
}
