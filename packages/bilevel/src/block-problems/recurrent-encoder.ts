// A small recurrent encoder of token sequences with its derivative by back-propagation through time, by hand:
// h_t = tanh(E[token_t] + W h_{t−1} + b), φ the mean of the states.
// Parameters in one vector: E (vocabulary x hidden), W (hidden x hidden), b.

/** Sequences of tokens with a class 0 or 1 each. */
export interface Sequences {
  /** All tokens, one sequence after the other. */
  readonly tokens: Int32Array;
  /** Where each sequence begins, and where the last one ends. */
  readonly pointers: Int32Array;
  /** Classes. */
  readonly labels: Int32Array;
}

/** Number of parameters. */
export function encoderSize(vocabulary: number, hidden: number): number {
  return vocabulary * hidden + hidden * hidden + hidden;
}

/** The encoder for one pass at a time; its states are kept for the backward pass. */
export class RecurrentEncoder {
  /** φ of the last sequence. */
  readonly feature: Float64Array;
  readonly #vocabulary: number;
  readonly #hidden: number;
  #states = new Float64Array(0);

  constructor(vocabulary: number, hidden: number) {
    this.#vocabulary = vocabulary;
    this.#hidden = hidden;
    this.feature = new Float64Array(hidden);
  }

  /** Reads sequence i with parameters x. */
  encode(x: Float64Array, { tokens, pointers }: Sequences, i: number): Float64Array {
    const n = this.#hidden;
    const [from, to] = [pointers[i], pointers[i + 1]];
    const length = to - from;
    if (this.#states.length < (length + 1) * n) this.#states = new Float64Array((length + 1) * n);
    const states = this.#states;
    states.fill(0, 0, n);
    const { feature } = this;
    feature.fill(0);
    const weights = this.#vocabulary * n;
    const bias = weights + n * n;
    for (let t = 0; t < length; t++) {
      const row = tokens[from + t] * n;
      for (let r = 0; r < n; r++) {
        let sum = x[row + r] + x[bias + r];
        for (let k = 0; k < n; k++) sum += x[weights + r * n + k] * states[t * n + k];
        const state = Math.tanh(sum);
        states[(t + 1) * n + r] = state;
        feature[r] += state / length;
      }
    }
    return feature;
  }

  /** Adds `weight` times the gradient of ⟨slope, φ⟩ for the sequence that was just read. */
  addGradient(
    x: Float64Array,
    { tokens, pointers }: Sequences,
    i: number,
    slope: Float64Array,
    weight: number,
    out: Float64Array,
  ): void {
    const n = this.#hidden;
    const [from, to] = [pointers[i], pointers[i + 1]];
    const length = to - from;
    const states = this.#states;
    const weights = this.#vocabulary * n;
    const bias = weights + n * n;
    let carried = new Float64Array(n);
    for (let t = length - 1; t >= 0; t--) {
      const before = new Float64Array(n);
      const row = tokens[from + t] * n;
      for (let r = 0; r < n; r++) {
        const state = states[(t + 1) * n + r];
        const pull = (1 - state * state) * (carried[r] + (weight * slope[r]) / length);
        out[row + r] += pull;
        out[bias + r] += pull;
        for (let k = 0; k < n; k++) {
          out[weights + r * n + k] += pull * states[t * n + k];
          before[k] += pull * x[weights + r * n + k];
        }
      }
      carried = before;
    }
  }
}

/** Features of sequences at the last parameters: heads are trained at the same ones for long. */
export class FeatureMemo {
  readonly #encoder: RecurrentEncoder;
  #x = new Float64Array(0);
  #known = new WeakMap<Sequences, (Float64Array | undefined)[]>();

  constructor(encoder: RecurrentEncoder) {
    this.#encoder = encoder;
  }

  /** The features of sequences at x, by their place. */
  at(x: Float64Array, part: Sequences): (i: number) => Float64Array {
    if (!isSame(this.#x, x)) {
      this.#x = x.slice();
      this.#known = new WeakMap();
    }
    let list = this.#known.get(part);
    if (!list) {
      list = new Array<Float64Array | undefined>(part.labels.length);
      this.#known.set(part, list);
    }
    const known = list;
    return (i) => (known[i] ??= this.#encoder.encode(x, part, i).slice());
  }
}

function isSame(a: Float64Array, b: Float64Array): boolean {
  if (a.length !== b.length) return false;
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return false;
  return true;
}
