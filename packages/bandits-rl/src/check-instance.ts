// The first check of every instance: that there is one.
import { describeValue, fault } from '@infimum/core';

/** Checks that an instance is an object. */
export function checkInstance(instance: unknown): void {
  if (typeof instance === 'object' && instance !== null) return;
  throw fault(`expected an object, got ${describeValue(instance)}`, 'instance', 'type');
}
