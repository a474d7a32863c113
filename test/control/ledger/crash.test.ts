import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startLedgerWriter } from '../../../src/control/ledger/ledger-writer.ts';
import { uuidv7 } from '../../../src/spec/ids.ts';
import { appendEvents } from '../../../src/store/ledger/append-events.ts';
import { usageEvent } from '../../store/ledger/usage-event.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { leave, line } from './spool-lines.ts';

let database: TestDatabase;
const folder = mkdtempSync(path.join(tmpdir(), 'tollgate-crash-'));
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});

const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
const program = path.join(import.meta.dirname, '../../gateway/metering/spool/spool-process.ts');

/** Runs a process that writes calls, kills it after so many acknowledgements, answers those it gave. */
async function killAfter(count: number, directory: string): Promise<Set<string>> {
  const child = spawn(process.execPath, [program, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  const acknowledged = new Set<string>();
  for await (const text of createInterface({ input: child.stdout })) {
    if (text.length === 38) acknowledged.add(text);
    if (acknowledged.size === count) child.kill('SIGKILL');
  }
  return acknowledged;
}

async function replay(directory: string): Promise<void> {
  const writer = startLedgerWriter({ directory, append: events => appendEvents(database.pool, events), logger });
  await writer.flush();
  await writer.stop();
}

test('kill -9, ten times, and replay twice: each call once, finished when it was acknowledged as such, else unknown', async () => {
  const directory = path.join(folder, 'spool');
  const acknowledged = new Set<string>();
  for (let round = 0; round < 10; round++) {
    for (const text of await killAfter(300 + round * 37, directory)) acknowledged.add(text);
    const copy = path.join(folder, `copy-${round}`);
    cpSync(directory, copy, { recursive: true });
    await replay(directory);
    await replay(copy);
  }

  const { rows } = await database.pool.query<{ id: string; outcome: string }>(
    'select id, outcome from ledger.usage_events',
  );
  const outcomes = new Map(rows.map(row => [row.id, row.outcome]));
  expect(outcomes.size).toBe(rows.length);
  const missing = [...acknowledged].filter(text => !outcomes.has(text.slice(2)));
  const unfinished = [...acknowledged].filter(text => text[0] === 'F' && outcomes.get(text.slice(2)) !== 'finished');
  expect([missing, unfinished]).toEqual([[], []]);
  const sums = await database.pool.query('select sum(attempts)::int as attempts from ledger.usage_rollups');
  expect(sums.rows[0].attempts).toBe(rows.length);
}, 120_000);

test('a row that Postgres cannot take is set aside, beside rows that it takes', async () => {
  const directory = path.join(folder, 'poisoned');
  mkdirSync(directory);
  const events = Array.from({ length: 20 }, (_, index) => usageEvent(index === 7 ? { input_tokens: 2 ** 40 } : {}));
  leave(directory, uuidv7(), 0, events.map(event => line('F', event)).join(''));
  const writer = startLedgerWriter({ directory, append: batch => appendEvents(database.pool, batch), logger });
  await writer.flush();
  expect(writer.status()).toMatchObject({ pendingEvents: 0, setAside: 1 });
  await writer.stop();
  const { rows } = await database.pool.query(
    'select count(*)::int as rows from ledger.usage_events where id = any($1)',
    [events.map(event => event.id)],
  );
  expect(rows[0].rows).toBe(19);
});
