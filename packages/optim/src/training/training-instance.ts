import type { TrainingModel, TrainingObjective } from './training-model.ts';

/** A finite sum to minimise in batches, and a budget. */
export interface TrainingProblem {
  /** The mean of the terms to train with. */
  readonly objective: TrainingObjective;
  /** Shapes of the tensors that the parameters consist of. */
  readonly shapes: TrainingModel['shapes'];
  /** Where methods start. */
  readonly initial: Float64Array;
  /** Terms of a batch. */
  readonly batchSize: number;
  /** How often to go through all terms. */
  readonly epochs: number;
  /** Steps over which learning rates rise to what they are meant to be, in proportion; none by default. */
  readonly warmUp?: number;
  /** Terms that were held out, to judge by; the training terms where it is absent. */
  readonly heldOut?: Pick<TrainingModel, 'value'> & Partial<Pick<TrainingModel, 'accuracy'>>;
}
