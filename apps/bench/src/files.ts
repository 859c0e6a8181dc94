// Reading of files that the user names: regular ones of a size that fits, and nothing that never ends.
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { UsageError } from './usage-error.ts';

/** Bytes of a JSON or Matrix Market file; a string cannot be longer. */
const LONGEST_TEXT = 500e6;
/** Bytes of a `.npy` file. */
const LARGEST_ARRAY = 2e9;

/**
 * A text in UTF-8, without its byte order mark.
 *
 * @param source - what to call it, the beginning of every message
 * @throws {UsageError} when there is none, it is no regular file, or too large
 */
export function readTextFile(file: string, source: string): string {
  return new TextDecoder().decode(readRegularFile(file, source, LONGEST_TEXT));
}

/** The bytes of an array's file; throws as `readTextFile` does. */
export function readArrayFile(file: string, source: string): Uint8Array {
  return readRegularFile(file, source, LARGEST_ARRAY);
}

function readRegularFile(file: string, source: string, largest: number): Uint8Array {
  const complain = (what: string) => new UsageError(`${source}: ${what}`);
  let descriptor: number | undefined;
  try {
    // The file that is asked for its size is the one that is read; opening a pipe must not wait for its writer.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const found = fstatSync(descriptor);
    if (!found.isFile()) throw complain(`${file} is not a regular file`);
    if (found.size > largest) {
      throw complain(`${file} has ${Math.ceil(found.size / 1e6)} MB; at most ${largest / 1e6} MB are read`);
    }
    return readFileSync(descriptor);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw complain(code === 'ENOENT' ? `there is no ${file}` : `${file} cannot be read: ${message}`);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
