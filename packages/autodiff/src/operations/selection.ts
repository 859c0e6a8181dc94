// Choosing between entries: comparisons, maxima, clamping, rectifiers. At a kink the derivative is the mean of both sides
// for `maximum`, `minimum` and `clamp`, and 0 for `abs` and `relu`: the conventions of JAX.
import { checkNumber, fault } from '@infimum/core';
import type { Operation, Tensor, TensorLike } from '../expressions/tensor.ts';
import { asTensor, full, tensorOf, uniformValue } from '../expressions/tensor.ts';
import { mul } from './arithmetic.ts';
import type { Binary } from './entrywise.ts';
import { apply, binary, commonShape, compact, join, loop, runsOf, unary } from './entrywise.ts';
import { sumTo } from './shapes.ts';

/** For operations through which no gradient passes. */
const flat = (name: string, compute: Binary): Operation => binary(name, compute, () => [undefined, undefined]);

const exceeding: Operation = /* @__PURE__ */ flat('greater', (length, out, at, a, i, di, b, j, dj) => {
  for (let k = 0; k < length; k++, i += di, j += dj) out[at + k] = a[i] > b[j] ? 1 : 0;
});

/** 1 where a > b and 0 elsewhere; no gradient passes. */
export function greater(a: TensorLike, b: TensorLike): Tensor {
  return join(exceeding, a, b);
}

/** 1 where a < b and 0 elsewhere; no gradient passes. */
export function less(a: TensorLike, b: TensorLike): Tensor {
  return join(exceeding, b, a);
}

const matching: Operation = /* @__PURE__ */ flat('equal', (length, out, at, a, i, di, b, j, dj) => {
  for (let k = 0; k < length; k++, i += di, j += dj) out[at + k] = a[i] === b[j] ? 1 : 0;
});

/** 1 where a and b are equal and 0 elsewhere; no gradient passes. */
export function equal(a: TensorLike, b: TensorLike): Tensor {
  return join(matching, a, b);
}

const choosing: Operation = {
  name: 'where',
  reach: 'entries',
  prepare: ({ shape, inputs }, { inputs: [condition, a, b], out }) => {
    const shapes = inputs.map((x) => x.shape);
    const { count, length, starts, steps } = runsOf(shape, shapes);
    const [dc, da, db] = steps;
    return () => {
      for (let run = 0, at = 0; run < count; run++) {
        let [c, i, j] = [starts[0][run], starts[1][run], starts[2][run]];
        for (let k = 0; k < length; k++, c += dc, i += da, j += db) out[at++] = condition[c] !== 0 ? a[i] : b[j];
      }
    };
  },
  pullback: ({ inputs: [condition, a, b] }, gradient) => [
    undefined,
    sumTo(where(condition, gradient, 0), a.shape),
    sumTo(where(condition, 0, gradient), b.shape),
  ],
};

/**
 * a where the condition is not 0, and b where it is: entry by entry. Entries that are not chosen affect neither the result nor
 * its gradient, as long as they have a finite derivative themselves.
 *
 * @param condition - not differentiated; `greater`, `less` and `equal` make one
 *
 * @example
 * ```ts
 * import { compile, greater, square, variable, where } from '@infimum/autodiff';
 *
 * const x = variable(3);
 * const program = compile([where(greater(x, 0), square(x), x)], [x]);
 * console.log(program.run([Float64Array.of(-3, 0, 3)])[0].join(' ')); // -3 0 9
 * ```
 */
export function where(condition: TensorLike, a: TensorLike, b: TensorLike): Tensor {
  const inputs = [asTensor(condition), asTensor(a), asTensor(b)];
  const shape = commonShape(commonShape(inputs[0].shape, inputs[1].shape, 'a'), inputs[2].shape, 'b');
  return tensorOf(shape, choosing, inputs.map(compact));
}

const preferring: Operation = /* @__PURE__ */ flat('prefers', (length, out, at, a, i, di, b, j, dj) => {
  for (let k = 0; k < length; k++, i += di, j += dj) out[at + k] = a[i] > b[j] ? 1 : a[i] === b[j] ? 0.5 : 0;
});

/** 1 where a is larger, one half where they are equal. */
function prefers(a: Tensor, b: Tensor): Tensor {
  return join(preferring, a, b);
}

const takingMaxima: Operation = /* @__PURE__ */ binary(
  'maximum',
  (length, out, at, a, i, di, b, j, dj) => {
    for (let k = 0; k < length; k++, i += di, j += dj) out[at + k] = Math.max(a[i], b[j]);
  },
  ({ inputs: [a, b] }, gradient) => [
    sumTo(mul(gradient, prefers(a, b)), a.shape),
    sumTo(mul(gradient, prefers(b, a)), b.shape),
  ],
);

/** The larger of a and b, entry by entry; NaN where either is. Equal ones share the gradient. */
export function maximum(a: TensorLike, b: TensorLike): Tensor {
  return join(takingMaxima, a, b);
}

const takingMinima: Operation = /* @__PURE__ */ binary(
  'minimum',
  (length, out, at, a, i, di, b, j, dj) => {
    for (let k = 0; k < length; k++, i += di, j += dj) out[at + k] = Math.min(a[i], b[j]);
  },
  ({ inputs: [a, b] }, gradient) => [
    sumTo(mul(gradient, prefers(b, a)), a.shape),
    sumTo(mul(gradient, prefers(a, b)), b.shape),
  ],
);

/** The smaller of a and b, entry by entry; NaN where either is. Equal ones share the gradient. */
export function minimum(a: TensorLike, b: TensorLike): Tensor {
  return join(takingMinima, a, b);
}

/**
 * x, but at least `min` and at most `max`: numbers or tensors, -Infinity and Infinity included.
 *
 * @throws {InvalidInputError} when both are numbers and `min` is larger than `max`
 */
export function clamp(x: TensorLike, min: TensorLike, max: TensorLike): Tensor {
  if (typeof min === 'number' && typeof max === 'number' && !(min <= max)) {
    throw fault(`is ${min}, which is not at most max = ${max}`, 'min', 'out-of-range');
  }
  return minimum(maximum(x, min), max);
}

const takingSigns: Operation = /* @__PURE__ */ unary(
  'sign',
  /* @__PURE__ */ loop((x, out) => {
    for (let k = 0; k < out.length; k++) out[k] = Math.sign(x[k]);
  }),
  () => undefined,
);

/** -1, 0 or 1; no gradient passes. */
export function sign(x: TensorLike): Tensor {
  return apply(takingSigns, x);
}

const takingSizes: Operation = /* @__PURE__ */ unary(
  'abs',
  /* @__PURE__ */ loop((x, out) => {
    for (let k = 0; k < out.length; k++) out[k] = Math.abs(x[k]);
  }),
  (gradient, x) => mul(gradient, sign(x)),
);

/** |x|, with the derivative 0 at 0. */
export function abs(x: TensorLike): Tensor {
  return apply(takingSizes, x);
}

/** The entries of the first where the second is positive, and `slope` times them elsewhere. */
const gating = (slope: number): Operation => {
  const operation: Operation = binary(
    'gate',
    slope === 0
      ? (length, out, at, a, i, di, b, j, dj) => {
          for (let k = 0; k < length; k++, i += di, j += dj) out[at + k] = b[j] > 0 ? a[i] : 0;
        }
      : (length, out, at, a, i, di, b, j, dj) => {
          for (let k = 0; k < length; k++, i += di, j += dj) out[at + k] = b[j] > 0 ? a[i] : slope * a[i];
        },
    ({ inputs: [a, b] }, gradient) => [sumTo(join(operation, gradient, b), a.shape), undefined],
  );
  return operation;
};

const gate = /* @__PURE__ */ gating(0);

const rectifying: Operation = /* @__PURE__ */ unary(
  'relu',
  /* @__PURE__ */ loop((x, out) => {
    for (let k = 0; k < out.length; k++) out[k] = Math.max(0, x[k]);
  }),
  (gradient, x) => join(gate, gradient, x),
);

/** max(x, 0), with the derivative 0 at 0. */
export function relu(x: TensorLike): Tensor {
  return apply(rectifying, x);
}

/**
 * x where it is positive, and `slope` times x elsewhere.
 *
 * @param slope - the derivative at 0 and below; 0.01 by default
 * @throws {InvalidInputError} for a slope that is not finite
 */
export function leakyRelu(x: TensorLike, slope = 0.01): Tensor {
  checkNumber(slope, 'slope');
  const tensor = asTensor(x);
  const value = uniformValue(tensor);
  if (value !== undefined) return full(tensor.shape, value > 0 ? value : slope * value);
  return join(gating(slope), tensor, tensor);
}
