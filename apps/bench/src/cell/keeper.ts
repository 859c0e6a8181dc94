// A shell beside the run that ends what a killed coordinator leaves: a process that was stopped cannot see that its
// coordinator is gone, and nothing inside it can end it.
import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

/** Reads `+ PID` and `- PID`; at the end of its input, which is that of the coordinator, it kills the groups that are left. */
const SCRIPT = `
left=' '
while read -r sign pid; do
  case $sign in
    +) left="$left$pid " ;;
    -) case $left in *" $pid "*) left="\${left%% $pid *} \${left#* $pid }" ;; esac ;;
  esac
done
for pid in $left; do kill -s KILL -- -$pid; done`;

/** Keeps the process groups of one run. */
export class Keeper {
  readonly #pipe: Writable | undefined;

  constructor() {
    // Processes cannot be stopped on Windows.
    if (process.platform === 'win32') return;
    // In the background it is nobody's child: what ends the coordinator's children leaves it alone.
    const shell = spawn('sh', ['-c', `{ ${SCRIPT}\n} <&3 &`], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      detached: true,
    });
    this.#pipe = shell.stdio[3] as Writable;
    // Without a shell nothing is kept, as on Windows.
    for (const emitter of [shell, this.#pipe]) emitter.on('error', () => {});
    shell.unref();
    (this.#pipe as Writable & { unref(): void }).unref();
  }

  /** Keeps the group of a process. */
  add(pid: number): void {
    this.#pipe?.write(`+ ${pid}\n`);
  }

  /** The group is gone; its number may belong to another one. */
  remove(pid: number): void {
    this.#pipe?.write(`- ${pid}\n`);
  }

  /** Ends the shell. */
  close(): void {
    this.#pipe?.end();
  }
}
