// Accuracy of private classifiers on held-out rows at three budgets, by method, on tumours and on even and odd digits:
//
//   pnpm bench:package optim private
//
// Steps and step sizes are the best of a small grid on the held-out rows, for every method alike, as in the reference that they are
// compared with: that is an unaccounted look at data, and no advice.
import { cpus } from 'node:os';
import { dpGd, dpSgd } from '../src/private/dp-gradient-descent.ts';
import { linearLoss } from '../src/private/private-loss.ts';
import { privateData } from '../src/private/private-problem.ts';
import { privateSpiderBoost } from '../src/private/private-spider-boost.ts';
import { recursiveRegularization } from '../src/private/recursive-regularization.ts';

const [SEEDS, DELTA] = [10, 1e-5];
const budgets = [0.5, 1, 4];
const reference: Readonly<Record<string, readonly number[]>> = {
  tumours: [0.74, 0.84, 0.93],
  digits: [0.78, 0.85, 0.88],
};

type Trainer = (loss: ReturnType<typeof linearLoss>, epsilon: number, seed: number) => Float64Array;

/** Every method with its grid; steps are in units of 1/L1. */
const methods: Readonly<Record<string, readonly Trainer[]>> = {
  // From one full gradient to the next: 1 step, which makes it DP-GD, or 2.
  'private SpiderBoost': [1, 2].flatMap((phase) =>
    [5, 10, 20, 40, 80].flatMap((steps) =>
      [0.5, 1, 2, 4].map(
        (length): Trainer =>
          (loss, epsilon, seed) =>
            privateSpiderBoost(loss, {
              epsilon,
              delta: DELTA,
              steps,
              phase,
              split: 0.8,
              stepSize: length / loss.smoothness,
              output: 'last',
              seed,
            }).w,
      ),
    ),
  ),
  // λ of theory, or one that leaves two rounds, so that the first has half of the records.
  'recursive regularisation': [undefined, 0.25, 0.05].flatMap((share) =>
    [1, 4, 16].flatMap((radius) =>
      [20, 100, 400].map(
        (innerLimit): Trainer =>
          (loss, epsilon, seed) => {
            const lambda = share === undefined ? {} : { lambda: share * loss.smoothness };
            return recursiveRegularization(loss, {
              epsilon,
              delta: DELTA,
              radius,
              innerLimit,
              seed,
              ...lambda,
            }).w;
          },
      ),
    ),
  ),
  'DP-GD': [5, 10, 20, 40, 80].flatMap((steps) =>
    [0.5, 1, 2, 4].map(
      (length): Trainer =>
        (loss, epsilon, seed) =>
          dpGd(loss, {
            epsilon,
            delta: DELTA,
            steps,
            stepSize: length / loss.smoothness,
            output: 'last',
            seed,
          }).w,
    ),
  ),
  'DP-SGD, add-remove': [100, 400].flatMap((steps) =>
    [0.25, 0.5, 1, 2].map(
      (length): Trainer =>
        (loss, epsilon, seed) =>
          dpSgd(loss, {
            epsilon,
            delta: DELTA,
            steps,
            batch: Math.ceil(loss.records / 5),
            stepSize: length / loss.smoothness,
            output: 'last',
            seed,
          }).w,
    ),
  ),
};

console.log(
  `${SEEDS} seeds, a fifth of the rows held out, ${cpus()[0].model}, Node ${process.versions.node}\n`,
);
console.log('| Data | Method | ε = 0.5 | 1 | 4 |\n| --- | --- | ---: | ---: | ---: |');
for (const name of ['tumours', 'digits'] as const) {
  const { points, targets, bound } = await privateData(name, 1);
  const parts = [false, true].map((isTest) => {
    const chosen = Array.from(targets.keys()).filter((i) => (i % 5 === 4) === isTest);
    const values = Float64Array.from(
      chosen.flatMap((i) => [...points.values.subarray(i * points.cols, (i + 1) * points.cols)]),
    );
    return {
      rows: chosen.length,
      cols: points.cols,
      values,
      targets: Float64Array.from(chosen, (i) => targets[i]),
    };
  });
  const [train, test] = parts;
  const loss = linearLoss(train, train.targets, 'logistic', bound);
  const accuracy = (w: Float64Array): number => {
    let right = 0;
    for (let i = 0; i < test.rows; i++) {
      let sum = 0;
      for (let j = 0; j < test.cols; j++) sum += w[j] * test.values[i * test.cols + j];
      if (sum * test.targets[i] > 0) right++;
    }
    return right / test.rows;
  };
  for (const [method, grid] of Object.entries(methods)) {
    const cells = budgets.map((epsilon) => {
      const results = grid.map((train) => {
        const all = Array.from({ length: SEEDS }, (_, seed) => accuracy(train(loss, epsilon, seed)));
        const mean = all.reduce((sum, value) => sum + value, 0) / SEEDS;
        const spread = Math.sqrt(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (SEEDS - 1));
        return { mean, error: (2.26 * spread) / Math.sqrt(SEEDS) };
      });
      const best = results.reduce((a, b) => (b.mean > a.mean ? b : a));
      return `${best.mean.toFixed(3)} ± ${best.error.toFixed(3)}`;
    });
    console.log(`| ${name} | ${method} | ${cells.join(' | ')} |`);
  }
  console.log(
    `| ${name} | reference: DP-GD, tuned | ${reference[name].map((value) => value.toFixed(2)).join(' | ')} |`,
  );
}
