// Spaces of named variables, or boxes: the search spaces of callers, and the coordinates of methods.
import type { VectorLike } from '@infimum/core';
import { checkChoice, checkInteger, checkList, checkNumber, checkNumbers, checkObject, fault } from '@infimum/core';
import type { BlackBox } from '../continuous/black-box.ts';

/** The domain of a variable. */
export type Setting = string | number | boolean;

/** A number between bounds. */
interface NumberVariable {
  /** Real numbers, or integers. */
  readonly type: 'float' | 'integer';
  /** Smallest value. */
  readonly lower: number;
  /** Largest value. */
  readonly upper: number;
  /** Whether its logarithm is searched evenly. */
  readonly log?: boolean;
}

/** One of some values without an order. */
interface ChoiceVariable {
  /** A choice. */
  readonly type: 'choice';
  /** The values. */
  readonly choices: readonly Setting[];
}

/** A variable. */
export type Variable = (NumberVariable | ChoiceVariable) & {
  /** The variable is there only where another one, stated before it, has one of these values. */
  readonly when?: {
    /** The other variable. */
    readonly name: string;
    /** Its values. */
    readonly is: readonly Setting[];
  };
};

/** Named variables, or a box. */
export type Space =
  | Readonly<Record<string, Variable>>
  | {
      /** Smallest values; a number is for all variables. */
      readonly lower: number | VectorLike;
      /** Largest values. */
      readonly upper: number | VectorLike;
    };

/** A point of a space: a record of named variables, or a list of numbers. */
export type SpacePoint = Readonly<Record<string, Setting>> | readonly number[];

/** Translates between points of a space and the coordinates of methods. */
export class SpaceCodec {
  readonly dimension: number;
  /** How many points there are; Infinity where a variable is real. */
  readonly size: number;
  readonly #names: readonly string[] | undefined;
  readonly #variables: readonly Variable[];

  /** @throws {InvalidInputError} naming the variable at fault */
  constructor(space: Space) {
    checkObject(space, 'space');
    const isBox = typeof space.lower !== 'object' || ArrayBuffer.isView(space.lower) || Array.isArray(space.lower);
    this.#names = isBox && 'lower' in space ? undefined : Object.keys(space);
    this.#variables = this.#names ? Object.values(space as Record<string, Variable>) : boxVariables(space);
    this.dimension = this.#variables.length;
    if (this.dimension === 0) throw fault('has no variable', 'space', 'empty');
    for (const [j, variable] of this.#variables.entries()) {
      checkVariable(variable, this.#names ? `space.${this.#names[j]}` : `space[${j}]`);
      const given = variable.when && this.#names?.indexOf(variable.when.name);
      if (given !== undefined && !(given >= 0 && given < j)) {
        const problem = `expected a variable stated before, got ${variable.when?.name}`;
        throw fault(problem, `space.${this.#names?.[j]}.when`, 'unknown');
      }
    }
    this.size = this.#variables.reduce((product, variable) => product * countOf(variable), 1);
  }

  /** The same space for a method. */
  box(initial?: SpacePoint): BlackBox {
    const bounds = this.#variables.map((variable) => {
      if (variable.type === 'choice') return [0, variable.choices.length - 1] as const;
      return [coordinateOf(variable, variable.lower), coordinateOf(variable, variable.upper)] as const;
    });
    return {
      dimension: this.dimension,
      value: () => Number.NaN,
      lower: bounds.map(([lower]) => lower),
      upper: bounds.map(([, upper]) => upper),
      kinds: this.#variables.map((variable) => kindOf(variable)),
      ...(initial && { initial: this.encode(initial) }),
    };
  }

  /** The coordinates of a point; of variables that are absent the middle. */
  encode(point: SpacePoint): Float64Array {
    return Float64Array.from(this.#variables, (variable, j) => {
      const value = this.#names ? (point as Record<string, Setting>)[this.#names[j]] : (point as number[])[j];
      if (variable.type === 'choice') return value === undefined ? 0 : variable.choices.indexOf(value);
      return value === undefined
        ? (coordinateOf(variable, variable.lower) + coordinateOf(variable, variable.upper)) / 2
        : coordinateOf(variable, value as number);
    });
  }

  /** The point at coordinates of a method. */
  decode(coordinates: ArrayLike<number>): SpacePoint {
    const values = this.#variables.map((variable, j) => settingOf(variable, coordinates[j]));
    if (!this.#names) return values as number[];
    const point: Record<string, Setting> = {};
    for (const [j, name] of this.#names.entries()) {
      const { when } = this.#variables[j];
      if (!when || when.is.includes(point[when.name])) point[name] = values[j];
    }
    return point;
  }

  /** @throws {InvalidInputError} if this is not a point of the space */
  check(point: unknown, argument: string): asserts point is SpacePoint {
    if (!this.#names) checkNumbers(point as number[], argument, this.dimension);
    else checkObject(point, argument);
    for (const [j, variable] of this.#variables.entries()) {
      const name = this.#names?.[j] ?? j;
      const value = (point as Record<string | number, unknown>)[name];
      const place = this.#names ? `${argument}.${name}` : `${argument}[${name}]`;
      if (value === undefined && variable.when) continue;
      if (variable.type === 'choice') checkChoice(value as string, place, variable.choices as string[]);
      else if (variable.type === 'integer') checkInteger(value, place, { min: variable.lower, max: variable.upper });
      else checkNumber(value, place, { min: variable.lower, max: variable.upper });
    }
  }
}

function kindOf(variable: Variable): 'real' | 'integer' | 'choice' {
  if (variable.type === 'choice') return 'choice';
  return variable.type === 'integer' && !variable.log ? 'integer' : 'real';
}

function countOf(variable: Variable): number {
  if (variable.type === 'choice') return variable.choices.length;
  if (variable.type === 'integer') return variable.upper - variable.lower + 1;
  return variable.lower === variable.upper ? 1 : Infinity;
}

/** Logarithms of integers reach half a step beyond the bounds, so that all values have their share. */
function coordinateOf({ type, lower, upper, log }: NumberVariable, value: number): number {
  if (!log) return value;
  if (type === 'integer' && value === lower) return Math.log(Math.max(lower / 2, lower - 0.5));
  return Math.log(type === 'integer' && value === upper ? upper + 0.5 : value);
}

function settingOf(variable: Variable, coordinate: number): Setting {
  if (variable.type === 'choice') return variable.choices[Math.round(coordinate)];
  const { type, lower, upper, log } = variable;
  const value = log ? Math.exp(coordinate) : coordinate;
  return Math.max(lower, Math.min(upper, type === 'integer' ? Math.round(value) : value));
}

function boxVariables({ lower, upper }: { readonly [name: string]: unknown }): Variable[] {
  for (const [argument, bound] of [
    ['space.lower', lower],
    ['space.upper', upper],
  ] as const) {
    if (typeof bound !== 'number') checkNumbers(bound as number[], argument);
  }
  const [low, high] = [lower, upper] as (number | number[])[];
  const lists = [low, high].filter((bound) => typeof bound !== 'number');
  if (lists.length === 0 || lists.some((list) => list.length !== lists[0].length)) {
    throw fault('expected as many numbers as variables in lower and upper, in one of them at least', 'space', 'shape');
  }
  const at = (bound: number | number[], j: number) => (typeof bound === 'number' ? bound : bound[j]);
  return Array.from(lists[0], (_, j) => ({ type: 'float', lower: at(low, j), upper: at(high, j) }));
}

function checkVariable(variable: Variable, argument: string): void {
  checkChoice(variable?.type, `${argument}.type`, ['float', 'integer', 'choice']);
  if (variable.type === 'choice') {
    checkList(variable.choices, `${argument}.choices`);
    if (variable.choices.length > 0) return;
    throw fault('is empty', `${argument}.choices`, 'empty');
  }
  const check: (value: unknown, argument: string, bounds: { above?: number; min?: number }) => void =
    variable.type === 'integer' ? checkInteger : checkNumber;
  check(variable.lower, `${argument}.lower`, variable.log ? { above: 0 } : {});
  check(variable.upper, `${argument}.upper`, { min: variable.lower });
}
