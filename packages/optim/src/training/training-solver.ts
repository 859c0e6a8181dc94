// How optimisers become solvers of `optim/training`: the instance's batches and epochs, the run's seed.
import type { OptionSpecs, Paper, RegisteredOptions } from '@infimum/core';
import { defineSolver } from '@infimum/core';
import type { ParameterShapes, StochasticOptimizer } from './optimizer.ts';
import { seed } from './optimizer-options.ts';
import { minimizeStochasticSteps, warmingUp } from './training.ts';
import { training } from './training-problem.ts';

/** An optimiser and what is said of it. */
interface TrainingSolver<Specs extends OptionSpecs> {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly role: 'paper' | 'baseline';
  readonly paper: Paper;
  readonly cost?: string;
  readonly options: Specs;
  readonly create: (parameters: ParameterShapes, options: RegisteredOptions<Specs>) => StochasticOptimizer;
}

/** Registers an optimiser. The order of the terms is random, whatever the optimiser. */
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
      return minimizeStochasticSteps(objective, initial, create(shapes, chosen), {
        batchSize,
        epochs,
        seed: context.seed,
        ...(warmUp > 0 && { learningRateSchedule: warmingUp(warmUp) }),
      });
    },
  });
}
