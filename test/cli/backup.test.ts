import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { startTollgate } from '../../src/start.ts';
import { findRunning } from '../../src/store/embedded/find-running.ts';
import { preparePlaces } from '../../src/store/embedded/places.ts';
import { systemUser } from '../../src/store/embedded/system-user.ts';
import { measures } from '../../src/store/ledger/measures.ts';
import { openEmptyDatabase, type TestDatabase } from '../support/database.ts';
import { freePort } from '../support/free-port.ts';
import { quietLogger } from '../support/quiet-logger.ts';
import { adminKey, startTestTollgate, type TestTollgate, testKey } from '../support/tollgate.ts';
import { runCommand } from './run-command.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const providerKey = 'CANARY-provider-key-0123456789';
const configuration = `
providers:
  own: { adapter: openai-compatible, base_url: "http://127.0.0.1:9/v1", keys: ["${providerKey}", "env:OWN_KEY"] }
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY" }]
`;

let tollgate: TestTollgate;
let load: Load;
let backup: string;
let before: readonly string[];

/** Calls that go on until they are stopped, several at a time. */
class Load {
  readonly finished: string[] = [];
  #going = true;
  readonly #lines: Promise<void>[];

  constructor(call: () => Promise<Response>) {
    this.#lines = Array.from({ length: 4 }, async () => {
      while (this.#going) {
        const answer = await call();
        await answer.text();
        if (answer.status !== 200) throw new Error(`a call of the load was answered ${answer.status}`);
        this.finished.push(answer.headers.get('x-request-id')!);
      }
    });
  }

  /** Those that have ended when so many have. */
  async finish(count: number): Promise<readonly string[]> {
    while (this.finished.length < count) await sleep(20);
    return [...this.finished];
  }

  async stop(): Promise<void> {
    this.#going = false;
    await Promise.all(this.#lines);
  }
}

const adminOf = (one: TestTollgate) => ({
  TOLLGATE_ADMIN_PORT: new URL(one.adminUrl).port,
  TOLLGATE_ADMIN_KEY: adminKey,
  TOLLGATE_DATA_DIR: join(one.folder, 'data'),
});
const inFolder = (name: string) => join(tollgate.folder, name);

beforeAll(async () => {
  tollgate = await startTestTollgate(configuration, { OWN_KEY: 'CANARY-of-the-environment' });
  const body = { model: 'simulator/story-12~~gap=4', stream: true, messages: [{ role: 'user', content: 'Go on.' }] };
  load = new Load(() => tollgate.chat(body));
  before = await load.finish(50);
  backup = inFolder('good.backup');
  const made = await runCommand(['backup', '--out', backup], adminOf(tollgate));
  expect([made.code, made.stdout]).toEqual([0, `${backup}\n`]);
  await load.stop();
});
afterAll(() => tollgate.stop());

async function sumsOf(pool: pg.Pool): Promise<{ readonly events: object; readonly rollups: object }> {
  const sum = ([name, expression]: readonly [string, string]) => `sum(${expression})::numeric as ${name}`;
  const events = await pool.query(`select ${[...measures].map(sum).join(', ')} from ledger.usage_events`);
  const rollups = await pool.query(
    `select ${[...measures.keys()].map(name => sum([name, name])).join(', ')} from ledger.usage_rollups`,
  );
  return { events: events.rows[0], rollups: rollups.rows[0] };
}

describe('tollgate backup, under load', () => {
  test('writes a file for its owner only', () => {
    expect(statSync(backup).mode & 0o777).toBe(0o600);
  });

  test('never writes over a file', async () => {
    const there = readFileSync(backup);
    const again = await runCommand(['backup', '--out', backup], adminOf(tollgate));
    expect([again.code, again.stderr]).toEqual([1, `${backup} exists, and is not written over.\n`]);
    expect(readFileSync(backup).equals(there)).toBe(true);
  });

  test('goes to standard output for whoever stores it', async () => {
    const env = { PATH: process.env.PATH ?? '', ...adminOf(tollgate) };
    const stdout = await new Promise<Buffer>((resolve, reject) => {
      const options = { env, encoding: 'buffer' as const, maxBuffer: 64 * 1024 * 1024 };
      execFile(process.execPath, [main, 'backup', '--out', '-'], options, (error, out) =>
        error ? reject(error) : resolve(out),
      );
    });
    expect(gunzipSync(stdout).toString().split('\n')[0]).toMatch(/^\{"tollgate_backup":1,/);
  });

  test('has a call that ended just before it was asked for', async () => {
    const answer = await tollgate.chat({ model: 'simulator/echo', messages: [{ role: 'user', content: 'just now' }] });
    await answer.text();
    const made = await tollgate.admin('/admin/v1/backup');
    const content = gunzipSync(Buffer.from(await made.arrayBuffer())).toString();
    expect(content).toContain(answer.headers.get('x-request-id'));
  });

  test('that a signal ends leaves no file', async () => {
    const server = createServer(
      (_request, response) => void response.writeHead(200).write(readFileSync(backup).subarray(0, 99)),
    );
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const port = String((server.address() as AddressInfo).port);
    const out = inFolder('signal.backup');
    const env = { PATH: process.env.PATH ?? '', ...adminOf(tollgate), TOLLGATE_ADMIN_PORT: port };
    const child = spawn(process.execPath, [main, 'backup', '--out', out], { env });
    await expect.poll(() => existsSync(out) && statSync(out).size, { timeout: 20_000 }).toBe(99);
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    server.closeAllConnections();
    server.close();
    expect([code, existsSync(out)]).toEqual([1, false]);
  });

  test('without a gateway ends with 3 and leaves no file', async () => {
    const nobody = { ...adminOf(tollgate), TOLLGATE_ADMIN_PORT: String(await freePort()) };
    const { code } = await runCommand(['backup', '--out', inFolder('nothing.backup')], nobody);
    expect([code, existsSync(inFolder('nothing.backup'))]).toEqual([3, false]);
  });

  test('that the gateway does not finish ends with 1 and leaves no file', async () => {
    const good = readFileSync(backup);
    const ends = [
      (bytes: Buffer) => bytes.subarray(0, bytes.length - 20),
      (bytes: Buffer) => bytes.subarray(0, bytes.length / 2),
      () => Buffer.from('<html>'),
    ];
    for (const end of ends) {
      for (const breaks of [true, false]) {
        const server = createServer((_request, response) => {
          response.writeHead(200, { 'content-type': 'application/gzip' });
          response.write(end(good), () => (breaks ? response.destroy() : response.end()));
        });
        await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
        const port = String((server.address() as AddressInfo).port);
        const out = inFolder('cut.backup');
        const { code, stdout, stderr } = await runCommand(['backup', '--out', out], {
          ...adminOf(tollgate),
          TOLLGATE_ADMIN_PORT: port,
        });
        server.close();
        expect([code, stdout, existsSync(out)]).toEqual([1, '', false]);
        expect(stderr).toMatch(/^The gateway did not send a whole backup: /);
      }
    }
  });
});

describe('tollgate restore', () => {
  let target: TestDatabase;
  let environment: Record<string, string>;
  const restore = (file: string, changes: Record<string, string> = {}) =>
    runCommand(['restore', file], { ...environment, ...changes });

  beforeAll(async () => {
    target = await openEmptyDatabase();
    environment = {
      TOLLGATE_DATA_DIR: inFolder('restored'),
      TOLLGATE_MASTER_KEY_FILE: inFolder('data.key'),
      DATABASE_URL: target.url,
    };
  });
  afterAll(() => target.drop());

  const isEmpty = async () => {
    const { rows } = await target.pool.query(
      `select to_regclass('teams') as teams, to_regnamespace('ledger') as ledger`,
    );
    return rows[0].teams === null && rows[0].ledger === null;
  };

  test('with another master key ends with 2 and says which is meant', async () => {
    writeFileSync(inFolder('other.key'), Buffer.alloc(32, 9).toString('base64'), { mode: 0o600 });
    const inFile = await restore(backup, { TOLLGATE_MASTER_KEY_FILE: inFolder('other.key') });
    expect(inFile.code).toBe(2);
    expect(inFile.stderr).toContain(`The master key of ${inFolder('other.key')} does not open this backup`);
    expect(inFile.stderr).toMatch(/Put the master key of the instance that was backed up into .*other\.key/);
    const inVariable = await restore(backup, { TOLLGATE_MASTER_KEY_FILE: '', TOLLGATE_MASTER_KEY: 'ab'.repeat(32) });
    expect(inVariable).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('key of TOLLGATE_MASTER_KEY does not'),
    });
    expect(inVariable.stderr).not.toContain('abab');
    expect(await isEmpty()).toBe(true);
  });

  test('without a master key ends with 2 and makes none', async () => {
    const { code, stderr } = await restore(backup, { TOLLGATE_MASTER_KEY_FILE: inFolder('missing.key') });
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^There is no master key\. Put .*missing\.key/)]);
    expect(existsSync(inFolder('missing.key'))).toBe(false);
    expect(await isEmpty()).toBe(true);
  });

  test('of a file that is missing, cut, damaged or something else ends with 1 and changes nothing', async () => {
    const good = readFileSync(backup);
    const flipped = Buffer.from(good);
    flipped[Math.floor(good.length / 2)]! ^= 1;
    const files: [string, Buffer, RegExp][] = [
      ['cut', good.subarray(0, -1), /not complete.* Nothing was changed\.$/],
      ['half', good.subarray(0, good.length / 2), /not complete.* Nothing was changed\.$/],
      ['flipped', flipped, /(damaged|not complete).* Nothing was changed\.$/],
      ['foreign', Buffer.from('#!/bin/sh\n'), /This is not a backup of Tollgate\. Nothing was changed\.$/],
    ];
    for (const [name, bytes, expected] of files) {
      writeFileSync(inFolder(name), bytes);
      const { code, stdout, stderr } = await restore(inFolder(name));
      expect([name, code, stdout]).toEqual([name, 1, '']);
      expect(stderr.trim()).toMatch(expected);
    }
    const missing = await restore(inFolder('nowhere'));
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringMatching(/cannot be read \(ENOENT\)/)]);
    expect(await isEmpty()).toBe(true);
  });

  test('gives an instance whose keys work, with every call that had ended, and sums that agree', async () => {
    const { code, stdout, stderr } = await restore(backup);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^A backup of 20.*Loading …/)]);
    expect(stdout).toMatch(/^Restored: 2 teams, 1 keys, \d+ providers, 0 models, \d+ usage events\./);

    const { rows } = await target.pool.query('select call_id from ledger.usage_events');
    const restored = new Set(rows.map(({ call_id }) => call_id));
    expect(before.filter(id => !restored.has(id))).toEqual([]);
    const { events, rollups } = await sumsOf(target.pool);
    expect(rollups).toEqual(events);

    const spent = async (pool: pg.Pool) => {
      const ids = [...restored];
      const sum = 'select sum(cost_usd) as cost from ledger.usage_events where call_id = any($1::uuid[])';
      return (await pool.query(sum, [ids])).rows[0].cost;
    };
    expect(await spent(target.pool)).toBe(await spent(tollgate.database.pool));
    expect(await callWithOldKey(environment)).toBe(200);
  });

  test('into an instance that is not empty ends with 1 and changes nothing', async () => {
    const before = await sumsOf(target.pool);
    const { code, stdout, stderr } = await restore(backup);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/The database is not empty: .*set DATABASE_URL to an empty database, or TOLLGATE_DATA_DIR/);
    expect(await sumsOf(target.pool)).toEqual(before);
  });

  /** Starts a gateway on what was restored and asks it once, with a key of the instance that was backed up. */
  async function callWithOldKey(settings: Record<string, string>): Promise<number> {
    const port = await freePort();
    const variables = {
      ...settings,
      TOLLGATE_CONFIG: inFolder('tollgate.yaml'),
      TOLLGATE_HOST: '127.0.0.1',
      TOLLGATE_PORT: String(port),
      TOLLGATE_ADMIN_PORT: String(await freePort()),
      TEST_KEY: testKey,
      OWN_KEY: 'own',
    };
    const running = await startTollgate(readConfig(variables), variables, quietLogger);
    const answer = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${testKey}`, 'content-type': 'application/json' },
      body: '{"model":"simulator/echo","messages":[{"role":"user","content":"again"}]}',
    });
    await answer.text();
    await running.stop();
    return answer.status;
  }

  test('fills an embedded database of its own, once', { timeout: 120_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tollgate-restore-'));
    const dataDir = join(folder, 'data');
    const embedded = { TOLLGATE_DATA_DIR: dataDir, TOLLGATE_MASTER_KEY_FILE: inFolder('data.key'), DATABASE_URL: '' };
    const places = preparePlaces(dataDir, await systemUser());
    try {
      const first = await restore(backup, embedded);
      expect([first.code, first.stdout]).toEqual([0, expect.stringMatching(/^Restored: 2 teams/)]);
      expect(findRunning(places.cluster)).toBeNull();
      expect(readdirSync(dataDir)).not.toContain('gateway.pid');
      const { DATABASE_URL: _, ...withoutUrl } = embedded;
      expect(await callWithOldKey(withoutUrl)).toBe(200);
      const second = await restore(backup, embedded);
      expect([second.code, second.stderr]).toEqual([1, expect.stringMatching(/The database is not empty/)]);
    } finally {
      rmSync(places.root, { recursive: true, force: true });
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
