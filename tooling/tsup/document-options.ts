// Options are stated once, in a record, and their type is a mapped type of it. Editors show a comment only where a member is
// written out, and so the declarations have `OptionsOf<typeof record>` written out, from the record as the compiler emits it.
import { posix } from 'node:path';

/** Declarations by path, without `.d.ts`: those of `src/a/b.ts` are called `a/b`. */
export type Declarations = ReadonlyMap<string, string>;

/** One option as an editor should show it. */
interface DocumentedOption {
  readonly comment: string;
  readonly isRequired: boolean;
  /** Undefined where only the record knows it. */
  readonly type: string | undefined;
}

/** A record of options and the file that declares it. */
interface OptionRecord {
  readonly home: string;
  readonly options: ReadonlyMap<string, DocumentedOption>;
}

/** `declare const fooOptions: { … };` of a record; its body is indented by four. Spreads leave an intersection. */
const CONSTANT = /^(export )?declare const (\w+): \{\n((?: {4}.*\n|\} & \{\n)+)\};\n/gm;

/** The same with its doc comment. */
const DOCUMENTED_CONSTANT = new RegExp(`(?:^/\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/\\n)?${CONSTANT.source}`, 'gm');

/** The type of a record's options: with members picked, left out or made optional, that of one of them, or as it is. */
const USE =
  /\b(?:(Pick|Omit)<OptionsOf<typeof (\w+)>, ((?:'\w+'(?: \| )?)+)>|(Partial)<OptionsOf<typeof (\w+)>>|OptionsOf<typeof (\w+)>(?:\['(\w+)'\])?)/g;

const IMPORT = /^import (?:type )?\{ ([^}]*) \} from '([^']*)';\n/gm;

/**
 * The declarations of a package with all options written out where their type is used, and without the records that
 * nothing refers to any more.
 */
export function documentOptions(files: Declarations): Map<string, string> {
  const records = new Map([...files.keys()].map((path) => [path, recordsOf(path, files)]));
  const written = [...files].map(([path, text]): [string, string] => {
    const recordOf = (name: string) => records.get(homeOf(name, path, files))?.get(name);
    const documented = text.replace(USE, (use, part, whole, keys, partial, optional, alone, key) => {
      const name = whole ?? optional ?? alone;
      const record = recordOf(name);
      if (!record) return use;
      const isHome = record.home === path;
      const members = [...record.options].map(([option, { comment, type, isRequired }]) => {
        const here = isHome || !type ? type : moved(type, record.home, path, files);
        const value = here ?? `OptionsOf<typeof ${name}>['${option}']`;
        const isGiven = isRequired && !partial;
        const full = isGiven ? value : `${value.includes('=>') ? `(${value})` : value} | undefined`;
        const text = `    /** ${comment} */\n    readonly ${option}${isGiven ? '' : '?'}: ${full};\n`;
        return { option, text, type: full };
      });
      if (key) return members.find(({ option }) => option === key)?.type ?? use;
      const kept = members.filter(({ option }) => !keys || keys.includes(`'${option}'`) === (part === 'Pick'));
      return `{\n${kept.map(({ text }) => text).join('')}}`;
    });
    return [path, withoutImports(documented, (name) => recordOf(name) !== undefined)];
  });
  return withoutRecords(new Map(written), (path, name) => records.get(path)?.has(name) ?? false);
}

/** The option records that a file declares, by name. */
function recordsOf(path: string, files: Declarations): Map<string, OptionRecord> {
  const records = new Map<string, OptionRecord>();
  for (const [, , name, body] of (files.get(path) ?? '').matchAll(CONSTANT)) {
    const options = new Map<string, DocumentedOption>();
    for (const [option, literal] of membersOf(body, 4)) {
      if (/^ {8}readonly description: /m.test(literal)) options.set(option, documented(literal, path, files));
    }
    if (options.size === body.match(/^ {4}\w/gm)?.length) records.set(name, { home: path, options });
  }
  return records;
}

/** The members of a type literal that is indented by so many spaces: the text of their types, or the lines of a literal. */
function membersOf(literal: string, indent: number): Map<string, string> {
  const member = new RegExp(`^ {${indent}}readonly (\\w+): (?:\\{\\n((?: {${indent + 4}}.*\\n)*) {${indent}}\\}|(.+));$`, 'gm');
  return new Map([...literal.matchAll(member)].map(([, name, lines, type]) => [name, lines ?? type]));
}

function documented(literal: string, path: string, files: Declarations): DocumentedOption {
  const fields = membersOf(literal, 8);
  const integers = fields.get('orInteger');
  const standard = fields.get('default');
  const notes = [
    unquoted(fields.get('unit')),
    ...rangeOf(fields),
    ...(integers === undefined ? [] : ['or an integer', ...rangeOf(membersOf(integers, 12))]),
    fields.has('required') ? 'required' : isLiteral(standard) && `default ${standard}`,
  ].filter(Boolean);
  const text = unquoted(fields.get('description'))?.replaceAll('*/', '* /');
  return {
    comment: notes.length > 0 ? `${text} (${notes.join(', ')}).` : `${text}.`,
    isRequired: fields.has('required'),
    type: typeOf(fields, path, files),
  };
}

/** What a range allows, in words. */
function rangeOf(fields: ReadonlyMap<string, string>): string[] {
  const words = { min: 'at least', above: 'above', max: 'at most', below: 'below' };
  return Object.entries(words).flatMap(([name, word]) => {
    const limit = fields.get(name);
    return isLiteral(limit) ? [`${word} ${limit}`] : [];
  });
}

/** Whether a type is one number, word or truth value, not all of them. */
const isLiteral = (type: string | undefined): type is string => /^(-?[\d.]|['"]|true$|false$)/.test(type ?? '');

const unquoted = (type: string | undefined): string | undefined =>
  type?.replace(/^(['"])(.*)\1$/, '$2').replaceAll(/\\(.)/g, '$1');

/** The type of an option's value, for the file that declares it. */
function typeOf(fields: ReadonlyMap<string, string>, path: string, files: Declarations): string | undefined {
  switch (unquoted(fields.get('type'))) {
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'choice': {
      const choices = /^readonly \[(.*)\]$/.exec(fields.get('choices') ?? '')?.[1].split(', ');
      return choices && [...choices, ...(fields.has('orInteger') ? ['number'] : [])].join(' | ');
    }
    default:
      return assertedType(fields.get('check') ?? '', path, files);
  }
}

/** What a check asserts of its value, be it written out or the type of a function here or elsewhere. */
function assertedType(check: string, path: string, files: Declarations): string | undefined {
  const type = /^\(.*\) => asserts \w+ is (.+)$/.exec(check)?.[1];
  const [, file, name] = /^typeof (?:import\("(\..*)\.ts"\)\.)?(\w+)$/.exec(check) ?? [];
  if (type !== undefined || name === undefined) return type;
  const home = file === undefined ? homeOf(name, path, files) : joined(path, file);
  const signature = new RegExp(`declare (?:function|const) ${name}(?:: )?\\(.*\\)(?::| =>) asserts \\w+ is (.+);`);
  const asserted = signature.exec(files.get(home) ?? '')?.[1];
  return asserted && (home === path ? asserted : moved(asserted, home, path, files));
}

/** A type of one file as another has to write it; undefined if it has a name that is not exported. */
function moved(type: string, from: string, to: string, files: Declarations): string | undefined {
  let isExported = true;
  const text = type.replace(/import\("(\.[^"]*)\.ts"\)|(?<![.'"\w])[A-Z]\w*/g, (part, target) => {
    if (target) return `import("${relative(joined(from, target), to)}")`;
    const home = homeOf(part, from, files);
    const source = files.get(home);
    if (source === undefined) return `import("${home}").${part}`;
    const [declaration] = new RegExp(`^.*\\b(?:type|interface|class) ${part}\\b`, 'm').exec(source) ?? [];
    if (declaration && home !== to) {
      isExported &&= declaration.startsWith('export');
      return `import("${relative(home, to)}").${part}`;
    }
    return part;
  });
  return isExported ? text : undefined;
}

/** Where a file has a name from: another file or a package that it imports; else it is its own, or the language's. */
function homeOf(name: string, path: string, files: Declarations): string {
  for (const [, names, target] of (files.get(path) ?? '').matchAll(IMPORT)) {
    if (names.split(', ').some((one) => one.replace('type ', '') === name)) {
      return target.startsWith('.') ? joined(path, target.replace(/\.ts$/, '')) : target;
    }
  }
  return path;
}

/** A file without its imports of records that it has no other use for. */
function withoutImports(text: string, isRecord: (name: string) => boolean): string {
  return text.replace(IMPORT, (statement, names: string) => {
    const kept = names.split(', ').filter((name) => !isRecord(name) || occurrences(text, name) > 1);
    return kept.length > 0 ? statement.replace(names, kept.join(', ')) : '';
  });
}

/** The files without the records that nothing refers to, here or, where they are exported, elsewhere. */
function withoutRecords(files: Declarations, isRecord: (path: string, name: string) => boolean): Map<string, string> {
  const all = [...files.values()].join('\n');
  const kept = [...files].map(([path, text]): [string, string] => {
    const left = text.replace(DOCUMENTED_CONSTANT, (statement: string, exported: string, name: string) => {
      const isAlone = occurrences(exported ? all : text, name) === 1;
      return isAlone && isRecord(path, name) ? '' : statement;
    });
    return [path, left];
  });
  return new Map(kept);
}

const occurrences = (text: string, name: string): number => text.match(new RegExp(`\\b${name}\\b`, 'g'))?.length ?? 0;

/** The path of what a file names relatively. */
const joined = (from: string, target: string): string => posix.join(posix.dirname(from), target);

/** A file as another one imports it. */
function relative(path: string, from: string): string {
  const text = posix.relative(posix.dirname(from), path);
  return `${text.startsWith('.') ? text : `./${text}`}.ts`;
}
