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
      this.gradient.map((g, i) => a * g + b * other.gradient[i]),
      this.hessian.map((h, i) => a * h + b * other.hessian[i]),
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
    const hessian = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const k = i * n + j;
        hessian[k] =
          this.value * other.hessian[k] +
          other.value * this.hessian[k] +
          this.gradient[i] * other.gradient[j] +
          this.gradient[j] * other.gradient[i];
      }
    }
    const gradient = this.gradient.map((g, i) => g * other.value + this.value * other.gradient[i]);
    return new Jet(this.value * other.value, gradient, hessian);
  }

  affine(factor: number, shift: number): Jet {
    return new Jet(
      factor * this.value + shift,
      this.gradient.map((g) => factor * g),
      this.hessian.map((h) => factor * h),
    );
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
    const { gradient, hessian } = this;
    const curved = hessian.map((h, k) => first * h + second * gradient[Math.floor(k / n)] * gradient[k % n]);
    return new Jet(
      value,
      gradient.map((g) => first * g),
      curved,
    );
  }
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
