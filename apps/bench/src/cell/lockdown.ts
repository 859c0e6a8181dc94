// Takes from plug-ins what results are made of: the clock, JSON, Math and the methods of arrays stay as Node has them.

/**
 * Makes the built-in functions read-only. Called before the first plug-in is loaded; a plug-in that assigns one of them
 * throws, or in sloppy code has no effect. What is frozen as a whole stays as fast as it was: properties that are made
 * read-only one by one turn an object into a dictionary and take iteration over arrays from its fast path, a factor of ten.
 */
export function lockIntrinsics(): void {
  const typedArrays = [
    ...[Float64Array, Float32Array, Int8Array, Int16Array, Int32Array, Uint8Array, Uint8ClampedArray],
    ...[Uint16Array, Uint32Array, BigInt64Array, BigUint64Array],
  ];
  const generator = Object.getPrototypeOf(Object.getPrototypeOf(function* () {}).prototype);
  const arrayIterator = Object.getPrototypeOf([][Symbol.iterator]());
  for (const holder of [
    ...[Math, JSON, Reflect, Object, Array, Number, Map.prototype, Set.prototype, Array.prototype],
    ...[Object.getPrototypeOf(Float64Array), Object.getPrototypeOf(Float64Array.prototype), arrayIterator],
    ...[Object.getPrototypeOf(function* () {}).prototype, generator],
    ...typedArrays.flatMap((type) => [type, type.prototype]),
  ]) {
    Object.freeze(holder);
  }
  const clock = performance.now.bind(performance);
  Object.defineProperty(performance, 'now', { value: clock, writable: false, configurable: false });
  lock(Date, 'now');
  for (const name of ['hrtime', 'cpuUsage', 'memoryUsage'] as const) lock(process, name);
  lock(process.hrtime, 'bigint');
  const globals = ['Math', 'JSON', 'Reflect', 'Object', 'Array', 'Number', 'Map', 'Set', 'Date', 'performance'];
  for (const name of [...globals, ...typedArrays.map((type) => type.name)]) lock(globalThis, name);
}

function lock(holder: object, name: PropertyKey): void {
  const descriptor = Object.getOwnPropertyDescriptor(holder, name);
  if (descriptor?.configurable === false && !descriptor.writable) return;
  const value = (holder as Record<PropertyKey, unknown>)[name];
  Object.defineProperty(holder, name, { value, writable: false, configurable: false });
}
