// A worker in a process of its own, which tests may kill: `node worker-process.ts URL [LOST_AFTER_SECONDS] [RETRIES]`.
import { startWorker } from '../src/index.ts';
import { tasks } from './tasks.ts';

const [url, lostAfterSeconds = '1', retries = '50'] = process.argv.slice(2);
await startWorker({ url, tasks: Object.values(tasks), lostAfterSeconds: Number(lostAfterSeconds), retries: Number(retries) });
process.stdout.write('ready\n');
