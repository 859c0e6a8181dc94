// The mean area under the curve of many tasks, by its square-loss surrogate.
import type { DenseMatrix } from '@infimum/linalg';
import { dot, rowDot } from '@infimum/linalg/numerics';
import type { BlockModel } from './block-model.ts';

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

/** The oracles of areas under curves: the lower Hessian is the identity. */
export function aucBlocks({ design, labels, groups, ridge }: AucBlocks): BlockModel {
  const { rows, cols: p, values } = design;
  const sides = Array.from({ length: groups }, (_, i) =>
    [1, 0].map((label) => Int32Array.from(Array.from(labels.keys()).filter((r) => r % groups === i && labels[r] === label))),
  );
  const score = (x: Float64Array, r: number) => {
    return rowDot(x, 0, values, r * p, p);
  };
  /** A sample of a block is a pair: one of either class. */
  const each = (i: number, indices: Int32Array | undefined, visit: (side: 0 | 1, r: number, share: number) => void) => {
    for (const side of [0, 1] as const) {
      const members = sides[i][side];
      const count = indices?.length ?? members.length;
      for (let k = 0; k < count; k++) visit(side, members[indices ? indices[k] % members.length : k], 1 / count);
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
