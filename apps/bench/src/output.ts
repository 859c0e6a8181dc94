// What the commands print. Names and reasons come from plug-ins, files and stores: whatever would steer the terminal is
// shown as text.

import { writeSync } from 'node:fs';
import { hasColors, rendered, styled } from './style.ts';

/** Text with every control character but line ends and tabs written as `\u001b`, which JSON reads back. */
export function printable(text: string): string {
  return text.replace(
    /(?![\n\t])[\p{Cc}\p{Cs}\p{Bidi_Control}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Results, on standard output. */
export function print(text: string): void {
  process.stdout.write(`${rendered(printable(text), hasColors(process.stdout))}\n`);
}

/** Messages, on standard error. */
export function tell(text: string): void {
  process.stderr.write(`${rendered(printable(text), hasColors(process.stderr))}\n`);
}

/** What went wrong, and what can be done about it, on standard error. */
export function tellError(message: string): void {
  tell(`${styled('bad', 'error:')} ${message}`);
}

/**
 * Ends the command silently when its output is no longer read: `infimum-bench list | head`. Where it cannot be
 * written, as to a full disk, one line says so.
 */
export function endWithReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      try {
        writeSync(2, `error: the output cannot be written: ${error.message}\n`);
      } finally {
        process.exit(1);
      }
    });
  }
}
