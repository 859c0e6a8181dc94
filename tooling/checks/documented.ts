// Which exported symbols, and members of them, have no doc comment.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import type { WorkspacePackage } from './workspace.ts';
import { fromRoot, root } from './workspace.ts';

/** The entry files of a package's sources: `./testing` is `src/testing.ts`. */
export function sourceEntries({ folder, manifest }: WorkspacePackage): string[] {
  return Object.keys(manifest.exports ?? {})
    .map((key) => join(root, folder, 'src', `${key === '.' ? 'index' : key.slice(2)}.ts`))
    .filter(existsSync);
}

/** One line for every exported symbol or public member without a doc comment. */
export function undocumented(entries: readonly string[], host?: ts.CompilerHost): string[] {
  const base = ts.readConfigFile(join(root, 'tooling/tsconfig/base.json'), ts.sys.readFile).config;
  const { options: shared } = ts.convertCompilerOptionsFromJson(base.compilerOptions, root);
  // Declarations of the language and of Node are not exports of the packages, and take longer to read than the packages.
  const options: ts.CompilerOptions = { ...shared, noLib: true, lib: undefined, types: [] };
  const program = ts.createProgram({ rootNames: entries, options, host });
  const checker = program.getTypeChecker();
  const found = new Set<string>();
  for (const entry of entries) {
    const source = program.getSourceFile(entry);
    const moduleSymbol = source && checker.getSymbolAtLocation(source);
    for (const exported of moduleSymbol ? checker.getExportsOfModule(moduleSymbol) : []) {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      for (const line of complaintsAbout(symbol, checker)) found.add(line);
    }
  }
  return [...found].sort();
}

function complaintsAbout(symbol: ts.Symbol, checker: ts.TypeChecker): string[] {
  const declarations = (symbol.declarations ?? []).filter((node) => isOurs(node.getSourceFile()));
  if (declarations.length === 0) return [];
  const own = symbol.getDocumentationComment(checker).length > 0 ? [] : [describe(declarations[0], symbol.name)];
  return [...own, ...declarations.flatMap(membersOf).flatMap((member) => memberComplaint(member, symbol, checker))];
}

function isOurs(source: ts.SourceFile): boolean {
  return !source.isDeclarationFile && !source.fileName.includes('/node_modules/');
}

/** The members that a reader sees: of interfaces, of object types at any depth, and of classes what is not private. */
function membersOf(declaration: ts.Declaration): ts.NamedDeclaration[] {
  if (ts.isInterfaceDeclaration(declaration)) return [...declaration.members, ...declaration.members.flatMap(literalsBelow)];
  if (ts.isTypeAliasDeclaration(declaration)) return literalsBelow(declaration.type);
  if (!ts.isClassDeclaration(declaration)) return [];
  return declaration.members.filter(
    (member) =>
      !ts.isConstructorDeclaration(member) &&
      !ts.isClassStaticBlockDeclaration(member) &&
      // What [Symbol.dispose] and its like do is known.
      !(member.name && ts.isComputedPropertyName(member.name)) &&
      !(member.name && ts.isPrivateIdentifier(member.name)) &&
      !(ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private),
  );
}

function literalsBelow(node: ts.Node): ts.NamedDeclaration[] {
  const found: ts.NamedDeclaration[] = [];
  const visit = (inner: ts.Node): void => {
    if (ts.isTypeLiteralNode(inner)) found.push(...inner.members);
    // Parameters of functions belong to their `@param` tags.
    if (!ts.isParameter(inner)) ts.forEachChild(inner, visit);
  };
  visit(node);
  return found;
}

function memberComplaint(member: ts.NamedDeclaration, parent: ts.Symbol, checker: ts.TypeChecker): string[] {
  const symbol = member.name && checker.getSymbolAtLocation(member.name);
  if (symbol === undefined) return [];
  const documented = symbol.getDocumentationComment(checker).length > 0;
  return documented ? [] : [describe(member, `${parent.name}.${symbol.name}`)];
}

function describe(node: ts.Node, name: string): string {
  const source = node.getSourceFile();
  const { line } = source.getLineAndCharacterOfPosition(node.getStart());
  return `${fromRoot(source.fileName)}:${line + 1}: ${name} has no doc comment`;
}
