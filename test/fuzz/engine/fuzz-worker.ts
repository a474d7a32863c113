import { parentPort, workerData } from 'node:worker_threads';
import { fuzz } from './fuzz.ts';
import type { FuzzTarget } from './fuzz-target.ts';
import { Announced } from './supervise.ts';

/** One target in a thread of its own, which can be ended when an input never comes back. */
const { module, options, shared } = workerData;
const { target } = (await import(module)) as { readonly target: FuzzTarget };
const announced = new Announced(shared);
const saved = options.saved.map((input: Uint8Array) => Buffer.from(input));
const report = await fuzz(target, { ...options, saved, announce: input => announced.write(input) });
parentPort!.postMessage(report);
