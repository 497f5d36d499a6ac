import { parentPort, workerData } from 'node:worker_threads';
import { serveRequests } from './serve-requests.js';
import { WorkerHost } from './worker-host.js';
import type { WorkerSettings } from './worker-messages.js';

if (!parentPort) throw new Error('model.worker is started as a worker thread only');
serveRequests(parentPort, new WorkerHost(workerData as WorkerSettings));
