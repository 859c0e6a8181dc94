// Every method as a generator that yields once an iteration, with its state.
export { adamReluSteps } from './networks/adam-relu.ts';
export type { ReluIterate } from './networks/convex-program.ts';
export { convexReluAdmmSteps } from './networks/convex-relu-admm.ts';
export { convexReluColumnGenerationSteps } from './networks/convex-relu-column-generation.ts';
export { convexReluInteriorSteps } from './networks/convex-relu-interior.ts';
export { convexReluRbcdSteps } from './networks/convex-relu-rbcd.ts';
export { gatedReluSteps } from './networks/gated-relu.ts';
export { robustReluSteps } from './networks/robust-relu.ts';
export { sampledConvexReluSteps } from './networks/sampled-convex.ts';
export { batchPerceptronSteps } from './separable/batch-perceptron.ts';
export { lbfgsLogisticSteps } from './separable/lbfgs-logistic.ts';
export { logisticGradientDescentSteps } from './separable/lr-gd.ts';
export { maxMarginSteps } from './separable/max-margin.ts';
export { normalizedGradientDescentSteps } from './separable/normalized-gd.ts';
export {
  normalizedBatchPerceptronSteps,
  normalizedLogisticDescentSteps,
  stochasticLogisticDescentSteps,
} from './separable/normalized-lr-gd.ts';
export { perceptronSteps } from './separable/perceptron.ts';
export type { SeparationIterate } from './separable/separation.ts';
export { smoothPerceptronSteps } from './separable/smooth-perceptron.ts';
export { fineTuneSteps } from './tuning/fine-tune.ts';
export { fineTuneTransformerSteps, type TransformerIterate } from './tuning/fine-tune-transformer.ts';
export type { TuningIterate } from './tuning/tuning-problem.ts';
