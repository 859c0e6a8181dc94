// For tests of threads: makes sure that another thread than the caller's really did a part of the work.
import { startThreads } from '../webassembly/thread-pool.ts';
import { Workspace } from '../webassembly/workspace.ts';

/** Times that work is repeated until a worker has taken part, which a busy machine may keep it from. */
const ATTEMPTS = 500;

/**
 * Runs `work` until at least one block of it was run by a worker, and returns what that run gave.
 *
 * @param tookPart - whether a worker did as much as it should, by the result
 * @throws {Error} if no worker ever takes part
 */
export async function withWorkers<Result>(
  threads: number,
  work: () => Result,
  tookPart: (result: Result) => boolean = () => true,
): Promise<Result> {
  await startThreads(threads);
  const { prototype } = Workspace;
  const { parallel } = prototype;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const used = new Set<Workspace>();
    prototype.parallel = function (this: Workspace, ...given: readonly unknown[]) {
      used.add(this);
      Reflect.apply(parallel, this, given);
    } as typeof parallel;
    try {
      const result = work();
      const wasBusy = ({ busySeconds }: Workspace): boolean => busySeconds.subarray(1).some((seconds) => seconds > 0);
      if ([...used].some(wasBusy) && tookPart(result)) return result;
    } finally {
      prototype.parallel = parallel;
    }
  }
  throw new Error(`no worker took part in ${ATTEMPTS} runs`);
}
