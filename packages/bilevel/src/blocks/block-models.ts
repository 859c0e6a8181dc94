// The models of multi-block instances: quadratics with a closed form, classifiers at many temperatures, areas under curves of
// many tasks, queries to be ranked, and folds that share regularisation weights.
import { InvalidInputError, Random } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { dot, smallCholesky, solveSmallCholesky } from '@infimum/linalg/numerics';
import { sigmoid } from '../models/cleaning.ts';
import type { ValueAndGradient } from '../models/model.ts';
import type { TargetRows } from '../models/regularisation.ts';
import type { MultiBlockProblem } from './multi-block-problem.ts';

/** Oracles with what is known about them. */
export interface BlockModel {
  /** The oracles. */
  readonly problem: MultiBlockProblem;
  /** F and its gradient in closed form. */
  hyperObjective?(x: Float64Array): ValueAndGradient;
  /** A score of x and the lower solutions, larger is better: area under the curve, NDCG. */
  score?(x: Float64Array, y: Float64Array): number;
}

/** g_i = y'A_i y/2 − y'(B_i x + c_i), f_i = |y − t_i|²/2 + μ|x|²/2; drawn. */
export interface QuadraticBlocks {
  /** Which model. */
  readonly kind: 'quadratic';
  /** m. */
  readonly blocks: number;
  /** p. */
  readonly dimX: number;
  /** q. */
  readonly dimY: number;
  /** A_i, m x q x q numbers, symmetric positive definite. */
  readonly a: Float64Array;
  /** B_i, m x q x p numbers. */
  readonly b: Float64Array;
  /** c_i, m x q numbers. */
  readonly c: Float64Array;
  /** t_i, m x q numbers. */
  readonly t: Float64Array;
  /** μ. */
  readonly ridge: number;
  /** Deviation of the noise of samples; 0 for exact oracles. */
  readonly noise: number;
  /** Seed of the noise. */
  readonly noiseSeed: number;
}

/** A logistic classifier at each temperature, training samples weighted by sig(x_j). */
export interface TemperatureBlocks {
  /** Which model. */
  readonly kind: 'temperatures';
  /** τ_i, one a block. */
  readonly temperatures: Float64Array;
  /** Samples with labels −1 and 1: as many upper variables. */
  readonly train: TargetRows;
  /** Clean samples. */
  readonly validation: TargetRows;
  /** λ of λ|w|²/2. */
  readonly ridge: number;
}

/** Two classes by one linear score in many groups: the lower levels are the means of the score on both sides of a group. */
export interface AucBlocks {
  /** Which model. */
  readonly kind: 'auc';
  /** Samples; row r belongs to group `r % groups`. */
  readonly design: DenseMatrix;
  /** 1 for positive samples, 0 for the others. */
  readonly labels: Int32Array;
  /** Number of groups, each with both classes. */
  readonly groups: number;
  /** μ of μ|x|². */
  readonly ridge: number;
}

/** Queries with items to be ranked by a linear score: the lower level is a smoothed K-th largest score. */
export interface RankingBlocks {
  /** Which model. */
  readonly kind: 'ranking';
  /** Items of all queries, a row an item. */
  readonly design: DenseMatrix;
  /** Relevance 0 … 4 of every item. */
  readonly relevance: Float64Array;
  /** Items of a query; rows i·items … are those of query i. */
  readonly items: number;
  /** K. */
  readonly top: number;
}

/** Folds of one data set that share the regularisation weights e^x, one a feature. */
export interface FoldBlocks {
  /** Which model. */
  readonly kind: 'folds';
  /** `logistic` or `squares`. */
  readonly loss: 'logistic' | 'squares';
  /** All samples; block i is trained without those r with `r % folds === i`, and judged by them. */
  readonly data: TargetRows;
  /** Number of folds; as many as samples for leave-one-out. */
  readonly folds: number;
}

/** The oracles of a quadratic; noise is that of a sample's Hessian, linear term and target. */
export function quadraticBlocks(source: QuadraticBlocks): BlockModel {
  const { blocks, dimX: p, dimY: q, a, b, c, t, ridge, noise, noiseSeed } = source;
  const draws = new Float64Array(q * q);
  /** The mean over the samples of normals: a q x q matrix, or q numbers. */
  const meanNoise = (i: number, kind: number, size: number, indices: Int32Array | undefined) => {
    if (!indices || noise === 0) return undefined;
    const sum = new Float64Array(size);
    const random = new Random(noiseSeed, 3 * i + kind);
    for (const index of indices) {
      random.position = index * 4 * Math.ceil(size / 2);
      random.normals(draws.subarray(0, size));
      for (let k = 0; k < size; k++) sum[k] += (noise / indices.length) * draws[k];
    }
    return sum;
  };
  const addSymmetric = (e: Float64Array, v: Float64Array, out: Float64Array) => {
    for (let r = 0; r < q; r++)
      for (let k = 0; k < q; k++) out[r] += ((e[r * q + k] + e[k * q + r]) / 2) * v[k];
  };
  const hvp: MultiBlockProblem['hvpGyy'] = (i, _x, _y, v, out, indices) => {
    for (let r = 0; r < q; r++) {
      out[r] = 0;
      for (let k = 0; k < q; k++) out[r] += a[(i * q + r) * q + k] * v[k];
    }
    const e = meanNoise(i, 0, q * q, indices);
    if (e) addSymmetric(e, v, out);
  };
  const linear = (i: number, r: number, x: Float64Array) => {
    let sum = c[i * q + r];
    for (let k = 0; k < p; k++) sum += b[(i * q + r) * p + k] * x[k];
    return sum;
  };
  const factors = new Float64Array(blocks * q * q);
  let factored = false;
  return {
    problem: {
      blocks,
      dimX: p,
      dimY: q,
      samplesG: () => (noise > 0 ? 2 ** 31 - 1 : 0),
      samplesF: () => (noise > 0 ? 2 ** 31 - 1 : 0),
      f: (i, x, y) => {
        let sum = ridge * dot(x, x);
        for (let r = 0; r < q; r++) sum += (y[r] - t[i * q + r]) ** 2;
        return sum / 2;
      },
      gradGy: (i, x, y, out, indices) => {
        hvp(i, x, y, y, out, indices);
        const e = meanNoise(i, 1, q, indices);
        for (let r = 0; r < q; r++) out[r] -= linear(i, r, x) + (e ? e[r] : 0);
      },
      gradFy: (i, _, y, out, indices) => {
        const e = meanNoise(i, 2, q, indices);
        for (let r = 0; r < q; r++) out[r] = y[r] - t[i * q + r] + (e ? e[r] : 0);
      },
      hvpGyy: hvp,
      hessGyy: (i, _x, _y, out, indices) => {
        const e = meanNoise(i, 0, q * q, indices);
        for (let r = 0; r < q; r++) {
          for (let k = 0; k < q; k++) {
            out[r * q + k] = a[(i * q + r) * q + k] + (e ? (e[r * q + k] + e[k * q + r]) / 2 : 0);
          }
        }
      },
      addJvpGxy: (i, _x, _y, v, weight, out) => {
        for (let r = 0; r < q; r++) {
          const scale = -weight * v[r];
          for (let k = 0; k < p; k++) out[k] += scale * b[(i * q + r) * p + k];
        }
      },
      addGradFx: (_i, x, _y, weight, out) => {
        for (let k = 0; k < p; k++) out[k] += weight * ridge * x[k];
      },
    },
    hyperObjective: (x) => {
      if (!factored) {
        factors.set(a);
        for (let i = 0; i < blocks; i++) smallCholesky(factors.subarray(i * q * q, (i + 1) * q * q), q);
        factored = true;
      }
      const gradient = x.map((entry) => ridge * entry);
      let value = (ridge * dot(x, x)) / 2;
      const y = new Float64Array(q);
      for (let i = 0; i < blocks; i++) {
        const factor = factors.subarray(i * q * q, (i + 1) * q * q);
        for (let r = 0; r < q; r++) y[r] = linear(i, r, x);
        solveSmallCholesky(factor, q, y);
        for (let r = 0; r < q; r++) y[r] -= t[i * q + r];
        value += dot(y, y) / (2 * blocks);
        solveSmallCholesky(factor, q, y);
        for (let r = 0; r < q; r++) {
          for (let k = 0; k < p; k++) gradient[k] += (b[(i * q + r) * p + k] * y[r]) / blocks;
        }
      }
      return { value, gradient };
    },
  };
}

/** The oracles of classifiers at many temperatures: only the batch's entries of x are touched. */
export function temperatureBlocks({ temperatures, train, validation, ridge }: TemperatureBlocks): BlockModel {
  const q = train.design.cols;
  const score = ({ design }: TargetRows, j: number, w: Float64Array) => {
    let sum = 0;
    for (let k = 0; k < q; k++) sum += design.values[j * q + k] * w[k];
    return sum;
  };
  const each = (rows: number, indices: Int32Array | undefined, visit: (j: number, share: number) => void) => {
    const count = indices?.length ?? rows;
    for (let k = 0; k < count; k++) visit(indices ? indices[k] : k, 1 / count);
  };
  const addRow = ({ design }: TargetRows, j: number, weight: number, out: Float64Array) => {
    for (let k = 0; k < q; k++) out[k] += weight * design.values[j * q + k];
  };
  const wrongness = (part: TargetRows, j: number, w: Float64Array, tau: number) =>
    sigmoid((-part.targets[j] * score(part, j, w)) / tau);
  return {
    problem: {
      blocks: temperatures.length,
      dimX: train.design.rows,
      dimY: q,
      samplesG: () => train.design.rows,
      samplesF: () => validation.design.rows,
      f: (i, _x, w) => {
        let sum = 0;
        each(validation.design.rows, undefined, (j, share) => {
          const margin = (validation.targets[j] * score(validation, j, w)) / temperatures[i];
          sum += share * (Math.max(-margin, 0) + Math.log1p(Math.exp(-Math.abs(margin))));
        });
        return sum;
      },
      gradGy: (i, x, w, out, indices) => {
        const tau = temperatures[i];
        for (let k = 0; k < q; k++) out[k] = ridge * w[k];
        each(train.design.rows, indices, (j, share) => {
          addRow(
            train,
            j,
            (-share * sigmoid(x[j]) * wrongness(train, j, w, tau) * train.targets[j]) / tau,
            out,
          );
        });
      },
      gradFy: (i, _, w, out, indices) => {
        const tau = temperatures[i];
        out.fill(0);
        each(validation.design.rows, indices, (j, share) => {
          addRow(
            validation,
            j,
            (-share * wrongness(validation, j, w, tau) * validation.targets[j]) / tau,
            out,
          );
        });
      },
      hvpGyy: (i, x, w, v, out, indices) => {
        const tau = temperatures[i];
        for (let k = 0; k < q; k++) out[k] = ridge * v[k];
        each(train.design.rows, indices, (j, share) => {
          const r = wrongness(train, j, w, tau);
          addRow(train, j, (share * sigmoid(x[j]) * r * (1 - r) * score(train, j, v)) / (tau * tau), out);
        });
      },
      hessGyy: (i, x, w, out, indices) => {
        const tau = temperatures[i];
        out.fill(0);
        for (let k = 0; k < q; k++) out[k * q + k] = ridge;
        each(train.design.rows, indices, (j, share) => {
          const r = wrongness(train, j, w, tau);
          const weight = (share * sigmoid(x[j]) * r * (1 - r)) / (tau * tau);
          for (let k = 0; k < q; k++)
            addRow(train, j, weight * train.design.values[j * q + k], out.subarray(k * q, (k + 1) * q));
        });
      },
      addJvpGxy: (i, x, w, v, weight, out, indices) => {
        const tau = temperatures[i];
        each(train.design.rows, indices, (j, share) => {
          const s = sigmoid(x[j]);
          const pull = s * (1 - s) * wrongness(train, j, w, tau) * train.targets[j] * score(train, j, v);
          out[j] -= (weight * share * pull) / tau;
        });
      },
    },
    score: (_, y) => {
      let right = 0;
      for (let i = 0; i < temperatures.length; i++) {
        const w = y.subarray(i * q, (i + 1) * q);
        for (let j = 0; j < validation.design.rows; j++)
          if (validation.targets[j] * score(validation, j, w) > 0) right++;
      }
      return right / (temperatures.length * validation.design.rows);
    },
  };
}

/** The oracles of areas under curves: the lower Hessian is the identity. */
export function aucBlocks({ design, labels, groups, ridge }: AucBlocks): BlockModel {
  const { rows, cols: p, values } = design;
  const sides = Array.from({ length: groups }, (_, i) =>
    [1, 0].map((label) =>
      Int32Array.from(Array.from(labels.keys()).filter((r) => r % groups === i && labels[r] === label)),
    ),
  );
  const score = (x: Float64Array, r: number) => {
    let sum = 0;
    for (let k = 0; k < p; k++) sum += x[k] * values[r * p + k];
    return sum;
  };
  /** A sample of a block is a pair: one of either class. */
  const each = (
    i: number,
    indices: Int32Array | undefined,
    visit: (side: 0 | 1, r: number, share: number) => void,
  ) => {
    for (const side of [0, 1] as const) {
      const members = sides[i][side];
      const count = indices?.length ?? members.length;
      for (let k = 0; k < count; k++)
        visit(side, members[indices ? indices[k] % members.length : k], 1 / count);
    }
  };
  const addRow = (r: number, weight: number, out: Float64Array) => {
    for (let k = 0; k < p; k++) out[k] += weight * values[r * p + k];
  };
  return {
    problem: {
      blocks: groups,
      dimX: p,
      dimY: 2,
      samplesG: () => rows,
      samplesF: () => rows,
      f: (i, x, y) => {
        let sum = (1 - y[0] + y[1]) ** 2 + ridge * dot(x, x);
        each(i, undefined, (side, r, share) => {
          sum += share * (score(x, r) - y[side]) ** 2;
        });
        return sum;
      },
      gradGy: (i, x, y, out, indices) => {
        out.set(y);
        each(i, indices, (side, r, share) => {
          out[side] -= share * score(x, r);
        });
      },
      gradFy: (i, x, y, out, indices) => {
        const lag = 2 * (1 - y[0] + y[1]);
        out[0] = -lag + 2 * y[0];
        out[1] = lag + 2 * y[1];
        each(i, indices, (side, r, share) => {
          out[side] -= 2 * share * score(x, r);
        });
      },
      hvpGyy: (_i, _x, _y, v, out) => out.set(v),
      hessGyy: (_i, _x, _y, out) => out.set([1, 0, 0, 1]),
      addJvpGxy: (i, _x, _y, v, weight, out, indices) => {
        each(i, indices, (side, r, share) => addRow(r, -weight * share * v[side], out));
      },
      addGradFx: (i, x, y, weight, out, indices) => {
        each(i, indices, (side, r, share) => addRow(r, 2 * weight * share * (score(x, r) - y[side]), out));
        for (let k = 0; k < p; k++) out[k] += 2 * weight * ridge * x[k];
      },
    },
    score: (x) => {
      const scores = Float64Array.from({ length: rows }, (_, r) => score(x, r));
      const order = Array.from(scores.keys()).sort((r, s) => scores[r] - scores[s]);
      let sum = 0;
      for (let i = 0; i < groups; i++) {
        let [below, wins] = [0, 0];
        for (const r of order) {
          if (r % groups !== i) continue;
          if (labels[r] === 1) wins += below;
          else below++;
        }
        sum += wins / (sides[i][0].length * sides[i][1].length) / groups;
      }
      return sum;
    },
  };
}

/** Sharpness of the smoothed K-th score, and strength of its convexity. */
const SHARPNESS = 0.1;
const RANKING_RIDGE = 1e-3;

/** The oracles of queries: q = 1, the list of a query is its one sample. */
export function rankingBlocks({ design, relevance, items, top }: RankingBlocks): BlockModel {
  const { cols: p, values } = design;
  const blocks = design.rows / items;
  const scores = new Float64Array(items);
  const ranks = new Float64Array(items);
  const pulls = new Float64Array(items);
  const score = (i: number, x: Float64Array) => {
    for (let j = 0; j < items; j++) {
      let sum = 0;
      for (let k = 0; k < p; k++) sum += x[k] * values[(i * items + j) * p + k];
      scores[j] = sum;
    }
  };
  const soft = (t: number) => sigmoid(t / SHARPNESS);
  const gain = (i: number, j: number) => 2 ** relevance[i * items + j] - 1;
  /** Smoothed ranks 1 + Σ sig((h_k − h_j)/τ); the item itself counts a half that is taken away. */
  const rank = () => {
    for (let j = 0; j < items; j++) {
      let sum = 0.5;
      for (let k = 0; k < items; k++) sum += soft(scores[k] - scores[j]);
      ranks[j] = sum;
    }
  };
  const gainOf = (i: number, j: number) => gain(i, j) / Math.log2(1 + ranks[j]);
  const curvature = (y: number) => {
    let sum = RANKING_RIDGE;
    for (let j = 0; j < items; j++) {
      const s = soft(scores[j] - y);
      sum += (s * (1 - s)) / (SHARPNESS * items);
    }
    return sum;
  };
  const addScores = (i: number, weight: number, out: Float64Array) => {
    for (let j = 0; j < items; j++) {
      const scale = weight * pulls[j];
      for (let k = 0; k < p; k++) out[k] += scale * values[(i * items + j) * p + k];
    }
  };
  return {
    problem: {
      blocks,
      dimX: p,
      dimY: 1,
      f: (i, x, [y]) => {
        score(i, x);
        rank();
        let sum = 0;
        for (let j = 0; j < items; j++) sum -= soft(scores[j] - y) * gainOf(i, j);
        return sum / items;
      },
      gradGy: (i, x, [y], out) => {
        score(i, x);
        let sum = (top + 0.5) / items + RANKING_RIDGE * y;
        for (let j = 0; j < items; j++) sum -= soft(scores[j] - y) / items;
        out[0] = sum;
      },
      gradFy: (i, x, [y], out) => {
        score(i, x);
        rank();
        out[0] = 0;
        for (let j = 0; j < items; j++) {
          const s = soft(scores[j] - y);
          out[0] += ((s * (1 - s)) / (SHARPNESS * items)) * gainOf(i, j);
        }
      },
      hvpGyy: (i, x, [y], [v], out) => {
        score(i, x);
        out[0] = curvature(y) * v;
      },
      hessGyy: (i, x, [y], out) => {
        score(i, x);
        out[0] = curvature(y);
      },
      addJvpGxy: (i, x, [y], [v], weight, out) => {
        score(i, x);
        for (let j = 0; j < items; j++) {
          const s = soft(scores[j] - y);
          pulls[j] = (-v * s * (1 - s)) / (SHARPNESS * items);
        }
        addScores(i, weight, out);
      },
      addGradFx: (i, x, [y], weight, out) => {
        score(i, x);
        rank();
        for (let j = 0; j < items; j++) {
          const s = soft(scores[j] - y);
          pulls[j] = (-s * (1 - s) * gainOf(i, j)) / (SHARPNESS * items);
        }
        // The derivative of 1/log2(1 + rank) by the ranks, and of the ranks by the scores.
        for (let j = 0; j < items; j++) {
          const log = Math.log2(1 + ranks[j]);
          const byRank = (soft(scores[j] - y) * gain(i, j)) / (items * log * log * (1 + ranks[j]) * Math.LN2);
          for (let k = 0; k < items; k++) {
            const s = soft(scores[k] - scores[j]);
            const slope = (byRank * s * (1 - s)) / SHARPNESS;
            pulls[k] += slope;
            pulls[j] -= slope;
          }
        }
        addScores(i, weight, out);
      },
    },
    score: (x) => {
      let sum = 0;
      for (let i = 0; i < blocks; i++) {
        score(i, x);
        const order = Array.from(scores.keys()).sort((j, k) => scores[k] - scores[j]);
        const ideal = Array.from(scores.keys()).sort((j, k) => gain(i, k) - gain(i, j));
        const dcg = (places: number[]) =>
          places.slice(0, top).reduce((total, j, place) => total + gain(i, j) / Math.log2(2 + place), 0);
        sum += dcg(order) / (dcg(ideal) || 1) / blocks;
      }
      return sum;
    },
  };
}

/** The oracles of folds that share regularisation weights, one a feature. */
export function foldBlocks({ data, folds, loss }: FoldBlocks): BlockModel {
  const { design, targets } = data;
  const { rows, cols: q, values } = design;
  const logistic = loss === 'logistic';
  const [inside, outside] = [true, false].map((trains) =>
    Array.from({ length: folds }, (_, i) =>
      Int32Array.from(Array.from({ length: rows }, (__, r) => r).filter((r) => (r % folds !== i) === trains)),
    ),
  );
  const score = (r: number, w: Float64Array) => {
    let sum = 0;
    for (let k = 0; k < q; k++) sum += values[r * q + k] * w[k];
    return sum;
  };
  const slope = (r: number, w: Float64Array) =>
    logistic ? -targets[r] * sigmoid(-targets[r] * score(r, w)) : score(r, w) - targets[r];
  const bend = (r: number, w: Float64Array) => {
    if (!logistic) return 1;
    const s = sigmoid(score(r, w));
    return s * (1 - s);
  };
  const addMean = (
    rows: Int32Array,
    indices: Int32Array | undefined,
    weight: (r: number) => number,
    out: Float64Array,
  ) => {
    const count = indices?.length ?? rows.length;
    for (let k = 0; k < count; k++) {
      const r = rows[indices ? indices[k] : k];
      const scale = weight(r) / count;
      for (let j = 0; j < q; j++) out[j] += scale * values[r * q + j];
    }
  };
  return {
    problem: {
      blocks: folds,
      dimX: q,
      dimY: q,
      samplesG: (i) => members(inside, i).length,
      samplesF: (i) => members(outside, i).length,
      f: (i, _, w) => {
        let sum = 0;
        for (const r of members(outside, i)) {
          const s = score(r, w);
          const margin = targets[r] * s;
          sum += logistic
            ? Math.max(-margin, 0) + Math.log1p(Math.exp(-Math.abs(margin)))
            : (s - targets[r]) ** 2 / 2;
        }
        return sum / outside[i].length;
      },
      gradGy: (i, x, w, out, indices) => {
        for (let j = 0; j < q; j++) out[j] = Math.exp(x[j]) * w[j];
        addMean(members(inside, i), indices, (r) => slope(r, w), out);
      },
      gradFy: (i, _, w, out, indices) => {
        out.fill(0);
        addMean(members(outside, i), indices, (r) => slope(r, w), out);
      },
      hvpGyy: (i, x, w, v, out, indices) => {
        for (let j = 0; j < q; j++) out[j] = Math.exp(x[j]) * v[j];
        addMean(members(inside, i), indices, (r) => bend(r, w) * score(r, v), out);
      },
      hessGyy: (i, x, w, out, indices) => {
        out.fill(0);
        for (let j = 0; j < q; j++) {
          const row = out.subarray(j * q, (j + 1) * q);
          row[j] = Math.exp(x[j]);
          addMean(members(inside, i), indices, (r) => bend(r, w) * values[r * q + j], row);
        }
      },
      addJvpGxy: (_i, x, w, v, weight, out) => {
        for (let j = 0; j < q; j++) out[j] += weight * Math.exp(x[j]) * w[j] * v[j];
      },
    },
  };
}

/** The samples of a block. Whoever changes the number of blocks of a model asks for some that it does not have. */
function members(lists: readonly Int32Array[], block: number): Int32Array {
  if (block in lists) return lists[block];
  const problem = `asks for block ${block} of ${lists.length}`;
  throw new InvalidInputError(problem, { argument: 'blocks', code: 'out-of-range' });
}
