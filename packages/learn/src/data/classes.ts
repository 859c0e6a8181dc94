// Labels of any kind as classes and their numbers.
import { describeValue, InvalidInputError } from '@infimum/core';

/** A label: a number or a text. */
export type Label = number | string;

/**
 * The classes in ascending order, and the number of each point's class among them.
 *
 * @throws {InvalidInputError} naming `labels` and the index at fault, and where there are fewer than two classes
 */
export function classesOf(labels: ArrayLike<Label>, count: number): { classes: Label[]; codes: Int32Array } {
  if (typeof labels !== 'object' || labels === null || labels.length !== count) {
    const problem = `expected ${count} labels, one per point, got ${describeValue(labels?.length ?? labels)}`;
    throw new InvalidInputError(problem, { argument: 'labels', code: 'shape' });
  }
  const list = Array.from(labels);
  const index = list.findIndex((label) => typeof label !== 'string' && !Number.isFinite(label));
  if (index >= 0) {
    const problem = `is ${describeValue(list[index])} at index ${index}; labels are numbers or texts`;
    throw new InvalidInputError(problem, { argument: 'labels', code: 'type', index });
  }
  const classes = [...new Set(list)].sort((a, b) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : 1,
  );
  if (classes.length < 2) {
    const problem = `all are ${classes[0]}; there is only one class`;
    throw new InvalidInputError(problem, { argument: 'labels', code: 'out-of-range' });
  }
  const codeOf = new Map(classes.map((label, k) => [label, k]));
  return { classes, codes: Int32Array.from(list, (label) => codeOf.get(label) as number) };
}
