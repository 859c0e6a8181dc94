// Losses that are trained in batches: the objective of stochastic methods, from the contribution of one sample.
import type { FiniteSum, FloatArray, Random } from '@infimum/core';
import { checkNumber } from '@infimum/core';
import { checkLength, checkTerms } from '../objectives/checked-oracle.ts';

/**
 * A finite sum whose batches are evaluated once and then asked for products with their Hessian, without going through the
 * model again, and whose terms give gradients of their own.
 */
export interface TrainingObjective extends FiniteSum {
  /** Writes the product of the mean of the chosen terms' Hessians with v. */
  hessianVector(x: Float64Array, v: Float64Array, out: Float64Array, indices?: Int32Array): void;
  /** The mean of the chosen terms at x; writes its gradient, and keeps what the pass computed for `productThere`. */
  evaluate(x: Float64Array, out: Float64Array, indices?: Int32Array): number;
  /**
   * Writes the product with v of the Hessian at the point and for the terms of the last `evaluate`, whose x must not have
   * changed since.
   */
  productThere(v: Float64Array, out: Float64Array): void;
  /** Writes the gradients of the chosen terms, one a row. */
  sampleGradients(x: Float64Array, out: FloatArray, indices?: Int32Array): void;
}

/** A model with its training data. */
export interface TrainingModel extends TrainingObjective {
  /** The shapes of the tensors that x consists of, in order, each row-major. */
  readonly shapes: readonly (readonly number[])[];
  /** The share of the terms whose label is what the model finds likeliest. */
  accuracy(x: Float64Array): number;
}

/** Options that all models share. */
export interface RidgeOption {
  /** Factor of |x|² / 2, at least 0; 0 by default. */
  readonly ridge?: number;
}

/** What one sample contributes. */
export interface SampleLoss {
  /** Shapes of the parameters. */
  readonly shapes: readonly (readonly number[])[];
  /** Number of samples. */
  readonly terms: number;
  /** Numbers that a forward pass leaves behind. */
  readonly stateSize: number;
  /** The loss of a sample; leaves in `state`, from `at` on, what the other functions need. */
  forward(x: Float64Array, sample: number, state: Float64Array, at: number): number;
  /** Whether the label is the likeliest one. */
  isRight(sample: number, state: Float64Array, at: number): boolean;
  /** out <- out + scale g for the sample's gradient g, from `outAt` on. */
  addGradient(
    x: Float64Array,
    sample: number,
    state: Float64Array,
    at: number,
    scale: number,
    out: FloatArray,
    outAt: number,
  ): void;
  /** out <- out + scale H v for the sample's Hessian H. */
  addProduct(
    x: Float64Array,
    v: Float64Array,
    sample: number,
    state: Float64Array,
    at: number,
    scale: number,
    out: Float64Array,
  ): void;
}

/** Writes gradients of terms drawn at random, one a row: of different terms, if there are as many. */
export function drawGradients(objective: TrainingObjective, x: Float64Array, out: Float64Array, random: Random): void {
  const { terms, dimension } = objective;
  const count = out.length / dimension;
  const drawn = count > terms ? Int32Array.from({ length: count }, () => random.integer(terms)) : random.sample(terms, count);
  objective.sampleGradients(x, out, drawn);
}

/** Numbers in tensors of these shapes. */
export function sizeOf(shapes: readonly (readonly number[])[]): number {
  return shapes.reduce((sum, shape) => sum + shape.reduce((product, length) => product * length, 1), 0);
}

/** The mean of a sample loss over batches, with the ridge (ridge / 2) |x|². */
export function trainingModel(loss: SampleLoss, { ridge = 0 }: RidgeOption): TrainingModel {
  checkNumber(ridge, 'ridge', { min: 0 });
  const { shapes, terms, stateSize } = loss;
  const dimension = sizeOf(shapes);
  const single = new Float64Array(stateSize);
  // What the last `evaluate` left behind.
  let states = new Float64Array(0);
  let batch: Int32Array = new Int32Array(0);
  let count = 0;
  let point: Float64Array = single;
  const sampleOf = (k: number, indices: Int32Array | undefined) => (indices ? indices[k] : k);
  const checkCall = (x: Float64Array, indices: Int32Array | undefined) => {
    checkLength(x, 'x', dimension);
    if (indices !== undefined) checkTerms(indices, terms);
  };

  return {
    dimension,
    terms,
    shapes,
    value: (x, indices) => {
      checkCall(x, indices);
      const size = indices?.length ?? terms;
      let sum = 0;
      for (let k = 0; k < size; k++) sum += loss.forward(x, sampleOf(k, indices), single, 0);
      return sum / size + halfSquare(ridge, x);
    },
    gradient: (x, out, indices) => {
      checkCall(x, indices);
      const size = indices?.length ?? terms;
      startWith(out, ridge, x);
      for (let k = 0; k < size; k++) {
        const sample = sampleOf(k, indices);
        loss.forward(x, sample, single, 0);
        loss.addGradient(x, sample, single, 0, 1 / size, out, 0);
      }
    },
    hessianVector: (x, v, out, indices) => {
      checkCall(x, indices);
      const size = indices?.length ?? terms;
      startWith(out, ridge, v);
      for (let k = 0; k < size; k++) {
        const sample = sampleOf(k, indices);
        loss.forward(x, sample, single, 0);
        loss.addProduct(x, v, sample, single, 0, 1 / size, out);
      }
    },
    evaluate: (x, out, indices) => {
      checkCall(x, indices);
      count = indices?.length ?? terms;
      if (batch.length < count) {
        batch = new Int32Array(count);
        states = new Float64Array(count * stateSize);
      }
      point = x;
      startWith(out, ridge, x);
      let sum = 0;
      for (let k = 0; k < count; k++) {
        batch[k] = sampleOf(k, indices);
        sum += loss.forward(x, batch[k], states, k * stateSize);
        loss.addGradient(x, batch[k], states, k * stateSize, 1 / count, out, 0);
      }
      return sum / count + halfSquare(ridge, x);
    },
    productThere: (v, out) => {
      startWith(out, ridge, v);
      for (let k = 0; k < count; k++) loss.addProduct(point, v, batch[k], states, k * stateSize, 1 / count, out);
    },
    sampleGradients: (x, out, indices) => {
      checkCall(x, indices);
      const size = indices?.length ?? terms;
      for (let k = 0; k < size; k++) {
        const [sample, at] = [sampleOf(k, indices), k * dimension];
        for (let i = 0; i < dimension; i++) out[at + i] = ridge * x[i];
        loss.forward(x, sample, single, 0);
        loss.addGradient(x, sample, single, 0, 1, out, at);
      }
    },
    accuracy: (x) => {
      checkCall(x, undefined);
      let right = 0;
      for (let sample = 0; sample < terms; sample++) {
        loss.forward(x, sample, single, 0);
        if (loss.isRight(sample, single, 0)) right++;
      }
      return right / terms;
    },
  };
}

function halfSquare(ridge: number, x: Float64Array): number {
  if (ridge === 0) return 0;
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * x[i];
  return (ridge / 2) * sum;
}

function startWith(out: Float64Array, ridge: number, x: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = ridge === 0 ? 0 : ridge * x[i];
}
