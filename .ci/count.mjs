// Prints "PASSED FAILED" over what turbo ran last: every test of the reports that packages wrote, or that turbo
// restored with a cached task, and every other task by its end.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** A file that could not be loaded counts as one failure; so does a run that failed for a reason outside its tests. */
function countTests(path) {
  if (!existsSync(path)) return { passed: 0, failed: 1 };
  const report = readJson(path);
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  const failed = report.numFailedTests + unloaded.length;
  return { passed: report.numPassedTests, failed: failed === 0 && !report.success ? 1 : failed };
}

/** The report of each kind of test task. */
const REPORTS = { test: 'report.json', 'test:browser': 'browser.json' };

function countTask({ task, directory, execution, cache }) {
  const ended = cache.status === 'HIT' || execution?.exitCode === 0;
  if (!(task in REPORTS)) return ended ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  const { passed, failed } = countTests(join(root, directory, '.test', REPORTS[task]));
  return { passed, failed: ended ? failed : Math.max(failed, 1) };
}

const runs = join(root, '.turbo/runs');
const last = readdirSync(runs).sort().at(-1);
let passed = 0;
let failed = 0;
for (const task of readJson(join(runs, last)).tasks) {
  if (task.command === '<NONEXISTENT>') continue;
  const count = countTask(task);
  passed += count.passed;
  failed += count.failed;
  if (count.failed > 0) console.error(`== FAILED: ${task.taskId}`);
}
console.log(passed, failed);
