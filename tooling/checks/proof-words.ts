// Words that claim a proof may be used only for results of a checker. This finds such words in results of public functions, and
// compares them with `proof-words.json`. As a script it prints what is not listed: `node tooling/checks/proof-words.ts [learn …]`.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { sourceEntries } from './documented.ts';
import { fromRoot, publicPackages, readJson, root } from './workspace.ts';

/** Words reserved for proofs, in every spelling: `inRange`, `in-range`, `isProof`. */
const RESERVED: ReadonlySet<string> = new Set([
  'proved',
  'proof',
  'isproof',
  'certified',
  'certificate',
  'exact',
  'isexact',
  'optimal',
  'isoptimal',
  'infeasible',
  'unbounded',
  'separable',
  'quasiseparable',
  'inseparable',
  'singular',
  'issingular',
  'neither',
  'increasing',
  'decreasing',
  'inrange',
]);

/** A word in the result of a public function. */
export interface ProofWord {
  /** `learn separability 'inseparable'`: package, function or class, a word of a union or the name of a field. */
  readonly said: string;
  /** Where the function is declared, from the root. */
  readonly file: string;
}

/** Why a word is allowed: by a checker (its file from the root, or the arithmetic itself), or for a reason. */
export type Excuse = { readonly checker: string } | { readonly because: string };

/** The list. A name that ends in ` *` covers all words of a function. */
export const excuses = (): Readonly<Record<string, Excuse>> =>
  readJson(join(import.meta.dirname, 'proof-words.json')) as Record<string, Excuse>;

const isReserved = (word: string): boolean => RESERVED.has(word.replaceAll('-', '').toLowerCase());

/** All such words in the results of the exported functions, classes and constants of packages. */
export function proofWords(names?: readonly string[]): ProofWord[] {
  const packages = publicPackages().filter(({ folder }) => !names || names.includes(folder.split('/')[1]));
  const base = ts.readConfigFile(join(root, 'tooling/tsconfig/base.json'), ts.sys.readFile).config;
  const { options } = ts.convertCompilerOptionsFromJson(base.compilerOptions, root);
  const entriesOf = new Map(
    packages.map((one) => [
      one.folder.split('/')[1],
      sourceEntries(one).filter((path) => !/\/(testing|plugin)\.ts$/.test(path)),
    ]),
  );
  const program = ts.createProgram({ rootNames: [...entriesOf.values()].flat(), options: { ...options, types: [] } });
  return [...entriesOf].flatMap(([name, entries]) => {
    const found = new Map(entries.flatMap((path) => wordsOfEntry(name, path, program)).map((one) => [one.said, one]));
    return [...found.values()].sort((a, b) => a.said.localeCompare(b.said));
  });
}

function wordsOfEntry(name: string, path: string, program: ts.Program): ProofWord[] {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(path);
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) return [];
  return checker.getExportsOfModule(module).flatMap((exported) => {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const declaration = symbol.valueDeclaration;
    if (!declaration) return [];
    const given = checker
      .getTypeOfSymbolAtLocation(symbol, declaration)
      .getCallSignatures()
      .map((signature) => signature.getReturnType());
    const made = symbol.flags & ts.SymbolFlags.Class ? [checker.getDeclaredTypeOfSymbol(symbol)] : [];
    const words = new Set<string>();
    const seen = new Set<ts.Type>();
    for (const type of [...given, ...made]) collect(type, words, seen, checker);
    const file = fromRoot(declaration.getSourceFile().fileName);
    return [...words].map((word) => ({ said: `${name} ${exported.name} ${word}`, file }));
  });
}

/** Words of a type, of its fields, of the results of its methods, and of its component types. */
function collect(type: ts.Type, words: Set<string>, seen: Set<ts.Type>, checker: ts.TypeChecker): void {
  if (seen.has(type)) return;
  seen.add(type);
  if (type.isStringLiteral() && isReserved(type.value)) words.add(`'${type.value}'`);
  if (type.isUnionOrIntersection()) {
    for (const part of type.types) collect(part, words, seen, checker);
    return;
  }
  if (!(type.flags & ts.TypeFlags.Object)) return;
  for (const argument of checker.getTypeArguments(type as ts.TypeReference)) collect(argument, words, seen, checker);
  if (!isOurs(type)) return;
  for (const property of checker.getPropertiesOfType(type)) {
    const [declaration] = property.declarations ?? [];
    if (!declaration || !isOurFile(declaration)) continue;
    const own = checker.getTypeOfSymbolAtLocation(property, declaration);
    const calls = own.getCallSignatures();
    if (isReserved(property.name)) words.add(property.name);
    if (calls.length === 0) collect(own, words, seen, checker);
    for (const call of calls) collect(call.getReturnType(), words, seen, checker);
  }
}

const isOurFile = (node: ts.Node): boolean => node.getSourceFile().fileName.startsWith(join(root, 'packages'));

/** Whether fields of a type are written in this repository: those of arrays, promises and maps are not. */
function isOurs({ symbol, aliasSymbol }: ts.Type): boolean {
  const declarations = (aliasSymbol ?? symbol)?.declarations ?? [];
  return declarations.length === 0 || declarations.some(isOurFile) || symbol?.declarations?.some(isOurFile) === true;
}

/** The files and packages that a file imports, be it by way of others of its package; `import type` does not count. */
export function checkersOf(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  // Kernels are there once they are compiled.
  const text = existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : '';
  for (const [, path] of text.matchAll(/^(?:import|export) (?!type )[^;]*? from '([^']+)';/gm)) {
    if (path.startsWith('.')) checkersOf(join(dirname(file), path), seen);
    else seen.add(path);
  }
  return seen;
}

/** The words missing from the list, entries that are no longer needed, and checkers that are not used. */
export function proofWordFaults(words: readonly ProofWord[], list: Readonly<Record<string, Excuse>>): string[] {
  const used = new Set<string>();
  const faults = words.flatMap(({ said, file }) => {
    const key = [said, said.replace(/ \S+$/, ' *')].find((candidate) => Object.hasOwn(list, candidate));
    if (key === undefined) return [`${said} (${file}): no checker says it, and no reason is listed`];
    used.add(key);
    const excuse = list[key];
    if ('because' in excuse || checkersOf(file).has(excuse.checker)) return [];
    return [`${said}: ${file} does not import ${excuse.checker}`];
  });
  const idle = Object.keys(list).filter((key) => !used.has(key));
  return [...faults, ...idle.map((key) => `${key}: nobody says it any more`)];
}

if (process.argv[1] === import.meta.filename) {
  const names = process.argv.slice(2);
  const list = Object.entries(excuses()).filter(([key]) => names.length === 0 || names.includes(key.split(' ')[0]));
  const faults = proofWordFaults(proofWords(names.length > 0 ? names : undefined), Object.fromEntries(list));
  for (const fault of faults) console.log(fault);
  process.exitCode = faults.length > 0 ? 1 : 0;
}
