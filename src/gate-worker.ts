import { parentPort } from 'node:worker_threads'
import { assemble } from './assemble-files.ts'
import { fingerprint } from './bundle-files.ts'
import { checkBundleBeside, type Provable } from './flow/check/check-bundle.ts'
import type { ProofResult } from './flow/prove/prove-flow.ts'
import { type GateRequest, startWorker } from './gate.ts'

// The thread of the publish gate; see gate.ts.
const prover = startWorker<Provable, ProofResult>(new URL('./proof-worker.ts', import.meta.url))
parentPort!.once('message', async ({ files, now, rota }: GateRequest) => {
  const result = await checkBundleBeside(files, { now, rota, fingerprint, assemble }, prover.ask)
  prover.stop()
  parentPort!.postMessage(result)
})
