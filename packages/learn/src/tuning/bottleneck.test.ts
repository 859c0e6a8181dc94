// Adapters against the same expression, differentiated by `@infimum/autodiff`, and against what they begin as.
import { add, compile, gelu, gradients, matmul, mul, sum, transpose, variable } from '@infimum/autodiff';
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import type { Bottleneck } from './bottleneck.ts';
import { freshBottleneck, numbersOf } from './bottleneck.ts';
import type { Layer } from './tunable-linear.ts';
import { scratchFor, tunable } from './tunable-linear.ts';
import { predictClasses } from './tuned-network.ts';

const random = new Random(4);
const drawn = (length: number) => random.normals(new Float64Array(length));
const map = (rows: number, cols: number) => ({ weights: { rows, cols, values: drawn(rows * cols) }, bias: drawn(cols) });

describe.each([
  ['few numbers', 3, 5, 4, 2],
  ['many numbers', 12, 40, 30, 20],
] as const)('of %s', (_, tokens, rows, cols, inner) => {
  const adapter: Bottleneck = { down: map(cols, inner), up: map(inner, cols) };
  const layer: Layer = { ...map(rows, cols), adapter };
  const [x, upstream] = [drawn(tokens * rows), drawn(tokens * cols)];

  const input = variable(tokens, rows);
  const [weights, bias] = [variable(rows, cols), variable(1, cols)];
  const [down, downBias, up, upBias] = [variable(cols, inner), variable(1, inner), variable(inner, cols), variable(1, cols)];
  const [a, b] = [variable(rows, 2), variable(cols, 2)];
  const y = add(add(matmul(input, weights), matmul(matmul(input, a), transpose(b))), bias);
  const output = add(y, add(matmul(gelu(add(matmul(y, down), downBias)), up), upBias));
  const weight = variable(tokens, cols);
  const loss = sum(mul(output, weight));
  const wanted = [input, down, downBias, up, upBias, a, b];
  const variables = [input, weights, bias, down, downBias, up, upBias, a, b, weight];
  const program = compile([output, ...gradients(loss, wanted)], variables);
  const { values } = layer.weights;

  const close = (found: Float64Array, expected: Float64Array) => {
    const scale = Math.max(...expected.map(Math.abs));
    found.forEach((value, k) => {
      expect(Math.abs(value - expected[k])).toBeLessThan(1e-13 * scale);
    });
  };

  it('outputs and gradients are those of the expression', () => {
    const none = [new Float64Array(2 * rows), new Float64Array(2 * cols)];
    const [expected, ofInput, ...own] = program.run([
      ...[x, values as Float64Array, layer.bias],
      ...numbersOf(adapter),
      ...none,
      upstream,
    ]);
    const tuned = tunable('adapter', layer, scratchFor([layer]), { rank: inner });
    const [out, gx] = [new Float64Array(tokens * cols), new Float64Array(tokens * rows)];
    tuned.forward(x, tokens, out);
    tuned.backward(x, upstream, tokens, gx);
    close(out, expected);
    close(gx, ofInput);
    tuned.gradients.forEach((gradient, k) => {
      close(gradient, own[k]);
    });
    expect(tuned.gradients).toHaveLength(4);
    expect(tuned.merged()).toEqual(layer);
  });

  it('so are those of a method that tunes the layer before them', () => {
    const tuned = tunable('lora', layer, scratchFor([layer]), { rank: 2 });
    for (const part of tuned.parameters) part.set(drawn(part.length));
    const [expected, ofInput, , , , , ofA, ofB] = program.run([
      ...[x, values as Float64Array, layer.bias],
      ...numbersOf(adapter),
      ...tuned.parameters,
      upstream,
    ]);
    const [out, gx] = [new Float64Array(tokens * cols), new Float64Array(tokens * rows)];
    tuned.forward(x, tokens, out);
    tuned.backward(x, upstream, tokens, gx);
    close(out, expected);
    close(gx, ofInput);
    close(tuned.gradients[0], ofA);
    close(tuned.gradients[1], ofB);
    expect(tuned.merged().adapter).toEqual(adapter);
  });
});

it('adapters begin as nearly nothing: normal weights of deviation 0.01, cut off at two, and no biases', () => {
  const { down, up } = freshBottleneck(200, 100, 1);
  for (const { weights, bias } of [down, up]) {
    const { values } = weights;
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(0.02);
    // The deviation of a normal number that is known to lie within two: sqrt(1 - 4 phi(2) / (2 Phi(2) - 1)).
    const deviation = Math.sqrt(values.reduce((total, value) => total + value ** 2, 0) / values.length);
    expect(deviation / 0.01).toBeCloseTo(0.8796, 1.5);
    expect(bias.every((value) => value === 0)).toBe(true);
  }
  const layer = map(200, 200);
  const fresh = tunable('adapter', layer, scratchFor([layer]), { rank: 8, seed: 3 });
  const [x, plain, out] = [drawn(200), new Float64Array(200), new Float64Array(200)];
  tunable('linear-probe', layer, scratchFor([layer]), {}).forward(x, 1, plain);
  fresh.forward(x, 1, out);
  const apart = Math.hypot(...out.map((value, k) => value - plain[k])) / Math.hypot(...plain);
  expect(apart).toBeGreaterThan(0);
  expect(apart).toBeLessThan(0.01);
});

it.each([
  ['down.weights', { down: map(4, 2), up: map(2, 3) }],
  ['up.weights', { down: map(3, 2), up: map(1, 3) }],
  ['up.bias', { down: map(3, 2), up: { ...map(2, 3), bias: drawn(2) } }],
  ['down', { up: map(2, 3) }],
])('adapters whose %s does not fit are refused', (part, adapter) => {
  const layer = { ...map(2, 3), adapter: adapter as Bottleneck };
  const points = { rows: 1, cols: 2, values: drawn(2) };
  expect(() => predictClasses([layer], points)).toThrow(`layers[0].adapter.${part}`);
});
