import { describe, expect, it } from 'vitest';
import { exactHypergradient } from '../block-problems/exact-hypergradient.ts';
import { quadraticBlockInstance } from '../block-problems/multi-block-families.ts';
import { blockModelOf } from '../block-problems/multi-block-instance.ts';
import { encoderSize, RecurrentEncoder } from '../block-problems/recurrent-encoder.ts';
import { drawnSequenceTasks, sequenceBlocks } from '../block-problems/sequence-tasks.ts';
import { anil } from './anil.ts';
import { boRepTasks } from './bo-rep-tasks.ts';
import { maml } from './maml.ts';

describe('the encoder', () => {
  it('has the gradient that differences give', () => {
    const part = { tokens: Int32Array.of(0, 2, 1, 1, 2), pointers: Int32Array.of(0, 5), labels: Int32Array.of(1) };
    const encoder = new RecurrentEncoder(3, 2);
    const x = Float64Array.from({ length: encoderSize(3, 2) }, (_, k) => Math.sin(3 * k + 1));
    const slope = Float64Array.of(0.7, -1.3);
    const value = (at: Float64Array) => encoder.encode(at, part, 0).reduce((sum, t, j) => sum + t * slope[j], 0);
    const gradient = new Float64Array(x.length);
    value(x);
    encoder.addGradient(x, part, 0, slope, 1, gradient);
    for (let k = 0; k < x.length; k++) {
      const shifted = (h: number) => x.map((t, i) => (i === k ? t + h : t));
      expect(Math.abs(gradient[k] - (value(shifted(1e-5)) - value(shifted(-1e-5))) / 2e-5)).toBeLessThan(1e-8);
    }
  });
});

describe('few-shot methods', () => {
  const instance = drawnSequenceTasks({ tasks: 16, testTasks: 12, hidden: 6, shots: 12 }, 3);
  const { problem, score } = blockModelOf(instance);

  it('BO-REP trains features with which the exact hyper-objective is lower', () => {
    const before = exactHypergradient(problem, instance.initial).value;
    const { x, y, evaluations } = boRepTasks(problem, instance.initial, { stepSize: 0.05, maxIterations: 150 });
    expect(exactHypergradient(problem, x).value).toBeLessThan(0.9 * before);
    // Every iteration: four tasks, one Hessian product each.
    expect(evaluations.hvp).toBeGreaterThanOrEqual(4 * 150);
    expect(score?.(x, y)).toBeGreaterThan(0.5);
  });

  it('ANIL and MAML lower the loss of training tasks after adaptation', () => {
    const adapted = (x: Float64Array, head: Float64Array) => {
      let sum = 0;
      const slope = new Float64Array(6);
      for (let i = 0; i < 16; i++) {
        const y = head.slice();
        for (let t = 0; t < 30; t++) {
          problem.gradGy(i, x, y, slope);
          for (let j = 0; j < 6; j++) y[j] -= 0.5 * slope[j];
        }
        sum += (problem.f?.(i, x, y) ?? 0) / 16;
      }
      return sum;
    };
    const start = adapted(instance.initial, new Float64Array(6));
    const one = anil(problem, instance.initial, { maxIterations: process.env['INFIMUM_FULL'] ? 80 : 40 });
    expect(adapted(one.x, new Float64Array(6))).toBeLessThan(start);
    for (const firstOrder of [true, false]) {
      const two = maml(problem, instance.initial, {
        maxIterations: process.env['INFIMUM_FULL'] ? 40 : 20,
        stepSize: 0.3,
        firstOrder,
      });
      expect(adapted(two.x, two.y.slice(0, 6))).toBeLessThan(start);
    }
  });

  it('MAML carries back the gradient of what its steps give', () => {
    const small = drawnSequenceTasks({ tasks: 1, testTasks: 1, hidden: 2, shots: 4 }, 1);
    const { problem: one } = blockModelOf(small);
    const p = small.initial.length;
    const lowerStepSize = 0.1;
    const after = (x0: Float64Array) => {
      const [x, y, gx, gy] = [x0.slice(), new Float64Array(2), new Float64Array(p), new Float64Array(2)];
      for (let t = 0; t < 3; t++) {
        gx.fill(0);
        one.addGradGx?.(0, x, y, 1, gx);
        one.gradGy(0, x, y, gy);
        for (let k = 0; k < p; k++) x[k] -= lowerStepSize * gx[k];
        for (let j = 0; j < 2; j++) y[j] -= lowerStepSize * gy[j];
      }
      return one.f?.(0, x, y) ?? 0;
    };
    const { x } = maml(one, small.initial, { lowerStepSize, stepSize: 1, maxIterations: 1, tolerance: 0 });
    for (let k = 0; k < p; k += 7) {
      const shifted = (h: number) => small.initial.map((t, i) => (i === k ? t + h : t));
      const slope = (after(shifted(1e-4)) - after(shifted(-1e-4))) / 2e-4;
      expect(Math.abs(small.initial[k] - x[k] - slope)).toBeLessThan(1e-7);
    }
  });

  it('MAML needs gradients of the lower level in x', () => {
    const { addGradGx: _, ...rest } = problem;
    expect(() => maml(rest, instance.initial)).toThrow(expect.objectContaining({ argument: 'problem.addGradGx' }));
  });
});

it('boRepTasks pauses in its first pass over many samples, before anything that is shared has moved', () => {
  // 20 steps of 64 samples and 210 numbers a task are more than lie between two pauses.
  const large = quadraticBlockInstance({ blocks: 3, dimX: 200, dimY: 10, noise: 0.5 }, 1);
  const paused = boRepTasks(blockModelOf(large).problem, large.initial, { maxIterations: 1 });
  expect([...paused.x]).toEqual([...large.initial]);
  expect(paused.evaluations.gy).toBe(20);
  const small = quadraticBlockInstance({ blocks: 3, dimX: 6, dimY: 4, noise: 0.5 }, 1);
  expect([...boRepTasks(blockModelOf(small).problem, small.initial, { maxIterations: 1 }).x]).not.toEqual([...small.initial]);
});

describe('features that are remembered', () => {
  const { source, initial } = drawnSequenceTasks({ tasks: 3, testTasks: 1, hidden: 5, shots: 6 }, 7);
  const used = sequenceBlocks(source).problem;
  /** All that blocks compute from features, by one model. */
  const answers = (problem: typeof used, x: Float64Array, indices?: Int32Array) =>
    source.tasks.flatMap((_, i) => {
      const [y, v] = [1, 2].map((k) => Float64Array.from({ length: 5 }, (__, j) => Math.sin(k + i + j)));
      const [g, f, h] = [0, 1, 2].map(() => new Float64Array(5));
      problem.gradGy(i, x, y, g, indices);
      problem.gradFy(i, x, y, f, indices);
      problem.hvpGyy(i, x, y, v, h, indices);
      const mixed = new Float64Array(x.length);
      problem.addJvpGxy(i, x, y, v, 1, mixed, indices);
      return [...g, ...f, ...h, ...mixed];
    });

  it('are those of the parameters as they are, also where these move in place', () => {
    const x = initial.slice();
    const before = answers(used, x);
    for (const indices of [undefined, Int32Array.of(4, 1), Int32Array.of(1, 1, 5)]) {
      for (let k = 0; k < x.length; k++) x[k] += 0.01 * Math.cos(k);
      expect(answers(used, x, indices)).toEqual(answers(sequenceBlocks(source).problem, x.slice(), indices));
    }
    expect(answers(used, initial)).toEqual(before);
  });
});
