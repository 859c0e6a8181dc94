// Labels of any kind as classes and their numbers.
import { describeValue, fault } from '@infimum/core';

/** A label: a number or a text. */
export type Label = number | string;

/**
 * The classes in ascending order, and the number of each point's class among them.
 *
 * @throws {InvalidInputError} naming `labels` and the index at fault, and where there are fewer than two classes
 */
export function classesOf(labels: ArrayLike<Label>, count: number): { classes: Label[]; codes: Int32Array } {
  if (typeof labels !== 'object' || labels === null || labels.length !== count) {
    throw fault(`expected ${count} labels, one per point, got ${describeValue(labels?.length ?? labels)}`, 'labels', 'shape');
  }
  const list = Array.from(labels);
  const index = list.findIndex((label) => typeof label !== 'string' && !Number.isFinite(label));
  if (index >= 0) {
    throw fault(`is ${describeValue(list[index])} at index ${index}; labels are numbers or texts`, 'labels', 'type', index);
  }
  const classes = [...new Set(list)].sort((a, b) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : 1,
  );
  if (classes.length < 2) throw fault(`all are ${classes[0]}; there is only one class`, 'labels', 'out-of-range');
  const codeOf = new Map(classes.map((label, k) => [label, k]));
  return { classes, codes: Int32Array.from(list, (label) => codeOf.get(label) as number) };
}
