// Options, stated once: a plain record beside the algorithm gives type, default, check, JSON schema, form and table.
import { closestName } from './closest-name.ts';
import { fault } from './errors.ts';
import type { Answerer, LimitOptions, Outcome } from './run.ts';
import { run } from './run.ts';
import type { Iterate, Steps } from './steps.ts';
import type { Bounds } from './validate.ts';
import { checkChoice, checkFunction, checkInteger, checkList, checkNumber, checkObject, wrongType } from './validate.ts';

/** What every option has. */
interface Described {
  /** What it does; if there is no fixed default, also what happens by default. */
  readonly description: string;
  /** Unit, if any. */
  readonly unit?: string;
  /**
   * Required from callers of the function. In the registry it is optional, because the instance contains it; a given value
   * overrides that of the instance.
   */
  readonly required?: true;
  /** Its former name; the error for this unknown option suggests the current name. */
  readonly was?: string | readonly string[];
}

/** A finite number. */
export interface NumberOption extends Described {
  /** `integer` takes whole numbers only. */
  readonly type: 'number' | 'integer';
  /** Smallest allowed value. */
  readonly min?: number;
  /** Largest allowed value. */
  readonly max?: number;
  /** Value that must be exceeded. */
  readonly above?: number;
  /** Value that must not be reached. */
  readonly below?: number;
  /** Taken where nothing is given. */
  readonly default?: number;
}

/** A switch. */
export interface BooleanOption extends Described {
  /** What marks a switch. */
  readonly type: 'boolean';
  /** Taken where nothing is given. */
  readonly default?: boolean;
}

/** One of several words or numbers. */
export interface ChoiceOption extends Described {
  /** What marks a choice. */
  readonly type: 'choice';
  /** What may be chosen. */
  readonly choices: readonly (string | number)[];
  /** Whole numbers of this range may be given as well. */
  readonly orInteger?: {
    /** Least integer. */
    readonly min?: number;
    /** Largest integer. */
    readonly max?: number;
  };
  /** Taken where nothing is given. */
  readonly default?: string | number;
}

/** Anything that is no plain datum: arrays, functions, a start. For callers of the function only. */
export interface ValueOption extends Described {
  /** What marks a value of any other kind. */
  readonly type: 'value';
  /**
   * Checks a given value; the type that it asserts is the option's type.
   *
   * @throws {InvalidInputError} naming `argument`
   */
  readonly check: (value: unknown, argument: string) => asserts value is never;
}

/** The statement of one option. */
export type OptionSpec = NumberOption | BooleanOption | ChoiceOption | ValueOption;

/**
 * The options of an algorithm, or the parameters of a family, by name. Written as a literal without spreads and calls,
 * `{ … } as const satisfies OptionSpecs`, so that bundlers can drop it. An option `seed` says that the algorithm is
 * random; `maxIterations` states the default limit.
 *
 * @example
 * ```ts
 * import { type OptionSpecs, type OptionsOf, resolveOptions } from '@infimum/core';
 *
 * const heronOptions = {
 *   tolerance: { type: 'number', min: 0, default: 1e-12, description: 'Residual at which to stop' },
 *   maxIterations: { type: 'integer', min: 0, default: 100, description: 'Iteration limit' },
 * } as const satisfies OptionSpecs;
 *
 * function heron(a: number, options: OptionsOf<typeof heronOptions> = {}) {
 *   const { tolerance } = resolveOptions(heronOptions, options);
 *   let root = Math.max(a, 1);
 *   while (root * root - a > tolerance * a) root = (root + a / root) / 2;
 *   return root;
 * }
 * console.log(heron(9, { tolerance: 1e-9 }).toFixed(6)); // 3.000000
 * ```
 */
export type OptionSpecs = { readonly [name: string]: OptionSpec };

/** The type of an option's value. */
type ValueOf<Spec> = Spec extends { type: 'number' | 'integer' }
  ? number
  : Spec extends { type: 'boolean' }
    ? boolean
    : Spec extends { type: 'choice'; choices: readonly (infer Choice)[] }
      ? Spec extends { orInteger: object }
        ? Choice | number
        : Choice
      : Spec extends { check: (value: unknown, argument: string) => asserts value is infer Value }
        ? Value
        : never;

/** An option that has to be given. */
interface RequiredSpec {
  /** That it has to. */
  readonly required: true;
}

/** An option with a default. */
interface DefaultSpec {
  /** Its value if it is not given. */
  readonly default: unknown;
}

/** What callers may leave out: all but the required ones. */
export type OptionsOf<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs as Specs[Name] extends RequiredSpec ? never : Name]?: ValueOf<Specs[Name]> | undefined;
} & {
  readonly [Name in keyof Specs as Specs[Name] extends RequiredSpec ? Name : never]: ValueOf<Specs[Name]>;
};

/** Options with their defaults filled in. */
export type ResolvedOptions<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs]: Specs[Name] extends DefaultSpec | RequiredSpec
    ? ValueOf<Specs[Name]>
    : ValueOf<Specs[Name]> | undefined;
};

/** What a registered solver or a family gets: as resolved, but nothing is required. */
export type RegisteredOptions<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs]: Specs[Name] extends DefaultSpec ? ValueOf<Specs[Name]> : ValueOf<Specs[Name]> | undefined;
};

/** Options of every function besides its own; see `RunOptions`. */
const RUN_OPTIONS = ['signal', 'onIteration', 'maxSeconds', 'maxIterations', 'trace'] as const;

/**
 * Checks what the caller of a function gave and fills in the defaults; `undefined` counts as not given, `null` is refused.
 * The options of every run (`signal`, `maxSeconds`, …) may be among the algorithm's own; `run` checks them.
 *
 * @throws {InvalidInputError} naming the option: `unknown` with the closest name, `type`, `not-finite`, `not-integer`,
 *   `out-of-range`, or `missing` for a required one
 */
export function resolveOptions<const Specs extends OptionSpecs>(specs: Specs, options: object = {}): ResolvedOptions<Specs> {
  checkObject(specs, 'specs');
  const given = recordOf(options, 'options');
  const names = Object.keys(specs);
  refuseStrangers(given, specs, names, RUN_OPTIONS);
  const resolved: Record<string, unknown> = {};
  for (const name of names) {
    const spec = specs[name];
    checkObject(spec, `specs.${name}`);
    const value = given[name];
    // Defaults are not checked: for small problems the check would take longer than the solution.
    if (value !== undefined) checkOption(spec, value, name);
    else if (spec.required) throw fault(`is required: ${spec.description}`, name, 'missing');
    resolved[name] = value ?? (value === null ? null : (spec as NumberOption).default);
  }
  return resolved as ResolvedOptions<Specs>;
}

/**
 * The options of the run in which an algorithm is driven, its default iteration limit filled in.
 *
 * @param specs - the algorithm's options; a default of `maxIterations` among them is its limit
 * @param options - what the caller gave
 */
export function runOptionsOf<I>(specs: OptionSpecs, options: LimitOptions<I> = {}): LimitOptions<I> {
  checkObject(specs, 'specs');
  checkObject(options, 'options');
  const { signal, onIteration, maxSeconds, trace } = options;
  const maxIterations = options.maxIterations ?? (specs['maxIterations'] as NumberOption | undefined)?.default;
  return { signal, onIteration, maxSeconds, trace, maxIterations };
}

/**
 * Runs steps to their end, or to the first limit that the caller or the record states: the body of a public function.
 *
 * @param specs - the algorithm's options; a default of `maxIterations` among them is its limit
 * @param options - what the caller gave
 * @param steps - the generator of the algorithm
 * @param answerer - for algorithms that ask, as in `run`
 */
export function runWith<Solution extends object, I extends Iterate<Solution>, Answer = undefined>(
  specs: OptionSpecs,
  options: LimitOptions<I> | undefined,
  steps: Steps<Solution, I, Answer>,
  ...answerer: Answerer<I, NoInfer<Answer>>
): Outcome<Solution, I> {
  return run(steps, runOptionsOf(specs, options), ...answerer);
}

/** The options that a registry uses: plain data; the seed and limits belong to the run. */
function registered(specs: OptionSpecs): [string, Exclude<OptionSpec, ValueOption>][] {
  for (const [name, spec] of Object.entries(specs)) checkObject(spec, `specs.${name}`);
  return Object.entries(specs).filter(
    (entry): entry is [string, Exclude<OptionSpec, ValueOption>] =>
      entry[1].type !== 'value' && entry[0] !== 'seed' && entry[0] !== 'maxIterations',
  );
}

/**
 * Checks options or parameters that came as data, and fills in the defaults.
 *
 * @param argument - the name of the whole value, used when no single field is at fault
 * @throws {InvalidInputError} naming the field at fault
 */
export function parseWith<const Specs extends OptionSpecs>(
  specs: Specs,
  value: unknown,
  argument: string,
): RegisteredOptions<Specs> {
  checkObject(specs, 'specs');
  const given = recordOf(value, argument);
  const entries = registered(specs);
  const names = entries.map(([name]) => name);
  refuseStrangers(given, specs, names);
  const parsed: Record<string, unknown> = {};
  for (const [name, spec] of entries) {
    const field = given[name] === undefined ? spec.default : given[name];
    if (field === undefined) continue;
    checkOption(spec, field, name);
    parsed[name] = field;
  }
  return parsed as RegisteredOptions<Specs>;
}

/** The JSON schema of the options or parameters that a registry deals in. */
export function jsonSchemaOf(specs: OptionSpecs): Record<string, unknown> {
  checkObject(specs, 'specs');
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: Object.fromEntries(registered(specs).map(([name, spec]) => [name, propertyOf(spec)])),
    additionalProperties: false,
  };
}

function propertyOf(spec: Exclude<OptionSpec, ValueOption>): Record<string, unknown> {
  const { description, unit } = spec;
  const shared = {
    description,
    ...(unit !== undefined && { unit }),
    ...(spec.default !== undefined && { default: spec.default }),
  };
  if (spec.type === 'boolean') return { type: 'boolean', ...shared };
  if (spec.type === 'choice') {
    checkList(spec.choices, 'specs.choices');
    const type = spec.choices.every((choice) => typeof choice === 'number') ? 'number' : 'string';
    const words = { type, enum: spec.choices };
    if (!spec.orInteger) return { ...words, ...shared };
    const { min, max } = spec.orInteger;
    return { anyOf: [words, { type: 'integer', ...rangeSchema({ min, max }) }], ...shared };
  }
  return { type: spec.type, ...rangeSchema(spec), ...shared };
}

function rangeSchema({ min, max, above, below }: Bounds): Record<string, number> {
  return {
    ...(min !== undefined && { minimum: min }),
    ...(max !== undefined && { maximum: max }),
    ...(above !== undefined && { exclusiveMinimum: above }),
    ...(below !== undefined && { exclusiveMaximum: below }),
  };
}

function checkOption(spec: OptionSpec, value: unknown, argument: string): void {
  switch (spec.type) {
    case 'number':
    case 'integer':
      checkLimits(spec, argument);
      if (spec.type === 'number') checkNumber(value, argument, spec);
      else checkInteger(value, argument, spec);
      return;
    case 'boolean':
      if (typeof value !== 'boolean') throw wrongType('true or false', value, argument);
      return;
    case 'choice': {
      const { choices, orInteger } = spec;
      if (!Array.isArray(choices)) throw wrongType('an array', choices, `specs.${argument}.choices`);
      const isInteger = orInteger && typeof value === 'number' && !choices.includes(value);
      if (isInteger) checkInteger(value, argument, orInteger);
      else checkChoice(value, argument, choices);
      return;
    }
    case 'value': {
      // Assertion signatures need an explicit type at the call.
      const check: (value: unknown, argument: string) => void = spec.check;
      checkFunction(check, `specs.${argument}.check`);
      check(value, argument);
    }
  }
}

function checkLimits({ min = 0, max = 0, above = 0, below = 0 }: Bounds, argument: string): void {
  for (const limit of [min, max, above, below]) {
    if (typeof limit !== 'number') throw wrongType('a number', limit, `specs.${argument}`);
  }
}

function recordOf(value: unknown, argument: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value && !Array.isArray(value) && !ArrayBuffer.isView(value)) {
    return value as Record<string, unknown>;
  }
  throw wrongType('an object', value, argument);
}

function refuseStrangers(given: object, specs: OptionSpecs, own: readonly string[], shared: readonly string[] = []): void {
  for (const name of Object.keys(given)) {
    if (own.includes(name) || shared.includes(name)) continue;
    const successor = own.find((word) => [specs[word]?.was].flat().includes(name));
    const closest = closestName(name, [...own, ...shared]);
    const hint = closest === undefined ? 'there are none' : `did you mean '${closest}'?`;
    throw fault(successor ? `is called ${successor} now` : `unknown option; ${hint}`, name, 'unknown');
  }
}
