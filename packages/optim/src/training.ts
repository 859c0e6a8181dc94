// `@infimum/optim/training`: models to train, and diagonals of their Hessians.
export { differenceProduct } from './training/central-differences.ts';
export { type ConvolutionalOptions, convolutionalLoss } from './training/convolutional-network.ts';
export { type ClickLog, type FactorModelOptions, factorModelLoss } from './training/factor-model.ts';
export {
  type DiagonalEstimator,
  type HessianDiagonalOptions,
  hessianDiagonal,
} from './training/hutchinson.ts';
export { type PerceptronOptions, perceptronLoss } from './training/multilayer-perceptron.ts';
