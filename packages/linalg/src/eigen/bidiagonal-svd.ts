// The singular values of an upper bidiagonal matrix by implicit QR sweeps, without a shift where that would cost accuracy, from
// whichever end is larger to the other.
//
// J. Demmel, W. Kahan: Accurate singular values of bidiagonal matrices (1990), as in LAPACK's dbdsqr.

/** What is done with the rotations of a sweep: as `RotationSequences`, of the rows of U' and of V'. */
export interface SweepRotations {
  begin(row: number, step: 1 | -1, length: number): void;
  turn(cosine: number, sine: number): void;
  end(): void;
}

/** Rotations that a value may take, over the square of the size. */
const MOST_TURNS = 6;

/** The relative accuracy of the values. */
const TOLERANCE = 100 * (Number.EPSILON / 2);

/**
 * Makes B = U diag(d) V' diagonal in place; signs are left as they come.
 *
 * @param d - the diagonal
 * @param e - entry i stands in row i and column i + 1
 * @returns whether it came to an end
 */
export function diagonaliseBidiagonal(d: Float64Array, e: Float64Array, left: SweepRotations, right: SweepRotations): boolean {
  const n = d.length;
  const sweeper = new Sweeper(d, e, left, right);
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, Math.abs(d[i]), i + 1 < n ? Math.abs(e[i]) : 0);
  if (largest === 0) return true;
  // Smaller than this no entry above the diagonal matters to any value.
  const threshold = Math.max(TOLERANCE * leastValue(d, e), 2 ** -1000);
  let turns = 0;
  let [oldLow, oldHigh, downwards] = [-1, -1, true];
  for (let high = n - 1; high > 0; ) {
    let low = high;
    let size = Math.abs(d[high]);
    while (low > 0 && Math.abs(e[low - 1]) > threshold) {
      low--;
      size = Math.max(size, Math.abs(d[low]), Math.abs(e[low]));
    }
    if (low > 0) e[low - 1] = 0;
    if (low === high) {
      high--;
      continue;
    }
    turns += high - low;
    if (turns > MOST_TURNS * n * n) return false;
    if (low > oldHigh || high < oldLow) downwards = Math.abs(d[low]) >= Math.abs(d[high]);
    [oldLow, oldHigh] = [low, high];
    const least = splitOrLeast(d, e, low, high, downwards);
    if (least < 0) continue;
    let shift = 0;
    if (n * TOLERANCE * (least / size) > Math.max(Number.EPSILON / 2, 0.01 * TOLERANCE)) {
      const [start, beside] = downwards ? [Math.abs(d[low]), high - 1] : [Math.abs(d[high]), low];
      shift = smallerValue(d[beside], e[beside], d[beside + 1]);
      if (start > 0 && (shift / start) ** 2 < Number.EPSILON / 2) shift = 0;
    }
    sweeper.sweep(low, high, downwards, shift);
    const last = downwards ? high - 1 : low;
    if (Math.abs(e[last]) <= threshold) e[last] = 0;
  }
  return true;
}

/** A lower bound of the smallest singular value, up to the root of the size. */
function leastValue(d: Float64Array, e: Float64Array): number {
  let mu = Math.abs(d[0]);
  let least = mu;
  for (let i = 1; i < d.length && least > 0; i++) {
    mu = Math.abs(d[i]) * (mu / (mu + Math.abs(e[i - 1])));
    least = Math.min(least, mu);
  }
  return least / Math.sqrt(d.length);
}

/** Sets a negligible entry of a block to zero and returns -1; a lower bound of the block's smallest value where there is none. */
function splitOrLeast(d: Float64Array, e: Float64Array, low: number, high: number, downwards: boolean): number {
  const [outer, inner] = downwards ? [high - 1, high] : [low, low];
  if (Math.abs(e[outer]) <= TOLERANCE * Math.abs(d[inner])) {
    e[outer] = 0;
    return -1;
  }
  let mu = Math.abs(d[downwards ? low : high]);
  let least = mu;
  for (let k = 0; k < high - low; k++) {
    const i = downwards ? low + k : high - 1 - k;
    if (Math.abs(e[i]) <= TOLERANCE * mu) {
      e[i] = 0;
      return -1;
    }
    mu = Math.abs(d[downwards ? i + 1 : i]) * (mu / (mu + Math.abs(e[i])));
    least = Math.min(least, mu);
  }
  return least;
}

/** The smaller singular value of (f g; 0 h). */
function smallerValue(f: number, g: number, h: number): number {
  const [a, b, c] = [Math.abs(f), Math.abs(g), Math.abs(h)];
  const [small, large] = [Math.min(a, c), Math.max(a, c)];
  if (small === 0) return 0;
  const sum = 1 + small / large;
  const difference = (large - small) / large;
  if (b < large) {
    const ratio = (b / large) ** 2;
    return small * (2 / (Math.sqrt(sum * sum + ratio) + Math.sqrt(difference * difference + ratio)));
  }
  const ratio = large / b;
  if (ratio === 0) return (small * large) / b;
  const inverse = 1 / (Math.sqrt(1 + (sum * ratio) ** 2) + Math.sqrt(1 + (difference * ratio) ** 2));
  return 2 * small * inverse * ratio;
}

class Sweeper {
  readonly #d: Float64Array;
  readonly #e: Float64Array;
  readonly #left: SweepRotations;
  readonly #right: SweepRotations;
  // The last rotation that was made.
  #cosine = 1;
  #sine = 0;
  #radius = 0;

  constructor(d: Float64Array, e: Float64Array, left: SweepRotations, right: SweepRotations) {
    this.#d = d;
    this.#e = e;
    this.#left = left;
    this.#right = right;
  }

  sweep(low: number, high: number, downwards: boolean, shift: number): void {
    const [first, step] = downwards ? [low, 1 as const] : [high, -1 as const];
    this.#left.begin(first, step, high - low);
    this.#right.begin(first, step, high - low);
    // Upwards B is taken for its transpose, so that U and V change places.
    const [outer, inner] = downwards ? [this.#right, this.#left] : [this.#left, this.#right];
    if (shift === 0) this.#withoutShift(first, high - low, step, outer, inner);
    else this.#withShift(first, high - low, step, shift, outer, inner);
    this.#left.end();
    this.#right.end();
  }

  #withoutShift(first: number, length: number, step: 1 | -1, outer: SweepRotations, inner: SweepRotations): void {
    const [d, e] = [this.#d, this.#e];
    const beside = step === 1 ? 0 : -1;
    let [cosine, oldCosine, oldSine] = [1, 1, 0];
    let i = first;
    for (let k = 0; k < length; k++, i += step) {
      this.#rotation(d[i] * cosine, e[i + beside]);
      cosine = this.#cosine;
      const sine = this.#sine;
      outer.turn(cosine, sine);
      if (k > 0) e[i + beside - step] = oldSine * this.#radius;
      this.#rotation(oldCosine * this.#radius, d[i + step] * sine);
      oldCosine = this.#cosine;
      oldSine = this.#sine;
      d[i] = this.#radius;
      inner.turn(oldCosine, oldSine);
    }
    const rest = d[i] * cosine;
    d[i] = rest * oldCosine;
    e[i + beside - step] = rest * oldSine;
  }

  #withShift(first: number, length: number, step: 1 | -1, shift: number, outer: SweepRotations, inner: SweepRotations): void {
    const [d, e] = [this.#d, this.#e];
    const beside = step === 1 ? 0 : -1;
    let i = first;
    let f = (Math.abs(d[i]) - shift) * ((d[i] < 0 ? -1 : 1) + shift / d[i]);
    let g = e[i + beside];
    for (let k = 0; k < length; k++, i += step) {
      const [here, next] = [i + beside, i + step];
      this.#rotation(f, g);
      if (k > 0) e[here - step] = this.#radius;
      let [c, s] = [this.#cosine, this.#sine];
      outer.turn(c, s);
      f = c * d[i] + s * e[here];
      e[here] = c * e[here] - s * d[i];
      g = s * d[next];
      d[next] *= c;
      this.#rotation(f, g);
      d[i] = this.#radius;
      c = this.#cosine;
      s = this.#sine;
      inner.turn(c, s);
      f = c * e[here] + s * d[next];
      d[next] = c * d[next] - s * e[here];
      if (k + 1 < length) {
        g = s * e[here + step];
        e[here + step] *= c;
      }
    }
    e[i + beside - step] = f;
  }

  /** The rotation that takes (f, g) to (r, 0). */
  #rotation(f: number, g: number): void {
    if (g === 0) {
      this.#cosine = 1;
      this.#sine = 0;
      this.#radius = f;
      return;
    }
    const squares = f * f + g * g;
    const radius = squares > 1e-280 ? Math.sqrt(squares) : Math.hypot(f, g);
    this.#cosine = f / radius;
    this.#sine = g / radius;
    this.#radius = radius;
  }
}
