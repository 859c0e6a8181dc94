// Writes the API reference: TypeDoc over every entry of every public package, as Markdown below `docs/api`.
//
// Fails when a public symbol has no comment or a link leads nowhere.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Application, type Context, Converter } from 'typedoc';
import type { MarkdownApplication } from 'typedoc-plugin-markdown';
import { root } from '../site/registry.ts';

/** A module of the API: what users import, and the source behind it. */
interface Entry {
  readonly specifier: string;
  readonly source: string;
}

const docs = path.join(root, 'docs');
const output = path.join(docs, 'api');
const tsconfig = path.join(docs, '.vitepress/cache/api.tsconfig.json');

const entries = publicEntries();
writeTsconfig(entries);
await writeApi(entries);

/** The entries of all public packages, as their `exports` name them. */
function publicEntries(): Entry[] {
  const packages = path.join(root, 'packages');
  const all = readdirSync(packages).flatMap((folder) => {
    const manifest = JSON.parse(readFileSync(path.join(packages, folder, 'package.json'), 'utf8')) as {
      name: string;
      private?: boolean;
      exports: Record<string, string | { default: string }>;
    };
    if (manifest.private) return [];
    return Object.entries(manifest.exports).flatMap(([key, target]) => {
      if (typeof target === 'string') return [];
      const source = target.default.replace('./dist/', 'src/').replace(/\.js$/, '.ts');
      return [{ specifier: manifest.name + key.slice(1), source: path.join(packages, folder, source) }];
    });
  });
  // Whether entries lead somewhere is for the package checks to say.
  return all.filter(({ source }) => existsSync(source));
}

/** A program in which packages import each other's sources, so that links lead from one to the other. */
function writeTsconfig(all: readonly Entry[]): void {
  const paths = Object.fromEntries(all.map(({ specifier, source }) => [specifier, [source]]));
  const config = {
    extends: path.join(root, 'tooling/tsconfig/base.json'),
    compilerOptions: { paths, typeRoots: [path.join(root, 'node_modules/@types')] },
    files: all.map(({ source }) => source),
  };
  rmSync(output, { recursive: true, force: true });
  mkdirSync(path.dirname(tsconfig), { recursive: true });
  writeFileSync(tsconfig, JSON.stringify(config));
}

async function writeApi(all: readonly Entry[]): Promise<void> {
  const app = (await Application.bootstrapWithPlugins({
    plugin: ['typedoc-plugin-markdown'],
    tsconfig,
    entryPoints: all.map(({ source }) => source),
    entryPointStrategy: 'resolve',
    // `pnpm typecheck` has that task.
    skipErrorChecking: true,
    name: 'API',
    out: output,
    readme: 'none',
    excludeInternal: true,
    excludePrivate: true,
    disableSources: true,
    sort: ['kind', 'alphabetical'],
    requiredToBeDocumented: ['Class', 'Function', 'Interface', 'TypeAlias', 'Variable', 'Enum'],
    validation: { notDocumented: true, notExported: false, invalidLink: true },
    treatValidationWarningsAsErrors: true,
    logLevel: 'Warn',
  })) as MarkdownApplication;
  app.options.setValue('entryFileName', 'index');
  app.options.setValue('hidePageHeader', true);
  app.options.setValue('hideBreadcrumbs', true);
  app.options.setValue('useCodeBlocks', true);
  app.options.setValue('parametersFormat', 'table');
  app.options.setValue('interfacePropertiesFormat', 'table');
  app.options.setValue('navigationJson', path.join(output, 'navigation.json'));
  app.options.setValue('navigationModel', {
    excludeGroups: false,
    excludeCategories: true,
    excludeFolders: true,
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => nameModules(context, all));
  const project = await app.convert();
  if (!project) fail();
  app.validate(project);
  await app.generateOutputs(project);
  if (app.logger.hasErrors()) fail();
}

/** Modules are called as they are imported. */
function nameModules(context: Context, all: readonly Entry[]): void {
  for (const module of context.project.children ?? []) {
    const file = context.getSymbolFromReflection(module)?.declarations?.[0].getSourceFile().fileName;
    module.name = all.find(({ source }) => source === file)?.specifier ?? module.name;
  }
}

function fail(): never {
  console.error('the API reference is incomplete; see the messages above');
  process.exit(1);
}
