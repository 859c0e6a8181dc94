// The registered problem of learning halfspaces with a certificate: `verify/testable-halfspace`.
import type { Problem } from '@infimum/core';
import { defineFamily, defineProblem } from '@infimum/core';
import { importData, readMatrix, readObject, readVector } from '@infimum/core/data';
import { symmetricEigen } from '@infimum/linalg';
import type { HalfspaceFamilySettings } from './halfspace-instances.ts';
import { halfspaceInstance, MARGINALS } from './halfspace-instances.ts';
import type { HalfspaceInstance, HalfspaceIterate, HalfspaceSolution } from './halfspace-samples.ts';
import { asHalfspaceInstance, errorOf, wholeSample } from './halfspace-samples.ts';

/** Learning of halfspaces with certificates. */
export const testableHalfspaceProblem: Problem<HalfspaceInstance, HalfspaceSolution, HalfspaceIterate> =
  /* @__PURE__ */ defineProblem<
    HalfspaceInstance,
    HalfspaceSolution,
    'error' | 'excess' | 'breach' | 'certified',
    HalfspaceIterate
  >({
    id: 'verify/testable-halfspace',
    title: 'Testable learning of halfspaces',
    statement: `Given labelled points $(x_i, y_i)$ with $y_i = \\pm 1$, find a unit vector $w$ with a small error
$\\Pr[y \\, w \\cdot x < 0]$, and certify it only if the sample proves that the error is at most that of the best halfspace plus
$\\varepsilon$ (Massart noise) or a function of it (adversarial labels), whatever the law of the points is.`,
    families: {
      planted: /* @__PURE__ */ defineFamily({
        title: 'A planted halfspace',
        description: 'Points from a chosen law, labelled by a random halfspace with noise.',
        real: false,
        params: {
          marginal: { type: 'choice', choices: MARGINALS, default: 'gaussian', description: 'Law of the points' },
          n: { type: 'integer', min: 200, max: 2_000_000, default: 20_000, description: 'Points' },
          d: { type: 'integer', min: 2, max: 40, default: 5, description: 'Coordinates' },
          eta: { type: 'number', min: 0, below: 0.5, default: 0.1, description: 'Rate of Massart noise' },
          flips: {
            type: 'number',
            min: 0,
            below: 0.5,
            default: 0,
            description: 'Share of labels that an adversary flips, instead of noise',
          },
          band: {
            type: 'number',
            above: 0,
            max: 1,
            default: 0.1,
            description: 'Width of the collapsed band for the law collapse',
          },
        },
        suites: {
          quick: [{ n: 600, d: 2 }, { n: 100_000 }, { n: 100_000, marginal: 'laplace' }],
          full: [
            { n: 400_000, d: 10 },
            { n: 400_000, flips: 0.003 },
          ],
        },
        generate: (params, seed) => halfspaceInstance(params as HalfspaceFamilySettings, seed),
      }),
      'breast-cancer': /* @__PURE__ */ defineFamily({
        title: 'Tumours',
        description:
          'Benign or malignant from the first measurements of 569 tumours, standardised to mean 0 and covariance 1: far too few points for a certificate, which a tester must report.',
        real: true,
        params: { columns: { type: 'integer', min: 2, max: 5, default: 2, description: 'Measures' } },
        suites: { quick: [{}], full: [{ columns: 5 }] },
        generate: ({ columns }) => tumours(columns),
      }),
    },
    metrics: {
      error: {
        title: 'Error',
        description: 'Share of the points on the wrong side',
        unit: '',
        direction: 'minimize',
        compute: (instance, { weights }) => errorOf(wholeSample(instance), weights),
      },
      excess: {
        title: 'Excess error',
        description: 'Error above that of the planted halfspace; 0 where none is planted',
        unit: '',
        direction: 'minimize',
        compute: (instance, { weights }) => excessOf(instance, weights),
      },
      breach: {
        title: 'Breach',
        description: 'How far the excess exceeds the certified value, beyond sampling error; 0 if nothing was certified',
        unit: '',
        direction: 'minimize',
        compute: (instance, { accepted, weights, certifiedExcess }) =>
          accepted && instance.noise === 'massart'
            ? Math.max(0, excessOf(instance, weights) - certifiedExcess - 3 / Math.sqrt(instance.points.rows))
            : 0,
      },
      certified: {
        title: 'Certified excess',
        description: 'Proven upper bound on the excess; 1 if nothing is proven',
        unit: '',
        direction: 'minimize',
        compute: (_, { certifiedExcess }) => certifiedExcess,
      },
    },
    primaryMetric: 'error',
    certificates: {
      errors: {
        title: 'Errors on the points',
        statement:
          'For the given doubles of the points and weights: the share of points on the wrong side is *error*; points on the boundary count half.',
        about: 'answer',
        figures: ['error'],
        cost: 'O(nd)',
        always: true,
        prover: async () => ({ certify: () => ({}) }),
        checker: () => import('./halfspace-checker.ts'),
      },
    },
    unproved:
      'That no other halfspace errs less is claimed by the tester itself, for the law of the sample; no certificate covers it.',
    instanceFile: {
      description:
        '`points`: a matrix with one row per point; `labels`: -1 and 1; `noise`: `massart` (with `eta`) or `adversarial`. At least 100 points per column.',
      // Created on demand: calls in a literal would stay in every bundle.
      get example() {
        return {
          points: Array.from({ length: 200 }, (_, i) => [Math.sin(3 * i), Math.cos(7 * i)]),
          labels: Array.from({ length: 200 }, (_, i) => (Math.sin(3 * i) >= 0 ? 1 : -1)),
          noise: 'massart',
          eta: 0,
        };
      },
      parse: (json) => {
        const { points, labels, noise, eta } = readObject(json, 'instance', ['points', 'labels', 'noise', 'eta']);
        return asHalfspaceInstance({
          points: readMatrix(points, 'points'),
          labels: readVector(labels, 'labels'),
          noise: noise as 'massart',
          ...(eta !== undefined && { eta: eta as number }),
        });
      },
    },
    validate: (instance) => void asHalfspaceInstance(instance),
    badInstances: () => {
      const good = () => halfspaceInstance(settings({ n: 400, d: 3 }), 1);
      const labels = good().labels.slice();
      labels[3] = 0;
      const bad = (fault: string, argument: string, change: Partial<HalfspaceInstance>) => ({
        fault,
        argument,
        instance: { ...good(), ...change },
      });
      return [
        bad('labels of 0 and 1', 'labels', { labels }),
        bad('too few labels', 'labels', { labels: labels.slice(1) }),
        { fault: 'too few points', instance: halfspaceInstance(settings({ n: 250, d: 3 }), 1), argument: 'points' },
        bad('one column', 'points', { points: { rows: 400, cols: 1, values: new Float64Array(400) } }),
        bad('NaN in a point', 'points', { points: { rows: 400, cols: 3, values: new Float64Array(1200).fill(Number.NaN) } }),
        bad('noise of one half', 'eta', { eta: 0.5 }),
        bad('no true halfspace', 'planted', { planted: null as never }),
        bad('no noise rate', 'eta', { eta: undefined }),
      ];
    },
    hardInstances: () => {
      const made = (change: Partial<HalfspaceFamilySettings>) => halfspaceInstance(settings({ n: 600, d: 3, ...change }), 2);
      const scaled = (factor: number): HalfspaceInstance => {
        const { points, ...rest } = made({});
        return { ...rest, points: { ...points, values: Float64Array.from(points.values, (x) => x * factor) } };
      };
      const { points, ...rest } = made({});
      const mixed = Float64Array.from(points.values, (x, at) => (at % 3 === 0 ? x : x * 1e100));
      return [
        { hardness: 'points scaled by 1e150', instance: scaled(1e150) },
        { hardness: 'points scaled by 1e-150', instance: scaled(1e-150) },
        { hardness: 'denormal points', instance: scaled(1e-310) },
        { hardness: 'points that are all zero', instance: scaled(0) },
        { hardness: 'columns of scale 1 and 1e100', instance: { ...rest, points: { ...points, values: mixed } } },
        { hardness: 'labels that are coin flips', instance: { ...made({ eta: 0.499 }), eta: 0.1 } },
        { hardness: 'a band that has collapsed', instance: made({ marginal: 'collapse' }) },
        { hardness: 'signs', instance: made({ marginal: 'rademacher' }) },
        { hardness: 'one label', instance: { ...made({}), labels: new Int8Array(600).fill(1) } },
      ];
    },
    success: { metric: 'breach', bound: () => 0 },
  });

function settings(change: Partial<HalfspaceFamilySettings>): HalfspaceFamilySettings {
  return { marginal: 'gaussian', n: 600, d: 3, eta: 0.1, flips: 0, band: 0.1, ...change };
}

function excessOf(instance: HalfspaceInstance, w: Float64Array): number {
  if (!instance.planted) return 0;
  const whole = wholeSample(instance);
  return errorOf(whole, w) - errorOf(whole, instance.planted);
}

/** The first measures of the tumours, whitened. */
async function tumours(columns: number): Promise<HalfspaceInstance> {
  const { loadBreastCancer } = await importData(() => import('@infimum/datasets/breast-cancer'));
  const { features, labels } = loadBreastCancer();
  const { rows, cols, values } = features;
  const chosen = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) chosen[i * columns + j] = values[i * cols + j];
  whiten(chosen, columns);
  return {
    points: { rows, cols: columns, values: chosen },
    labels: Int8Array.from(labels, (label) => (label > 0 ? 1 : -1)),
    noise: 'adversarial',
  };
}

/** Shifts and turns points in place so that their mean is 0 and their covariance 1. */
function whiten(values: Float64Array, cols: number): void {
  const rows = values.length / cols;
  const mean = new Float64Array(cols);
  values.forEach((x, at) => {
    mean[at % cols] += x / rows;
  });
  const covariance = new Float64Array(cols * cols);
  for (let i = 0; i < rows; i++) {
    for (let a = 0; a < cols; a++) {
      values[i * cols + a] -= mean[a];
      for (let b = 0; b <= a; b++) covariance[a * cols + b] += (values[i * cols + a] * values[i * cols + b]) / rows;
    }
  }
  for (let a = 0; a < cols; a++) for (let b = 0; b < a; b++) covariance[b * cols + a] = covariance[a * cols + b];
  const { values: spread, vectors } = symmetricEigen({ rows: cols, cols, values: covariance });
  const row = new Float64Array(cols);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < cols; k++) {
      row[k] = 0;
      for (let j = 0; j < cols; j++) row[k] += values[i * cols + j] * vectors.values[j * cols + k];
      row[k] /= Math.sqrt(Math.max(spread[k], Number.MIN_VALUE));
    }
    values.set(row, i * cols);
  }
}
