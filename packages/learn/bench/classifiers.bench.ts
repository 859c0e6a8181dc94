// Processor time of `fitClassifier`, the least of five runs, with the loss it reaches: tumours, digits, 10 000 x 20 points of five
// classes that overlap, and 100 000 x 50 sparse ones. With a folder as argument the drawn data are written there for other programs.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Random } from '@infimum/core';
import { loadBreastCancer } from '@infimum/datasets/breast-cancer';
import { loadDigits } from '@infimum/datasets/digits';
import type { FitClassifierOptions } from '../src/separable/fit-classifier.ts';
import { classProbabilities, fitClassifier, scoreClassifier } from '../src/separable/fit-classifier.ts';
import type { PointsLike } from '../src/separable/signed-rows.ts';

const random = new Random(9);

function overlapping(rows: number, cols: number) {
  const labels = Array.from({ length: rows }, (_, i) => i % 5);
  const centers = Array.from({ length: 5 }, () => random.normals(new Float64Array(cols)));
  const values = random
    .normals(new Float64Array(rows * cols))
    .map((value, k) => 1.5 * value + centers[Math.floor(k / cols) % 5][k % cols]);
  return { points: { rows, cols, values }, labels };
}

function sparse(rows: number, cols: number) {
  const weights = random.normals(new Float64Array(cols));
  const [values, columnIndices, rowPointers, labels]: number[][] = [[], [], [0], []];
  for (let i = 0; i < rows; i++) {
    let score = 0;
    for (let j = 0; j < cols; j++) {
      if (random.uniform() >= 0.1) continue;
      values.push(random.normal());
      columnIndices.push(j);
      score += values[values.length - 1] * weights[j];
    }
    rowPointers.push(values.length);
    labels.push(random.uniform() < 1 / (1 + Math.exp(-score)) ? 1 : 0);
  }
  return { points: { rows, cols, rowPointers, columnIndices, values: Float64Array.from(values) }, labels };
}

function measure(name: string, points: PointsLike, labels: ArrayLike<number>, options: FitClassifierOptions): void {
  let least = Infinity;
  let model = fitClassifier(points, labels, options);
  for (let run = 0; run < 5; run++) {
    const before = process.cpuUsage();
    model = fitClassifier(points, labels, options);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1e6);
  }
  const { cols, values } = classProbabilities(model, points);
  let loss = 0;
  for (let i = 0; i < labels.length; i++) loss -= Math.log(values[i * cols + model.classes.indexOf(labels[i])]);
  const score = scoreClassifier(model, points, labels);
  console.log(
    `${name}: ${least.toFixed(4)} s, ${model.iterations} iterations, loss ${loss.toFixed(4)}, score ${score.toFixed(4)}`,
  );
}

const [tumours, digits, drawn, thin] = [loadBreastCancer(), loadDigits(), overlapping(10_000, 20), sparse(100_000, 50)];
const folder = process.argv[2];
if (folder) {
  const write = (name: string, data: Float64Array | Int32Array) => writeFileSync(path.join(folder, name), data);
  write('overlap.bin', Float64Array.from([...drawn.points.values, ...drawn.labels]));
  write('sv.bin', thin.points.values);
  write('si.bin', Int32Array.from(thin.points.columnIndices));
  write('sp.bin', Int32Array.from(thin.points.rowPointers));
  write('sy.bin', Float64Array.from(thin.labels));
}
for (const standardize of [true, false]) {
  const suffix = standardize ? 'scaled' : 'as they are';
  measure(`tumours, ${suffix}`, tumours.features, tumours.labels, { standardize });
  measure(`digits, ${suffix}`, digits.images, digits.labels, { standardize });
  measure(`10 000 x 20, five classes, ${suffix}`, drawn.points, drawn.labels, { standardize });
  measure(`100 000 x 50, sparse, ${suffix}`, thin.points, thin.labels, { standardize });
}
