// A worker in a process of its own, which tests may kill: `node worker-process.ts URL [LOST_AFTER_SECONDS] [VERSION]`.
import { startWorker } from '../src/index.ts';
import { tasks } from './tasks.ts';

const [url, lostAfterSeconds = '1', version] = process.argv.slice(2);
const registered = Object.values(tasks).map((task) => (version === undefined ? task : { ...task, version }));
await startWorker({ url, tasks: registered, lostAfterSeconds: Number(lostAfterSeconds), retries: 50 });
process.stdout.write('ready\n');
