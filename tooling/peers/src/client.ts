// The peers' process: started, asked, timed out, killed and started again from here.
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PeerMessage, PeerValue } from './protocol.ts';
import { encodeMessage, MessageDecoder } from './protocol.ts';

/** A solver of another package. */
export interface PeerSolver {
  /** An id such as `pot/emd`. */
  readonly id: string;
  /** For tables. */
  readonly title: string;
  /** The id of the problem that it solves. */
  readonly problem: string;
  /** Which variant of the problem it solves, where there are several; empty otherwise. */
  readonly variant: string;
  /** Whether its results have a path, so that its curve needs no runs with looser tolerances. */
  readonly watched?: boolean;
  /** Whether it compiles for an instance before its time starts; limits count from there. */
  readonly prepares?: boolean;
  /** The package it comes from. */
  readonly package: string;
  /** That package's installed version. */
  readonly version: string;
}

/** How a peer's run ended. */
export interface PeerResult {
  /**
   * The first three by the peer's own stopping rule; `declined` when it does not take such instances, `failed` when it
   * raised an error or its process died.
   */
  readonly status: 'converged' | 'stalled' | 'iteration-limit' | 'time-limit' | 'aborted' | 'declined' | 'failed';
  /** One sentence for people. */
  readonly reason: string;
  /** The solver's own seconds: no process start, no imports, no transfer. At a limit, the seconds waited. */
  readonly seconds: number;
  /** Iterations, where the package counts them. */
  readonly iterations: number | undefined;
  /** Scalars and arrays, by the problem's names; absent when a limit or a failure ended the run. */
  readonly solution: { readonly [key: string]: PeerValue } | undefined;
  /** What was known on the way, of peers that can be watched. */
  readonly path?: readonly PeerSample[];
}

/** Functions of an instance by name. */
export type PeerFunctions = Readonly<Record<string, (point: Float64Array) => number | Float64Array>>;

/** What was known on the way. */
export interface PeerSample {
  /** The peer's seconds until then. */
  readonly seconds: number;
  /** Its iterations until then. */
  readonly iterations: number;
  /** As in the result. */
  readonly solution: { readonly [key: string]: PeerValue };
}

/** Limits of one run. */
export interface PeerLimits {
  /** Wall-clock limit in seconds from sending the request to the first byte of the answer; none by default. */
  readonly seconds?: number;
  /** Ends the run with status `aborted`. */
  readonly signal?: AbortSignal;
  /** Functions of the instance whose values the peer may request; `seconds` then limits its time and theirs, and 2 `seconds` wall time. */
  readonly functions?: PeerFunctions;
}

/** Where the peers are. */
export interface StartOptions {
  /** The virtual environment; `.venv` in this package's folder by default, made by `pnpm peers:install`. */
  readonly venv?: string;
  /** The only problem that will be asked for: packages for others are not imported. */
  readonly problem?: string;
  /** A program that speaks the protocol, with its arguments, in place of the Python server. */
  readonly command?: readonly string[];
}

/** The running peers, or why there are none. */
export type Peers =
  | { readonly present: true; readonly process: PeerProcess }
  | { readonly present: false; readonly reason: string };

/** This package's folder, seen from `src` and from `dist`. */
const folder = fileURLToPath(new URL('..', import.meta.url));

/** Seconds that a run may take beyond its limit. */
const EXTRA_SECONDS = {
  /** Limit for a compilation. */
  preparing: 60,
  /** Limit for the result of a peer that was told to stop. */
  stopping: 5,
} as const;

/** Points whose values a peer requests, a row each. */
interface PeerPoints {
  readonly rows: number;
  readonly cols: number;
  readonly values: Float64Array;
}

/** Imports of large packages from a cold disk take seconds; a minute means that something hangs. */
const startSeconds = 60;

/**
 * Starts the peers' process and waits until it has imported everything.
 *
 * Absence is an answer, not an error: without Python or the virtual environment a benchmark goes on without peers.
 */
export async function startPeers(options: StartOptions = {}): Promise<Peers> {
  const { venv = `${folder}.venv`, problem } = options;
  const python = process.platform === 'win32' ? `${venv}\\Scripts\\python.exe` : `${venv}/bin/python`;
  if (!options.command && !existsSync(python)) {
    return { present: false, reason: `there is no Python in ${venv}; \`pnpm peers:install\` makes it` };
  }
  const peers = new PeerProcess(
    options.command ?? [python, `${folder}peer_server.py`, ...(problem === undefined ? [] : [problem])],
  );
  try {
    await peers.start();
    return { present: true, process: peers };
  } catch (error) {
    await peers.close();
    return { present: false, reason: `the peers do not start: ${(error as Error).message}` };
  }
}

/** Packages of npm that take part. */
const NPM_PACKAGES = new Set(['ml-matrix', 'ml-sparse-matrix', 'mathjs', 'd3-hierarchy', 'd3-voronoi-treemap']);

/** Whether a peer, by its id, is a package of npm, which `startNpmPeers` runs. */
export function isNpmPeer(id: string): boolean {
  return NPM_PACKAGES.has(id.split('/')[0]);
}

/** Starts the process of the packages of npm; they come with this repository. */
export function startNpmPeers(): Promise<Peers> {
  return startPeers({ command: [process.execPath, `${folder}npm/server.ts`] });
}

/** A process that runs peers, one request at a time. */
export class PeerProcess {
  /** Seconds that a run may take beyond its limit, before it and after it. */
  readonly extraSeconds: typeof EXTRA_SECONDS = EXTRA_SECONDS;
  readonly #command: readonly string[];
  #connection: Connection | undefined;
  #solvers: readonly PeerSolver[] = [];
  #absent: Readonly<Record<string, string>> = {};
  #environment: PeerMessage = {};
  #last: Promise<unknown> = Promise.resolve();
  #requests = 0;

  constructor(command: readonly string[]) {
    this.#command = command;
  }

  /** What can be asked. */
  list(): readonly PeerSolver[] {
    return this.#solvers;
  }

  /** Groups of peers whose package is not installed, with the reason. */
  get absent(): Readonly<Record<string, string>> {
    return this.#absent;
  }

  /** The interpreter and the numerical libraries under the peers, for reports. */
  get environment(): PeerMessage {
    return this.#environment;
  }

  /** The operating system's number of the process; undefined when none runs. */
  get pid(): number | undefined {
    return this.#connection?.pid;
  }

  /** Starts the process if none runs. `solve` does this automatically. */
  async start(): Promise<void> {
    if (this.#connection?.open) return;
    const connection = new Connection(this.#command);
    this.#connection = connection;
    const answer = await connection.request({ id: ++this.#requests, method: 'list' }, { seconds: startSeconds });
    this.#solvers = answer['solvers'] as unknown as PeerSolver[];
    this.#absent = answer['absent'] as Record<string, string>;
    this.#environment = answer['environment'] as PeerMessage;
  }

  /**
   * Solves an instance with a peer; concurrent calls wait for each other.
   *
   * A limit, an abort or a crash ends the process; the next call starts another.
   *
   * @param id - one of `list()`
   * @param instance - the problem's instance: scalars, typed arrays, `DenseMatrix` objects
   * @param options - `tolerance`, `maxIterations` and what else the peer takes
   * @throws {TypeError} when the instance or the options hold what cannot be sent, such as a function
   */
  solve(id: string, instance: object, options: object = {}, limits: PeerLimits = {}): Promise<PeerResult> {
    const run = this.#last.then(() => this.#solve(id, instance, options, limits));
    this.#last = run.catch(() => {});
    return run;
  }

  /** Ends the process; what runs fails. */
  async close(): Promise<void> {
    await this.#connection?.kill('the peers were closed');
    this.#connection = undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #solve(id: string, instance: object, options: object, limits: PeerLimits): Promise<PeerResult> {
    if (limits.signal?.aborted) return unfinished('aborted', 'the signal was aborted', 0);
    const start = performance.now();
    try {
      await this.start();
      const functions = Object.keys(limits.functions ?? {});
      const request = {
        id: ++this.#requests,
        method: 'solve',
        solver: id,
        instance,
        options,
        functions,
        seconds: limits.seconds ?? 0,
      };
      const prepares = this.#solvers.some((solver) => solver.id === id && solver.prepares);
      const ahead = prepares ? EXTRA_SECONDS.preparing : 0;
      return resultOf(await (this.#connection as Connection).request(request, limits, ahead));
    } catch (error) {
      if (!(error instanceof Interruption)) throw error;
      return unfinished(error.status, error.message, (performance.now() - start) / 1000);
    }
  }
}

/** Why there is no answer. */
class Interruption extends Error {
  readonly status: 'time-limit' | 'aborted' | 'failed';

  constructor(status: 'time-limit' | 'aborted' | 'failed', message: string) {
    super(message);
    this.status = status;
  }
}

/** One life of the process. */
class Connection {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  /** The end of standard error, for the reason of a crash. */
  #complaints = '';
  #pending:
    | {
        headerArrived(): void;
        began(): void;
        asked(question: PeerMessage): void;
        resolve(answer: PeerMessage): void;
        reject(error: Error): void;
      }
    | undefined;
  #open = true;

  constructor([program, ...parameters]: readonly string[]) {
    this.#child = spawn(program, parameters, { env: environment(), stdio: ['pipe', 'pipe', 'pipe'] });
    const decoder = new MessageDecoder(
      (message) => {
        if (message['ask'] !== undefined) this.#pending?.asked(message);
        else if (message['began']) this.#pending?.began();
        else this.#pending?.resolve(message);
      },
      () => this.#pending?.headerArrived(),
    );
    this.#child.stdout?.on('data', (chunk: Uint8Array) => this.#decode(decoder, chunk));
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#complaints = (this.#complaints + text).slice(-2000);
    });
    // If a process dies during a write, the pipe reports an error; the reason comes with `close`.
    this.#child.stdin?.on('error', () => {});
    this.#ended = new Promise((resolve) => {
      this.#child.on('error', (error) => this.#end(`cannot run ${program}: ${error.message}`, resolve));
      this.#child.on('close', (code, signal) => this.#end(this.#causeOfDeath(code, signal), resolve));
    });
  }

  get open(): boolean {
    return this.#open;
  }

  get pid(): number | undefined {
    return this.#open ? this.#child.pid : undefined;
  }

  /** Sends a request and waits for its answer; a limit kills the process, since a peer cannot be interrupted. */
  async request(message: object, { seconds = Infinity, signal, functions = {} }: PeerLimits, ahead = 0): Promise<PeerMessage> {
    const chunks = encodeMessage(message);
    let timer: NodeJS.Timeout | undefined;
    const stop = (status: 'time-limit' | 'aborted', reason: string): void => {
      this.#pending?.reject(new Interruption(status, reason));
      void this.kill(reason);
    };
    const abort = (): void => stop('aborted', 'the signal was aborted');
    signal?.addEventListener('abort', abort, { once: true });
    try {
      let begin = performance.now();
      return await new Promise<PeerMessage>((resolve, reject) => {
        const headerArrived = (): void => clearTimeout(timer);
        const wait = (left: number): void => {
          if (seconds === Infinity) return;
          timer = setTimeout(() => stop('time-limit', `no answer within ${seconds} s`), left * 1000);
        };
        const asked = (question: PeerMessage): void => {
          const answer = answerOf(question, functions, seconds, begin);
          for (const chunk of encodeMessage(answer)) this.#child.stdin?.write(chunk);
          // A peer that is told to stop may still send its result.
          wait(answer.stop ? EXTRA_SECONDS.stopping : seconds - Number(question['seconds']));
        };
        const began = (): void => {
          begin = performance.now();
          wait(seconds);
        };
        this.#pending = { headerArrived, began, asked, resolve, reject };
        for (const chunk of chunks) this.#child.stdin?.write(chunk);
        wait(ahead + seconds);
      });
    } finally {
      clearTimeout(timer);
      this.#pending = undefined;
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Ends the process at once and waits for its end. */
  async kill(reason: string): Promise<void> {
    this.#open = false;
    this.#pending?.reject(new Interruption('failed', reason));
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  #decode(decoder: MessageDecoder, chunk: Uint8Array): void {
    try {
      decoder.push(chunk);
    } catch (error) {
      void this.kill(`the process does not speak the protocol: ${(error as Error).message}`);
    }
  }

  #end(reason: string, resolve: () => void): void {
    this.#open = false;
    this.#pending?.reject(new Interruption('failed', reason));
    resolve();
  }

  #causeOfDeath(code: number | null, signal: string | null): string {
    const how = signal ? `was killed by ${signal}` : `ended with exit code ${code}`;
    const complaint = this.#complaints.trim().split('\n').at(-1);
    return `the peers' process ${how}${complaint ? `: ${complaint}` : ''}`;
  }
}

/** One thread each, and the linear algebra kernels that suit the processor. */
function environment(): NodeJS.ProcessEnv {
  const { OPENBLAS_CORETYPE: _core, OPENBLAS_L2_SIZE: _cache, ...inherited } = process.env;
  const single = ['OMP', 'OPENBLAS', 'MKL', 'BLIS', 'NUMEXPR'];
  return {
    ...inherited,
    ...Object.fromEntries(single.map((library) => [`${library}_NUM_THREADS`, '1'])),
    VECLIB_MAXIMUM_THREADS: '1',
    PYTHONNOUSERSITE: '1',
  };
}

/** The values at a peer's points, and what they took. */
function answerOf(
  question: PeerMessage,
  functions: PeerFunctions,
  limit: number,
  began: number,
): { readonly values: Float64Array; readonly seconds: number; readonly stop: boolean } {
  const compute = functions[String(question['ask'])];
  const { rows, cols, values: points } = question['points'] as unknown as PeerPoints;
  const begin = performance.now();
  const values = Array.from({ length: rows }, (_, row) => compute(points.slice(row * cols, (row + 1) * cols)));
  const seconds = (performance.now() - begin) / 1000;
  // The transfer of questions and answers does not count, but must not take for ever.
  const waited = (performance.now() - began) / 1000;
  const stop = Number(question['seconds']) + seconds >= limit || waited >= 2 * limit;
  return {
    values: Float64Array.from(values.flatMap((value) => (typeof value === 'number' ? value : [...value]))),
    seconds,
    stop,
  };
}

function resultOf(answer: PeerMessage): PeerResult {
  const error = answer['error'] as { code: string; message: string } | undefined;
  if (error) return unfinished(error.code === 'declined' ? 'declined' : 'failed', error.message, 0);
  return {
    status: answer['status'] as PeerResult['status'],
    reason: answer['reason'] as string,
    seconds: answer['seconds'] as number,
    iterations: (answer['iterations'] as number | null) ?? undefined,
    solution: answer['solution'] as PeerResult['solution'],
    path: answer['path'] as readonly PeerSample[] | undefined,
  };
}

function unfinished(status: PeerResult['status'], reason: string, seconds: number): PeerResult {
  return { status, reason, seconds, iterations: undefined, solution: undefined };
}
