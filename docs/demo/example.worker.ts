// The worker that runs an example, so that a program without an end can be stopped.
import { runExample } from './run-example.ts';

/** The entries of packages that run in a browser, each loaded by the first example that imports it. */
const entries = import.meta.glob<object>([
  '../../packages/*/dist/*.js',
  '../../packages/*/dist/*/index.js',
  '!../../packages/*/dist/{*-????????,*-worker,kernels,plugin,steps,testing,webgpu}.js',
  '!../../packages/*/dist/browser/index.js',
  '!../../packages/{infimum,distributed,datasets}/**',
]);

addEventListener('message', async ({ data }: MessageEvent<string>) => {
  try {
    await runExample(data, loadEntry, (line) => postMessage({ line }));
    postMessage({ end: '' });
  } catch (error) {
    postMessage({ end: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
  }
});

async function loadEntry(name: string): Promise<object> {
  const [scope, pkg, entry = 'index'] = name.split('/');
  const dist = `../../packages/${pkg}/dist/${entry}`;
  const load = scope === '@infimum' ? (entries[`${dist}.js`] ?? entries[`${dist}/index.js`]) : undefined;
  if (!load) throw new Error(`${name} cannot be imported here: only the packages of Infimum can`);
  return load();
}
