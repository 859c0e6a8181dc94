// Instances of minimisation under equalities as data, and their functions.
import { checkChoice, checkInteger, checkMatrix, checkNumber, checkVector, fault } from '@infimum/core';
import { mancino, testProgram, testPrograms } from './cutest.ts';
import type { LogisticData } from './data-programs.ts';
import { gridProgram, logisticProgram, onSphere } from './data-programs.ts';
import type { TestProgramName } from './equality-formulas.ts';
import type { EqualityProgram } from './equality-program.ts';
import { scaledProgram } from './equality-program.ts';

/** A problem of CUTEst. */
export interface NamedEqualities {
  readonly kind: 'named';
  /** Its name; MANCINONE has 100 variables. */
  readonly name: TestProgramName | 'MANCINONE';
  /** f is divided by this; 1 by default. */
  readonly objectiveScale?: number;
  /** So are all equalities. */
  readonly equalityScale?: number;
}

/** Logistic regression with linear equalities, and perhaps weights of length one. */
export interface ConstrainedLogistic extends LogisticData {
  readonly kind: 'logistic';
  /** Adds |w|² = 1. */
  readonly unitLength: boolean;
}

/** Control of a Poisson equation on a grid. */
interface GridControl {
  readonly kind: 'grid';
  /** Points a side. */
  readonly side: number;
}

/** An instance of `optim/equality-constrained`. */
export type EqualityInstance = NamedEqualities | ConstrainedLogistic | GridControl;

/** The functions and the start. */
export function startOf(instance: EqualityInstance): { readonly program: EqualityProgram; readonly initial: Float64Array } {
  if (instance.kind === 'grid') {
    return { program: gridProgram(instance.side), initial: new Float64Array(2 * instance.side ** 2).fill(1) };
  }
  if (instance.kind === 'logistic') {
    const program = logisticProgram(instance);
    const initial = new Float64Array(program.variables).fill(1);
    return { program: instance.unitLength ? onSphere(program) : program, initial };
  }
  const { objectiveScale: objective = 1, equalityScale = 1 } = instance;
  const { program, start } =
    instance.name === 'MANCINONE'
      ? mancino(100)
      : { program: testProgram(instance.name), start: Float64Array.from(testPrograms[instance.name].start) };
  const equalities = new Float64Array(program.equalities).fill(equalityScale);
  const isPlain = objective === 1 && equalityScale === 1;
  return { program: isPlain ? program : scaledProgram(program, { objective, equalities }), initial: start };
}

/** Checks an instance. @throws {InvalidInputError} */
export function checkEqualityInstance(instance: EqualityInstance): void {
  if (typeof instance !== 'object' || instance === null) throw fault('expected { kind, … }', 'instance', 'type');
  checkChoice(instance.kind, 'kind', ['named', 'logistic', 'grid'] as const);
  if (instance.kind === 'grid') checkInteger(instance.side, 'side', { min: 1, max: 16 });
  if (instance.kind === 'logistic') checkLogistic(instance);
  if (instance.kind !== 'named') return;
  checkChoice(instance.name, 'name', [...Object.keys(testPrograms), 'MANCINONE'] as TestProgramName[]);
  for (const name of ['objectiveScale', 'equalityScale'] as const) {
    if (instance[name] !== undefined) checkNumber(instance[name], name, { above: 0 });
  }
}

function checkLogistic({ points, labels, matrix, rightSide, unitLength }: ConstrainedLogistic): void {
  checkMatrix(points, 'points');
  if (points.rows < 1 || points.cols < 1) throw fault('needs a row and a column', 'points', 'shape');
  if (!(labels instanceof Int8Array) || labels.length !== points.rows) {
    throw fault('expected an Int8Array, one label a row', 'labels', 'type');
  }
  const index = labels.findIndex((label) => label !== 1 && label !== -1);
  if (index >= 0) throw fault('must be 1 or -1', 'labels', 'unknown', index);
  checkMatrix(matrix, 'matrix');
  if (matrix.cols !== points.cols || matrix.rows + Number(unitLength) > points.cols) {
    throw fault('needs as many columns as the points, and fewer rows', 'matrix', 'shape');
  }
  checkVector(rightSide, 'rightSide', matrix.rows);
  if (typeof unitLength !== 'boolean') throw fault('expected true or false', 'unitLength', 'type');
}
