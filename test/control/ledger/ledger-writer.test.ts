import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type LedgerWriter, startLedgerWriter } from '../../../src/control/ledger/ledger-writer.ts';
import { type OpenSpool, openSpool } from '../../../src/gateway/metering/spool/open-spool.ts';
import { uuidv7 } from '../../../src/spec/ids.ts';
import type { UsageEvent } from '../../../src/spec/usage-event.ts';
import { texts, usageEvent } from '../../store/ledger/usage-event.ts';
import { eventsOf, leave, line, unknown } from './spool-lines.ts';

let directory: string;
let spool: OpenSpool | undefined;
let writer: LedgerWriter | undefined;
const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'tollgate-ledger-'));
  vi.clearAllMocks();
});
afterEach(async () => {
  vi.useRealTimers();
  await spool?.close();
  await writer?.stop();
  spool = undefined;
  writer = undefined;
  rmSync(directory, { recursive: true, force: true });
});

/** A ledger in memory that keeps its promises: idempotent by id, refuses a batch that holds what it cannot take. */
function ledger() {
  const rows = new Map<string, UsageEvent>();
  const state = { down: false, batches: [] as number[], poisoned: new Set<string>() };
  const append = async (events: Buffer) => {
    const parsed = eventsOf(events);
    state.batches.push(parsed.length);
    if (state.down) throw Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' });
    if (parsed.some(event => state.poisoned.has(event.id)))
      throw Object.assign(new Error('out of range'), { code: '22003' });
    const before = rows.size;
    for (const event of parsed) if (!rows.has(event.id)) rows.set(event.id, event);
    return rows.size - before;
  };
  return { rows, state, append };
}

function follow(append: (events: Buffer) => Promise<number>, intervalMillis = 3_600_000): LedgerWriter {
  writer = startLedgerWriter({ directory, append, logger, intervalMillis });
  return writer;
}

async function openOwn(segmentBytes?: number): Promise<OpenSpool> {
  spool = await openSpool({ directory, fsync: 'interval', limitBytes: 1e9, ...(segmentBytes && { segmentBytes }) });
  return spool;
}

const started = (event: UsageEvent) => new Promise<void>(done => spool!.started(unknown(event), () => done()));
const finished = (event: UsageEvent) => new Promise<void>(done => spool!.finished(event, () => done()));
const segments = () => readdirSync(directory).filter(file => file.endsWith('.log'));

test('what has finished is in the ledger after a flush, what is still running is not', async () => {
  const { rows, append } = ledger();
  follow(append);
  await openOwn();
  const [done, running] = [usageEvent({ end_user: 'Zoë 語' }), usageEvent()];
  await Promise.all([started(done), started(running)]);
  await finished(done);
  await writer!.flush();
  expect([...rows.values()]).toEqual([done]);
  expect(writer!.status()).toMatchObject({
    pendingEvents: 0,
    pendingBytes: 0,
    pendingSegments: 1,
    lagMillis: 0,
    setAside: 0,
  });
});

test('events arrive by themselves', async () => {
  const { rows, append } = ledger();
  follow(append, 10);
  await openOwn();
  const event = usageEvent();
  await started(event);
  await finished(event);
  await vi.waitFor(() => expect(rows.get(event.id)).toEqual(event));
});

test('a segment goes when all of it is committed and the next one is being written', async () => {
  const { rows, append } = ledger();
  follow(append);
  await openOwn(4096);
  for (let count = 0; count < 20; count++) {
    const event = usageEvent();
    await started(event);
    await finished(event);
  }
  expect(segments().length).toBeGreaterThan(5);
  await writer!.flush();
  expect(rows.size).toBe(20);
  expect(segments()).toHaveLength(1);
});

test('a call that still runs keeps its own segment and no other', async () => {
  const { append } = ledger();
  follow(append);
  await openOwn(4096);
  const long = usageEvent();
  await started(long);
  const first = segments()[0]!;
  for (let count = 0; count < 20; count++) await finished(usageEvent());
  await writer!.flush();
  expect(segments()).toHaveLength(2);
  expect(segments()).toContain(first);
  await finished(long);
  await writer!.flush();
  expect(segments()).toHaveLength(1);
});

test('a large segment that a long call holds shrinks to that call', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { rows, append } = ledger();
  follow(append);
  await openOwn(100_000);
  const [long, longer] = [usageEvent(), usageEvent()];
  await Promise.all([started(long), started(longer)]);
  const held = path.join(directory, segments().sort()[0]!);
  const running = readFileSync(held, 'utf8');
  for (let count = 0; count < 200; count++) await finished(usageEvent());
  await writer!.flush();
  expect(statSync(held).size).toBeGreaterThan(90_000);
  vi.setSystemTime(Date.now() + 11_000);
  await writer!.flush();
  expect(readFileSync(held, 'utf8')).toBe(running);
  expect(statSync(held).mode & 0o777).toBe(0o600);

  await finished(long);
  await writer!.stop();
  await spool!.close();
  spool = undefined;
  await follow(append).flush();
  expect(rows.get(long.id)?.outcome).toBe('finished');
  expect(rows.get(longer.id)).toEqual(unknown(longer));
  expect(segments()).toEqual([]);
});

test('after a crash finished calls are finished, cut ones unknown as their started record says, and the files are gone', async () => {
  const instance = uuidv7();
  const [whole, cut, across] = [usageEvent(), usageEvent(), usageEvent()];
  leave(directory, instance, 0, line('S', unknown(whole)) + line('S', unknown(cut)) + line('S', unknown(across)));
  leave(directory, instance, 1, line('F', whole));
  leave(directory, instance, 2, line('F', across));
  const { rows, append } = ledger();
  await follow(append).flush();
  expect([...rows.values()]).toEqual([whole, across, unknown(cut)]);
  expect(segments()).toEqual([]);
});

test('replaying what was committed before the crash changes nothing', async () => {
  const instance = uuidv7();
  const [first, second] = [usageEvent(), usageEvent()];
  const { rows, append } = ledger();
  await append(texts([first, second]));
  // The segment that held `finished` of the second is already removed.
  leave(directory, instance, 0, line('S', unknown(first)) + line('S', unknown(second)) + line('F', first));
  await follow(append).flush();
  expect([...rows.values()]).toEqual([first, second]);
});

test('what a crash may leave cut at any byte gives every event whose record is whole', async () => {
  const events = Array.from({ length: 3 }, () => usageEvent({ end_user: 'ü' }));
  const lines = events.flatMap(event => [line('S', unknown(event)), line('F', event)]);
  const bytes = Buffer.from(lines.join(''));
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length), async length => {
      leave(directory, uuidv7(), 0, bytes.subarray(0, length));
      const { rows, append } = ledger();
      await follow(append).flush();
      await writer!.stop();
      const expected = new Map<string, UsageEvent>();
      let end = 0;
      for (const [index, text] of lines.entries()) {
        end += Buffer.byteLength(text);
        const event = events[index >> 1]!;
        if (end <= length) expected.set(event.id, index % 2 === 0 ? unknown(event) : event);
      }
      expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(expected));
      expect(segments()).toEqual([]);
    }),
    { numRuns: 150, examples: [[0], [bytes.length], [bytes.length - 1]] },
  );
});

test('L7: a damaged byte costs no more than its own record and is logged', async () => {
  const events = Array.from({ length: 4 }, () => usageEvent());
  const bytes = Buffer.from(events.map(event => line('F', event)).join(''));
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      vi.clearAllMocks();
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= change;
      leave(directory, uuidv7(), 0, damaged);
      const { rows, append } = ledger();
      await follow(append).flush();
      await writer!.stop();
      for (const row of rows.values()) expect(events).toContainEqual(row);
      expect(rows.size).toBeGreaterThanOrEqual(2); // a damaged newline joins two records
      // Only the case of a hex digit can change without changing what is said.
      if (rows.size < 4) expect(logger.warn).toHaveBeenCalled();
    }),
    { numRuns: 150 },
  );
});

test('a file without a single line break is passed over', async () => {
  leave(directory, uuidv7(), 0, Buffer.alloc(1_000_000, 'x'));
  const event = usageEvent();
  leave(directory, uuidv7(), 0, line('F', event));
  const { rows, append } = ledger();
  await follow(append).flush();
  expect([...rows.keys()]).toEqual([event.id]);
  expect(segments()).toEqual([]);
});

test('L7: a damaged started record makes no event, holds up nothing, and is told of', async () => {
  const events = Array.from({ length: 3 }, () => usageEvent());
  const lines = events.map(event => line('S', unknown(event)));
  await fc.assert(
    fc.asyncProperty(fc.nat(lines[1]!.length - 2), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      vi.clearAllMocks();
      const damaged = Buffer.from(lines[1]!);
      damaged[at]! ^= change;
      const [first, , last] = lines;
      leave(directory, uuidv7(), 0, Buffer.concat([Buffer.from(first!), damaged, Buffer.from(last!)]));
      const { rows, append } = ledger();
      await follow(append).flush();
      await writer!.stop();
      expect(rows.get(events[0]!.id)).toEqual(unknown(events[0]!));
      expect(rows.get(events[2]!.id)).toEqual(unknown(events[2]!));
      // Only the case of a hex digit can change without changing what is said.
      if (rows.size === 2) expect(logger.warn.mock.calls.length + logger.error.mock.calls.length).toBeGreaterThan(0);
      else expect(rows.get(events[1]!.id)).toEqual(unknown(events[1]!));
      expect(segments()).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

test('the bytes of an event reach the ledger as they stand in the spool', async () => {
  const odd = `{"id":"${uuidv7()}", "end_user":"\\u00fc ü",   "input_tokens":  7 }`;
  const rest = `F ${odd}`;
  leave(directory, uuidv7(), 0, `${crc32(rest).toString(16).padStart(8, '0')} ${rest}\n${line('F', usageEvent())}`);
  const batches: string[] = [];
  await follow(async batch => batches.push(batch.toString())).flush();
  expect(batches).toHaveLength(1);
  expect(batches[0]!.startsWith(`[${odd},`)).toBe(true);
  expect(JSON.parse(batches[0]!)).toHaveLength(2);
});

test('a batch that fails for a while is sent again as it was, larger than a batch usually is', async () => {
  const instance = uuidv7();
  const events = Array.from({ length: 900 }, (_, index) => usageEvent({ end_user: 'ü'.repeat(index) }));
  leave(directory, instance, 0, events.map(event => line('F', event)).join(''));
  const { rows, state, append } = ledger();
  state.down = true;
  follow(append);
  for (let attempt = 0; attempt < 3; attempt++) await expect(writer!.flush()).rejects.toThrow('connection refused');
  state.down = false;
  for (const poisoned of [events[0]!, events[1]!, events[450]!, events[899]!]) state.poisoned.add(poisoned.id);
  await writer!.flush();
  expect(rows.size).toBe(896);
  for (const event of events) if (!state.poisoned.has(event.id)) expect(rows.get(event.id)).toEqual(event);
  expect(writer!.status()).toMatchObject({ pendingEvents: 0, pendingBytes: 0, setAside: 4 });
});

test('L7: a link in the place of a segment is neither followed nor removed', async () => {
  const elsewhere = path.join(directory, 'elsewhere');
  writeFileSync(elsewhere, line('F', usageEvent()));
  symlinkSync(elsewhere, path.join(directory, `${uuidv7()}-00000000.log`));
  const { rows, append } = ledger();
  await follow(append).flush();
  await writer!.flush();
  expect(rows.size).toBe(0);
  expect(segments()).toHaveLength(1);
  expect(logger.error).toHaveBeenCalledTimes(1);
});

test('a segment that someone removed or shortened does not stop the others', async () => {
  const { rows, append } = ledger();
  follow(append);
  await openOwn(2500);
  const long = usageEvent();
  await started(long);
  for (let count = 0; count < 10; count++) await finished(usageEvent());
  await writer!.flush();
  const [first, ...others] = segments().sort();
  rmSync(path.join(directory, first!));
  writeFileSync(path.join(directory, others.at(-1)!), '');
  await finished(long);
  const event = usageEvent();
  await finished(event);
  await writer!.flush();
  await finished(usageEvent());
  await writer!.flush();
  expect(rows.size).toBeGreaterThan(10);
});

test('while the database is away everything waits, is told once, and arrives once it is back', async () => {
  const instance = uuidv7();
  const events = Array.from({ length: 6000 }, () => usageEvent());
  leave(directory, instance, 0, events.map(event => line('S', unknown(event)) + line('F', event)).join(''));
  const { rows, state, append } = ledger();
  state.down = true;
  follow(append, 5);
  await vi.waitFor(() => expect(state.batches.length).toBeGreaterThan(4));
  await expect(writer!.flush()).rejects.toThrow('connection refused');
  expect(logger.error).toHaveBeenCalledTimes(1);
  const { pendingEvents, pendingBytes, lagMillis } = writer!.status();
  expect(pendingEvents).toBeGreaterThan(1000);
  expect(pendingBytes).toBeGreaterThan(1_000_000);
  expect(lagMillis).toBeGreaterThan(0);
  expect(Math.max(...state.batches)).toBeLessThanOrEqual(4000);

  state.down = false;
  await writer!.flush();
  expect([...rows.values()]).toEqual(events);
  expect(logger.info).toHaveBeenCalledTimes(1);
  expect(writer!.status()).toMatchObject({ pendingEvents: 0, lagMillis: 0 });
});

test('what the database cannot take is set aside and the rest goes on', async () => {
  const events = Array.from({ length: 1200 }, () => usageEvent());
  const bad = [events[0]!, events[617]!, events[1199]!];
  leave(directory, uuidv7(), 0, events.map(event => line('F', event)).join(''));
  const { rows, state, append } = ledger();
  for (const event of bad) state.poisoned.add(event.id);
  await follow(append).flush();

  expect(rows.size).toBe(1197);
  expect(readFileSync(path.join(directory, 'set-aside.log'), 'utf8')).toBe(bad.map(event => line('F', event)).join(''));
  expect(statSync(path.join(directory, 'set-aside.log')).mode & 0o777).toBe(0o600);
  expect(logger.error).toHaveBeenCalledTimes(3);
  expect(writer!.status().setAside).toBe(3);
  expect(segments()).toEqual(['set-aside.log']);

  await writer!.stop();
  expect(follow(append).status().setAside).toBe(3);
});

test('an outage in the middle of a poisoned batch sets nothing aside twice', async () => {
  const events = Array.from({ length: 8 }, () => usageEvent());
  leave(directory, uuidv7(), 0, events.map(event => line('F', event)).join(''));
  const { rows, state, append } = ledger();
  state.poisoned.add(events[2]!.id);
  let tries = 0;
  const flaky = (batch: Buffer) => {
    tries += 1;
    return tries % 3 === 0 ? Promise.reject(Object.assign(new Error('gone'), { code: '57P01' })) : append(batch);
  };
  follow(flaky);
  for (let attempt = 0; attempt < 20; attempt++) await writer!.flush().catch(() => {});
  expect(rows.size).toBe(7);
  expect(writer!.status().setAside).toBe(1);
});

test('leftovers of unfinished writes are removed at the start', () => {
  for (const file of [`${uuidv7()}-00000000.log.tmp`, `${uuidv7()}.probe`])
    writeFileSync(path.join(directory, file), 'x');
  follow(ledger().append);
  expect(readdirSync(directory)).toEqual([]);
});

test('the folder is made when it is missing', async () => {
  rmSync(directory, { recursive: true });
  await follow(ledger().append).flush();
  expect(existsSync(directory)).toBe(true);
});

test('after its end the writer refuses to flush', async () => {
  await follow(ledger().append).stop();
  await expect(writer!.flush()).rejects.toThrow(/stopped/);
});
