/**
 * Loaded before the measured gateway (`--import`): answers the benchmark's questions about the inside of its process on
 * the socket BENCH_SOCKET. A line with a command in, one JSON value out.
 */
import { Session } from 'node:inspector/promises';
import { createServer } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

// Its timer wakes the process as often, which is charged to the gateway.
const RESOLUTION_MILLIS = 20;
const SAMPLE_MICROS = 500;
const SAMPLE_BYTES = 16 * 1024;

const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MILLIS });
// Connected only while a profile is taken: without it, the process runs as it does everywhere.
const session = new Session();

const commands: Record<string, () => unknown> = {
  'reset-delay': () => delay.reset(),
  // The histogram holds the time between two ticks of its timer, the interval itself included.
  delay: () => Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION_MILLIS),
  'start-profile': async () => {
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_MICROS });
    await session.post('Profiler.start');
  },
  'stop-profile': async () => {
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    return profile;
  },
  'start-allocations': async () => {
    session.connect();
    await session.post('HeapProfiler.startSampling', {
      samplingInterval: SAMPLE_BYTES,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    });
  },
  'stop-allocations': async () => {
    const { profile } = await session.post('HeapProfiler.stopSampling');
    session.disconnect();
    return profile;
  },
};

if (isMainThread && process.env.BENCH_SOCKET) {
  delay.enable();
  createServer({ allowHalfOpen: true }, socket => {
    socket.once('data', async line => {
      const answer = await commands[line.toString().trim()]?.();
      socket.end(JSON.stringify(answer ?? null));
    });
  })
    .listen(process.env.BENCH_SOCKET)
    .unref();
}
