// Ends what a cell started and took out of its process group. Linux only; elsewhere the group is all that can be ended.
import { readdirSync, readFileSync } from 'node:fs';

/** Kills the children of a process and theirs, whatever groups they are in. */
export function killStrays(pid: number): void {
  for (const child of descendantsOf(pid)) kill(child);
}

/** Kills every process that has inherited a mark in its environment; they are all younger than the process `first`. */
export function killMarked(mark: string, first = 0): void {
  if (process.platform !== 'linux') return;
  // Numbers grow until they begin again.
  const latest = Number(contentOf('/proc/loadavg').split(' ')[4]);
  const least = latest > first ? first : 0;
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (pid > least && pid !== process.pid && contentOf(`/proc/${name}/environ`).includes(`INFIMUM_RUN=${mark}\0`)) kill(pid);
  }
}

/** The children of a process, and theirs. */
function descendantsOf(pid: number): number[] {
  if (process.platform !== 'linux') return [];
  let tasks: string[] = [];
  try {
    tasks = readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
  const children = tasks.flatMap((task) =>
    contentOf(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean).map(Number),
  );
  return children.flatMap((child) => [...descendantsOf(child), child]);
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}
