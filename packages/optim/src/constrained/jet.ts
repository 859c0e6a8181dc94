// Numbers with exact first and second derivatives, for the test problems, which have few variables.

/** A value with its gradient and Hessian in n variables. */
export class Jet {
  readonly value: number;
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;

  constructor(value: number, gradient: Float64Array, hessian: Float64Array) {
    this.value = value;
    this.gradient = gradient;
    this.hessian = hessian;
  }

  /** a this + b other + c. */
  combined(a: number, b: number, other: Jet, c = 0): Jet {
    return new Jet(
      a * this.value + b * other.value + c,
      mixed(a, this.gradient, b, other.gradient),
      mixed(a, this.hessian, b, other.hessian),
    );
  }

  plus(other: Jet | number): Jet {
    return typeof other === 'number' ? this.affine(1, other) : this.combined(1, 1, other);
  }

  minus(other: Jet | number): Jet {
    return typeof other === 'number' ? this.affine(1, -other) : this.combined(1, -1, other);
  }

  times(other: Jet | number): Jet {
    if (typeof other === 'number') return this.affine(other, 0);
    const n = this.gradient.length;
    const hessian = mixed(this.value, other.hessian, other.value, this.hessian);
    for (let i = 0, k = 0; i < n; i++) {
      for (let j = 0; j < n; j++, k++) {
        hessian[k] = hessian[k] + this.gradient[i] * other.gradient[j] + this.gradient[j] * other.gradient[i];
      }
    }
    const gradient = mixed(other.value, this.gradient, this.value, other.gradient);
    return new Jet(this.value * other.value, gradient, hessian);
  }

  affine(factor: number, shift: number): Jet {
    return new Jet(factor * this.value + shift, times(factor, this.gradient), times(factor, this.hessian));
  }

  power(p: number): Jet {
    const x = this.value;
    return this.#chain(x ** p, p * x ** (p - 1), p === 1 ? 0 : p * (p - 1) * x ** (p - 2));
  }

  sine(): Jet {
    return this.#chain(Math.sin(this.value), Math.cos(this.value), -Math.sin(this.value));
  }

  cosine(): Jet {
    return this.#chain(Math.cos(this.value), -Math.sin(this.value), -Math.cos(this.value));
  }

  /** The distribution of a standard normal variable, of which `value` is the value here. */
  normal(value: number): Jet {
    const density = Math.exp(-(this.value ** 2) / 2) / Math.sqrt(2 * Math.PI);
    return this.#chain(value, density, -this.value * density);
  }

  exp(): Jet {
    const e = Math.exp(this.value);
    return this.#chain(e, e, e);
  }

  log(): Jet {
    return this.#chain(Math.log(this.value), 1 / this.value, -1 / this.value ** 2);
  }

  #chain(value: number, first: number, second: number): Jet {
    const n = this.gradient.length;
    const { gradient } = this;
    const curved = times(first, this.hessian);
    for (let i = 0, k = 0; i < n; i++) {
      for (let j = 0; j < n; j++, k++) curved[k] += second * gradient[i] * gradient[j];
    }
    return new Jet(value, times(first, gradient), curved);
  }
}

/** a x + b y; no array where there is nothing to mix, in values without derivatives. */
function mixed(a: number, x: Float64Array, b: number, y: Float64Array): Float64Array {
  if (x.length === 0) return x;
  const out = new Float64Array(x.length);
  for (let i = 0; i < out.length; i++) out[i] = a * x[i] + b * y[i];
  return out;
}

/** a x. */
function times(a: number, x: Float64Array): Float64Array {
  if (x.length === 0) return x;
  const out = new Float64Array(x.length);
  for (let i = 0; i < out.length; i++) out[i] = a * x[i];
  return out;
}

/** The variables at x. */
export function variablesAt(x: Float64Array): Jet[] {
  const n = x.length;
  return Array.from(x, (value, i) => {
    const gradient = new Float64Array(n);
    gradient[i] = 1;
    return new Jet(value, gradient, new Float64Array(n * n));
  });
}
