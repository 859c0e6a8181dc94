// A shell beside the run that ends what a killed coordinator leaves: a process that was stopped cannot see that its
// coordinator is gone, and nothing inside it can end it.
//
// Why nothing slips through. No cell is started before the shell has answered and is detached, so what ends the
// coordinator's children leaves it alone. Every process that the coordinator forks holds the pipe of the shell until it has
// become its own program: where the pipe ends, the coordinator is dead and each of its cells is its program, with the mark of
// the run among its arguments. The shell looks for that mark, whether or not the coordinator still came to tell of the cell.
// A program that runs may change its arguments; it is told of before it gets its first task, so before any foreign code.
//
// What no process can watch: the two milliseconds of a start itself. A child stopped between its fork and its program holds
// its coordinator, which waits for it, until one of both is killed; a shell stopped before it forked is killed a second later,
// unless its coordinator is killed within that second. No cell runs in either.
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';

/** Milliseconds in which the shell is to answer; twice as many every time that it does not. */
const PATIENCE = 1000;
/** Shells that are started before the run goes on without. */
const TRIES = 12;

/**
 * First ends the shell that started it, in case that one was stopped, and answers. Then reads the mark, without which there are
 * no cells yet, and `+ PID` and `- PID`; at the end of its input, which is that of the coordinator, it kills the groups that are left or bear the mark.
 */
const SCRIPT = `
kill -s KILL $$
echo >&3
read -r mark || exit
left=' '
while read -r sign pid; do
  case $sign in
    +) left="$left$pid " ;;
    -) case $left in *" $pid "*) left="\${left%% $pid *} \${left#* $pid }" ;; esac ;;
  esac
done
if [ -r /proc/self/cmdline ]; then
  marked=$(grep -l "[r]un=$mark" /proc/[0-9]*/cmdline | tr -dc '0-9\\n')
else
  marked=$(ps -A -ww -o pid= -o args= | grep "[r]un=$mark" | while read -r pid args; do echo $pid; done)
fi
for pid in $left $marked; do kill -s KILL -- -$pid; done
if [ -r /proc/self/environ ]; then
  for pid in $(grep -l "INFIMUM_RUN=[r]un=$mark" /proc/[0-9]*/environ | tr -dc '0-9\\n'); do kill -s KILL $pid; done
fi`;

/** Keeps the process groups of one run. */
export class ProcessCleaner {
  /** An argument that the program of every cell is given. */
  readonly mark: string;
  readonly #run = randomUUID();
  readonly #kept = new Set<number>();
  #pipe: Socket | undefined;
  #ready: Promise<void> | undefined;
  #isClosed = false;

  constructor() {
    this.mark = `run=${this.#run}`;
  }

  /** Settles when the shell keeps what is added. Where there is none, nothing is kept; processes cannot be stopped on Windows. */
  ready(): Promise<void> {
    this.#ready ??= process.platform === 'win32' ? Promise.resolve() : this.#start();
    return this.#ready;
  }

  /** Keeps the group of a process. */
  add(pid: number): void {
    this.#kept.add(pid);
    this.#pipe?.write(`+ ${pid}\n`);
  }

  /** The group is gone; its number may belong to another one. */
  remove(pid: number): void {
    this.#kept.delete(pid);
    this.#pipe?.write(`- ${pid}\n`);
  }

  /** Ends the shell. */
  close(): void {
    this.#isClosed = true;
    this.#pipe?.end();
  }

  async #start(): Promise<void> {
    for (let patience = PATIENCE, tries = 0; tries < TRIES && !this.#isClosed; tries++, patience *= 2) {
      const shell = startShell();
      const pipe = shell.stdio[3] as Socket;
      // A shell that leaves without an answer was killed; without any shell nothing is kept.
      if (await answers(shell, pipe, patience)) return this.#tell(pipe);
      pipe.destroy();
      if (shell.pid === undefined) return;
    }
  }

  /** Tells the shell what to keep. */
  #tell(pipe: Socket): void {
    this.#pipe = pipe;
    pipe.unref();
    pipe.write([this.#run, ...Array.from(this.#kept, (pid) => `+ ${pid}`), ''].join('\n'));
    if (this.#isClosed) pipe.end();
    // Somebody ended it: the next cell waits for another one.
    pipe.on('close', () => {
      this.#pipe = undefined;
      this.#ready = undefined;
      if (!this.#isClosed && this.#kept.size > 0) void this.ready();
    });
  }
}

/** The shell in the background outlives the one that starts it, and is detached. */
export function startShell(): ChildProcess {
  return spawn('sh', ['-c', `{ ${SCRIPT}\n} <&3 &`], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'], detached: true });
}

/** Whether the shell in the background answers, and the one that started it is gone; otherwise that one is killed. */
function answers(shell: ChildProcess, pipe: Socket, patience: number): Promise<boolean> {
  const gone = new Promise((resolve) => shell.once('exit', resolve).once('error', resolve));
  if (shell.pid === undefined) pipe.destroy();
  const answered = new Promise<boolean>((resolve) => {
    pipe.once('data', () => resolve(true));
    for (const event of ['end', 'close', 'error']) pipe.on(event, () => resolve(false));
  });
  const timer = setTimeout(() => {
    shell.kill('SIGKILL');
    pipe.destroy();
  }, patience);
  return Promise.all([answered, gone])
    .then(([answer]) => answer)
    .finally(() => clearTimeout(timer));
}
