// For tests of threads: makes sure that another thread than the caller's really did a part of the work.
import { startThreads } from '../thread-pool.ts';
import { Workspace } from '../workspace.ts';

/** Times that work is repeated until a worker has taken part, which a busy machine may keep it from. */
const ATTEMPTS = 500;

/**
 * Runs `work` until at least one block of it was run by a worker, and returns what that run gave.
 *
 * @throws {Error} if no worker ever takes part
 */
export async function withWorkers<Result>(threads: number, work: () => Result): Promise<Result> {
  await startThreads(threads);
  const make = Workspace.for;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const made: Workspace[] = [];
    Workspace.for = (sizes, options) => {
      const workspace = make(sizes, options);
      made.push(workspace);
      return workspace;
    };
    try {
      const result = work();
      if (made.some(({ busySeconds }) => busySeconds.some((seconds, thread) => thread > 0 && seconds > 0))) {
        return result;
      }
    } finally {
      Workspace.for = make;
    }
  }
  throw new Error(`no worker took part in ${ATTEMPTS} runs`);
}
