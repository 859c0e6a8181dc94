// `@infimum/optim/training`: optimisers, models to train, and diagonals of their Hessians.
export { type AdaGradOptions, adaGrad } from './training/adagrad.ts';
export { type AdaHessianOptions, adaHessian } from './training/adahessian.ts';
export { type AdamOptions, adam, adamW } from './training/adam.ts';
export { differenceProduct } from './training/central-differences.ts';
export type { ClassLabels } from './training/classifier.ts';
export { type ConvolutionalLossOptions, convolutionalLoss } from './training/convolutional-network.ts';
export { type ClickLog, type FactorModelLossOptions, factorModelLoss } from './training/factor-model.ts';
export { type DiagonalEstimator, type HessianDiagonalOptions, hessianDiagonal } from './training/hutchinson.ts';
export { type LionOptions, lion } from './training/lion.ts';
export { type PerceptronLossOptions, perceptronLoss } from './training/multilayer-perceptron.ts';
export type { HessianVector, OptimizerState, ParameterShapes, StochasticOptimizer } from './training/optimizer.ts';
export type { BlockRule } from './training/parameter-blocks.ts';
export { type RmsPropOptions, rmsProp } from './training/rmsprop.ts';
export { type SgdOptions, sgd } from './training/sgd.ts';
export { type SophiaOptions, sophia } from './training/sophia.ts';
export { type MinimizeStochasticOptions, minimizeStochastic, type TrainingSolution } from './training/training.ts';
export type { RidgeOption, TrainingModel, TrainingObjective } from './training/training-model.ts';
