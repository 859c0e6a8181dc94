import { build } from 'esbuild';
import { gzipSync } from 'node:zlib';
const [root, pkg, name] = process.argv.slice(2);
const r = await build({ stdin: { contents: `import { ${name} } from '${root}/packages/${pkg}/dist/index.js'; globalThis.x = ${name};`, resolveDir: `${root}/packages/${pkg}` }, bundle: true, minify: true, format: 'esm', platform: 'browser', write: false, metafile: true, logLevel:'error', external: ['node:*'] });
const out = r.outputFiles[0].contents;
console.log(root, name, out.length, gzipSync(out,{level:9}).length);
const m = Object.values(r.metafile.outputs)[0].inputs;
for (const [f, { bytesInOutput }] of Object.entries(m).sort((a,b)=>b[1].bytesInOutput-a[1].bytesInOutput).slice(0,12)) console.log('  ', bytesInOutput, f.split('packages/')[1]);
