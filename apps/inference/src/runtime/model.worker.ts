import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { serveRequests } from './serve-requests.js';
import { WorkerHost } from './worker-host.js';
import type { WorkerSettings } from './worker-messages.js';

/** Of two threads that want a core, the event loop with its sockets and heartbeats is to have it first. */
const NICE = 5;

if (!parentPort) throw new Error('model.worker is started as a worker thread only');
// Linux gives each thread a priority of its own; elsewhere this would slow down the whole process.
if (process.platform === 'linux') setPriority(0, NICE);
serveRequests(parentPort, new WorkerHost(workerData as WorkerSettings));
