// Operations on entries, one by one. Shapes are stretched to a common one, as `broadcastTo` does.
import {
  checkNumber,
  portableCosine,
  portableExp,
  portableExpm1,
  portableLog,
  portableSine,
} from '@infimum/core';
import { linalgKernels } from '@infimum/linalg/kernels';
import { broadcastTo, commonShape } from './shapes.ts';
import {
  asTensor,
  full,
  type Operation,
  type Places,
  type Tensor,
  type TensorLike,
  uniformValue,
} from './tensor.ts';

type Binary = (a: Float64Array, b: Float64Array, out: Float64Array) => void;
type Unary = (x: Float64Array, out: Float64Array) => void;

function binary(
  name: string,
  compute: Binary,
  pullback: (a: Tensor, b: Tensor, gradient: Tensor, out: Tensor) => [Tensor, Tensor],
): Operation {
  return {
    name,
    prepare: (_, { inputs: [a, b], out }) => {
      return () => compute(a, b, out);
    },
    pullback: (node, gradient) => pullback(node.inputs[0], node.inputs[1], gradient, node),
  };
}

function unary(
  name: string,
  prepare: (places: Places) => () => void,
  derivative: (x: Tensor, out: Tensor) => Tensor,
): Operation {
  return {
    name,
    prepare: (_, places) => prepare(places),
    pullback: (node, gradient) => [mul(gradient, derivative(node.inputs[0], node))],
  };
}

/** A loop over all entries. */
const loop =
  (compute: Unary) =>
  ({ inputs: [x], out }: Places) =>
  () =>
    compute(x, out);

function apply(operation: Operation, x: TensorLike): Tensor {
  const tensor = asTensor(x);
  return { shape: tensor.shape, operation, inputs: [tensor] };
}

/** Both, stretched to their common shape. */
function together(a: TensorLike, b: TensorLike): [Tensor, Tensor] {
  const [first, second] = [asTensor(a), asTensor(b)];
  const shape = commonShape(first.shape, second.shape, 'b');
  return [broadcastTo(first, shape), broadcastTo(second, shape)];
}

function join(operation: Operation, a: Tensor, b: Tensor): Tensor {
  return { shape: a.shape, operation, inputs: [a, b] };
}

const adding = /* @__PURE__ */ binary(
  'add',
  (a, b, out) => {
    for (let k = 0; k < out.length; k++) out[k] = a[k] + b[k];
  },
  (_a, _b, gradient) => [gradient, gradient],
);

/** a + b, entry by entry. */
export function add(a: TensorLike, b: TensorLike): Tensor {
  const [first, second] = together(a, b);
  if (uniformValue(first) === 0) return second;
  if (uniformValue(second) === 0) return first;
  return join(adding, first, second);
}

const subtracting = /* @__PURE__ */ binary(
  'sub',
  (a, b, out) => {
    for (let k = 0; k < out.length; k++) out[k] = a[k] - b[k];
  },
  (_a, _b, gradient) => [gradient, neg(gradient)],
);

/** a - b, entry by entry. */
export function sub(a: TensorLike, b: TensorLike): Tensor {
  const [first, second] = together(a, b);
  if (uniformValue(second) === 0) return first;
  return join(subtracting, first, second);
}

const multiplying = /* @__PURE__ */ binary(
  'mul',
  (a, b, out) => {
    for (let k = 0; k < out.length; k++) out[k] = a[k] * b[k];
  },
  (a, b, gradient) => [mul(gradient, b), mul(gradient, a)],
);

/** a b, entry by entry. */
export function mul(a: TensorLike, b: TensorLike): Tensor {
  const [first, second] = together(a, b);
  const [one, other] = [uniformValue(first), uniformValue(second)];
  if (one !== undefined && other !== undefined) return full(first.shape, one * other);
  if (one === 1 || other === 0) return second;
  if (other === 1 || one === 0) return first;
  return join(multiplying, first, second);
}

const dividing = /* @__PURE__ */ binary(
  'div',
  (a, b, out) => {
    for (let k = 0; k < out.length; k++) out[k] = a[k] / b[k];
  },
  (_, b, gradient, out) => {
    const ofFirst = div(gradient, b);
    return [ofFirst, neg(mul(ofFirst, out))];
  },
);

/** a / b, entry by entry. */
export function div(a: TensorLike, b: TensorLike): Tensor {
  const [first, second] = together(a, b);
  if (uniformValue(second) === 1) return first;
  return join(dividing, first, second);
}

const negating = /* @__PURE__ */ unary(
  'neg',
  /* @__PURE__ */ loop((x, out) => {
    for (let k = 0; k < out.length; k++) out[k] = -x[k];
  }),
  (x) => full(x.shape, -1),
);

/** -x. */
export function neg(x: TensorLike): Tensor {
  return apply(negating, x);
}

const exponentiating = /* @__PURE__ */ unary(
  'exp',
  ({ workspace, inputs: [x], out }) => {
    const kernels = workspace.kernels(linalgKernels);
    return () => kernels.exp(out.length, x.byteOffset, out.byteOffset);
  },
  (_, out) => out,
);

/** exp(x), at most 2 ulp from the truth. */
export function exp(x: TensorLike): Tensor {
  return apply(exponentiating, x);
}

const takingLogarithms = /* @__PURE__ */ unary(
  'log',
  /* @__PURE__ */ loop((x, out) => {
    for (let k = 0; k < out.length; k++) out[k] = portableLog(x[k]);
  }),
  (x) => div(1, x),
);

/** The natural logarithm. */
export function log(x: TensorLike): Tensor {
  return apply(takingLogarithms, x);
}

const takingRoots = /* @__PURE__ */ unary(
  'sqrt',
  /* @__PURE__ */ loop((x, out) => {
    for (let k = 0; k < out.length; k++) out[k] = Math.sqrt(x[k]);
  }),
  (_, out) => div(0.5, out),
);

/** The square root; its derivative at 0 is infinite. */
export function sqrt(x: TensorLike): Tensor {
  return apply(takingRoots, x);
}

const squaring = /* @__PURE__ */ unary(
  'square',
  /* @__PURE__ */ loop((x, out) => {
    for (let k = 0; k < out.length; k++) out[k] = x[k] * x[k];
  }),
  (x) => mul(2, x),
);

/** x². */
export function square(x: TensorLike): Tensor {
  return apply(squaring, x);
}

const powering = (exponent: number): Operation =>
  unary(
    'pow',
    loop((x, out) => {
      for (let k = 0; k < out.length; k++) out[k] = x[k] ** exponent;
    }),
    (x) => mul(exponent, pow(x, exponent - 1)),
  );

/**
 * x to a power that is a number. Powers that are no integers depend on the engine's `Math.pow` in the last bit.
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

const takingTanh = /* @__PURE__ */ unary(
  'tanh',
  /* @__PURE__ */ loop((x, out) => {
    for (let k = 0; k < out.length; k++) {
      // tanh |x| = -m / (2 + m) with m = exp(-2 |x|) - 1: nothing cancels.
      const m = portableExpm1(-2 * Math.abs(x[k]));
      out[k] = x[k] < 0 ? m / (2 + m) : -m / (2 + m);
    }
  }),
  (_, out) => sub(1, square(out)),
);

/** The hyperbolic tangent. */
export function tanh(x: TensorLike): Tensor {
  return apply(takingTanh, x);
}

const takingSigmoids = /* @__PURE__ */ unary(
  'sigmoid',
  /* @__PURE__ */ loop((x, out) => {
    for (let k = 0; k < out.length; k++) {
      const power = portableExp(-Math.abs(x[k]));
      out[k] = (x[k] >= 0 ? 1 : power) / (1 + power);
    }
  }),
  (x, out) => mul(out, sigmoid(neg(x))),
);

/** 1 / (1 + exp(-x)), without overflow. */
export function sigmoid(x: TensorLike): Tensor {
  return apply(takingSigmoids, x);
}

const takingSoftplus = /* @__PURE__ */ unary(
  'softplus',
  /* @__PURE__ */ loop((x, out) => {
    for (let k = 0; k < out.length; k++) {
      const power = portableExp(-Math.abs(x[k]));
      const above = 1 + power;
      // The rounding of 1 + power is divided out.
      const logarithm = above === 1 ? power : (portableLog(above) * power) / (above - 1);
      out[k] = Math.max(x[k], 0) + logarithm;
    }
  }),
  (x) => sigmoid(x),
);

/** log(1 + exp(x)), exact to rounding for every x: the loss of logistic regression at the margin -x. */
export function softplus(x: TensorLike): Tensor {
  return apply(takingSoftplus, x);
}

const TURN = 2 * Math.PI;

const takingSines = /* @__PURE__ */ unary(
  'sin',
  /* @__PURE__ */ loop((x, out) => {
    for (let k = 0; k < out.length; k++) out[k] = portableSine(x[k] / TURN);
  }),
  (x) => cos(x),
);

/** The sine of an angle in radians. */
export function sin(x: TensorLike): Tensor {
  return apply(takingSines, x);
}

const takingCosines = /* @__PURE__ */ unary(
  'cos',
  /* @__PURE__ */ loop((x, out) => {
    for (let k = 0; k < out.length; k++) out[k] = portableCosine(x[k] / TURN);
  }),
  (x) => neg(sin(x)),
);

/** The cosine of an angle in radians. */
export function cos(x: TensorLike): Tensor {
  return apply(takingCosines, x);
}

const stepping: Operation = {
  name: 'step',
  prepare: (_, { inputs: [x], out }) => {
    return () => {
      for (let k = 0; k < out.length; k++) out[k] = x[k] > 0 ? 1 : 0;
    };
  },
  pullback: () => [undefined],
};

const rectifying = /* @__PURE__ */ unary(
  'relu',
  /* @__PURE__ */ loop((x, out) => {
    for (let k = 0; k < out.length; k++) out[k] = Math.max(0, x[k]);
  }),
  (x) => apply(stepping, x),
);

/** max(x, 0), with the derivative 0 at 0. */
export function relu(x: TensorLike): Tensor {
  return apply(rectifying, x);
}

const detaching: Operation = {
  name: 'detach',
  prepare: (_, { inputs: [x], out }) => {
    return () => out.set(x);
  },
  pullback: () => [undefined],
};

/** The same entries, through which no gradient passes. */
export function detach(x: TensorLike): Tensor {
  return apply(detaching, x);
}

/** |x|, with the derivative 0 at 0. */
export function abs(x: TensorLike): Tensor {
  return add(relu(x), relu(neg(x)));
}
