// SciPy's minimisers, and Py-BOBYQA, in a process of their own; this one evaluates the functions, so that calls are counted alike.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Answers by what is wanted of a point; no answer ends the run. */
export type Answers = Readonly<Record<string, (x: Float64Array) => ArrayLike<number> | undefined>>;

/** A run of a method by name. */
export type PeerRun = (
  method: string,
  start: Float64Array,
  answers: Answers,
) => Promise<{ x: Float64Array; isSuccess: boolean }>;

/** Starts the process. */
export function startPeers(python: string): PeerRun {
  const child = spawn(python, [fileURLToPath(new URL('scipy_minimizers.py', import.meta.url))]);
  child.stderr.pipe(process.stderr);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const write = (message: unknown) => child.stdin.write(`${JSON.stringify(message)}\n`);
  return async (method, start, answers) => {
    write({ method, start: [...start] });
    for (;;) {
      const { value } = (await lines.next()) as { value: string };
      const message = JSON.parse(value) as { x: (number | string)[]; want: string; done?: boolean; success: boolean };
      const x = Float64Array.from(message.x, (entry) =>
        entry === 'inf' ? Infinity : entry === '-inf' ? -Infinity : Number(entry),
      );
      if (message.done) return { x, isSuccess: message.success };
      const answer = answers[message.want](x);
      write(answer ? Array.from(answer, (entry) => (Number.isFinite(entry) ? entry : String(entry))) : null);
    }
  };
}
