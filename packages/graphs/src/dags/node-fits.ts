// Scores of single nodes given their possible parents: lasso, information criterion, logistic regression, neural networks. A
// score of a graph is their sum.
import type { DenseLike, MatrixLike, OptionSpecs, OptionsOf } from '@infimum/core';
import { asMatrix, checkNumber, fault, Random, resolveOptions } from '@infimum/core';
import { projectedLbfgs } from '@infimum/linalg/numerics';
import { momentsOf, regularized } from './moments.ts';
import { bicPenalty, eliminate } from './prune.ts';

/** A node with its parents fitted. */
export interface FittedNode {
  /** The node's part of the score. */
  readonly score: number;
  /** Weights of all nodes as parents, 0 where there is no edge. */
  readonly weights: Float64Array;
  /** Derivative of the smooth part by the weight of every node, at the fit. */
  readonly gradient: Float64Array;
}

/** A score that is a sum over nodes. */
export interface NodeScore {
  /** Fits a node to parents of choice, in any order. */
  fit(node: number, parents: readonly number[]): FittedNode;
  /** λ of the ℓ1 penalty: the largest derivative allowed at a weight of 0. */
  readonly lambda: number;
}

/** ½ residual variance + λ Σ|w| in the units of the data, by coordinate descent on the covariance. */
export function lassoScore(data: MatrixLike, lambda: number): NodeScore {
  checkNumber(lambda, 'lambda', { min: 0 });
  const { d, covariance, scale } = regularized(momentsOf(asMatrix(data, 'data')));
  const unit = scale * scale;
  if (!(unit > 0 && unit < Infinity)) throw fault('has squares that overflow: scale it', 'data', 'out-of-range');
  const own = lambda / unit;
  return {
    lambda,
    fit(j, parents) {
      const weights = new Float64Array(d);
      const gradient = Float64Array.from({ length: d }, (_, i) => -covariance[i * d + j]);
      for (let round = 0; round < 10_000; round++) {
        let change = 0;
        for (const k of parents) {
          const variance = covariance[k * d + k];
          if (!(variance > 0)) continue;
          const pull = variance * weights[k] - gradient[k];
          const next = Math.sign(pull) * (Math.max(Math.abs(pull) - own, 0) / variance);
          const step = next - weights[k];
          if (step === 0) continue;
          weights[k] = next;
          for (let i = 0; i < d; i++) gradient[i] += step * covariance[i * d + k];
          change = Math.max(change, Math.abs(step) * Math.sqrt(variance));
        }
        if (!(change > 1e-12 * Math.sqrt(covariance[j * d + j]))) break;
      }
      let score = covariance[j * d + j] / 2;
      for (const k of parents) score += (weights[k] * (gradient[k] - covariance[k * d + j])) / 2 + own * Math.abs(weights[k]);
      return { score: unit * score, weights, gradient: gradient.map((entry) => unit * entry) };
    },
  };
}

/**
 * BIC/2n of a normal variable given its parents, ½ log(2πe σ²) + λ₀ |parents| + log n / n, by backward elimination; σ² is the
 * residual variance, λ₀ = log n / 2n by default, and mean and variance are two more parameters. Units shift it by a constant.
 */
export function informationScore(
  data: DenseLike,
  edgePenalty: number | undefined,
  required: (i: number, j: number) => boolean = () => false,
): NodeScore {
  const { d, covariance, n, scale } = regularized(momentsOf(data));
  const constant = Array.from({ length: d }, (_, j) => j).find((j) => !(covariance[j * d + j] > 0));
  if (constant !== undefined) throw fault(`is constant in column ${constant}`, 'data', 'unsupported', constant);
  // Variances of 1: what is eliminated does not depend on units.
  const correlation = covariance.map(
    (entry, at) => entry / Math.sqrt(covariance[Math.floor(at / d) * (d + 1)] * covariance[(at % d) * (d + 1)]),
  );
  return {
    lambda: 0,
    fit(j, candidates) {
      const {
        parents,
        weights: found,
        score,
      } = eliminate(correlation, d, j, candidates, edgePenalty ?? bicPenalty(n), (i) => required(i, j));
      const weights = new Float64Array(d);
      parents.forEach((i, a) => {
        weights[i] = found[a] * Math.sqrt(covariance[j * d + j] / covariance[i * d + i]);
      });
      const unit = Math.log(covariance[j * d + j]) / 2 + Math.log(scale);
      const constant = (Math.log(2 * Math.PI) + 1) / 2 + 2 * bicPenalty(n);
      return { score: score + unit + constant, weights, gradient: new Float64Array(d) };
    },
  };
}

/** Mean logistic loss of columns of 0 and 1, log(1 + e^z) − x z, with a ridge of 1e-6; ℓ1 by halves. By L-BFGS with bounds. */
export function logisticScore(data: MatrixLike, lambda: number): NodeScore {
  const { rows, cols: d, values } = asMatrix(data, 'data');
  const index = values.findIndex((value) => value !== 0 && value !== 1);
  if (index >= 0) throw fault(`is ${values[index]} at index ${index}, not 0 or 1`, 'data', 'out-of-range', index);
  return {
    lambda,
    fit(j, parents) {
      const k = parents.length;
      const lossAt = (own: Float64Array, gradient: Float64Array) => {
        gradient.fill(0);
        let loss = 0;
        for (let r = 0; r < rows; r++) {
          let z = 0;
          for (let a = 0; a < k; a++) z += own[a] * values[r * d + parents[a]];
          loss += (Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - values[r * d + j] * z) / rows;
          const pull = (1 / (1 + Math.exp(-z)) - values[r * d + j]) / rows;
          for (let i = 0; i < d; i++) gradient[i] += pull * values[r * d + i];
        }
        return loss;
      };
      const full = new Float64Array(d);
      const halves = new Float64Array(2 * k);
      const evaluate = (x: Float64Array, gradient: Float64Array) => {
        const own = Float64Array.from({ length: k }, (_, a) => x[a] - x[k + a]);
        let value = lossAt(own, full);
        for (let a = 0; a < k; a++) {
          const slope = full[parents[a]] + 1e-6 * own[a];
          value += 0.5e-6 * own[a] ** 2 + lambda * (x[a] + x[k + a]);
          gradient[a] = slope + lambda;
          gradient[k + a] = -slope + lambda;
        }
        return value;
      };
      const steps = projectedLbfgs(evaluate, halves, { nonnegative: true, tolerance: 1e-8, maxIterations: 300 });
      while (!steps.next().done);
      const weights = new Float64Array(d);
      const own = Float64Array.from({ length: k }, (_, a) => halves[a] - halves[k + a]);
      parents.forEach((i, a) => {
        weights[i] = own[a];
      });
      let score = lossAt(own, full);
      for (const weight of own) score += lambda * Math.abs(weight) + 0.5e-6 * weight * weight;
      return { score, weights, gradient: full.map((entry, i) => entry + 1e-6 * weights[i]) };
    },
  };
}

const networkScoreOptions = {
  hidden: { type: 'integer', min: 1, default: 10, description: 'Hidden units' },
  l1: { type: 'number', min: 0, default: 0.01, description: 'λ₁ of Σ_k |A[:, k]|' },
  ridge: { type: 'number', min: 0, default: 0.01, description: 'λ₂ of ½ |θ|²' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the first weights' },
  maxIterations: { type: 'integer', min: 1, default: 100, description: 'L-BFGS iterations per node' },
} as const satisfies OptionSpecs;

/** Options of `networkScore`. */
export type NetworkScoreOptions = OptionsOf<typeof networkScoreOptions>;

/**
 * ½ mean squared error of a network of sigmoid units of the parents, + λ₂/2 |θ|² + λ₁ Σ_k |A[:, k]|; the weight of a parent is
 * the length of its column of the first layer. Columns should be of variance about 1. By L-BFGS.
 */
export function networkScore(data: MatrixLike, options: NetworkScoreOptions = {}): NodeScore {
  const { rows, cols: d, values } = asMatrix(data, 'data');
  const { hidden, l1, ridge, seed, maxIterations } = resolveOptions(networkScoreOptions, options);
  return {
    lambda: l1,
    fit(j, parents) {
      const k = parents.length;
      // A by parents, then biases, then the second layer and its bias.
      const theta = new Random(seed)
        .split(j)
        .normals(new Float64Array(hidden * (k + 2) + 1))
        .map((entry) => 0.3 * entry) as Float64Array;
      const outer = hidden * (k + 1);
      const units = new Float64Array(hidden);
      const evaluate = (x: Float64Array, gradient: Float64Array) => {
        gradient.fill(0);
        let loss = 0;
        for (let r = 0; r < rows; r++) {
          let out = x[x.length - 1];
          for (let u = 0; u < hidden; u++) {
            let z = x[hidden * k + u];
            for (let a = 0; a < k; a++) z += x[a * hidden + u] * values[r * d + parents[a]];
            units[u] = 1 / (1 + Math.exp(-z));
            out += x[outer + u] * units[u];
          }
          const error = (out - values[r * d + j]) / rows;
          loss += (error * error * rows) / 2;
          gradient[x.length - 1] += error;
          for (let u = 0; u < hidden; u++) {
            gradient[outer + u] += error * units[u];
            const back = error * x[outer + u] * units[u] * (1 - units[u]);
            gradient[hidden * k + u] += back;
            for (let a = 0; a < k; a++) gradient[a * hidden + u] += back * values[r * d + parents[a]];
          }
        }
        for (let i = 0; i < x.length; i++) {
          loss += (ridge / 2) * x[i] * x[i];
          gradient[i] += ridge * x[i];
        }
        for (let a = 0; a < k; a++) {
          let squares = 1e-12;
          for (let u = 0; u < hidden; u++) squares += x[a * hidden + u] ** 2;
          const length = Math.sqrt(squares);
          loss += l1 * length;
          for (let u = 0; u < hidden; u++) gradient[a * hidden + u] += (l1 * x[a * hidden + u]) / length;
        }
        return loss;
      };
      const steps = projectedLbfgs(evaluate, theta, { tolerance: 1e-5, maxIterations });
      let step = steps.next();
      while (!step.done) step = steps.next();
      const weights = new Float64Array(d);
      parents.forEach((i, a) => {
        let squares = 0;
        for (let u = 0; u < hidden; u++) squares += theta[a * hidden + u] ** 2;
        weights[i] = Math.sqrt(squares);
      });
      return { score: step.value, weights, gradient: new Float64Array(d) };
    },
  };
}
