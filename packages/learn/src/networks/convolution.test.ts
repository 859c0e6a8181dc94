// Convolutions with average pooling: against closed forms, the network without patches, direct evaluation, a scan of all units' angles,
// and what changes within the radii do.
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { adamRelu } from './adam-relu.ts';
import { convexReluAdmm } from './convex-relu-admm.ts';
import { convexReluColumnGeneration } from './convex-relu-column-generation.ts';
import { convexReluInterior } from './convex-relu-interior.ts';
import { convexReluRbcd } from './convex-relu-rbcd.ts';
import { gatedRelu } from './gated-relu.ts';
import { imagePatches } from './image-patches.ts';
import { fitReluClassifier, predictReluClassifier } from './relu-classes.ts';
import { planarRegression } from './relu-families.ts';
import type { ReluInstance } from './relu-network.ts';
import { attackRelu, predictRelu, reluObjective } from './relu-network.ts';
import { robustRelu } from './robust-relu.ts';
import { sampledConvexRelu } from './sampled-convex.ts';

/** Five samples of two patches in the plane. */
function pooled(seed = 5, loss: ReluInstance['loss'] = 'squared'): ReluInstance {
  const random = new Random(seed);
  const targets = random.normals(new Float64Array(5));
  return {
    points: { rows: 10, cols: 2, values: random.normals(new Float64Array(20)) },
    targets: loss === 'squared' ? targets : targets.map((y) => (y >= 0 ? 1 : -1)),
    loss,
    beta: 0.05,
    patches: 2,
  };
}

/** The value of a network, without the package's code: means over patches of units' sums. */
function directValue({ points, targets, beta, patches = 1 }: ReluInstance, hidden: Float64Array, output: Float64Array) {
  let value = 0;
  targets.forEach((y, sample) => {
    let f = 0;
    for (let k = sample * patches; k < (sample + 1) * patches; k++) {
      output.forEach((weight, j) => {
        let height = 0;
        for (let i = 0; i < points.cols; i++) height += points.values[k * points.cols + i] * hidden[j * points.cols + i];
        f += (weight * Math.max(0, height)) / patches;
      });
    }
    value += 0.5 * (f - y) ** 2;
  });
  const squares = [...hidden, ...output].reduce((sum, weight) => sum + weight * weight, 0);
  return value + (beta / 2) * squares;
}

/**
 * A lower bound for the squared loss that shares nothing with the package: the residual over the largest answer to it of any unit in
 * the plane, by a scan of angles refined around the best ones.
 */
function scannedBound({ points, targets, beta, patches = 1 }: ReluInstance, predictions: Float64Array): number {
  const nu = targets.map((y, k) => y - predictions[k]);
  const answer = (angle: number) => {
    const [a, b] = [Math.cos(angle), Math.sin(angle)];
    let sum = 0;
    for (let k = 0; k < points.rows; k++)
      sum += (nu[Math.floor(k / patches)] * Math.max(0, a * points.values[2 * k] + b * points.values[2 * k + 1])) / patches;
    return Math.abs(sum);
  };
  let most = 0;
  const steps = 40_000;
  for (let step = 0; step < steps; step++) most = Math.max(most, answer((2 * Math.PI * step) / steps));
  // Between two angles of the scan the answer grows by no more than half a step's share of its slope.
  const slope = points.values.reduce((sum, value) => sum + Math.abs(value), 0) * Math.max(...nu.map(Math.abs));
  const largest = most + (slope * Math.PI) / steps / steps + most * (Math.PI / steps) ** 2;
  const share = Math.min(1, beta / largest);
  return nu.reduce((sum, r, k) => sum + share * r * targets[k] - 0.5 * (share * r) ** 2, 0);
}

describe('one patch a sample', () => {
  it('is the network without patches, bit for bit', () => {
    const instance = planarRegression(8, 3, 0.1);
    for (const method of [
      convexReluAdmm,
      convexReluRbcd,
      convexReluInterior,
      convexReluColumnGeneration,
      gatedRelu,
      sampledConvexRelu,
      adamRelu,
    ]) {
      const [plain, single] = [instance, { ...instance, patches: 1 }].map((one) => {
        const { seconds: _, ...outcome } = method(one, { maxIterations: 60 });
        return outcome;
      });
      expect(single).toEqual(plain);
    }
  });

  it('repeated is the same problem', () => {
    const instance = planarRegression(6, 1, 0.1);
    const { rows, cols, values } = instance.points;
    const twice = Float64Array.from({ length: 2 * values.length }, (_, at) => {
      const row = Math.floor(at / cols / 2);
      return values[row * cols + (at % cols)];
    });
    const outcome = convexReluAdmm({ ...instance, points: { rows: 2 * rows, cols, values: twice }, patches: 2 });
    expect([outcome.status, outcome.isProof, outcome.patterns]).toEqual(['converged', true, 12]);
    expect(outcome.value / 2.4768000956).toBeCloseTo(1, 5);
  });
});

it('a closed form: patches of both signs in one dimension', () => {
  // Means of the positive parts are 2 and 1/2, of the negative ones 1/2 and 1: v = (a . y - beta) / |a|² where the residuals part.
  const instance: ReluInstance = {
    points: { rows: 4, cols: 1, values: Float64Array.of(4, -1, 0, 0) },
    targets: Float64Array.of(3, 0),
    loss: 'squared',
    beta: 0.2,
    patches: 2,
  };
  // The unit u = 1 alone: features (2, 0), v = (6 - 0.2) / 4; u = -1 would need more penalty for less.
  const { status, value, hidden, output } = convexReluAdmm(instance);
  expect(status).toBe('converged');
  const v = 5.8 / 4;
  expect(value).toBeCloseTo(0.5 * (2 * v - 3) ** 2 + 0.2 * v, 6);
  expect(Array.from(output, (weight, j) => weight * hidden.values[j])).toEqual([expect.closeTo(v, 3)]);
});

describe('five samples of two patches in the plane', () => {
  const instance = pooled();

  it('have an optimum that a scan of all angles proves, and every exact method finds it', () => {
    const admm = convexReluAdmm(instance, { tolerance: 1e-8 });
    expect([admm.status, admm.isProof, admm.patterns, admm.patches]).toEqual(['converged', true, 20, 2]);
    const value = directValue(instance, admm.hidden.values, admm.output);
    expect(admm.value).toBeCloseTo(value, 10);
    expect(reluObjective(instance, admm)).toBe(admm.value);
    const bound = scannedBound(instance, predictRelu(admm, instance.points));
    expect(value - bound).toBeLessThan(1e-5 * value);
    expect(value).toBeGreaterThanOrEqual(bound);
    const cholesky = convexReluAdmm(instance, { linearSolver: 'cholesky', tolerance: 1e-8 });
    const interior = convexReluInterior(instance);
    expect([cholesky.status, interior.status]).toEqual(['converged', 'converged']);
    expect(cholesky.value / value).toBeCloseTo(1, 6);
    expect(interior.value / value).toBeCloseTo(1, 5);
    for (const other of [
      convexReluColumnGeneration(instance),
      gatedRelu(instance, { maxIterations: 500 }),
      sampledConvexRelu(instance, { units: 200 }),
      adamRelu(instance, { maxIterations: 200 }),
    ]) {
      expect(directValue(instance, other.hidden.values, other.output)).toBeCloseTo(other.value, 8);
      expect(other.value).toBeGreaterThanOrEqual(bound * (1 - 1e-9));
    }
    expect(adamRelu(instance, { maxIterations: 2000 }).value).toBeLessThan(1.02 * value);
  });

  it('blocks at random come to the same optimum', () => {
    const harder = { ...instance, beta: 0.2 };
    const { status, value } = convexReluRbcd(harder, { tolerance: 1e-3 });
    expect(status).toBe('converged');
    expect(value / convexReluAdmm(harder).value).toBeLessThan(1.0011);
  });

  it('do not depend on the order of a sample’s patches', () => {
    const { values } = instance.points;
    const turned = values.map((_, at) => values[4 * Math.floor(at / 4) + ((at + 2) % 4)]);
    const other = convexReluAdmm({ ...instance, points: { ...instance.points, values: turned } });
    expect(other.value / convexReluAdmm(instance).value).toBeCloseTo(1, 5);
  });

  it('Woodbury and the whole matrix give the same iterates', () => {
    const [first, second] = (['woodbury', 'cholesky'] as const).map(
      (linearSolver) => convexReluAdmm(instance, { linearSolver, maxIterations: 40, trace: true }).trace ?? [],
    );
    expect(first.length).toBe(41);
    first.slice(1).forEach(({ residual }, k) => {
      expect(residual / second[k + 1].residual).toBeCloseTo(1, 10);
    });
  });

  it('are proved by the other losses too', () => {
    for (const loss of ['logistic', 'hinge'] as const) {
      const classes = pooled(7, loss);
      const { status, isProof, value, lowerBound } = convexReluAdmm(classes, { tolerance: 1e-4 });
      expect([status, isProof]).toEqual(['converged', true]);
      expect(adamRelu(classes, { maxIterations: 500 }).value).toBeGreaterThanOrEqual(lowerBound * (1 - 1e-9));
      expect(value).toBeGreaterThanOrEqual(lowerBound);
    }
  });
});

it('the certificate of a robust convolution bounds what changes of its patches do', () => {
  const random = new Random(3);
  const targets = Float64Array.from({ length: 6 }, (_, k) => (k % 2 === 0 ? 1 : -1));
  const values = Float64Array.from({ length: 36 }, (_, at) =>
    at % 3 === 2 ? 1 : targets[Math.floor(at / 6)] * 2 + 0.3 * random.normal(),
  );
  const points = { rows: 12, cols: 3, values };
  const radii = Float64Array.of(0.3, 0.3, 0);
  // The logistic loss, which takes longer until its constraints hold, is among the long tests.
  for (const loss of process.env['INFIMUM_FULL'] ? (['hinge', 'logistic'] as const) : (['hinge'] as const)) {
    const robust = robustRelu(
      { points, targets, loss, beta: 1e-2, radii, patches: 2 },
      {
        patterns: 'sampled',
        patternCount: 4,
        perturbedPatterns: 2,
        maxIterations: loss === 'hinge' ? 400 : 1000,
        tolerance: 1e-6,
      },
    );
    expect(robust.patches).toBe(2);
    expect(robust.certifiedLoss).toBeLessThan(loss === 'hinge' ? 0.01 : 0.1);
    const corners = points.values.map((value, at) => value + radii[at % 3] * (random.uniform() < 0.5 ? -1 : 1));
    for (const moved of [attackRelu(robust, points, targets, radii), { ...points, values: corners }]) {
      const losses = predictRelu(robust, moved).map((f, k) => {
        const margin = targets[k] * f;
        return loss === 'hinge' ? Math.max(0, 1 - margin) / 6 : Math.log1p(Math.exp(-2 * margin));
      });
      expect(losses.reduce((sum, value) => sum + value, 0)).toBeLessThanOrEqual(robust.certifiedLoss * (1 + 1e-6));
    }
  }
});

it('classes of images are told apart by an edge, wherever it is', () => {
  const random = new Random(9);
  const labels = Array.from({ length: 9 }, (_, k) => ['across', 'down', 'none'][k % 3]);
  const values = new Float64Array(9 * 9);
  labels.forEach((label, k) => {
    const place = 1 + random.integer(2);
    for (let pixel = 0; pixel < 9; pixel++) {
      const [i, j] = [Math.floor(pixel / 3), pixel % 3];
      values[9 * k + pixel] = (label === 'down' && j >= place) || (label === 'across' && i >= place) ? 1 : 0;
    }
  });
  const images = { rows: 9, cols: 9, values };
  const { points, patches } = imagePatches(images, { imageSize: [3, 3], patchSize: 2, stride: 1 });
  expect([patches, points.rows, points.cols]).toEqual([4, 36, 5]);
  // The second patch of the first image: pixels 1, 2, 4, 5, and the bias.
  expect(Array.from(points.values.slice(5, 10))).toEqual([values[1], values[2], values[4], values[5], 1]);
  const model = fitReluClassifier(points, labels, { patches, patternCount: 12, tolerance: 1e-3 });
  expect(model.networks.every((network) => network.patches === 4)).toBe(true);
  expect(predictReluClassifier(model, points)).toEqual(labels);
});

it('names what does not fit', () => {
  const of = (work: () => unknown, argument: string) =>
    expect(work).toThrow(expect.objectContaining({ name: 'InvalidInputError', argument }));
  const instance = pooled();
  of(() => convexReluAdmm({ ...instance, patches: 0 }), 'patches');
  of(() => convexReluAdmm({ ...instance, patches: 3 }), 'points');
  of(() => convexReluAdmm({ ...instance, patches: 5 }), 'targets');
  const images = { rows: 1, cols: 16, values: new Float64Array(16) };
  of(() => imagePatches(images, { imageSize: [4, 5], patchSize: 2 }), 'imageSize');
  of(() => imagePatches(images, { imageSize: [4, 4], patchSize: 5 }), 'patchSize');
  of(() => imagePatches(images, { imageSize: [4, 4], patchSize: 2, stride: 0 }), 'stride');
  const network = convexReluAdmm(instance, { maxIterations: 5 });
  of(() => predictRelu(network, { rows: 3, cols: 2, values: new Float64Array(6) }), 'points');
});
