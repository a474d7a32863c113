import {
  mkdirSync,
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
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startLedgerWriter } from '../../src/control/ledger/ledger-writer.ts';
import { openSpool } from '../../src/gateway/metering/spool/open-spool.ts';
import { uuidv7 } from '../../src/spec/ids.ts';
import { segmentFile } from '../../src/spec/spool-file.ts';
import { eventsOf, leave, line } from '../control/ledger/spool-lines.ts';
import { usageEvent } from '../store/ledger/usage-event.ts';
import { startTestTollgate } from '../support/tollgate.ts';

let folder: string;
let directory: string;
const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tollgate-spool-'));
  directory = path.join(folder, 'spool');
  vi.clearAllMocks();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Ids of the events that a start finds in the folder. */
async function replayed(): Promise<readonly string[]> {
  const found: string[] = [];
  const append = async (events: Buffer) => found.push(...eventsOf(events).map(event => event.id));
  const writer = startLedgerWriter({ directory, append, logger, intervalMillis: 3_600_000 });
  await writer.flush();
  await writer.stop();
  return found;
}

test('L7 the spool is for its owner only, and holds no body and no key', async () => {
  const tollgate = await startTestTollgate(`
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY" }]
`);
  try {
    const reply = await tollgate.chat({
      model: 'simulator/echo',
      messages: [{ role: 'user', content: 'PROMPTCANARY' }],
    });
    expect(await reply.text()).toContain('PROMPTCANARY');
    const spool = path.join(tollgate.folder, 'data', 'spool');
    const files = readdirSync(spool).map(name => path.join(spool, name));
    expect(files.length).toBeGreaterThan(0);
    expect(statSync(path.join(tollgate.folder, 'data')).mode & 0o777).toBe(0o700);
    expect(statSync(spool).mode & 0o777).toBe(0o700);
    for (const file of files) {
      expect(statSync(file).mode & 0o777).toBe(0o600);
      const text = readFileSync(file, 'utf8');
      expect(text).not.toContain('PROMPTCANARY');
      expect(text).not.toContain('tg_');
    }
  } finally {
    await tollgate.stop();
  }
});

test('L7 a record with any byte changed is passed over, and the log says where', async () => {
  mkdirSync(directory);
  const [good, bad] = [usageEvent(), usageEvent({ cost_usd: '5' })];
  const changed = Buffer.from(line('F', bad));
  const at = changed.indexOf('"cost_usd":"5"') + 12;
  changed[at] = changed[at]! ^ 1;
  const file = leave(directory, uuidv7(), 0, Buffer.concat([changed, Buffer.from(line('F', good))]));
  expect(await replayed()).toEqual([good.id]);
  expect(logger.warn).toHaveBeenCalledWith(expect.objectContaining({ segment: file, offset: 0 }), expect.any(String));
});

test('L7 a segment that is a link is not read, and the log says so', async () => {
  mkdirSync(directory);
  const foreign = path.join(folder, 'foreign.log');
  writeFileSync(foreign, line('F', usageEvent()));
  const link = path.join(directory, segmentFile({ instance: uuidv7(), number: 0 }));
  symlinkSync(foreign, link);
  expect(await replayed()).toEqual([]);
  expect(logger.error).toHaveBeenCalledWith(expect.objectContaining({ segment: link }), expect.any(String));
  expect(readFileSync(foreign, 'utf8')).toMatch(/^[0-9a-f]{8} F /);
});

test('L7 a spool folder that is a link is refused', async () => {
  const elsewhere = path.join(folder, 'elsewhere');
  mkdirSync(elsewhere);
  symlinkSync(elsewhere, directory);
  await expect(openSpool({ directory, fsync: 'interval', limitBytes: 1024 ** 2 })).rejects.toThrow(directory);
  expect(readdirSync(elsewhere)).toEqual([]);
});

test('L7 the same records in two folders are the same events', async () => {
  mkdirSync(directory);
  const event = usageEvent();
  const instance = uuidv7();
  leave(directory, instance, 0, line('F', event));
  leave(directory, instance, 1, line('F', event));
  expect(new Set(await replayed())).toEqual(new Set([event.id]));
});
