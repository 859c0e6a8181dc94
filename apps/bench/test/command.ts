// Runs the real command in a folder of its own, in a process of its own or, where that is all the same, in this one.
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, vi } from 'vitest';

const program = fileURLToPath(new URL('../bin/infimum-bench.js', import.meta.url));
/** The built command, which the program loads. */
const command = new URL('../dist/cli.js', import.meta.url).href;

/** The path of a fixture. */
export const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

/** What a finished command leaves. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that may still be running. */
export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  /** What it has said so far on standard error. */
  heard(): string;
  /** What it has printed so far. */
  printed(): string;
}

const folders: string[] = [];
afterAll(() => {
  // A command that was killed may leave a cell that writes for a moment longer.
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** A new empty folder, which goes when the test file is through. */
export function emptyFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'infimum-bench-'));
  folders.push(folder);
  return folder;
}

/** Starts `infimum-bench` with these arguments in a folder. */
export function start(folder: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
  const child = spawn(process.execPath, [program, ...args], { cwd: folder, env: { ...process.env, ...env } });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const finished = new Promise<Finished>((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, finished, heard: () => stderr, printed: () => stdout };
}

/** Runs `infimum-bench` to its end. */
export function infimumBench(folder: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Finished> {
  return start(folder, args, env).finished;
}

/**
 * What `infimum-bench` answers with these arguments, in this process, which has loaded the library already. For commands
 * that run no cells, get no signals, do not end their process and load no plug-in that changes.
 */
export async function answer(folder: string, args: readonly string[]): Promise<Finished> {
  const { main } = (await import(command)) as { main(args: readonly string[]): Promise<number> };
  const listeners = [process.stdout, process.stderr].map((stream) => stream.listeners('error'));
  const [stdout, stderr] = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, 'write').mockReturnValue(true));
  const textOf = ({ mock }: typeof stdout) => mock.calls.map(([text]) => String(text)).join('');
  const here = process.cwd();
  process.chdir(folder);
  try {
    const code = await main(args);
    return { code, stdout: textOf(stdout), stderr: textOf(stderr) };
  } finally {
    process.chdir(here);
    stdout.mockRestore();
    stderr.mockRestore();
    for (const [index, stream] of [process.stdout, process.stderr].entries()) {
      for (const listener of stream.listeners('error')) {
        if (!listeners[index].includes(listener)) stream.off('error', listener as () => void);
      }
    }
  }
}

/** One line of `run --json`. */
export interface CellLine {
  readonly problem: string;
  readonly family: string;
  readonly params: Readonly<Record<string, number>>;
  readonly seed: number;
  readonly solver: string;
  readonly options: unknown;
  readonly status: string;
  readonly failure: string | null;
  readonly seconds: number | null;
  readonly iterations: number | null;
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly unconfirmed: boolean;
}

/** The lines of JSON on a command's standard output. */
export function linesOf<Line = CellLine>(stdout: string): Line[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** Process ids of the children of a process; Linux only. */
export function childrenOf(pid: number): number[] {
  const tasks = `/proc/${pid}/task`;
  if (!existsSync(tasks)) return [];
  return readdirSync(tasks).flatMap((task) => {
    const list = readFileSync(`${tasks}/${task}/children`, 'utf8').trim();
    return list ? list.split(' ').map(Number) : [];
  });
}

/** Process ids of the cells that a process has started; Linux only. */
export function cellsOf(pid: number): number[] {
  return childrenOf(pid).filter((child) => {
    try {
      return readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('cell.js');
    } catch {
      return false;
    }
  });
}
