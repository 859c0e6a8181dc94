// Tells whether an instance was changed: a hash of everything that lies in it.
import type { Hash } from 'node:crypto';
import { createHash } from 'node:crypto';

/**
 * A hash of an instance's contents; undefined where it holds what cannot be looked into or copied (a function, a map,
 * private fields, shared memory), so that a change cannot be seen from outside.
 */
export function fingerprint(instance: unknown): string | undefined {
  const hash = createHash('sha256');
  return add(instance, hash, new Map()) ? hash.digest('base64') : undefined;
}

/** Whether all of `value` could be added. `seen` numbers the objects, so that cycles end and shared parts count. */
function add(value: unknown, hash: Hash, seen: Map<object, number>): boolean {
  if (typeof value === 'function' || typeof value === 'symbol') return false;
  if (typeof value !== 'object' || value === null) return text(hash, `${typeof value} ${plain(value)}`);
  const number = seen.get(value);
  if (number !== undefined) return text(hash, `seen ${number}`);
  seen.set(value, seen.size);
  // A copy of shared memory is the same memory.
  if (ArrayBuffer.isView(value) && value.buffer instanceof SharedArrayBuffer) return false;
  if (ArrayBuffer.isView(value)) {
    text(hash, `${value.constructor.name} ${value.byteLength}`);
    hash.update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    return true;
  }
  const prototype = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return false;
  const entries = Object.entries(value);
  text(hash, `${Array.isArray(value) ? 'list' : 'object'} ${entries.length}`);
  return entries.every(([key, item]) => text(hash, key) && add(item, hash, seen));
}

function text(hash: Hash, content: string): true {
  hash.update(`${content.length} ${content}`);
  return true;
}

/** Zero has two signs. */
function plain(value: unknown): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
