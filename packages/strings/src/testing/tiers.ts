// The additional parts of `pnpm test:full`: more sizes, instances and seeds of the same assertions.

/** Whether this is the full run. */
export const isFull = Boolean(process.env['INFIMUM_FULL']);

/** One value in every run, another in the full one. */
export function inFull<Value>(always: Value, full: Value): Value {
  return isFull ? full : always;
}
