// Says what was thrown.
import { isInvalidInput } from '../usage-error.ts';

/** Whatever was thrown; not even its own text can be trusted. */
export function describeThrown(error: unknown): string {
  try {
    if (isInvalidInput(error)) return error.message;
    return error instanceof Error ? `threw ${error.name}: ${error.message}` : `threw ${String(error)}`;
  } catch {
    return 'threw something that has no description';
  }
}
