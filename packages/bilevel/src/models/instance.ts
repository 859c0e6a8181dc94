// A registered bilevel instance: data that select the model, and the starting points.
import { checkChoice, checkInteger, checkMatrix, checkNumber, checkVector, fault } from '@infimum/core';
import type { BilevelProblem } from '../oracles/bilevel-problem.ts';
import { checkBilevelProblem } from '../oracles/bilevel-problem.ts';
import type { CleaningSource } from './cleaning.ts';
import { cleaningModel } from './cleaning.ts';
import type { BilevelModel } from './model.ts';
import { noisy } from './noisy.ts';
import type { QuadraticSource } from './quadratic.ts';
import { quadraticModel } from './quadratic.ts';
import type { RegularisationSource, TargetRows } from './regularization.ts';
import { regularisationModel } from './regularization.ts';
import type { LabeledRows } from './softmax-rows.ts';
import type { ToyName } from './toys.ts';
import { TOYS, toy } from './toys.ts';

/** A toy by name. */
interface ToySource {
  /** Which model. */
  readonly kind: 'toy';
  /** Which toy. */
  readonly name: ToyName;
  /** Variables a level, for `cosh`. */
  readonly size: number;
  /** The target of y in f, for `cosh`. */
  readonly offset: number;
  /** Standard deviation of the noise of a sample's gradients; 0 for exact ones. */
  readonly noise: number;
  /** Seed of the noise. */
  readonly noiseSeed: number;
}

/** Oracles that the caller wrote. */
interface FunctionSource {
  /** Which model. */
  readonly kind: 'functions';
  /** The oracles. */
  readonly problem: BilevelProblem;
}

/** The data of a bilevel problem. */
export type BilevelSource = ToySource | QuadraticSource | CleaningSource | RegularisationSource | FunctionSource;

/** A bilevel problem with a start. */
export interface BilevelInstance {
  /** Its data. */
  readonly source: BilevelSource;
  /** Where both levels start. */
  readonly initial: {
    /** Upper variables. */
    readonly x: Float64Array;
    /** Lower variables. */
    readonly y: Float64Array;
  };
}

/** The oracles of a valid instance, with its solution where it is known. */
export function modelOf({ source }: BilevelInstance): Omit<BilevelModel, 'problem'> & { problem: BilevelProblem } {
  if (source.kind === 'functions') return { problem: source.problem };
  if (source.kind === 'quadratic') return quadraticModel(source);
  if (source.kind === 'cleaning') return cleaningModel(source);
  if (source.kind === 'regularization') return regularisationModel(source);
  const made = toy(source.name, source.size, source.offset);
  return { ...made, problem: noisy(made.problem, source.noise, source.noiseSeed) };
}

/**
 * Checks an instance.
 *
 * @throws {InvalidInputError} naming the place at fault
 */
export function checkInstance(instance: BilevelInstance): void {
  const { source, initial } = checkRecord(instance, 'instance');
  const { kind } = checkRecord(source as BilevelSource, 'source');
  checkChoice(kind, 'kind', ['toy', 'functions', 'quadratic', 'cleaning', 'regularization'] as const);
  const checks = {
    toy: checkToy,
    functions: ({ problem }: FunctionSource) => checkBilevelProblem(problem),
    quadratic: checkQuadratic,
    cleaning: checkCleaning,
    regularization: checkRegularization,
  };
  (checks[kind] as (given: BilevelSource) => void)(source as BilevelSource);
  const { dimX, dimY } = modelOf(instance).problem;
  const { x, y } = checkRecord(initial as BilevelInstance['initial'], 'initial');
  checkDoubles(x, 'initial.x', dimX);
  checkDoubles(y, 'initial.y', dimY);
}

function checkToy({ name, size, offset, noise, noiseSeed }: ToySource): void {
  checkChoice(name, 'name', TOYS);
  checkInteger(size, 'size', { min: 1, max: 100_000 });
  checkNumber(offset, 'offset', { min: -700, max: 700 });
  checkNumber(noise, 'noise', { min: 0 });
  checkInteger(noiseSeed, 'noiseSeed', { min: 0, max: Number.MAX_SAFE_INTEGER });
}

function checkQuadratic({ c, d, target, ridge }: QuadraticSource): void {
  checkDenseDoubles(c, 'c');
  checkDenseDoubles(d, 'd');
  if (c.rows !== d.rows) throw fault(`has ${d.rows} rows, c has ${c.rows}`, 'd', 'shape');
  checkDoubles(target, 'target', c.cols);
  checkNumber(ridge, 'ridge', { min: 0 });
}

function checkCleaning(source: CleaningSource): void {
  const { train, validation, test, wrong, classes, ridge, trust = 0 } = source;
  checkTrained(train, classes);
  if (ridge !== 'upper') checkNumber(ridge, 'ridge', { above: 0 });
  checkNumber(trust, 'trust', { min: 0 });
  checkLabeled(validation, 'validation', classes, train.design.cols);
  if (test !== undefined) checkLabeled(test, 'test', classes, train.design.cols);
  if (wrong !== undefined && !(wrong instanceof Uint8Array && wrong.length === train.design.rows)) {
    throw fault(`expected a Uint8Array of ${train.design.rows} entries`, 'wrong', 'shape');
  }
}

/**
 * Checks training samples and the number of their classes.
 *
 * @throws {InvalidInputError} naming the place at fault
 */
export function checkTrained(train: LabeledRows, classes: number): void {
  checkInteger(classes, 'classes', { min: 2, max: 10_000 });
  checkLabeled(train, 'train', classes);
}

function checkRegularization(source: RegularisationSource): void {
  const { loss, train, validation, test, shared, lower, upper } = source;
  checkChoice(loss, 'loss', ['logistic', 'squares'] as const);
  if (typeof shared !== 'boolean') throw fault('expected true or false', 'shared', 'type');
  for (const [name, bound] of [
    ['lower', lower],
    ['upper', upper],
  ] as const) {
    if (typeof bound !== 'number' || Number.isNaN(bound)) throw fault('expected a number', name, 'type');
  }
  if (!(lower < upper)) throw fault(`must be below upper = ${upper}`, 'lower', 'out-of-range');
  checkTargets(train, 'train', loss);
  checkTargets(validation, 'validation', loss, train.design.cols);
  if (test !== undefined) checkTargets(test, 'test', loss, train.design.cols);
}

function checkLabeled(part: LabeledRows, argument: string, classes: number, cols?: number): void {
  const { design, labels } = checkRecord(part, argument);
  checkDenseDoubles(design, `${argument}.design`, cols);
  if (!(labels instanceof Int32Array) || labels.length !== (design as { rows: number }).rows) {
    throw fault('expected an Int32Array with a label for every row', `${argument}.labels`, 'shape');
  }
  const index = labels.findIndex((label) => !(label >= 0 && label < classes));
  if (index < 0) return;
  const problem = `is ${labels[index]} at index ${index}, not a class from 0 to ${classes - 1}`;
  throw fault(problem, `${argument}.labels`, 'out-of-range', index);
}

export function checkTargets(part: TargetRows, argument: string, loss: string, cols?: number): void {
  const { design, targets } = checkRecord(part, argument);
  checkDenseDoubles(design, `${argument}.design`, cols);
  checkDoubles(targets, `${argument}.targets`, (design as { rows: number }).rows);
  const index = loss === 'logistic' ? targets.findIndex((t) => t !== 1 && t !== -1) : -1;
  if (index < 0) return;
  throw fault(`is ${targets[index]} at index ${index}, not -1 or 1`, `${argument}.targets`, 'out-of-range', index);
}

export function checkDenseDoubles(matrix: unknown, argument: string, cols?: number): void {
  checkMatrix(matrix, argument);
  checkDoubles(matrix.values, `${argument}.values`);
  if (cols === undefined || matrix.cols === cols) return;
  throw fault(`has ${matrix.cols} columns, the training samples have ${cols}`, argument, 'shape');
}

export function checkDoubles(values: unknown, argument: string, length?: number): asserts values is Float64Array {
  checkVector(values, argument, length);
  if (values instanceof Float64Array) return;
  throw fault('expected a Float64Array', argument, 'type');
}

function checkRecord<T extends object>(value: T, argument: string): { [Key in keyof T]: unknown } & T {
  if (typeof value === 'object' && value !== null) return value;
  throw fault('expected an object', argument, 'type');
}
