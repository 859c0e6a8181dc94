// Affinities on real data without training: every class of handwritten digits is an expert, and an image goes where it
// resembles the mean image of the class.
import { portableExp } from '@infimum/core/portable-math';
import type { DenseMatrix } from '@infimum/linalg';
import type { LabeledRows } from './expert-digits-router.ts';

/** Number of classes. */
export const DIGIT_CLASSES = 10;

/**
 * Scores gamma_ik = exp(-|x_i - c_k|² / s) of all images, in (0, 1], for the mean image c_k of class k and the mean s of
 * all these squared distances.
 */
export function digitsCentroidScores({ images, labels }: LabeledRows): DenseMatrix {
  const { rows, cols } = images;
  const centroids = classMeans({ images, labels });
  const values = new Float64Array(rows * DIGIT_CLASSES);
  let mean = 0;
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < DIGIT_CLASSES; k++) {
      let squares = 0;
      for (let j = 0; j < cols; j++) {
        const difference = images.values[i * cols + j] - centroids[k * cols + j];
        squares += difference * difference;
      }
      values[i * DIGIT_CLASSES + k] = squares;
      mean += squares / (rows * DIGIT_CLASSES);
    }
  }
  for (let at = 0; at < values.length; at++) values[at] = portableExp(-values[at] / mean);
  return { rows, cols: DIGIT_CLASSES, values };
}

/** The mean image of every class, one a row. */
function classMeans({ images, labels }: LabeledRows): Float64Array {
  const { rows, cols, values } = images;
  const counts = new Int32Array(DIGIT_CLASSES);
  for (let i = 0; i < rows; i++) counts[labels[i]]++;
  const means = new Float64Array(DIGIT_CLASSES * cols);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) means[labels[i] * cols + j] += values[i * cols + j] / counts[labels[i]];
  }
  return means;
}
