// Definitions of functions as data, which can be sent to programs in other languages.
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';

/** The data of a linear model for numbers or for two classes. */
export interface LinearModelSource {
  /** Which loss. */
  readonly kind: 'least-squares' | 'logistic';
  /** Samples by features. */
  readonly design: DenseMatrix | CsrMatrix;
  /** Numbers, or labels 1 and -1. */
  readonly targets: Float64Array;
}

/** The data of a linear model for many classes. */
export interface SoftmaxSource {
  /** Which loss. */
  readonly kind: 'softmax';
  /** Samples by features. */
  readonly design: DenseMatrix | CsrMatrix;
  /** The class of every sample, from 0 on. */
  readonly targets: Float64Array | Uint8Array;
  /** Number of classes. */
  readonly classes: number;
}

/** A ridge (ridge / 2) |x|². */
export interface RidgeSource {
  /** Its factor. */
  readonly ridge: number;
}

/** The data of x'Ax/2 - b'x. */
export interface QuadraticSource {
  /** Which function. */
  readonly kind: 'quadratic';
  /** A, or its diagonal. */
  readonly matrix: DenseMatrix | CsrMatrix | Float64Array;
  /** b; zero by default. */
  readonly linear?: Float64Array;
}

/** The data of mu log sum exp((Ax - b) / mu). */
export interface LogSumExpSource {
  /** Which function. */
  readonly kind: 'log-sum-exp';
  /** A. */
  readonly a: DenseMatrix;
  /** b. */
  readonly b: Float64Array;
  /** mu. */
  readonly smoothing: number;
}

/** The data of the logarithmic barrier of Ax <= 1. */
export interface LogBarrierSource {
  /** Which function. */
  readonly kind: 'log-barrier';
  /** A. */
  readonly a: DenseMatrix;
}

/** A function given by its name. */
export interface NamedSource {
  /** Which function. */
  readonly kind: 'rosenbrock';
}
