// Queries whose items are to be ranked: the threshold of each is a lower level.
import type { DenseMatrix } from '@infimum/linalg';
import { rowDot } from '@infimum/linalg/numerics';
import { sigmoid } from '../models/cleaning.ts';
import type { BlockModel } from './block-model.ts';

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
      const sum = rowDot(x, 0, values, (i * items + j) * p, p);
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
