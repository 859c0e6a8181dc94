// The packed packages run in every runtime that they promise: the example of each README prints the same there.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Runtime } from './runtimes.ts';
import { installRuntimes, printedIn } from './runtimes.ts';
import { installPacked, readmeExamples } from './tarball.ts';

const examples = readmeExamples();
let project = '';
let runtimes: Runtime[] = [];

beforeAll(() => {
  ({ project } = installPacked(examples));
  runtimes = installRuntimes(join(project, 'runtimes'));
}, 600_000);
afterAll(() => rmSync(project, { recursive: true, force: true }));

function runtimeOf(name: string): Runtime {
  const runtime = runtimes.find((candidate) => candidate.name === name);
  if (runtime === undefined) throw new Error(`${name} is not installed`);
  return runtime;
}

describe.each([
  ['Node 22', 'Node.js/22'],
  ['Bun', 'Bun/'],
  ['Deno', 'Deno/'],
])('in %s', (name, agent) => {
  it('is what runs', () => {
    writeFileSync(join(project, 'agent.ts'), `console.log(navigator.userAgent.startsWith('${agent}'));\n`);
    expect(printedIn(runtimeOf(name), 'agent.ts', project)).toEqual(['true']);
  });

  it.each(examples)('the example of $name prints what it says', ({ file, expected }) => {
    expect(printedIn(runtimeOf(name), file, project)).toEqual(expected);
  });
});
