// Real data as design matrices: standardised, with a column of ones. Loaded on demand.
import { importData } from '@infimum/core/data';
import type { DenseMatrix } from '@infimum/linalg';
import { gram, symmetricEigen } from '@infimum/linalg';

/** A design matrix with labels. */
export interface LabeledDesign {
  /** Samples by features, the last column all ones. */
  readonly design: DenseMatrix;
  /** Their classes: 1 or -1 where there are two, otherwise numbers from 0 on. */
  readonly labels: Float64Array;
  /** The largest eigenvalue of A'A. */
  readonly largestEigenvalue: number;
}

/** Tumours: 30 measures, each with mean 0 and variance 1; 1 for benign. */
export async function standardizedBreastCancer(): Promise<LabeledDesign> {
  const { loadBreastCancer } = await importData(() => import('@infimum/datasets/breast-cancer'));
  const { features, labels } = loadBreastCancer();
  const design = withIntercept(standardized(features));
  return {
    design,
    labels: Float64Array.from(labels, (label) => 2 * label - 1),
    largestEigenvalue: Math.max(...symmetricEigen(gram(design)).values),
  };
}

/** Irises: four lengths, each with mean 0 and variance 1, and their species 0 to 2. */
export async function standardizedIris(): Promise<LabeledDesign> {
  const { loadIris } = await importData(() => import('@infimum/datasets/iris'));
  const { features, labels } = loadIris();
  const design = withIntercept(standardized(features));
  return { design, labels: Float64Array.from(labels), largestEigenvalue: Math.max(...symmetricEigen(gram(design)).values) };
}

/** Every column less its mean, over its standard deviation (that of the population). */
function standardized({ rows, cols, values }: DenseMatrix): DenseMatrix {
  const result = values.slice();
  for (let j = 0; j < cols; j++) {
    let mean = 0;
    for (let k = j; k < values.length; k += cols) mean += values[k] / rows;
    let variance = 0;
    for (let k = j; k < values.length; k += cols) variance += (values[k] - mean) ** 2 / rows;
    const deviation = Math.sqrt(variance) || 1;
    for (let k = j; k < values.length; k += cols) result[k] = (values[k] - mean) / deviation;
  }
  return { rows, cols, values: result };
}

/** The matrix with a column of ones at the end. */
function withIntercept({ rows, cols, values }: DenseMatrix): DenseMatrix {
  const result = new Float64Array(rows * (cols + 1)).fill(1);
  for (let i = 0; i < rows; i++) result.set(values.subarray(i * cols, (i + 1) * cols), i * (cols + 1));
  return { rows, cols: cols + 1, values: result };
}

/** Digits: the first so many images of 64 pixels from 0 to 1, with a column of ones, and their classes. */
export async function digitsDesign(samples: number): Promise<{ readonly design: DenseMatrix; readonly labels: Uint8Array }> {
  const { loadDigits } = await importData(() => import('@infimum/datasets/digits'));
  const { images, labels } = loadDigits();
  const values = images.values.subarray(0, samples * images.cols).map((value) => value / 16);
  return { design: withIntercept({ rows: samples, cols: images.cols, values }), labels: labels.slice(0, samples) };
}
