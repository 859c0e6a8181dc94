// A problem: its statement, its families of instances, and its metrics. Solvers refer to it.
import type { CertificateKind } from './certificate.ts';
import type { OptionSpecs, RegisteredOptions } from './options.ts';
import type { Iterate } from './steps.ts';

/** The two benchmark suites: `quick` takes seconds, `full` may take minutes. */
export type SuiteName = 'quick' | 'full';

/** A named source of instances: a synthetic generator with parameters, or real data. */
export interface Family<Instance, Params extends OptionSpecs = OptionSpecs> {
  /** Short title. */
  readonly title: string;
  /** What the instances are and where they come from. */
  readonly description: string;
  /** Whether the instances use real data. */
  readonly real: boolean;
  /** The parameters: defaults, ranges, descriptions. */
  readonly params: Params;
  /** The parameters that the benchmark suites use. */
  readonly suites: Readonly<Record<SuiteName, readonly Partial<RegisteredOptions<Params>>[]>>;
  /** Makes an instance; the same parameters and seed give the same bits. */
  generate(params: RegisteredOptions<Params>, seed: number): Instance | Promise<Instance>;
}

/** A figure of merit, computed from instance and solution alone. */
export interface Metric<Instance, Solution> {
  /** Short title. */
  readonly title: string;
  /** One sentence: what it measures. */
  readonly description: string;
  /** Unit, or an empty string for plain numbers. */
  readonly unit: string;
  /** Which way is better. */
  readonly direction: 'minimize' | 'maximize';
  /** Values whose first crossing is worth reporting, the easiest first. */
  readonly targets?: readonly number[];
  /** Evaluates a solution. */
  compute(instance: Instance, solution: Solution): number;
}

/** How a user writes an instance as JSON. Arrays may be numbers or the path of a `.npy` file. */
export interface InstanceFile<Instance> {
  /** What the fields mean, in Markdown. */
  readonly description: string;
  /** A small valid instance. */
  readonly example: unknown;
  /**
   * Reads the parsed JSON; `.npy` paths have been replaced by `{ shape, values }` objects.
   *
   * @throws {InvalidInputError} naming the field at fault
   */
  parse(json: unknown): Instance;
}

/** A deliberately bad instance and the argument that its rejection must name. */
export interface BadInstance<Instance> {
  /** What is wrong with it. */
  readonly fault: string;
  /** The instance. */
  readonly instance: Instance;
  /** The argument that the error names. */
  readonly argument: string;
}

/** An instance on which a false success is likely: scaled by 1e±150, denormal, degenerate, tied, flat, NaN half-way. */
export interface HardInstance<Instance> {
  /** What makes it hard. */
  readonly hardness: string;
  /** The instance; valid. */
  readonly instance: Instance;
}

/** What every solution that is called `converged` must meet, judged by the problem's own metric. */
export interface SuccessBound<Instance> {
  /** One of the problem's metrics, smaller is better. */
  readonly metric: string;
  /** The kind of certificate with a figure of the metric's name: it must not contradict the bound. */
  readonly certificate?: string;
  /**
   * The largest value that passes, for a solver of this variant run with these options; undefined where the variant
   * promises nothing.
   */
  bound(
    instance: Instance,
    solver: { readonly variant?: string; readonly options: Readonly<Record<string, unknown>> },
  ): number | undefined;
}

/** A problem that solvers of several packages can be registered for. */
export interface Problem<
  Instance,
  Solution extends object,
  Question extends Iterate<Solution> = Iterate<Solution>,
  Answer = undefined,
> {
  /** `package/name`. */
  readonly id: string;
  /** Short title. */
  readonly title: string;
  /** The mathematical statement, Markdown with TeX. */
  readonly statement: string;
  /** Sources of instances by name. */
  readonly families: Readonly<Record<string, Family<Instance>>>;
  /** Figures of merit by name. */
  readonly metrics: Readonly<Record<string, Metric<Instance, Solution>>>;
  /** The metric of the time-to-target tables. */
  readonly primaryMetric: string;
  /** How a user writes an instance as a file, where an instance is data. */
  readonly instanceFile?: InstanceFile<Instance>;
  /**
   * An instance as data alone, for programs in other languages: numbers, strings, typed arrays and objects of these.
   * `undefined` for an instance that is more than data. Without this function instances are such data themselves.
   */
  plainData?(instance: Instance): object | undefined;
  /**
   * Functions of an instance by name, for programs in other languages: they request values at points, one call per point, and
   * the benchmark answers. What `plainData` says of such an instance leaves them out.
   */
  plainFunctions?(instance: Instance): Readonly<Record<string, (point: Float64Array) => number | Float64Array>>;
  /**
   * Checks an instance.
   *
   * @throws {InvalidInputError} naming the argument and the first place at fault
   */
  validate(instance: Instance): void;
  /** One bad instance for each kind of fault that `validate` knows. */
  badInstances(): Iterable<BadInstance<Instance>>;
  /** Valid instances on which a false success is likely: made anew at every call. */
  hardInstances?(): Iterable<HardInstance<Instance>>;
  /** What every `converged` must meet. */
  readonly success?: SuccessBound<Instance>;
  /** What can be proved of answers, by name. */
  readonly certificates?: Readonly<Record<string, CertificateKind<Instance, Solution>>>;
  /** What is not proved of answers, or why nothing is: one sentence, shown to users as it stands. */
  readonly unproved?: string;
  /** A solution known by other means, where there is one. */
  reference?(instance: Instance): Solution | Promise<Solution>;
  /** For problems whose algorithms ask: answers an iterate's question. */
  answer?(instance: Instance, question: Question): Answer;
}

/** What `defineProblem` takes: the primary metric must be one of the metrics, and askers need an answerer. */
export type ProblemDefinition<
  Instance,
  Solution extends object,
  MetricName extends string,
  Question extends Iterate<Solution>,
  Answer,
> = Omit<Problem<Instance, Solution, Question, Answer>, 'metrics' | 'primaryMetric' | 'answer'> & {
  /** Figures of merit by name. */
  readonly metrics: Readonly<Record<MetricName, Metric<Instance, Solution>>>;
  /** The metric that time-to-target tables are about: one of `metrics`. */
  readonly primaryMetric: NoInfer<MetricName>;
} & ([Answer] extends [undefined]
    ? {
        /** The algorithm asks no questions. */
        readonly answer?: undefined;
      }
    : {
        /** Answers an iterate's question. */
        answer(instance: Instance, question: Question): Answer;
      });

/**
 * Defines a problem. Gives back what it is given, with its types checked: a primary metric that does not exist,
 * a metric of another solution or a missing answerer does not compile. The names of the metrics are inferred
 * when the type arguments are; if you write type arguments, name the metrics too, as below.
 *
 * @example
 * ```ts
 * import { defineFamily, defineProblem } from '@infimum/core';
 *
 * const squareRoot = defineProblem<number, { root: number }, 'residual'>({
 *   id: 'demo/square-root',
 *   title: 'Square root',
 *   statement: 'Find $x \\ge 0$ with $x^2 = a$.',
 *   families: {
 *     integers: defineFamily({
 *       title: 'Integers',
 *       description: 'a itself is the parameter.',
 *       real: false,
 *       params: { a: { type: 'number', min: 0, default: 2, description: 'The number' } },
 *       suites: { quick: [{ a: 2 }], full: [{ a: 2 }, { a: 1e6 }] },
 *       generate: ({ a }) => a,
 *     }),
 *   },
 *   metrics: {
 *     residual: {
 *       title: 'Residual',
 *       description: '|x² - a|',
 *       unit: '',
 *       direction: 'minimize',
 *       compute: (a, { root }) => Math.abs(root * root - a),
 *     },
 *   },
 *   primaryMetric: 'residual',
 *   validate: () => {},
 *   badInstances: () => [],
 * });
 * console.log(squareRoot.id); // demo/square-root
 * ```
 */
export function defineProblem<
  Instance,
  Solution extends object,
  MetricName extends string = string,
  Question extends Iterate<Solution> = Iterate<Solution>,
  Answer = undefined,
>(
  definition: ProblemDefinition<Instance, Solution, MetricName, Question, Answer>,
): Problem<Instance, Solution, Question, Answer> {
  return definition as Problem<Instance, Solution, Question, Answer>;
}

/** Defines an instance family; the type of the parameters comes from their statement. */
export function defineFamily<Instance, const Params extends OptionSpecs>(family: Family<Instance, Params>): Family<Instance> {
  // The caller of `generate` has parsed the parameters by these specifications.
  return family as unknown as Family<Instance>;
}
