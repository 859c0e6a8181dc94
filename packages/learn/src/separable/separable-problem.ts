// The registered problem of separating two classes: instances, metrics and file format of `learn/separable-classification`.
import type { BadInstance, HardInstance, Problem } from '@infimum/core';
import { defineProblem, fault } from '@infimum/core';
import { readMatrix, readObject, readVector } from '@infimum/core/data';
import { hardSeparable, separableFamilies, separableLadder } from './separable-families.ts';
import type { Separation } from './separation.ts';
import type { SeparableInstance } from './signed-rows.ts';
import { checkSeparable, errorsOf } from './signed-rows.ts';

/** Separation of two classes by a plane. */
export const separable: Problem<SeparableInstance, Separation> = defineProblem<
  SeparableInstance,
  Separation,
  'errors' | 'margin' | 'updates'
>({
  id: 'learn/separable-classification',
  title: 'Separable classification',
  statement: String.raw`Given points $x_1, \dots, x_n \in \mathbb{R}^d$ with labels $y_i \in \{-1, 1\}$, find weights $w$ and an intercept $c$
(or $c = 0$) with
$$y_i (w \cdot x_i + c) > 0 \quad \text{for all } i.$$`,
  families: separableFamilies,
  metrics: {
    errors: {
      title: 'Errors',
      description: 'Points on the wrong side of the plane or on it.',
      unit: '',
      direction: 'minimize',
      targets: [10, 0],
      compute: (instance, solution) => errorsOf(instance, solution),
    },
    margin: {
      title: 'Margin',
      description: 'Minimum of y (w . x + c) / |(w, c)|; negative with errors.',
      unit: '',
      direction: 'maximize',
      compute: (instance, solution) => marginOf(instance, solution),
    },
    updates: {
      title: 'Updates',
      description: 'Updates of the plane, as counted by the method.',
      unit: '',
      direction: 'minimize',
      compute: (_, { updates }) => updates,
    },
  },
  primaryMetric: 'errors',
  success: { metric: 'errors', certificate: 'separability', bound: () => 0 },
  certificates: {
    separability: {
      title: 'Separable or not',
      statement: String.raw`For the given doubles of the points: *errors* points have $y_i (w \cdot x_i + c) \le 0$ for the plane of this
solution, and no plane has fewer than *fewestErrors*, which is 0 if a plane without errors is known, and at least 1 if rows
$b_i = y_i (x_i, 1)$ are known whose positive multiples cancel: then no $h$ has $b_i \cdot h > 0$ for all $i$.`,
      about: 'optimum',
      figures: ['errors', 'fewestErrors'],
      cost: 'O(nd)',
      always: true,
      prover: () => import('./separable-classification-prover.ts'),
      checker: () => import('./separable-classification-checker.ts'),
    },
  },
  validate: (instance) => {
    if (typeof instance !== 'object' || instance === null) {
      throw fault('expected { points, labels, fitIntercept }', 'instance', 'type');
    }
    checkSeparable(instance);
    if (typeof instance.fitIntercept !== 'boolean') throw fault('expected true or false', 'fitIntercept', 'type');
    refuseRowsOfZeros(instance);
  },
  badInstances,
  hardInstances,
  instanceFile: {
    description:
      '`points`: rows of coordinates; `labels`: 1 or -1 for each; `fitIntercept`: whether the plane may miss the origin, true by default; `sampleWeights`: weight of each point, if not all equal.',
    example: { points: [[0], [1], [3], [4]], labels: [-1, -1, 1, 1] },
    parse: (json) => {
      const {
        points,
        labels,
        fitIntercept = true,
        sampleWeights,
      } = readObject(json, 'instance', ['points', 'labels', 'fitIntercept', 'sampleWeights']);
      const instance = {
        points: readMatrix(points, 'points'),
        labels: signsOf(readVector(labels, 'labels')),
        fitIntercept: fitIntercept as boolean,
        ...(sampleWeights !== undefined && { sampleWeights: readVector(sampleWeights, 'sampleWeights') }),
      };
      separable.validate(instance);
      return instance;
    },
  },
});

function signsOf(labels: Float64Array): Int8Array {
  const index = labels.findIndex((label) => label !== 1 && label !== -1);
  if (index >= 0) throw fault(`is ${labels[index]} at index ${index}; labels are 1 or -1`, 'labels', 'unknown', index);
  return Int8Array.from(labels);
}

/** A plane through the origin never has the origin on one side. */
export function refuseRowsOfZeros({ points, fitIntercept }: SeparableInstance): void {
  if (fitIntercept) return;
  for (let i = 0; i < points.rows; i++) {
    const [from, to] =
      'rowPointers' in points ? [points.rowPointers[i], points.rowPointers[i + 1]] : [i * points.cols, (i + 1) * points.cols];
    let isZero = true;
    for (let k = from; k < to && isZero; k++) isZero = points.values[k] === 0;
    if (!isZero) continue;
    throw fault(`row ${i} is zero: every plane through the origin contains it`, 'points', 'out-of-range', i);
  }
}

/** The margin by its definition, summed independently. */
function marginOf({ points, labels }: SeparableInstance, { weights, intercept }: Separation): number {
  let size = Math.abs(intercept);
  for (const weight of weights) size = Math.max(size, Math.abs(weight));
  if (!(size > 0)) return -Number.MAX_VALUE;
  let square = (intercept / size) ** 2;
  for (const weight of weights) square += (weight / size) ** 2;
  let least = Infinity;
  for (let i = 0; i < points.rows; i++) {
    let sum = intercept / size;
    if ('rowPointers' in points) {
      for (let k = points.rowPointers[i]; k < points.rowPointers[i + 1]; k++) {
        sum += (weights[points.columnIndices[k]] / size) * points.values[k];
      }
    } else {
      for (let j = 0; j < points.cols; j++) sum += (weights[j] / size) * points.values[i * points.cols + j];
    }
    least = Math.min(least, labels[i] * sum);
  }
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, least / Math.sqrt(square)));
}

const points = { rows: 2, cols: 1, values: Float64Array.of(1, 2) };
const labels = Int8Array.of(1, -1);

function badInstances(): BadInstance<SeparableInstance>[] {
  const bad = (fault: string, argument: string, change: object) => ({
    fault,
    argument,
    instance: { points, labels, fitIntercept: true, ...change } as SeparableInstance,
  });
  return [
    bad('NaN', 'points', { points: { rows: 2, cols: 1, values: Float64Array.of(1, Number.NaN) } }),
    bad('no points', 'points', { points: { rows: 0, cols: 1, values: new Float64Array(0) }, labels: new Int8Array(0) }),
    bad('labels of another length', 'labels', { labels: Int8Array.of(1) }),
    bad('a label 0', 'labels', { labels: Int8Array.of(1, 0) }),
    bad('labels that are not an Int8Array', 'labels', { labels: [1, -1] }),
    bad('a weight of zero', 'sampleWeights', { sampleWeights: Float64Array.of(1, 0) }),
    bad('fitIntercept missing', 'fitIntercept', { fitIntercept: undefined }),
    bad('a row of zeros without intercept', 'points', {
      points: { rows: 2, cols: 1, values: Float64Array.of(1, 0) },
      fitIntercept: false,
    }),
  ];
}

function hardInstances(): HardInstance<SeparableInstance>[] {
  const scaled = (factor: number): SeparableInstance => {
    const { points, labels } = hardSeparable(10, 0.3);
    const values = points.values.map((value) => value * factor);
    return { points: { rows: points.rows, cols: points.cols, values }, labels, fitIntercept: false };
  };
  const line = (values: number[], labels: number[], fitIntercept = true): SeparableInstance => ({
    points: { rows: values.length, cols: 1, values: Float64Array.from(values) },
    labels: Int8Array.from(labels),
    fitIntercept,
  });
  return [
    { hardness: 'points of size 1e150', instance: scaled(1e150) },
    { hardness: 'points of size 1e-150', instance: scaled(1e-150) },
    { hardness: 'points of size 1e300', instance: scaled(1e300) },
    { hardness: 'denormal points', instance: scaled(1e-310) },
    { hardness: 'points that no plane separates', instance: line([1, 2, 3, 4], [1, -1, 1, -1]) },
    { hardness: 'a point in both classes', instance: line([1, 1], [1, -1]) },
    { hardness: 'quasi-separable points', instance: line([1, 2, 2, 3], [-1, -1, 1, 1]) },
    { hardness: 'one class', instance: line([1, 2, 3], [1, 1, 1]) },
    { hardness: 'a gap of one rounding', instance: line([1, 1 + 2 ** -52], [-1, 1]) },
    { hardness: 'a tiny margin', instance: separableLadder(12) },
    { hardness: 'columns of very different size', instance: line([1e-300, 1e300], [-1, 1]) },
  ];
}
