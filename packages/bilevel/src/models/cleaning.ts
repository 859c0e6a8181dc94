// Data hyper-cleaning: every training sample has a weight sig(x_i), a softmax classifier is trained with them, and the weights
// are chosen so that it does well on a small clean part. g = (1/n) Σ sig(x_i) ℓ_i(Y) + μ|Y|²/2, f = mean ℓ on the clean part,
// with λ (1/n) Σ log(1 + e^−x_i) where labels are trusted.
import type { DenseMatrix } from '@infimum/linalg';
import { dot } from '@infimum/linalg/numerics';
import type { BilevelModel } from './model.ts';

/** Samples with a class each. */
export interface LabelledRows {
  /** A sample a row. */
  readonly design: DenseMatrix;
  /** The class of each, from 0. */
  readonly labels: Int32Array;
}

/** What hyper-cleaning is made of. */
export interface CleaningSource {
  /** Which model. */
  readonly kind: 'cleaning';
  /** Training samples, some labels of which are wrong. */
  readonly train: LabelledRows;
  /** Clean samples. */
  readonly validation: LabelledRows;
  /** Samples that only the metrics see. */
  readonly test?: LabelledRows;
  /** Which training labels are wrong, 1 for those; the metrics alone see them. */
  readonly wrong?: Uint8Array;
  /** Number of classes. */
  readonly classes: number;
  /** μ, the weight of |Y|²/2. */
  readonly ridge: number;
  /** λ, how much the upper level trusts labels: it adds λ mean log(1 + e^−x_i); none by default. */
  readonly trust?: number;
}

/** 1 / (1 + e^−x). */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

/** out_c <- y_c . a for a row a: four classes at a time, so that each number of it is read once for all of them. */
function scoresOf(values: Float64Array, at: number, y: Float64Array, out: Float64Array, d: number): void {
  let c = 0;
  for (; c + 4 <= out.length; c += 4) {
    const first = c * d;
    const second = first + d;
    const third = second + d;
    const fourth = third + d;
    let p = 0;
    let q = 0;
    let r = 0;
    let s = 0;
    for (let j = 0; j < d; j++) {
      const value = values[at + j];
      p += y[first + j] * value;
      q += y[second + j] * value;
      r += y[third + j] * value;
      s += y[fourth + j] * value;
    }
    out[c] = p;
    out[c + 1] = q;
    out[c + 2] = r;
    out[c + 3] = s;
  }
  for (; c < out.length; c++) {
    let sum = 0;
    for (let j = 0; j < d; j++) sum += y[c * d + j] * values[at + j];
    out[c] = sum;
  }
}

/** The oracles. Y is classes x features, row by row. */
export function cleaningModel({
  train,
  validation,
  test,
  wrong,
  classes,
  ridge,
  trust = 0,
}: CleaningSource): BilevelModel {
  const n = train.design.rows;
  const d = train.design.cols;
  const chances = new Float64Array(classes);
  const image = new Float64Array(classes);

  /** Softmax of row i into `chances`; gives its loss. */
  const softmax = ({ design, labels }: LabelledRows, i: number, y: Float64Array): number => {
    const at = i * d;
    let most = -Infinity;
    scoresOf(design.values as Float64Array, at, y, chances, d);
    for (let c = 0; c < classes; c++) if (chances[c] > most) most = chances[c];
    const own = chances[labels[i]];
    let total = 0;
    for (let c = 0; c < classes; c++) {
      chances[c] = Math.exp(chances[c] - most);
      total += chances[c];
    }
    for (let c = 0; c < classes; c++) chances[c] /= total;
    return most + Math.log(total) - own;
  };
  /** out += Σ_c weights[c] e_c a_i'. */
  const addOuter = (
    { design }: LabelledRows,
    i: number,
    weights: Float64Array,
    scale: number,
    out: Float64Array,
  ) => {
    const values = design.values as Float64Array;
    const at = i * d;
    let c = 0;
    for (; c + 2 <= classes; c += 2) {
      const [first, second] = [c * d, (c + 1) * d];
      const [v, w] = [scale * weights[c], scale * weights[c + 1]];
      for (let j = 0; j < d; j++) {
        const value = values[at + j];
        out[first + j] += v * value;
        out[second + j] += w * value;
      }
    }
    for (; c < classes; c++) {
      const w = scale * weights[c];
      for (let j = 0; j < d; j++) out[c * d + j] += w * values[at + j];
    }
  };
  const visit = (rows: number, indices: Int32Array | undefined, each: (i: number, share: number) => void) => {
    const count = indices?.length ?? rows;
    for (let k = 0; k < count; k++) each(indices ? indices[k] : k, 1 / count);
  };

  return {
    problem: {
      dimX: n,
      dimY: classes * d,
      samplesF: validation.design.rows,
      samplesG: n,
      f: (x, y, indices) => {
        let sum = 0;
        // log(1 + e^−x) = −log sig(x), without overflow.
        if (trust > 0) {
          for (const t of x) sum += (trust / n) * (Math.log1p(Math.exp(-Math.abs(t))) + Math.max(0, -t));
        }
        visit(validation.design.rows, indices, (i, share) => {
          sum += share * softmax(validation, i, y);
        });
        return sum;
      },
      g: (x, y, indices) => {
        let sum = (ridge / 2) * dot(y, y);
        visit(n, indices, (i, share) => {
          sum += share * sigmoid(x[i]) * softmax(train, i, y);
        });
        return sum;
      },
      gradFx: (x, _y, out) => {
        for (let i = 0; i < n; i++) out[i] = trust > 0 ? (-trust / n) * sigmoid(-x[i]) : 0;
      },
      gradFy: (_, y, out, indices) => {
        out.fill(0);
        visit(validation.design.rows, indices, (i, share) => {
          softmax(validation, i, y);
          chances[validation.labels[i]] -= 1;
          addOuter(validation, i, chances, share, out);
        });
      },
      gradGx: (x, y, out, indices) => {
        out.fill(0);
        visit(n, indices, (i, share) => {
          const s = sigmoid(x[i]);
          out[i] += share * s * (1 - s) * softmax(train, i, y);
        });
      },
      gradGy: (x, y, out, indices) => {
        for (let j = 0; j < out.length; j++) out[j] = ridge * y[j];
        visit(n, indices, (i, share) => {
          softmax(train, i, y);
          chances[train.labels[i]] -= 1;
          addOuter(train, i, chances, share * sigmoid(x[i]), out);
        });
      },
      hvpGyy: (x, y, v, out, indices) => {
        for (let j = 0; j < out.length; j++) out[j] = ridge * v[j];
        visit(n, indices, (i, share) => {
          softmax(train, i, y);
          let mean = 0;
          scoresOf(train.design.values as Float64Array, i * d, v, image, d);
          for (let c = 0; c < classes; c++) mean += chances[c] * image[c];
          for (let c = 0; c < classes; c++) image[c] = chances[c] * (image[c] - mean);
          addOuter(train, i, image, share * sigmoid(x[i]), out);
        });
      },
      jvpGxy: (x, y, v, out, indices) => {
        out.fill(0);
        visit(n, indices, (i, share) => {
          softmax(train, i, y);
          chances[train.labels[i]] -= 1;
          let sum = 0;
          scoresOf(train.design.values as Float64Array, i * d, v, image, d);
          for (let c = 0; c < classes; c++) sum += chances[c] * image[c];
          const s = sigmoid(x[i]);
          out[i] += share * s * (1 - s) * sum;
        });
      },
    },
    ...(test && {
      testError: (y: Float64Array) => {
        let errors = 0;
        for (let i = 0; i < test.design.rows; i++) {
          softmax(test, i, y);
          if (indexOfLargest(chances) !== test.labels[i]) errors++;
        }
        return errors / test.design.rows;
      },
    }),
    ...(wrong && {
      foundBad: (x: Float64Array) =>
        f1(
          x.map((t) => (t < 0 ? 1 : 0)),
          wrong,
        ),
    }),
  };
}

/** F1 of what was found against what is so. */
export function f1(found: ArrayLike<number>, truth: ArrayLike<number>): number {
  let [both, either] = [0, 0];
  for (let i = 0; i < truth.length; i++) {
    if (found[i] && truth[i]) both++;
    either += (found[i] ? 1 : 0) + (truth[i] ? 1 : 0);
  }
  return either === 0 ? 1 : (2 * both) / either;
}

/** The place of the largest entry. */
export function indexOfLargest(values: Float64Array): number {
  let best = 0;
  for (let c = 1; c < values.length; c++) if (values[c] > values[best]) best = c;
  return best;
}
