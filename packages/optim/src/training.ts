// `@infimum/optim/training`: optimisers, models to train, and diagonals of their Hessians.
export type { AdaGradOptions } from './training/adagrad.ts';
export { adaGrad } from './training/adagrad.ts';
export type { AdaHessianOptions } from './training/adahessian.ts';
export { adaHessian } from './training/adahessian.ts';
export type { AdamOptions } from './training/adam.ts';
export { adam, adamW } from './training/adam.ts';
export { differenceProduct } from './training/central-differences.ts';
export type { ClassLabels } from './training/classifier.ts';
export type { ConvolutionalLossOptions } from './training/convolutional-network.ts';
export { convolutionalLoss } from './training/convolutional-network.ts';
export type { ClickLog, FactorModelLossOptions } from './training/factor-model.ts';
export { factorModelLoss } from './training/factor-model.ts';
export type { DiagonalEstimator, HessianDiagonalOptions } from './training/hutchinson.ts';
export { hessianDiagonal } from './training/hutchinson.ts';
export type { LionOptions } from './training/lion.ts';
export { lion } from './training/lion.ts';
export type { PerceptronLossOptions } from './training/multilayer-perceptron.ts';
export { perceptronLoss } from './training/multilayer-perceptron.ts';
export type {
  HessianVector,
  OptimizerState,
  ParameterShapes,
  StochasticOptimizer,
} from './training/optimizer.ts';
export type { BlockRule } from './training/parameter-blocks.ts';
export type { RmsPropOptions } from './training/rmsprop.ts';
export { rmsProp } from './training/rmsprop.ts';
export type { SgdOptions } from './training/sgd.ts';
export { sgd } from './training/sgd.ts';
export type { SophiaOptions } from './training/sophia.ts';
export { sophia } from './training/sophia.ts';
export type { MinimizeStochasticOptions, TrainingSolution } from './training/training.ts';
export { minimizeStochastic } from './training/training.ts';
export type { RidgeOption, TrainingModel, TrainingObjective } from './training/training-model.ts';
