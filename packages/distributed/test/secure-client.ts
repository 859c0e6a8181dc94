// A client and a worker in one process that trusts the certificate of the test: `node secure-client.ts URL`.
import { queueExecutor, startWorker } from '../src/index.ts';
import { tasks } from './tasks.ts';

const [url] = process.argv.slice(2);
const address = { url, prefix: 'tls' };
const worker = await startWorker({ ...address, tasks: [tasks.square] });
const executor = await queueExecutor(address);
process.stdout.write(JSON.stringify(await executor.map(tasks.square, [1, 2, 3])));
await executor.close();
await worker.close();
