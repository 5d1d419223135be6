import { parentPort } from 'node:worker_threads'
import { type Provable, proveDialogs } from './flow/check/check-bundle.ts'

// The thread of the proof; see gate.ts.
parentPort!.once('message', (provable: Provable) => parentPort!.postMessage(proveDialogs(provable)))
