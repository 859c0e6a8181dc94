// A proof from the solver's answer to a file, and from there to a verdict.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatProof, parseProof } from '../src/proof.ts';
import { answer, emptyFolder, infimumBench, linesOf } from './command.ts';

describe('a proof', () => {
  it('is written by `solve`, proved by `check`, and refused when somebody changed it', async () => {
    const folder = emptyFolder();
    const at = (name: string) => path.join(folder, name);
    writeFileSync(at('mine.json'), '{"points": [[0], [1], [3], [4]], "labels": [-1, -1, 1, 1]}');
    const solve = ['solve', 'learn/max-margin', '--instance', 'mine.json', '--proof', 'proof.json'];
    expect((await answer(folder, solve)).stderr).toContain('the proof is in proof.json');
    const good = await answer(folder, ['check', 'proof.json', '--json']);
    expect(good.code).toBe(0);
    expect(JSON.parse(good.stdout)).toMatchObject({ proved: true, figures: { errors: { lower: 0, upper: 0 } } });
    const proof = parseProof(readFileSync(at('proof.json'), 'utf8'), 'proof');
    const bent = { ...proof, certificate: { ...proof.certificate, witness: { plane: 'yes' } } };
    writeFileSync(at('bent.json'), formatProof(bent));
    expect(await answer(folder, ['check', 'bent.json'])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('refused: '),
    });
    const foreign = { ...proof, instance: { points: 1 } };
    for (const text of ['{', '{}', formatProof(foreign)]) {
      writeFileSync(at('none.json'), text);
      const { code, stderr } = await answer(folder, ['check', 'none.json']);
      expect(code).toBe(2);
      expect(stderr).toContain('none.json');
      expect(stderr).not.toContain('    at ');
    }
  });

  it('is looked for by `run --certify` where the problem has certificates', async () => {
    const args = ['run', '--suite', 'smoke', '--budget', '0.25', '--certify', '--json'];
    const solvers = ['--problem', 'learn/separable-classification', '--solvers', 'learn/max-margin'];
    const { stdout } = await infimumBench(emptyFolder(), [...args, ...solvers]);
    const [line] = linesOf<{ readonly proof: object }>(stdout);
    expect(line.proof).toMatchObject({ proved: true, kind: 'separability', figures: { fewestErrors: [0, 0] } });
  });
});
