// Writes the thumbnail of every problem that has a view: `public/thumbnails/<package>/<problem>.svg`.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { registry, root } from '../site/registry.ts';
import { thumbnailOf } from '../site/thumbnails.ts';

const only = process.argv[2];
let [count, bytes] = [0, 0];
for (const problem of registry.problems.filter(({ id }) => only === undefined || id === only)) {
  const svg = await thumbnailOf(problem);
  if (!svg) continue;
  const file = path.join(root, 'docs/public/thumbnails', `${problem.id}.svg`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, svg);
  count++;
  bytes += svg.length;
}
console.log(`${count} thumbnails, ${Math.round(bytes / 1000)} kB`);
process.exit();
