// The public API of packages, read from the sources: option records, functions with parameters, options and results,
// exported names.
import { basename, join } from 'node:path';
import ts from 'typescript';
import { sourceEntries } from './documented.ts';
import { filesBelow, publicPackages, root } from './workspace.ts';

/** One option of a record: its fields, as far as they are numbers, words or truth values. */
export interface RecordedOption {
  readonly fields: Readonly<Record<string, string | number | boolean>>;
  /** What may be chosen. */
  readonly choices: readonly string[];
}

/** A record of options. */
interface OptionRecord {
  readonly name: string;
  readonly options: ReadonlyMap<string, RecordedOption>;
}

/** An exported function or class. */
export interface PublicFunction {
  /** As it is called: `lbfgs`, `new RankSession`. */
  readonly name: string;
  readonly parameters: readonly string[];
  /** The names of its options, without those of every run. */
  readonly options: readonly string[];
  /** The fields of its result, and the words or types that each may be. */
  readonly results: ReadonlyMap<string, readonly string[]>;
}

/** An exported type of options. */
export interface OptionsType {
  readonly name: string;
  /** The entry that exports it. */
  readonly specifier: string;
  /** How many type parameters it has. */
  readonly arity: number;
  /** The names of its members that a record states. */
  readonly options: readonly string[];
  /** Its records. */
  readonly records: readonly OptionRecord[];
}

/** The public API of a package. */
export interface PublicApi {
  /** `bilevel`. */
  readonly name: string;
  readonly records: readonly OptionRecord[];
  readonly functions: readonly PublicFunction[];
  readonly optionTypes: readonly OptionsType[];
  /** The exports of all entries, values and types. */
  readonly names: readonly string[];
  /** The exports of the root. */
  readonly root: readonly string[];
  /** The constants among them that are option records. */
  readonly exportedRecords: readonly string[];
  /** The names of its sources. */
  readonly files: readonly string[];
}

/** A package's sources: where it is imported from, its entries, all its files. */
export interface ApiSources {
  readonly name: string;
  readonly specifier: string;
  readonly entries: readonly string[];
  readonly files: readonly string[];
}

const isLibrary = (path: string): boolean =>
  path.endsWith('.ts') && !path.endsWith('.test.ts') && !/\/(testing|fixtures|generated)\//.test(path);

/** The public packages of the repository. */
export function librarySources(): ApiSources[] {
  return publicPackages().map((one) => ({
    name: basename(one.folder),
    specifier: one.manifest.name,
    // What is for tests only has words of its own.
    entries: sourceEntries(one).filter((path) => basename(path) !== 'testing.ts'),
    files: filesBelow(join(root, one.folder, 'src'), isLibrary),
  }));
}

/** Reads packages, all in one program. */
export function readApis(packages: readonly ApiSources[], host?: ts.CompilerHost): PublicApi[] {
  const base = ts.readConfigFile(join(root, 'tooling/tsconfig/base.json'), ts.sys.readFile).config;
  const { options } = ts.convertCompilerOptionsFromJson(base.compilerOptions, root);
  const rootNames = packages.flatMap(({ files }) => files);
  const program = ts.createProgram({ rootNames, options: { ...options, types: [] }, host });
  return packages.map((one) => readApi(one, program));
}

function readApi({ name, specifier, entries, files }: ApiSources, program: ts.Program): PublicApi {
  const checker = program.getTypeChecker();
  const sources = files.map((path) => program.getSourceFile(path)).filter((source) => source !== undefined);
  const records = new Map<ts.Symbol, OptionRecord>();
  for (const source of sources) {
    for (const declaration of recordsIn(source)) {
      const symbol = checker.getSymbolAtLocation(declaration.name);
      const record = symbol && readRecord(symbol, declaration, checker);
      if (record) records.set(symbol, record);
    }
  }
  const exported = entries.map((path) => ({ path, symbols: exportsOf(path, program) }));
  const all = new Map(exported.flatMap(({ symbols }) => symbols.map((symbol) => [symbol.name, symbol])));
  const symbols = [...all.values()].map((symbol) => [symbol.name, resolved(symbol, checker)] as const);
  const rootNames = exported.find(({ path }) => basename(path) === 'index.ts')?.symbols ?? [];
  return {
    name,
    records: [...records.values()],
    functions: symbols.flatMap(([called, symbol]) => readFunction(called, symbol, checker)),
    optionTypes: exported.flatMap(({ path, symbols: some }) =>
      some
        .filter(({ name: type }) => /^[A-Z].*Options$/.test(type))
        .map((symbol) => ({
          ...readOptionsType(resolved(symbol, checker), checker, records),
          name: symbol.name,
          specifier: path.endsWith('/index.ts') ? specifier : `${specifier}/${basename(path, '.ts')}`,
        })),
    ),
    names: [...all.keys()],
    root: rootNames.map((symbol) => symbol.name),
    exportedRecords: symbols.filter(([, symbol]) => records.has(symbol)).map(([exportedName]) => exportedName),
    files: files.map((path) => basename(path, '.ts')),
  };
}

function exportsOf(path: string, program: ts.Program): ts.Symbol[] {
  const source = program.getSourceFile(path);
  const symbol = source && program.getTypeChecker().getSymbolAtLocation(source);
  return symbol ? program.getTypeChecker().getExportsOfModule(symbol) : [];
}

const resolved = (symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

/** The constants of a file that may be option records, by what they satisfy or by their names. */
function recordsIn(source: ts.SourceFile): ts.VariableDeclaration[] {
  const declarations = source.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => declarationList.declarations);
  return declarations.filter(({ name, initializer }) => {
    const satisfied = initializer && ts.isSatisfiesExpression(initializer) && initializer.type.getText(source);
    return satisfied === 'OptionSpecs' || /Options$/.test(name.getText(source));
  });
}

/** A constant as a record, if each of its members is an option's statement. */
function readRecord(symbol: ts.Symbol, node: ts.Node, checker: ts.TypeChecker): OptionRecord | undefined {
  const propertiesOf = (type: ts.Type) =>
    checker
      .getPropertiesOfType(type)
      .map((property) => [property.name, checker.getTypeOfSymbolAtLocation(property, node)] as const);
  const options = propertiesOf(checker.getTypeOfSymbolAtLocation(symbol, node)).map(([name, type]) => {
    const properties = propertiesOf(type);
    const fields = properties.map(([field, value]) => [field, literalOf(value, checker)] as const);
    const choices = properties.find(([field]) => field === 'choices')?.[1];
    const option: RecordedOption = {
      fields: Object.fromEntries(fields.filter(([, value]) => value !== undefined)) as RecordedOption['fields'],
      choices: choices ? wordsOf(checker.getIndexTypeOfType(choices, ts.IndexKind.Number)) : [],
    };
    return [name, option] as const;
  });
  const isRecord = options.every(([, { fields }]) => 'type' in fields && 'description' in fields);
  return isRecord ? { name: symbol.name, options: new Map(options) } : undefined;
}

function literalOf(type: ts.Type, checker: ts.TypeChecker): string | number | boolean | undefined {
  if (type.isStringLiteral() || type.isNumberLiteral()) return type.value;
  if (type.flags & ts.TypeFlags.BooleanLiteral) return checker.typeToString(type) === 'true';
  return undefined;
}

/** The words that a type consists of. */
function wordsOf(type: ts.Type | undefined): string[] {
  const parts = type?.isUnion() ? type.types : [type];
  return parts.flatMap((part) => (part?.isStringLiteral() ? [part.value] : []));
}

function readOptionsType(
  symbol: ts.Symbol,
  checker: ts.TypeChecker,
  records: ReadonlyMap<ts.Symbol, OptionRecord>,
): Omit<OptionsType, 'name' | 'specifier'> {
  const parameters = symbol.declarations?.map((one) =>
    ts.isTypeAliasDeclaration(one) || ts.isInterfaceDeclaration(one) ? (one.typeParameters?.length ?? 0) : 0,
  );
  return {
    arity: Math.max(0, ...(parameters ?? [])),
    options: checker
      .getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol))
      .filter(({ declarations }) => declarations?.some(ts.isObjectLiteralElement))
      .map(({ name }) => name),
    records: recordsOfType(symbol, checker, records),
  };
}

/** The records of an options type, also through other types. */
function recordsOfType(
  symbol: ts.Symbol,
  checker: ts.TypeChecker,
  records: ReadonlyMap<ts.Symbol, OptionRecord>,
  seen = new Set<ts.Symbol>(),
): OptionRecord[] {
  if (seen.has(symbol)) return [];
  seen.add(symbol);
  const found = new Set<OptionRecord>();
  const visit = (node: ts.Node): void => {
    const name = ts.isTypeQueryNode(node) ? node.exprName : ts.isTypeReferenceNode(node) ? node.typeName : undefined;
    const used = name && checker.getSymbolAtLocation(name);
    const target = used && resolved(used, checker);
    const record = target && records.get(target);
    if (record) found.add(record);
    else if (target?.name.endsWith('Options')) {
      for (const one of recordsOfType(target, checker, records, seen)) found.add(one);
    }
    ts.forEachChild(node, visit);
  };
  for (const declaration of symbol.declarations ?? []) {
    if (ts.isTypeAliasDeclaration(declaration)) visit(declaration.type);
    if (ts.isInterfaceDeclaration(declaration)) declaration.heritageClauses?.forEach(visit);
  }
  return [...found];
}

/** What every run takes; see `RunOptions`. */
const RUN_OPTIONS = new Set(['signal', 'onIteration', 'maxSeconds', 'trace']);

function readFunction(name: string, symbol: ts.Symbol, checker: ts.TypeChecker): PublicFunction[] {
  const declaration = symbol.valueDeclaration;
  if (declaration === undefined || declaration.getSourceFile().isDeclarationFile) return [];
  const type = checker.getTypeOfSymbolAtLocation(symbol, declaration);
  const isClass = ts.isClassDeclaration(declaration);
  const signatures = isClass ? type.getConstructSignatures() : type.getCallSignatures();
  return signatures.map((signature) => {
    const parameters = signature.getParameters();
    const last = parameters.at(-1);
    const optionsType = last && checker.getNonNullableType(checker.getTypeOfSymbolAtLocation(last, declaration));
    const options = last && isOptions(last.name) && optionsType ? checker.getPropertiesOfType(optionsType) : [];
    return {
      name: isClass ? `new ${name}` : name,
      parameters: parameters.map((parameter) => parameter.name),
      options: options.map((option) => option.name).filter((option) => !RUN_OPTIONS.has(option)),
      results: isClass ? new Map() : resultsOf(signature.getReturnType(), declaration, checker),
    };
  });
}

/** Whether a parameter is what functions take last. */
const isOptions = (parameter: string): boolean => /^(given|settings|options|\w+Options)$/.test(parameter);

/** The fields of a plain result, also of one that is promised, with the words or the kind of type that each may be. */
function resultsOf(result: ts.Type, node: ts.Node, checker: ts.TypeChecker): ReadonlyMap<string, readonly string[]> {
  const type = checker.getAwaitedType(result) ?? result;
  const fields = new Map<string, readonly string[]>();
  for (const part of type.isUnion() ? type.types : [type]) {
    if (!isOurs(part)) continue;
    for (const property of checker.getPropertiesOfType(part)) {
      const field = checker.getTypeOfSymbolAtLocation(property, node);
      const words = wordsOf(field);
      const kind = field.flags & ts.TypeFlags.NumberLike ? ['number'] : [];
      fields.set(property.name, [...(fields.get(property.name) ?? []), ...words, ...kind]);
    }
  }
  return fields;
}

/** Whether a type is an object that the packages describe: no array, generator or function. */
function isOurs(type: ts.Type): boolean {
  if (type.isIntersection()) return type.types.some(isOurs);
  const declarations = type.symbol?.declarations ?? [];
  return declarations.some(
    (one) =>
      (ts.isInterfaceDeclaration(one) || ts.isTypeLiteralNode(one) || ts.isMappedTypeNode(one)) &&
      !/\/node_modules\/typescript\//.test(one.getSourceFile().fileName),
  );
}
