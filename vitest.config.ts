// All tests of the workspace, a project a package. INFIMUM_TEST_REPORT names a file for a report in JSON.
import { defineConfig } from 'vitest/config';

const report = process.env['INFIMUM_TEST_REPORT'];

export default defineConfig({
  test: {
    projects: ['packages/*', 'apps/*', 'docs', 'tooling/*'],
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
});
