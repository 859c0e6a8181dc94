// What callers may hand over: plain, nested and typed arrays.
import { expect, it } from 'vitest';
import {
  aidCg,
  boRep,
  bsvrb,
  cleaningProblem,
  exactHypergradient,
  foldProblem,
  hypergradient,
  hypergradientPinv,
  minimizeBilevel,
  penalizedValue,
  penaltyBilevel,
  probeErrorBound,
  regularizationProblem,
  wrongLabels,
} from './index.ts';
import { toy } from './models/toys.ts';

const { problem } = toy('follow');

it.each([
  ['minimizeBilevel', minimizeBilevel],
  ['penaltyBilevel', penaltyBilevel],
  ['aidCg', aidCg],
  ['boRep', boRep],
] as const)('%s starts at plain and typed arrays of any kind, x alone or with y', (_, solver) => {
  const options = { maxIterations: 40 };
  const whole = solver(problem, { x: Float64Array.of(0.5), y: Float64Array.of(0) }, options);
  for (const initial of [[0.5], Float32Array.of(0.5), { x: [0.5] }, { x: [0.5], y: Float32Array.of(0) }]) {
    expect(solver(problem, initial, options).x).toEqual(whole.x);
  }
  expect(() => solver(problem, { x: [0.5], y: [1, 2] }, options)).toThrow('initial.y');
  expect(() => solver(problem, undefined as never, options)).toThrow('initial');
});

it('points are plain arrays too', () => {
  expect(hypergradient(problem, [0], [0]).gradient).toEqual(
    hypergradient(problem, Float64Array.of(0), Float64Array.of(0)).gradient,
  );
  expect(hypergradientPinv(problem, [0], [0]).status).toBe('converged');
  expect(penalizedValue(problem, [0], 1, { initial: [0] }).status).toBe('converged');
  expect(probeErrorBound(problem, [0], [0.1, 0.2], { starts: 2, samples: 3 }).mu).toHaveLength(2);
});

it('data are nested lists or any typed arrays', () => {
  const rows = { design: [[1], [2], [3], [4]], targets: [1, 2.2, 2.8, 4.1] };
  const typed = {
    design: { rows: 4, cols: 1, values: Float32Array.of(1, 2, 3, 4) },
    targets: Float64Array.of(1, 2.2, 2.8, 4.1),
  };
  const values = [rows, typed].map((data) => exactHypergradient(foldProblem({ loss: 'squares', data, folds: 4 }), [-4]).value);
  expect(values[0]).toBe(values[1]);
  const folds = foldProblem({ loss: 'squares', data: rows, folds: 2 });
  expect(bsvrb(folds, [0], { maxIterations: 3 }).x).toBeInstanceOf(Float64Array);
  const weights = regularizationProblem({ loss: 'squares', train: rows, validation: typed, shared: true });
  expect(weights.dimX).toBe(1);
  const labeled = { design: [[-1], [1]], labels: [0, 1] };
  const cleaning = cleaningProblem({ train: labeled, validation: labeled, classes: 2, ridge: 1 });
  expect(cleaning.dimX).toBe(2);
  expect([...wrongLabels({ train: labeled, classes: 2 }, [-1, 1])]).toEqual([0, 0]);
  expect(() => foldProblem({ loss: 'squares', data: { ...rows, targets: [1] }, folds: 2 })).toThrow('targets');
});
