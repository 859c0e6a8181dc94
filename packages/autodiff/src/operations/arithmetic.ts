// Arithmetic on entries. Shapes are stretched to a common one, as `broadcastTo` does, without copies.
import { checkNumber } from '@infimum/core';
import type { Operation, Tensor, TensorLike } from '../expressions/tensor.ts';
import { asTensor, full, tensorOf, uniformValue } from '../expressions/tensor.ts';
import { apply, binary, commonShape, compact, join, loop, unary } from './entrywise.ts';
import { broadcastTo, sumTo } from './shapes.ts';

const adding: Operation = /* @__PURE__ */ binary(
  'add',
  (length, out, at, a, i, di, b, j, dj) => {
    if (di === 1 && dj === 1) for (let k = 0; k < length; k++) out[at + k] = a[i + k] + b[j + k];
    else for (let k = 0; k < length; k++, i += di, j += dj) out[at + k] = a[i] + b[j];
  },
  ({ inputs: [a, b] }, gradient) => [sumTo(gradient, a.shape), sumTo(gradient, b.shape)],
);

/** a + b, entry by entry. */
export function add(a: TensorLike, b: TensorLike): Tensor {
  return join(adding, a, b);
}

const subtracting: Operation = /* @__PURE__ */ binary(
  'sub',
  (length, out, at, a, i, di, b, j, dj) => {
    if (di === 1 && dj === 1) for (let k = 0; k < length; k++) out[at + k] = a[i + k] - b[j + k];
    else for (let k = 0; k < length; k++, i += di, j += dj) out[at + k] = a[i] - b[j];
  },
  ({ inputs: [a, b] }, gradient) => [sumTo(gradient, a.shape), sumTo(neg(gradient), b.shape)],
);

/** a - b, entry by entry. */
export function sub(a: TensorLike, b: TensorLike): Tensor {
  return join(subtracting, a, b);
}

const multiplying: Operation = /* @__PURE__ */ binary(
  'mul',
  (length, out, at, a, i, di, b, j, dj) => {
    if (di === 1 && dj === 1) for (let k = 0; k < length; k++) out[at + k] = a[i + k] * b[j + k];
    else for (let k = 0; k < length; k++, i += di, j += dj) out[at + k] = a[i] * b[j];
  },
  ({ inputs: [a, b] }, gradient) => [sumTo(mul(gradient, b), a.shape), sumTo(mul(gradient, a), b.shape)],
);

/** a b, entry by entry; 0 times an infinity is NaN, as in IEEE 754. */
export function mul(a: TensorLike, b: TensorLike): Tensor {
  const [first, second] = [asTensor(a), asTensor(b)];
  const [one, other] = [uniformValue(first), uniformValue(second)];
  const shape = commonShape(first.shape, second.shape, 'b');
  if (one !== undefined && other !== undefined) return full(shape, one * other);
  if (one === 1) return broadcastTo(second, shape);
  if (other === 1) return broadcastTo(first, shape);
  return tensorOf(shape, multiplying, [compact(first), compact(second)]);
}

const dividing: Operation = /* @__PURE__ */ binary(
  'div',
  (length, out, at, a, i, di, b, j, dj) => {
    for (let k = 0; k < length; k++, i += di, j += dj) out[at + k] = a[i] / b[j];
  },
  (node, gradient) => {
    const [a, b] = node.inputs;
    const ofFirst = div(gradient, b);
    return [sumTo(ofFirst, a.shape), sumTo(neg(mul(ofFirst, node)), b.shape)];
  },
);

/** a / b, entry by entry. */
export function div(a: TensorLike, b: TensorLike): Tensor {
  return join(dividing, a, b);
}

const negating: Operation = /* @__PURE__ */ unary(
  'neg',
  /* @__PURE__ */ loop((x, out) => {
    for (let k = 0; k < out.length; k++) out[k] = -x[k];
  }),
  (gradient) => neg(gradient),
);

/** -x. */
export function neg(x: TensorLike): Tensor {
  const tensor = asTensor(x);
  const value = uniformValue(tensor);
  if (value !== undefined) return full(tensor.shape, -value);
  return tensor.operation === negating ? tensor.inputs[0] : apply(negating, tensor);
}

const squaring: Operation = /* @__PURE__ */ unary(
  'square',
  /* @__PURE__ */ loop((x, out) => {
    for (let k = 0; k < out.length; k++) out[k] = x[k] * x[k];
  }),
  (gradient, x) => mul(gradient, mul(2, x)),
);

/** x². */
export function square(x: TensorLike): Tensor {
  return apply(squaring, x);
}

const takingRoots: Operation = /* @__PURE__ */ unary(
  'sqrt',
  /* @__PURE__ */ loop((x, out) => {
    for (let k = 0; k < out.length; k++) out[k] = Math.sqrt(x[k]);
  }),
  (gradient, _, out) => mul(gradient, div(0.5, out)),
);

/** The square root; its derivative at 0 is infinite. */
export function sqrt(x: TensorLike): Tensor {
  return apply(takingRoots, x);
}

const powering = (exponent: number): Operation =>
  unary(
    'pow',
    loop((x, out) => {
      for (let k = 0; k < out.length; k++) out[k] = x[k] ** exponent;
    }),
    (gradient, x) => mul(gradient, mul(exponent, pow(x, exponent - 1))),
  );

/**
 * x to the power of a number. The last bit of non-integer powers depends on the engine's `Math.pow`.
 *
 * @throws {InvalidInputError} for an exponent that is not finite
 */
export function pow(x: TensorLike, exponent: number): Tensor {
  checkNumber(exponent, 'exponent');
  const tensor = asTensor(x);
  if (exponent === 0) return full(tensor.shape, 1);
  if (exponent === 1) return tensor;
  return exponent === 2 ? square(tensor) : apply(powering(exponent), tensor);
}
