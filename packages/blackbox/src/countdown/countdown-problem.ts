// The registered problem of tuning a language model by rewards: mini-countdown, from a model that knows only the form of answers.
import type { Iterate, Problem, Steps } from '@infimum/core';
import {
  checkInteger,
  checkList,
  checkNumber,
  checkObject,
  checkVector,
  converged,
  defineFamily,
  defineProblem,
  fault,
  Random,
} from '@infimum/core';
import { accuracyOf } from './answers.ts';
import type { CountdownNumbers, CountdownProblem, DrawProblem } from './countdown.ts';
import { drawCountdown } from './countdown.ts';
import { GruModel } from './gru-model.ts';
import { warmStart } from './warm-start.ts';

/** A language model to be tuned. */
export interface CountdownTask {
  /** The test problems, all with two numbers or all with three; training problems are drawn with as many. */
  readonly exam: readonly CountdownProblem[];
  /** Gated units of the recurrent model; its embedding has 24 numbers. */
  readonly hidden: number;
  /** Its parameters before it is tuned. */
  readonly start: Float64Array;
  /** Share of correct answers in the test at which to stop. */
  readonly target: number;
}

/** A tuned model. */
export interface CountdownSolution {
  /** Its parameters. */
  parameters: Float64Array;
  /** Share of test problems that its likeliest answers solve. */
  accuracy: number;
  /** Answers that were generated and rewarded, without those of tests. */
  answers: number;
}

/** A recurrent model of the characters, drawn or by its parameters. */
export function countdownModel(hidden: number, parameters: Random | Float64Array): GruModel {
  return new GruModel({ vocabulary: 16, embedding: 24, hidden }, parameters);
}

/** Share of test problems that the likeliest answers under a solution solve. */
function shareRight({ hidden, exam }: CountdownTask, { parameters }: CountdownSolution): number {
  return accuracyOf(countdownModel(hidden, parameters), exam).accuracy;
}

/** Tunes the model of a task by batches that change it in place and report the number of answers, until the target is reached. */
export function* tuningSteps(
  task: CountdownTask,
  batchesOf: (model: GruModel, draw: DrawProblem) => Generator<number, never>,
): Steps<CountdownSolution, Iterate<CountdownSolution>> {
  checkCountdownTask(task);
  const { exam, hidden, start, target } = task;
  const model = countdownModel(hidden, start);
  const batches = batchesOf(model, (random) => drawCountdown(random, exam[0].numbers.length as CountdownNumbers));
  for (let [iteration, answers] = [0, 0]; ; iteration++, answers = batches.next().value) {
    const { accuracy } = accuracyOf(model, exam);
    const solution = () => ({ parameters: model.parameters.slice(), accuracy, answers });
    yield { iteration, solution };
    if (accuracy >= target) return converged(solution(), `the share ${accuracy} of right answers is at least the target`);
  }
}

const family = (numbers: CountdownNumbers, title: string, description: string) =>
  defineFamily({
    title,
    description,
    real: false,
    params: {
      hidden: { type: 'integer', min: 1, max: 1024, default: 24, description: 'Gated units of the model' },
      warmSteps: { type: 'integer', min: 0, max: 100_000, default: 600, description: 'Steps that taught it the form' },
      exam: { type: 'integer', min: 1, max: 10_000, default: 200, description: 'Problems of the exam' },
      gain: { type: 'number', default: 0.1, description: 'Share of right answers beyond that of the start, for the target' },
    },
    suites: { quick: [{ hidden: 16, warmSteps: 200, gain: 0.02 }], full: [{}, { hidden: 48 }] },
    generate: ({ hidden, warmSteps, exam: count, gain }, seed): CountdownTask => {
      const random = new Random(seed, 0x67616d65);
      const draw = () => drawCountdown(random, numbers);
      const exam = Array.from({ length: count }, draw);
      const start = warmStart(countdownModel(hidden, random), random, warmSteps, draw);
      return { exam, hidden, start: start.parameters, target: accuracyOf(start, exam).accuracy + gain };
    },
  });

/** Language models that learn to calculate from rewards. */
export const countdown: Problem<CountdownTask, CountdownSolution> = defineProblem<
  CountdownTask,
  CountdownSolution,
  'accuracy' | 'shortfall' | 'answers'
>({
  id: 'blackbox/countdown',
  title: 'Countdown, from rewards',
  statement: String.raw`Find parameters $\theta$ of a language model with a large share of problems whose likeliest answer $\arg\max p_\theta(\cdot \mid \text{numbers}, T)$ makes the target $T$ of exactly the numbers; answers in practice are rewarded by 1, by 0.1 for their form, or by 0.`,
  families: {
    'two-numbers': family(2, 'Two numbers', 'An operator and an order are to be found: 35=15> is answered by 3*5; or 5*3;'),
    'three-numbers': family(3, 'Three numbers', 'Two operators and an order, applied from left to right.'),
  },
  metrics: {
    accuracy: { title: 'Right', description: 'Share of the exam.', unit: '', direction: 'maximize', compute: shareRight },
    shortfall: {
      title: 'Shortfall',
      description: 'What that share lacks of the target.',
      unit: '',
      direction: 'minimize',
      compute: (task, solution) => Math.max(0, task.target - shareRight(task, solution)),
    },
    answers: { title: 'Answers', description: 'Rewarded ones.', unit: '', direction: 'minimize', compute: (_, s) => s.answers },
  },
  primaryMetric: 'accuracy',
  unproved: 'Right answers are counted in an exam, and no better parameters are ruled out by them.',
  success: { metric: 'shortfall', bound: () => 0 },
  validate: checkCountdownTask,
  badInstances: () => {
    const bad = (fault: string, argument: string, own: object) => ({ fault, argument, instance: { ...smallTask(), ...own } });
    return [
      bad('no exam', 'exam', { exam: [] }),
      bad('four numbers', 'exam', { exam: [{ numbers: [1, 2, 3, 4], target: 1 }] }),
      bad('a number of two digits', 'exam', { exam: [{ numbers: [1, 12], target: 12 }] }),
      bad('two numbers and three', 'exam', { exam: [...smallTask().exam, { numbers: [1, 2, 3], target: 6 }] }),
      bad('a target of three digits', 'exam', { exam: [{ numbers: [1, 2], target: 100 }] }),
      bad('no units', 'hidden', { hidden: 0 }),
      bad('too few parameters', 'start', { start: new Float64Array(3) }),
      bad('a target that is NaN', 'target', { target: Number.NaN }),
    ];
  },
  hardInstances: () => [
    { hardness: 'a model that knows nothing', instance: { ...smallTask(), target: 0.5 } },
    { hardness: 'a problem without an answer', instance: { ...smallTask(), exam: [{ numbers: [1, 1], target: 99 }] } },
    { hardness: 'parameters that are all 0', instance: { ...smallTask(), start: smallTask().start.fill(0) } },
    { hardness: 'parameters of 1e150', instance: { ...smallTask(), start: smallTask().start.fill(1e150) } },
  ],
});

function smallTask(): CountdownTask {
  const exam = [{ numbers: [3, 5], target: 15 }];
  return { exam, hidden: 2, start: countdownModel(2, new Random(1)).parameters, target: 1 };
}

/** @throws {InvalidInputError} naming the field at fault */
function checkCountdownTask(task: CountdownTask): void {
  checkObject(task, 'instance');
  const { exam, hidden, start, target } = task;
  const argument = 'exam';
  checkList(exam, argument, checkObject);
  if (exam.length === 0) throw fault('is empty', argument, 'empty');
  for (const { numbers, target: made } of exam) {
    checkList(numbers, argument, (entry) => checkInteger(entry, argument, { min: 1, max: 9 }));
    checkInteger(numbers.length, argument, { min: 2, max: 3 });
    if (numbers.length !== exam[0].numbers.length) throw fault('must have as many numbers everywhere', argument, 'shape');
    checkInteger(made, argument, { min: 0, max: 10 ** numbers.length - 1 });
  }
  checkInteger(hidden, 'hidden', { min: 1, max: 4096 });
  checkVector(start, 'start', countdownModel(hidden, new Random(0)).parameters.length);
  checkNumber(target, 'target');
}
