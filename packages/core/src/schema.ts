// Parsing with a schema, its complaints turned into the library's one error.
import type { core, ZodType } from 'zod';
import { type InvalidInputCode, InvalidInputError } from './errors.ts';

/**
 * Parses `value` with a schema: fills in defaults, rejects what does not fit.
 *
 * @param argument - the name of the whole value, used when the fault lies in no field of it
 * @throws {InvalidInputError} naming the first field at fault
 */
export function parseWith<T>(schema: ZodType<T>, value: unknown, argument: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]] : issue.path;
  throw new InvalidInputError(issue.message, {
    argument: path.length > 0 ? path.join('.') : argument,
    code: codeOf(issue, valueAt(value, issue.path)),
  });
}

/** The JSON schema of what a schema accepts. */
export function jsonSchemaOf(schema: ZodType): Record<string, unknown> {
  return schema.toJSONSchema({ io: 'input' }) as Record<string, unknown>;
}

function codeOf(issue: core.$ZodIssue, value: unknown): InvalidInputCode {
  if (typeof value === 'number' && !Number.isFinite(value)) return 'not-finite';
  switch (issue.code) {
    case 'too_small':
    case 'too_big':
    case 'not_multiple_of':
      return 'out-of-range';
    case 'unrecognized_keys':
    case 'invalid_value':
      return 'unknown';
    case 'invalid_type':
      return issue.expected === 'int' && typeof value === 'number' ? 'not-integer' : 'type';
    default:
      return 'type';
  }
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);
}
