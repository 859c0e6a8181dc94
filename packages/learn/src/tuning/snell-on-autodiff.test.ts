// SNELL on a model that is written as expressions: attention whose query and value matrices are tuned, with the gradients of the
// matrices from `@infimum/autodiff`.
import {
  add,
  compile,
  gradients,
  logSumExp,
  matmul,
  mean,
  mul,
  softmax,
  sub,
  sum,
  transpose,
  variable,
} from '@infimum/autodiff';
import { Random } from '@infimum/core';
import { expect, it } from 'vitest';
import { createSnellAdapter } from './snell-adapter.ts';

const [tokens, width, classes, samples] = [4, 6, 3, 12];
const random = new Random(8);
const drawn = (length: number, scale = 0.5) => random.normals(new Float64Array(length)).map((value) => scale * value);

/** Sequences whose class is the place of their largest first feature, among the first three. */
const inputs = drawn(samples * tokens * width, 1);
const targets = new Float64Array(samples * classes);
for (let k = 0; k < samples; k++) {
  const places = [0, 1, 2].map((t) => inputs[(k * tokens + t) * width]);
  targets[k * classes + places.indexOf(Math.max(...places))] = 1;
}

const x = variable(samples, tokens, width);
const y = variable(samples, classes);
const query = variable(width, width);
const key = variable(width, width);
const value = variable(width, width);
const head = variable(width, classes);
const attention = softmax(mul(1 / Math.sqrt(width), matmul(matmul(x, query), transpose(matmul(x, key)))));
const pooled = mean(add(x, matmul(attention, matmul(x, value))), 1);
const outputs = matmul(pooled, head);
const loss = mean(sub(logSumExp(outputs), sum(mul(outputs, y), 1)));
const program = compile([loss, ...gradients(loss, [query, value])], [x, y, query, key, value, head]);

const base = [drawn(width * width), drawn(width * width)];
const frozen = { key: drawn(width * width), head: drawn(width * classes) };

/** Loss and gradients of merged query and value matrices. */
function at(merged: readonly Float64Array[]) {
  const [found, ofQuery, ofValue] = program.run([inputs, targets, merged[0], frozen.key, merged[1], frozen.head]);
  return { loss: found[0], gradients: [ofQuery.slice(), ofValue.slice()] };
}

const adaptersOf = (sparsity: number) =>
  base.map((_, k) => createSnellAdapter(width, width, { rank: 4, scale: 1, sparsity, seed: 3 + k }));
type Adapters = ReturnType<typeof adaptersOf>;

const mergedOf = (adapters: Adapters) =>
  adapters.map((adapter, k) => {
    const merged = new Float64Array(width * width);
    adapter.mergeInto(merged, base[k]);
    return merged;
  });

/** The gradients of all thin matrices, by the layers' gradients. */
function thinGradients(adapters: Adapters) {
  const layers = at(mergedOf(adapters)).gradients;
  return adapters.map((adapter, k) => {
    const [ofA, ofB] = adapter.parameters.map(({ length }) => new Float64Array(length));
    adapter.backward(layers[k], ofA, ofB);
    return [ofA, ofB];
  });
}

it('the gradients of the thin matrices are those of finite differences', () => {
  const adapters = adaptersOf(0);
  const found = thinGradients(adapters);
  const step = 1e-5;
  adapters.forEach((adapter, k) => {
    adapter.parameters.forEach((part, which) => {
      for (let i = 0; i < part.length; i += 5) {
        const before = part[i];
        const [up, down] = [step, -step].map((change) => {
          part[i] = before + change;
          return at(mergedOf(adapters)).loss;
        });
        part[i] = before;
        expect(found[k][which][i]).toBeCloseTo((up - down) / (2 * step), 7);
      }
    });
  });
});

it('training them lowers the loss, with half of the entries of every update zero', () => {
  const adapters = adaptersOf(0.5);
  const before = at(mergedOf(adapters)).loss;
  for (let turn = 0; turn < 200; turn++) {
    thinGradients(adapters).forEach((parts, k) => {
      parts.forEach((gradient, which) => {
        const part = adapters[k].parameters[which];
        gradient.forEach((slope, i) => {
          part[i] -= 0.2 * slope;
        });
      });
    });
  }
  expect(at(mergedOf(adapters)).loss).toBeLessThan(0.5 * before);
  for (const adapter of adapters) {
    const kept = adapter.toDense().values.filter((entry) => entry !== 0).length;
    expect(kept).toBe(36 - 1 - Math.floor(0.5 * 35));
  }
});
