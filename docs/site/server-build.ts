// The build that renders the pages and is then thrown away: it needs neither small code nor the modules that pages load later.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './registry.ts';

/** A plug-in for Vite. */
interface ServerBuildPlugin {
  readonly name: string;
  config(own: object, mode: { readonly isSsrBuild?: boolean }): object | undefined;
  load(id: string, mode?: { readonly ssr?: boolean }): string | undefined;
}

/** Lets rendering import packages as Node does, and do without the public files, tree-shaking and the search. */
export function serverBuild(): ServerBuildPlugin {
  return {
    name: 'server-build',
    config: (_, { isSsrBuild }) => (isSsrBuild ? settings() : undefined),
    load: (id, mode) => (mode?.ssr && id.startsWith('/@localSearchIndex') ? 'export default {};' : undefined),
  };
}

function settings(): object {
  const { dependencies } = JSON.parse(readFileSync(path.join(root, 'docs/package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  return {
    build: { copyPublicDir: false, rollupOptions: { treeshake: false } },
    ssr: { external: Object.keys(dependencies).filter((name) => dependencies[name].startsWith('workspace:')) },
  };
}
