// Elementary functions of entries, exact to a few units in the last place over their whole range.
import { portableExp, portableLog } from '@infimum/core/portable-math';
import { linalgKernels } from '@infimum/linalg/kernels';
import { complementaryErrorFunction, errorFunction } from '@infimum/linalg/numerics';
import type { Operation, Tensor, TensorLike } from '../expressions/tensor.ts';
import { cosine, sine } from '../numerics/angles.ts';
import { div, mul, neg, square, sub } from './arithmetic.ts';
import { apply, loop, unary } from './entrywise.ts';

const exponentiating: Operation = /* @__PURE__ */ unary(
  'exp',
  ({ workspace, inputs: [x], out }) => {
    const kernels = workspace.kernels(linalgKernels);
    return () => kernels.exp(out.length, x.byteOffset, out.byteOffset);
  },
  (gradient, _, out) => mul(gradient, out),
);

/** exp(x), with an error of at most 2 ulp. */
export function exp(x: TensorLike): Tensor {
  return apply(exponentiating, x);
}

const takingLogarithms: Operation = /* @__PURE__ */ unary(
  'log',
  /* @__PURE__ */ loop((x, out) => {
    for (let k = 0; k < out.length; k++) out[k] = portableLog(x[k]);
  }),
  (gradient, x) => div(gradient, x),
);

/** The natural logarithm; -Infinity at 0, NaN below. */
export function log(x: TensorLike): Tensor {
  return apply(takingLogarithms, x);
}

/** The Taylor polynomial of degree 17, for 0 <= x < 0.17. */
function tanhNearZero(x: number): number {
  const z = x * x;
  const high = -929569 / 638512875 + z * (6404582 / 10854718875);
  const middle = 62 / 2835 + z * (-1382 / 155925 + z * (21844 / 6081075 + z * high));
  return x + x * z * (-1 / 3 + z * (2 / 15 + z * (-17 / 315 + z * middle)));
}

const takingTanh: Operation = /* @__PURE__ */ unary(
  'tanh',
  ({ workspace, inputs: [x], out }) => {
    const { exp: powers } = workspace.kernels(linalgKernels);
    return () => {
      for (let k = 0; k < out.length; k++) out[k] = -2 * Math.abs(x[k]);
      powers(out.length, out.byteOffset, out.byteOffset);
      for (let k = 0; k < out.length; k++) {
        const size = Math.abs(x[k]);
        // tanh |x| = -m / (2 + m) with m = exp(-2 |x|) - 1, where that does not cancel.
        const m = out[k] - 1;
        const value = size < 0.17 ? tanhNearZero(size) : -m / (2 + m);
        out[k] = x[k] < 0 ? -value : value;
      }
    };
  },
  (gradient, _, out) => mul(gradient, sub(1, square(out))),
);

/** The hyperbolic tangent. */
export function tanh(x: TensorLike): Tensor {
  return apply(takingTanh, x);
}

const takingSigmoids: Operation = /* @__PURE__ */ unary(
  'sigmoid',
  ({ workspace, inputs: [x], out }) => {
    const { exp: powers } = workspace.kernels(linalgKernels);
    return () => {
      for (let k = 0; k < out.length; k++) out[k] = -Math.abs(x[k]);
      powers(out.length, out.byteOffset, out.byteOffset);
      for (let k = 0; k < out.length; k++) out[k] = (x[k] >= 0 ? 1 : out[k]) / (1 + out[k]);
    };
  },
  (gradient, x, out) => mul(gradient, mul(out, sigmoid(neg(x)))),
);

/** 1 / (1 + exp(-x)), without overflow. */
export function sigmoid(x: TensorLike): Tensor {
  return apply(takingSigmoids, x);
}

const takingSoftplus: Operation = /* @__PURE__ */ unary(
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
  (gradient, x) => mul(gradient, sigmoid(x)),
);

/** log(1 + exp(x)), exact to rounding for every x: the loss of logistic regression at the margin -x. */
export function softplus(x: TensorLike): Tensor {
  return apply(takingSoftplus, x);
}

const takingSines: Operation = /* @__PURE__ */ unary(
  'sin',
  /* @__PURE__ */ loop((x, out) => {
    for (let k = 0; k < out.length; k++) out[k] = sine(x[k]);
  }),
  (gradient, x) => mul(gradient, cos(x)),
);

/** The sine of an angle in radians, of any size. */
export function sin(x: TensorLike): Tensor {
  return apply(takingSines, x);
}

const takingCosines: Operation = /* @__PURE__ */ unary(
  'cos',
  /* @__PURE__ */ loop((x, out) => {
    for (let k = 0; k < out.length; k++) out[k] = cosine(x[k]);
  }),
  (gradient, x) => neg(mul(gradient, sin(x))),
);

/** The cosine of an angle in radians, of any size. */
export function cos(x: TensorLike): Tensor {
  return apply(takingCosines, x);
}

/** The density of the error function, (2 / sqrt(pi)) exp(-x²). */
function bell(x: Tensor): Tensor {
  return mul(2 / Math.sqrt(Math.PI), exp(neg(square(x))));
}

const takingErrorFunctions: Operation = /* @__PURE__ */ unary(
  'erf',
  /* @__PURE__ */ loop((x, out) => {
    for (let k = 0; k < out.length; k++) out[k] = errorFunction(x[k]);
  }),
  (gradient, x) => mul(gradient, bell(x)),
);

/** The error function, (2 / sqrt(pi)) times the integral of exp(-t²) from 0 to x. */
export function erf(x: TensorLike): Tensor {
  return apply(takingErrorFunctions, x);
}

const takingComplements: Operation = /* @__PURE__ */ unary(
  'erfc',
  /* @__PURE__ */ loop((x, out) => {
    for (let k = 0; k < out.length; k++) out[k] = complementaryErrorFunction(x[k]);
  }),
  (gradient, x) => neg(mul(gradient, bell(x))),
);

/** 1 - erf(x), to full relative precision for large x: erfc(-x / sqrt 2) / 2 is the normal distribution function. */
export function erfc(x: TensorLike): Tensor {
  return apply(takingComplements, x);
}

/** x times the normal distribution function of x: the Gaussian error linear unit (D. Hendrycks, K. Gimpel, arXiv 1606.08415). */
export function gelu(x: TensorLike): Tensor {
  return mul(mul(0.5, x), erfc(mul(-Math.SQRT1_2, x)));
}

const detaching: Operation = {
  name: 'detach',
  reach: 'entries',
  prepare: (_, { inputs: [x], out }) => {
    return () => out.set(x);
  },
  pullback: () => [undefined],
};

/** The same entries as a constant for differentiation: no gradient passes. */
export function detach(x: TensorLike): Tensor {
  return apply(detaching, x);
}
