// Drawn quadratics for many lower levels, with the hyper-objective in closed form.
import { Random } from '@infimum/core';
import { dot, smallCholesky, solveSmallCholesky } from '@infimum/linalg/numerics';
import type { BlockModel } from './block-model.ts';
import type { MultiBlockProblem } from './multi-block-problem.ts';

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

/** The oracles of a quadratic; noise is that of a sample's Hessian, linear term and target. */
export function quadraticBlocks(source: QuadraticBlocks): BlockModel {
  const { blocks, dimX: p, dimY: q, a, b, c, t, ridge, noise, noiseSeed } = source;
  const draws = new Float64Array(q * q);
  const kept = [q * q, q, q].map((size) => ({ block: -1, indices: new Int32Array(0), sum: new Float64Array(size) }));
  /** The mean over the samples of normals: a q x q matrix, or q numbers. Methods ask for it at several points in a row. */
  const meanNoise = (i: number, kind: 0 | 1 | 2, indices: Int32Array | undefined) => {
    if (!indices || noise === 0) return undefined;
    const last = kept[kind];
    if (last.block === i && sameEntries(last.indices, indices)) return last.sum;
    const { sum } = last;
    sum.fill(0);
    const random = new Random(noiseSeed, 3 * i + kind);
    const normals = draws.subarray(0, sum.length);
    for (const index of indices) {
      random.position = index * 4 * Math.ceil(sum.length / 2);
      random.normals(normals);
      for (let k = 0; k < sum.length; k++) sum[k] += (noise / indices.length) * normals[k];
    }
    last.block = i;
    last.indices = indices.slice();
    return sum;
  };
  const addSymmetric = (e: Float64Array, v: Float64Array, out: Float64Array) => {
    for (let r = 0; r < q; r++) for (let k = 0; k < q; k++) out[r] += ((e[r * q + k] + e[k * q + r]) / 2) * v[k];
  };
  const hvp: MultiBlockProblem['hvpGyy'] = (i, _x, _y, v, out, indices) => {
    for (let r = 0; r < q; r++) {
      out[r] = 0;
      for (let k = 0; k < q; k++) out[r] += a[(i * q + r) * q + k] * v[k];
    }
    const e = meanNoise(i, 0, indices);
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
        const e = meanNoise(i, 1, indices);
        for (let r = 0; r < q; r++) out[r] -= linear(i, r, x) + (e ? e[r] : 0);
      },
      gradFy: (i, _, y, out, indices) => {
        const e = meanNoise(i, 2, indices);
        for (let r = 0; r < q; r++) out[r] = y[r] - t[i * q + r] + (e ? e[r] : 0);
      },
      hvpGyy: hvp,
      hessGyy: (i, _x, _y, out, indices) => {
        const e = meanNoise(i, 0, indices);
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

function sameEntries(a: Int32Array, b: Int32Array): boolean {
  if (a.length !== b.length) return false;
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return false;
  return true;
}
