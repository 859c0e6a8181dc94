// Hovering an option in an editor shows its text, range and default: asked of three language services about every option of
// every exported type of options.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import old from 'typescript-5.6';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Place } from './hover.ts';
import { COMPILER_OPTIONS, nativeCompiler, shownBy, shownByNative } from './hover.ts';
import type { OptionsType, RecordedOption } from './public-api.ts';
import { libraryApis } from './vocabulary.ts';
import { makeConsumer } from './workspace.ts';

/** An option in the program, and its statement in every record that its type is made of. */
interface Hover extends Place {
  readonly name: string;
  readonly statements: readonly RecordedOption[];
}

const folder = makeConsumer('hover');
let types: OptionsType[] = [];
const hovers: Hover[] = [];

beforeAll(() => {
  types = libraryApis().flatMap(({ optionTypes }) => optionTypes.filter(({ records }) => records.length > 0));
  // A file an entry: services look for the names of symbols in all modules that a file imports.
  for (const specifier of new Set(types.map((type) => type.specifier))) {
    const path = join(folder, `${specifier.replaceAll(/\W/g, '-')}.ts`);
    const lines = [`import type * as entry from '${specifier}';`];
    for (const { name, arity, options, records } of types.filter((type) => type.specifier === specifier)) {
      const given = arity > 0 ? `<${Array(arity).fill('any').join(', ')}>` : '';
      lines.push(`export const of${name}: entry.${name}${given} = {`);
      // A method decides which options there are besides: its default.
      const method = records.flatMap((record) => record.options.get('method') ?? [])[0];
      if (method && !options.includes('method')) lines.push(`  method: ${JSON.stringify(method.fields['default'])},`);
      for (const option of options) {
        const statements = records.flatMap((record) => record.options.get(option) ?? []);
        if (statements.length === 0) continue;
        hovers.push({ path, line: lines.length, character: 2, name: `${specifier} ${name}.${option}`, statements });
        lines.push(`  ${option}: 0 as never,`);
      }
      lines.push('};');
    }
    writeFileSync(path, lines.join('\n'));
  }
  const config = { compilerOptions: COMPILER_OPTIONS, include: ['*.ts'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** What has to be seen of an option. */
function partsOf({ fields }: RecordedOption): string[] {
  const words = { unit: '', min: 'at least ', above: 'above ', max: 'at most ', below: 'below ' };
  return [
    String(fields['description']),
    ...Object.entries(words).flatMap(([field, word]) => (field in fields ? [`${word}${fields[field]}`] : [])),
    ...('default' in fields ? [`default ${JSON.stringify(fields['default']).replaceAll('"', "'")}`] : []),
    ...('required' in fields ? ['required'] : []),
  ];
}

/** The options of which something is not shown, with what is. */
const hidden = (shown: readonly string[], asked: readonly Hover[] = hovers): string[] =>
  asked.flatMap(({ name, statements }, i) =>
    statements.some((statement) => partsOf(statement).every((part) => shown[i].replaceAll('"', "'").includes(part)))
      ? []
      : [`${name}: ${shown[i]}`],
  );

describe('every option', () => {
  it('is asked about', () => {
    expect(types.length).toBeGreaterThan(250);
    expect(new Set(hovers.map(({ name }) => name.split('.')[0])).size).toBeGreaterThan(types.length - 10);
    expect(hidden(hovers.map(() => ''))).toHaveLength(hovers.length);
  });

  it('shows text, range and default in TypeScript 6', () => {
    expect(hidden(shownBy(ts, folder, hovers))).toEqual([]);
  });

  it('shows them in TypeScript 5.6', () => {
    expect(hidden(shownBy(old as unknown as typeof ts, folder, hovers))).toEqual([]);
  });

  it('shows them in the native compiler', async () => {
    expect(hidden(await shownByNative(nativeCompiler, folder, hovers))).toEqual([]);
  });
});
