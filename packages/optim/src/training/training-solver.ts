// How optimisers become solvers of `optim/training`: the instance's batches and epochs, the run's seed.
import type { OptionSpecs, RegisteredOptions, Solver } from '@infimum/core';
import { defineSolver } from '@infimum/core';
import type { StochasticOptimizer } from './optimizer.ts';
import { seed } from './optimizer-options.ts';
import type { TrainingIterate, TrainingSolution } from './training.ts';
import { minimizeStochasticSteps, warmingUp } from './training.ts';
import type { TrainingProblem } from './training-instance.ts';
import { training } from './training-problem.ts';

/** An optimiser and what is said of it. */
interface TrainingSolver<Specs extends OptionSpecs>
  extends Omit<Solver<TrainingProblem, TrainingSolution, Specs, TrainingIterate>, 'problem' | 'steps' | 'cost'> {
  readonly cost?: string;
  readonly create: (
    parameters: TrainingProblem['shapes'],
    options: RegisteredOptions<Specs>,
    run: Pick<TrainingProblem, 'objective'> & { readonly seed: number },
  ) => StochasticOptimizer;
}

/** Registers an optimiser. The order of the terms is random for every optimiser. */
export function trainingSolver<const Specs extends OptionSpecs>({
  create,
  cost = 'O(d) \\text{ per step, and a gradient}',
  options: own,
  ...definition
}: TrainingSolver<Specs>) {
  return defineSolver({
    problem: training,
    cost,
    ...definition,
    options: { ...own, seed } as Specs & { readonly seed: typeof seed },
    steps: ({ objective, initial, shapes, batchSize, epochs, warmUp = 0 }, options, context) => {
      const { seed: _, ...rest } = options as RegisteredOptions<OptionSpecs>;
      const chosen = (own['seed'] ? { ...rest, seed: context.seed } : rest) as RegisteredOptions<Specs>;
      return minimizeStochasticSteps(objective, initial, create(shapes, chosen, { objective, seed: context.seed }), {
        batchSize,
        epochs,
        seed: context.seed,
        ...(warmUp > 0 && { learningRateSchedule: warmingUp(warmUp) }),
      });
    },
  });
}
