import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { masterKey } from '../../src/control/secrets/master-key.ts';
import { seal, sealedHead, unseal } from '../../src/control/snapshot/kept/sealed-file.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { startNode, until } from '../support/start-node.ts';
import { testKey } from '../support/tollgate.ts';

const away = 'postgresql://nobody@127.0.0.1:1/none';
const literal = 'sk-canary-of-a-provider-key-0123456789';
const yaml = `providers:
  box: { adapter: openai-compatible, base_url: "http://127.0.0.1:9/v1", keys: ["${literal}"] }
keys:
  - { name: web-canary, secret: "env:TEST_KEY" }
`;

let database: TestDatabase;
let folder: string;
/** A data folder as a stopped node leaves it, and the snapshot it had kept before its last change. */
let good: string;
let older: Buffer;

const start = (at: string, url: string) =>
  startNode(at, url, { TOLLGATE_MASTER_KEY_FILE: join(folder, 'master') }, yaml);

beforeAll(async () => {
  database = await openTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'tollgate-files-'));
  good = join(folder, 'good');
  const node = await start(good, database.url);
  const file = join(good, 'data', 'snapshot', 'current');
  await until(
    async () => existsSync(file),
    there => there,
  );
  older = readFileSync(file);
  await node.admin('/admin/v1/teams', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'later' }),
  });
  await node.stop();
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** A copy of the good folder, with something done to its snapshot, and a node on it whose database is away. */
async function startOn(name: string, change: (snapshot: string) => void) {
  const at = join(folder, name);
  cpSync(good, at, { recursive: true });
  change(join(at, 'data', 'snapshot'));
  return start(at, away);
}

const flip = (file: string, at: (bytes: Buffer) => number) => {
  const bytes = readFileSync(file);
  bytes[at(bytes)]! ^= 1;
  writeFileSync(file, bytes);
};
const newline = (bytes: Buffer) => bytes.indexOf(0x0a);

test('L7 a snapshot as it was left is served from', async () => {
  const node = await startOn('as-it-was', () => {});
  expect([await node.ready(), (await node.chat()).status]).toEqual([200, 200]);
  await node.stop();
});

test.each<[string, RegExp, (snapshot: string) => void]>([
  ['a flipped bit in its text', /changed after it was written/, at => flip(join(at, 'current'), b => b.length - 40)],
  ['a flipped bit in its tag', /changed after it was written/, at => flip(join(at, 'current'), b => b.length - 1)],
  ['a flipped bit in its nonce', /changed after it was written/, at => flip(join(at, 'current'), b => newline(b) + 1)],
  [
    'another number in its head',
    /changed after it was written/,
    at => flip(join(at, 'current'), b => b.indexOf('"number":') + '"number":'.length),
  ],
  ['an end that is cut off', /changed after it was written/, at => truncate(join(at, 'current'), 5)],
  ['bytes behind its end', /changed after it was written/, at => appendFileSync(join(at, 'current'), 'more')],
  ['nothing in it', /does not begin like a snapshot/, at => writeFileSync(join(at, 'current'), '')],
  ['an older one in its place', /but number \d+ was kept already/, at => writeFileSync(join(at, 'current'), older)],
  ['the mark of its age gone', /highest beside it is gone/, at => rmSync(join(at, 'highest'))],
  ['a mark that was changed', /highest beside it: .*changed/, at => flip(join(at, 'highest'), b => b.length - 1)],
  [
    'the mark in its place',
    /file of another kind/,
    at => cpSync(join(at, 'highest'), join(at, 'current'), { force: true }),
  ],
  [
    'a link to the same file in its place',
    /it is a link/,
    at => {
      renameSync(join(at, 'current'), join(at, '..', 'elsewhere'));
      symlinkSync('../elsewhere', join(at, 'current'));
    },
  ],
  ['rights for others', /others may use it \(mode 0644\)/, at => chmodSync(join(at, 'current'), 0o644)],
  [
    'a folder in its place',
    /it is no file/,
    at => {
      rmSync(join(at, 'current'));
      cpSync(join(at, '..', 'spool'), join(at, 'current'), { recursive: true });
    },
  ],
])('L7 a snapshot with %s is not loaded: 503, and the log says why', async (name, reason, change) => {
  const node = await startOn(name.replaceAll(' ', '-'), change);
  expect(await node.ready()).toBe(503);
  const reply = await node.chat();
  expect([reply.status, await reply.json()]).toMatchObject([503, { error: { code: 'not_ready' } }]);
  const detail = (await (await node.admin('/readyz')).json()) as { ready: boolean; problems: string[] };
  expect(detail).toMatchObject({ ready: false, problems: [expect.stringMatching(reason)] });
  const line = node
    .log()
    .split('\n')
    .find(text => text.includes('no calls are taken'))!;
  expect(JSON.parse(line)).toMatchObject({ level: 50, reason: expect.stringMatching(reason) });
  await node.stop();
});

const truncate = (file: string, bytes: number) => writeFileSync(file, readFileSync(file).subarray(0, -bytes));

test('L7 folders are for their owner only, and so are the files in them', async () => {
  const node = await startOn('modes', snapshot => {
    chmodSync(snapshot, 0o755);
    chmodSync(join(snapshot, '..', 'spool'), 0o755);
  });
  await node.chat();
  for (const name of ['snapshot', 'spool']) {
    const at = join(node.dataDir, name);
    const modes = readdirSync(at).map(file => statSync(join(at, file)).mode & 0o777);
    expect([name, statSync(at).mode & 0o777, new Set(modes)]).toEqual([name, 0o700, new Set([0o600])]);
  }
  await node.stop();
});

test('L7 a snapshot tells nothing without the master key, and the spool holds neither keys nor what was said', async () => {
  const node = await startOn('told', () => {});
  const said = 'canary-of-a-prompt';
  await fetch(`${node.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${testKey}` },
    body: JSON.stringify({ model: 'simulator/echo', messages: [{ role: 'user', content: said }] }),
  });
  const files = ['snapshot', 'spool'].flatMap(name =>
    readdirSync(join(node.dataDir, name)).map(file => readFileSync(join(node.dataDir, name, file), 'latin1')),
  );
  const [snapshot, spool] = [files.filter(text => text.startsWith('{')).join(), files.join()];
  expect(spool).toContain('simulator/echo');
  for (const canary of [said, testKey, literal]) expect(spool).not.toContain(canary);
  expect(snapshot).not.toContain('web-canary');
  await node.stop();
});

test('L7 a snapshot folder that is a link stops the start', async () => {
  const at = join(folder, 'linked');
  cpSync(good, at, { recursive: true });
  renameSync(join(at, 'data', 'snapshot'), join(at, 'data', 'real'));
  symlinkSync('real', join(at, 'data', 'snapshot'));
  await expect(start(at, away)).rejects.toThrow(/snapshot is not a folder of its own/);
});

test('L6 a snapshot opens with the master key it was sealed with, and as what it was sealed as', () => {
  const [own, other] = [masterKey(Buffer.alloc(32, 1)), masterKey(Buffer.alloc(32, 2))];
  const bytes = Buffer.concat([...seal(sealedHead('snapshot', 7, '0.1.0', own), ['one\n', 'two\n'], own)]);
  expect(unseal('snapshot', bytes, own)).toMatchObject({ head: { number: 7, key: own.id }, text: 'one\ntwo\n' });
  expect(() => unseal('highest', bytes, own)).toThrow(/file of another kind/);
  expect(() => unseal('snapshot', bytes, other)).toThrow(`sealed with master key ${own.id}`);
  const renamed = Buffer.from(bytes.toString('latin1').replace(own.id, other.id), 'latin1');
  expect(() => unseal('snapshot', renamed, other)).toThrow(/changed after it was written/);
});
