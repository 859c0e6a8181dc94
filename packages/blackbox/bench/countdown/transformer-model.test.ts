// The transformer against the same network as an expression over whole sequences, and its members against dense perturbations.
import type { Tensor } from '@infimum/autodiff';
import {
  add,
  compile,
  concatenate,
  constant,
  div,
  gradients,
  matmul,
  mean,
  mul,
  permute,
  relu,
  reshape,
  softmax,
  sqrt,
  square,
  sum,
  transpose,
  variable,
} from '@infimum/autodiff';
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { accuracyOf, answer } from '../../src/countdown/answers.ts';
import { drawCountdown } from '../../src/countdown/countdown.ts';
import { eggrollBatches } from '../../src/countdown/eggroll-tuning.ts';
import { grpoBatches } from '../../src/countdown/grpo.ts';
import { stepsOf } from '../../src/countdown/token-model.ts';
import { warmStart } from '../../src/countdown/warm-start.ts';
import { LowRankPopulation, layersIn } from '../../src/eggroll/low-rank-population.ts';
import { TransformerModel } from './transformer-model.ts';

const sizes = { vocabulary: 16, context: 9, width: 6, heads: 2, blocks: 2 };
const [count, length] = [3, 5];

/** Logits of whole sequences, and the slopes of their products with given numbers, from the definition. */
function reference() {
  const { vocabulary, context, width, heads, blocks } = sizes;
  const tokens = variable(count, length, vocabulary);
  const weights: Tensor[] = [];
  const affine = (x: Tensor, rows: number, cols: number): Tensor => {
    const [matrix, bias] = [variable(rows, cols), variable(rows)];
    weights.push(matrix, bias);
    return add(matmul(x, transpose(matrix)), bias);
  };
  const norm = (x: Tensor): Tensor => div(x, sqrt(add(mulMean(x), 1e-6)));
  const mulMean = (x: Tensor): Tensor => reshape(mean(square(x), 2), [count, length, 1]);
  const split = (x: Tensor): Tensor => permute(reshape(x, [count, length, heads, width / heads]), [0, 2, 1, 3]);
  const later = constant(
    Float64Array.from({ length: length * length }, (_, k) => (k % length > Math.floor(k / length) ? -1e9 : 0)),
    [length, length],
  );
  const places = constant(
    Float64Array.from({ length: count * length * context }, (_, k) =>
      k % context === Math.floor(k / context) % length ? 1 : 0,
    ),
    [count, length, context],
  );
  let x = affine(concatenate([tokens, places], 2), width, vocabulary + context);
  for (let b = 0; b < blocks; b++) {
    const asks = affine(norm(x), 3 * width, width);
    const [q, k, v] = [0, 1, 2].map((part) =>
      split(
        matmul(
          asks,
          constant(
            Float64Array.from({ length: 3 * width * width }, (_, e) =>
              Math.floor(e / width) === part * width + (e % width) ? 1 : 0,
            ),
            [3 * width, width],
          ),
        ),
      ),
    );
    const shares = softmax(add(mul(1 / Math.sqrt(width / heads), matmul(q, transpose(k))), later));
    const joined = reshape(permute(matmul(shares, v), [0, 2, 1, 3]), [count, length, width]);
    x = add(x, affine(joined, width, width));
    x = add(x, affine(relu(affine(norm(x), 4 * width, width)), width, 4 * width));
  }
  const logits = affine(norm(x), vocabulary, width);
  const pulls = variable(count, length, vocabulary);
  const outputs = [logits, ...gradients(sum(mul(logits, pulls)), weights)];
  return compile(outputs, [tokens, pulls, ...weights]);
}

describe('the transformer', () => {
  const model = new TransformerModel(sizes, new Random(1));
  const random = new Random(2);
  for (const { bias } of model.layers) for (let j = 0; j < bias.length; j++) bias[j] = 0.5 * random.normal();
  const texts = Array.from({ length: count }, () => Int32Array.from({ length }, () => random.integer(sizes.vocabulary)));
  const given = Array.from({ length }, (_, t) => Int32Array.from(texts, (text) => text[t]));
  const pulls = Float64Array.from({ length: count * length * 16 }, () => random.normal());
  // The slopes of the first two steps are zero: they are left out on one side.
  for (let i = 0; i < count; i++) pulls.fill(0, i * length * 16, (i * length + 2) * 16);
  const oneHot = Float64Array.from({ length: count * length * 16 }, (_, k) =>
    texts[Math.floor(k / 16 / length)][Math.floor(k / 16) % length] === k % 16 ? 1 : 0,
  );
  const at = (vector: Float64Array) => layersIn(vector, model.layers).flatMap(({ weights, bias }) => [weights, bias]);
  const [expected, ...slopes] = reference().run([oneHot, pulls, ...at(model.parameters)]);

  it('has the logits of the whole sequence, token by token', () => {
    stepsOf(model, given).forEach(({ logits }, t) => {
      logits.forEach((logit, k) => {
        const place = (Math.floor(k / 16) * length + t) * 16 + (k % 16);
        expect(logit).toBeCloseTo(expected[place], 12);
      });
    });
  });

  it('has the slopes of the expression', () => {
    const gradient = new Float64Array(model.parameters.length);
    const ofLogits = given.map((_, t) =>
      t < 2
        ? undefined
        : Float64Array.from({ length: count * 16 }, (_, k) => pulls[(Math.floor(k / 16) * length + t) * 16 + (k % 16)]),
    );
    model.backward(stepsOf(model, given), ofLogits, gradient);
    at(gradient).forEach((own, layer) => {
      own.forEach((slope, k) => {
        expect(slope).toBeCloseTo(slopes[layer][k], 11);
      });
    });
  });

  it('lets members answer as models of their own do, whose weights are perturbed densely', () => {
    const population = new LowRankPopulation(model.layers, { population: 4, rank: 2, seed: 3 });
    population.begin(1);
    const problems = Array.from({ length: 4 }, () => drawCountdown(random));
    const members = Int32Array.of(0, 1, 2, 3);
    const made = answer(model, (layer, x, out) => void population.forward(layer, x, members, 0.3, out), problems);
    for (const member of members) {
      const own = new TransformerModel(sizes, new Random(1));
      own.layers.forEach((layer, l) => {
        const { rows, cols } = layer;
        const image = (column: number) => {
          const x = new Float64Array(cols);
          if (column >= 0) x[column] = 1;
          return population.forward(l, x, Int32Array.of(member), 0.3, new Float64Array(rows));
        };
        layer.bias.set(image(-1));
        for (let b = 0; b < cols; b++) {
          image(b).forEach((entry, a) => {
            layer.weights[a * cols + b] = entry - layer.bias[a];
          });
        }
      });
      const alone = answer(own, own.plain(), [problems[member]]);
      expect(alone.tokens).toEqual(made.tokens.slice(4 * member, 4 * member + 4));
      const [one, all] = [alone.steps[8].logits, made.steps[8].logits.slice(16 * member, 16 * member + 16)];
      one.forEach((logit, k) => {
        expect(logit).toBeCloseTo(all[k], 10);
      });
    }
  });
});

it('is warmed up and tuned by rewards like the recurrent model, the same for the same seed', () => {
  const start = warmStart(new TransformerModel({ ...sizes, width: 8 }, new Random(6)), new Random(6), 75);
  const copy = () => {
    const model = new TransformerModel(start.sizes, new Random(0));
    model.parameters.set(start.parameters);
    return model;
  };
  const problems = Array.from({ length: 40 }, () => drawCountdown(new Random(8)));
  expect(accuracyOf(start, problems).form).toBeGreaterThan(0.5);
  const tuned = [1, 1, 2].map((seed) => {
    const model = copy();
    const generations = eggrollBatches(model, drawCountdown, { prompts: 4, seed, sigma: 0.3 });
    for (let k = 0; k < 2; k++) generations.next();
    return model.parameters;
  });
  expect(tuned[1]).toEqual(tuned[0]);
  expect(tuned[2]).not.toEqual(tuned[0]);
  expect(tuned[0]).not.toEqual(start.parameters);
  const model = copy();
  const batches = grpoBatches(model, drawCountdown, { prompts: 4, answers: 4, epochs: 2, divergenceWeight: 0.1, seed: 7 });
  for (let k = 0; k < 2; k++) batches.next();
  expect(model.parameters).not.toEqual(start.parameters);
  expect(model.parameters.every(Number.isFinite)).toBe(true);
});
