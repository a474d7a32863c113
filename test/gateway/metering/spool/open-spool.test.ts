import { spawn } from 'node:child_process';
import fs, { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type OpenSpool, openSpool, type SpoolOptions } from '../../../../src/gateway/metering/spool/open-spool.ts';
import type { SpoolFiles } from '../../../../src/gateway/metering/spool/segment-writer.ts';
import type { UsageEvent } from '../../../../src/spec/usage-event.ts';
import { usageEvent } from '../../../store/ledger/usage-event.ts';
import { readSpool, segments } from './read-spool.ts';

let directory: string;
let spools: OpenSpool[];
beforeEach(() => {
  directory = path.join(mkdtempSync(path.join(tmpdir(), 'tollgate-spool-')), 'spool');
  spools = [];
});
afterEach(async () => {
  for (const spool of spools) await spool.close().catch(() => {});
  rmSync(path.dirname(directory), { recursive: true, force: true });
});

async function open(options: Partial<SpoolOptions> = {}): Promise<OpenSpool> {
  const spool = await openSpool({ directory, fsync: 'interval', limitBytes: 1e9, ...options });
  spools.push(spool);
  return spool;
}

const started = (spool: OpenSpool, event: UsageEvent) => new Promise<Error | null>(done => spool.started(event, done));
const finished = (spool: OpenSpool, event: UsageEvent) =>
  new Promise<Error | null>(done => spool.finished(event, done));

/** A file system whose writes can be made to fail: after so many bytes, as a disk that is full does. */
function failing() {
  const state = { roomBytes: Number.POSITIVE_INFINITY, syncs: true, truncates: true };
  const fault = (code: string) => Object.assign(new Error(`${code}: no space left on device`), { code });
  const files = {
    ...fs,
    writeSync: (file: number, bytes: Buffer, offset: number, length: number) => {
      if (state.roomBytes === 0) throw fault('ENOSPC');
      const written = fs.writeSync(file, bytes, offset, Math.min(length, state.roomBytes));
      state.roomBytes -= written;
      return written;
    },
    fdatasyncSync: (file: number) => {
      if (!state.syncs) throw fault('EIO');
      fs.fdatasyncSync(file);
    },
    ftruncateSync: (file: number, size: number) => {
      if (!state.truncates) throw fault('EIO');
      fs.ftruncateSync(file, size);
    },
  };
  return { state, files };
}

test('a record is in the file when its callback runs', async () => {
  const spool = await open();
  const event = usageEvent({ end_user: 'Zoë 語' });
  expect(await started(spool, { ...event, outcome: 'unknown' })).toBeNull();
  expect(readSpool(directory)).toEqual([{ kind: 'S', event: { ...event, outcome: 'unknown' } }]);
  expect(await finished(spool, event)).toBeNull();
  expect(readSpool(directory)[1]).toEqual({ kind: 'F', event });
});

test('the records of one tick go in one write, in order', async () => {
  const writeSync = vi.fn<SpoolFiles['writeSync']>(fs.writeSync);
  const spool = await open({ files: { ...fs, writeSync } });
  const events = Array.from({ length: 100 }, () => usageEvent());
  await Promise.all(events.map(event => finished(spool, event)));
  expect(writeSync).toHaveBeenCalledTimes(1);
  expect(readSpool(directory).map(record => record.event.id)).toEqual(events.map(event => event.id));
});

test('a callback is never called before the function returns', async () => {
  const spool = await open({ limitBytes: 1 });
  const then = vi.fn();
  spool.started(usageEvent(), then);
  spool.finished(usageEvent(), then);
  expect(then).not.toHaveBeenCalled();
  await vi.waitFor(() => expect(then).toHaveBeenCalledTimes(2));
});

test('a callback that throws does not keep the others from being called', async () => {
  const error = vi.fn();
  const spool = await open({ logger: { info: vi.fn(), error } });
  spool.finished(usageEvent(), () => {
    throw new Error('broken');
  });
  expect(await finished(spool, usageEvent())).toBeNull();
  expect(error).toHaveBeenCalledTimes(1);
});

test('L7: the folder and its files are for this user alone', async () => {
  mkdirSync(directory);
  chmodSync(directory, 0o755);
  await open();
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  expect(statSync(path.join(directory, segments(directory)[0]!)).mode & 0o777).toBe(0o600);
});

test('L7: a folder that is a link is refused', async () => {
  const elsewhere = mkdtempSync(path.join(tmpdir(), 'tollgate-elsewhere-'));
  symlinkSync(elsewhere, directory);
  await expect(open()).rejects.toThrow(/not a folder/);
  rmSync(elsewhere, { recursive: true });
});

test('segments follow each other by size and hold whole records', async () => {
  const spool = await open({ segmentBytes: 3000 });
  for (let count = 0; count < 30; count++) await finished(spool, usageEvent());
  expect(segments(directory).length).toBeGreaterThan(5);
  for (const file of segments(directory)) expect(statSync(path.join(directory, file)).size).toBeLessThanOrEqual(3000);
  expect(readSpool(directory)).toHaveLength(30);
});

test('a tick that is larger than the buffer is written whole', async () => {
  const spool = await open();
  const events = Array.from({ length: 3000 }, () => usageEvent({ end_user: '語'.repeat(256) }));
  await Promise.all(events.map(event => finished(spool, event)));
  expect(readSpool(directory)).toHaveLength(3000);
});

test('close writes what is waiting, and nothing is taken afterwards', async () => {
  const spool = await open();
  const last = finished(spool, usageEvent());
  await spool.close();
  expect(await last).toBeNull();
  expect(readSpool(directory)).toHaveLength(1);
  expect(spool.ready).toBe(false);
  expect(await started(spool, usageEvent())).toBeInstanceOf(Error);
});

test('a full disk refuses calls, keeps what has finished, and leaves only whole records', async () => {
  const { state, files } = failing();
  const problems: (string | null)[] = [];
  const spool = await open({ files, onProblem: problem => problems.push(problem) });
  const [first, second] = [usageEvent(), usageEvent()];
  state.roomBytes = 800; // one record and a part of the next
  const acknowledged = await Promise.all([finished(spool, first), started(spool, second), finished(spool, second)]);

  expect(acknowledged[0]).toBeNull();
  expect(acknowledged[1]?.message).toContain('ENOSPC');
  expect(acknowledged[2]?.message).toContain('ENOSPC');
  expect(spool.ready).toBe(false);
  expect(spool.problem).toContain('ENOSPC');
  expect(readSpool(directory).map(record => record.event.id)).toEqual([first.id]);

  const third = usageEvent();
  expect(await started(spool, third)).toBeInstanceOf(Error);
  expect(await finished(spool, third)).toBeInstanceOf(Error);
  state.roomBytes = Number.POSITIVE_INFINITY;
  await vi.waitFor(() => expect(spool.ready).toBe(true), { timeout: 10_000 });

  expect(readSpool(directory).map(record => `${record.kind} ${record.event.id}`)).toEqual([
    `F ${first.id}`,
    `F ${second.id}`,
    `F ${third.id}`,
  ]);
  expect(problems).toEqual([expect.stringContaining('ENOSPC'), null]);
});

test('a torn record that cannot be taken back ends its segment', async () => {
  const { state, files } = failing();
  const spool = await open({ files });
  Object.assign(state, { roomBytes: 100, truncates: false });
  const event = usageEvent();
  expect(await finished(spool, event)).toBeInstanceOf(Error);
  state.roomBytes = Number.POSITIVE_INFINITY;
  await vi.waitFor(() => expect(segments(directory)).toHaveLength(2), { timeout: 10_000 });
  await vi.waitFor(() => expect(spool.ready).toBe(true));
  const [torn, next] = segments(directory).map(file => readFileSync(path.join(directory, file), 'utf8'));
  expect(torn).toHaveLength(100);
  expect(next).toContain(event.id);
});

test('with fsync each a record that did not reach the disk is not acknowledged and not left behind', async () => {
  const { state, files } = failing();
  const spool = await open({ files, fsync: 'each' });
  state.syncs = false;
  const event = usageEvent();
  expect((await started(spool, event))?.message).toContain('EIO');
  expect(readSpool(directory)).toEqual([]);
  state.syncs = true;
  await vi.waitFor(() => expect(spool.ready).toBe(true), { timeout: 10_000 });
  expect(await started(spool, event)).toBeNull();
});

test('at its size limit the spool takes no calls, still takes what has finished, and goes on when there is room', async () => {
  const spool = await open({ limitBytes: 2000, segmentBytes: 1000 });
  const event = usageEvent();
  for (let count = 0; count < 4; count++) await finished(spool, usageEvent());
  expect(spool.ready).toBe(false);
  expect(spool.problem).toContain('limit');
  expect(await started(spool, event)).toBeInstanceOf(Error);
  expect(await finished(spool, event)).toBeNull();
  expect(readSpool(directory)).toHaveLength(5);

  for (const file of segments(directory).slice(0, -1)) rmSync(path.join(directory, file));
  await vi.waitFor(() => expect(spool.ready).toBe(true), { timeout: 10_000 });
  expect(await started(spool, event)).toBeNull();
});

test('what earlier processes left counts against the limit', async () => {
  const first = await open();
  for (let count = 0; count < 4; count++) await finished(first, usageEvent());
  await first.close();
  expect((await open({ limitBytes: 2000 })).ready).toBe(false);
});

test('close says how many finished records could not be written', async () => {
  const { state, files } = failing();
  const spool = await open({ files });
  state.roomBytes = 0;
  await Promise.all([finished(spool, usageEvent()), finished(spool, usageEvent())]);
  await expect(spool.close()).rejects.toThrow(/^2 finished records/);
});

test('every acknowledged record survives kill -9', async () => {
  mkdirSync(directory, { mode: 0o700 });
  const program = path.join(import.meta.dirname, 'spool-process.ts');
  const child = spawn(process.execPath, [program, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise(resolve => child.once('close', resolve));
  const acknowledged: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line);
    if (acknowledged.length === 2000) child.kill('SIGKILL');
  }
  await ended;

  const written = new Set<string>();
  for (const file of segments(directory)) {
    for (const line of readFileSync(path.join(directory, file), 'latin1').split('\n')) {
      written.add(`${line.slice(9, 10)} ${line.slice(18, 54)}`);
    }
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(2000);
  expect(acknowledged.filter(line => /^[SF] .{36}$/.test(line) && !written.has(line))).toEqual([]);
});
