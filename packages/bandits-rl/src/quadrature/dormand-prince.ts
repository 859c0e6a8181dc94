// The Runge-Kutta method of order 5 with an error estimate of order 4, with steps that end exactly at the requested time.
//
// J. Dormand, P. Prince: A family of embedded Runge-Kutta formulae (1980).

const A = [
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
];
const E = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40];

/** An autonomous differential equation followed through time. */
export class DormandPrince {
  readonly #rate: (x: Float64Array, out: Float64Array) => void;
  readonly #tolerance: number;
  readonly #stages: Float64Array[];
  readonly #trial: Float64Array;
  #step = Infinity;
  /** Evaluations of the right side so far. */
  evaluations = 0;

  /**
   * @param rate - x' into out
   * @param size - length of x
   * @param tolerance - of the error of a step in each entry, over its magnitude
   */
  constructor(rate: (x: Float64Array, out: Float64Array) => void, size: number, tolerance: number) {
    this.#rate = rate;
    this.#tolerance = tolerance;
    this.#stages = Array.from({ length: 7 }, () => new Float64Array(size));
    this.#trial = new Float64Array(size);
  }

  /**
   * Moves x by a time. Returns false if it cannot: x leaves the finite numbers, or the budget of evaluations is spent.
   *
   * @param x - the state, changed
   * @param duration - positive
   * @param floors - for each entry, the magnitude below which errors are no longer relative to it
   * @param budget - evaluations in all that may be spent
   */
  advance(x: Float64Array, duration: number, floors: Float64Array, budget: number): boolean {
    const stages = this.#stages;
    let left = duration;
    let step = Math.min(this.#step, duration);
    this.#rate(x, stages[0]);
    this.evaluations++;
    while (left > 0) {
      if (this.evaluations > budget || !(step > 1e-14 * duration)) return false;
      const isLast = step >= left * (1 - 1e-12);
      const h = isLast ? left : step;
      const ratio = this.#try(x, h, floors);
      // Too large a step may end in NaN.
      const factor = ratio < Infinity ? Math.min(5, Math.max(0.2, 0.9 * (ratio + 1e-30) ** -0.2)) : 0.1;
      if (!(ratio <= 1)) {
        step = h * factor;
        continue;
      }
      x.set(this.#trial);
      stages[0].set(stages[6]);
      // A step that was cut short gives no estimate of the next step size.
      step = h < step ? Math.max(step, h * factor) : h * factor;
      left = isLast ? 0 : left - h;
    }
    this.#step = step;
    return x.every(Number.isFinite);
  }

  /** One step into `trial`; its error over what is allowed. */
  #try(x: Float64Array, h: number, floors: Float64Array): number {
    const stages = this.#stages;
    const trial = this.#trial;
    for (let s = 0; s < 6; s++) {
      const row = A[s];
      for (let i = 0; i < trial.length; i++) {
        let sum = 0;
        for (let k = 0; k <= s; k++) sum += row[k] * stages[k][i];
        trial[i] = x[i] + h * sum;
      }
      this.#rate(trial, stages[s + 1]);
    }
    this.evaluations += 6;
    let worst = 0;
    for (let i = 0; i < trial.length; i++) {
      let sum = 0;
      for (let k = 0; k < 7; k++) sum += E[k] * stages[k][i];
      const ratio = Math.abs(h * sum) / (this.#tolerance * (floors[i] + Math.abs(x[i])));
      if (!(ratio <= worst)) worst = ratio;
    }
    // 0/0 where nothing moves and nothing is there.
    return Number.isNaN(worst) && trial.every(Number.isFinite) ? 0 : worst;
  }
}
