// The text that an editor shows on hover: the answers of a language service, in JavaScript or of the native compiler.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type ts from 'typescript';

/** A place in a file, from 0. */
export interface Place {
  readonly path: string;
  readonly line: number;
  readonly character: number;
}

/** The same for all: what declarations ask of a program that uses them. */
export const COMPILER_OPTIONS = {
  strict: true,
  module: 'nodenext',
  moduleResolution: 'nodenext',
  target: 'es2022',
  lib: ['es2022', 'dom'],
  types: [],
};

/** The texts that the language service of a compiler in JavaScript shows at some places of a folder's files. */
export function shownBy(compiler: typeof ts, folder: string, places: readonly Place[]): string[] {
  const { options } = compiler.convertCompilerOptionsFromJson(COMPILER_OPTIONS, folder);
  const host: ts.LanguageServiceHost = {
    ...compiler.sys,
    useCaseSensitiveFileNames: () => compiler.sys.useCaseSensitiveFileNames,
    getCompilationSettings: () => options,
    getScriptFileNames: () => [...new Set(places.map(({ path }) => path))],
    getScriptVersion: () => '1',
    // Files do not change: without this, every request would check all files.
    getProjectVersion: () => '1',
    getScriptSnapshot: (name) => {
      const text = compiler.sys.readFile(name);
      return text === undefined ? undefined : compiler.ScriptSnapshot.fromString(text);
    },
    getDefaultLibFileName: (given) => compiler.getDefaultLibFilePath(given),
  };
  const service = compiler.createLanguageService(host);
  const program = service.getProgram();
  const shown = places.map(({ path, line, character }) => {
    const position = program?.getSourceFile(path)?.getPositionOfLineAndCharacter(line, character) ?? 0;
    const info = service.getQuickInfoAtPosition(path, position);
    return compiler.displayPartsToString(info?.documentation);
  });
  service.dispose();
  return shown;
}

/** The same of the native compiler, which speaks the Language Server Protocol; needs a `tsconfig.json` in the folder. */
export async function shownByNative(compiler: string, folder: string, places: readonly Place[]): Promise<string[]> {
  const server = spawn(compiler, ['--lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const waiting = new Map<number, (result: unknown) => void>();
  const send = (message: object) => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  const request = (method: string, params: object) =>
    new Promise<unknown>((resolve) => {
      const id = waiting.size;
      waiting.set(id, resolve);
      send({ id, method, params });
    });
  let received = Buffer.alloc(0);
  server.stdout.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    for (;;) {
      const start = received.indexOf('\r\n\r\n') + 4;
      const length = Number(/Content-Length: (\d+)/.exec(received.toString('latin1', 0, start))?.[1]);
      if (start < 4 || received.length < start + length) return;
      const { id, method, result } = JSON.parse(received.toString('utf8', start, start + length));
      received = received.subarray(start + length);
      // A message without a method is an answer; requests of the server are ignored by this simple client.
      if (method === undefined) waiting.get(id)?.(result);
      else if (id !== undefined) send({ id, result: null });
    }
  });
  try {
    const capabilities = { textDocument: { hover: { contentFormat: ['plaintext'] } } };
    await request('initialize', { processId: process.pid, rootUri: uriOf(folder), capabilities });
    send({ method: 'initialized', params: {} });
    for (const path of new Set(places.map((place) => place.path))) {
      const textDocument = { uri: uriOf(path), languageId: 'typescript', version: 1, text: readFileSync(path, 'utf8') };
      send({ method: 'textDocument/didOpen', params: { textDocument } });
    }
    const answers = places.map(({ path, ...position }) =>
      request('textDocument/hover', { textDocument: { uri: uriOf(path) }, position }),
    );
    return (await Promise.all(answers)).map((hover) => (hover as { contents: { value: string } } | null)?.contents.value ?? '');
  } finally {
    server.kill();
  }
}

const uriOf = (path: string): string => pathToFileURL(path).href;

/** The native compiler of the repository. */
export const nativeCompiler = join(import.meta.dirname, '../../node_modules/.bin/tsc');
