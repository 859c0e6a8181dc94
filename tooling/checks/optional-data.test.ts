import { describe, expect, it } from 'vitest';
import { withOptionalData } from '../tsup/optional-data.ts';

describe('imports of data sets', () => {
  it('may be missing, on the line where they were', () => {
    const code = "const a = 1;\nconst iris = () => import('@infimum/datasets/iris');\nlater();";
    const out = withOptionalData(code);
    expect(out).toContain("import(/* webpackIgnore: true */ '@infimum/datasets/iris').catch(");
    expect(out.split('\n')).toHaveLength(3);
  });

  it('are the only ones that may', () => {
    const code = "import('./chunk.js'); import('@infimum/linalg'); import { x } from '@infimum/datasets/iris';";
    expect(withOptionalData(code)).toBe(code);
  });

  it('still fail where they are missing', async () => {
    const load = new Function(`return ${withOptionalData("import('@infimum/datasets/nowhere')")}`) as () => Promise<object>;
    await expect(load()).rejects.toThrow();
  });
});
