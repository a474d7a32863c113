import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findGateway } from '../../src/store/find-gateway.ts';
import { root } from '../house/sources.ts';
import { openEmptyDatabase, type TestDatabase } from '../support/database.ts';
import { freePort } from '../support/free-port.ts';
import { type Fakes, openFakes } from './fakes.ts';

let fakes: Fakes;
let database: TestDatabase;
let checkout: string;
let environment: Record<string, string>;

beforeEach(async () => {
  fakes = openFakes();
  database = await openEmptyDatabase();
  checkout = path.join(fakes.folder, 'checkout');
  const copy = [path.join(root, 'bin/copy-program.ts'), checkout, '--without-database'];
  expect(spawnSync(process.execPath, copy, { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  environment = {
    DATABASE_URL: database.url,
    TOLLGATE_HOST: '127.0.0.1',
    TOLLGATE_PORT: String(await freePort()),
    TOLLGATE_ADMIN_PORT: String(await freePort()),
  };
});

afterEach(async () => {
  fakes.run(path.join(checkout, 'install.sh'), ['--stop'], environment);
  await database.drop();
  fakes.remove();
});

test('a gateway in the background is stopped and what was installed goes; data and key only when told', () => {
  const install = path.join(checkout, 'install.sh');
  const env = { PATH: process.env.PATH, ...environment };
  const started = spawnSync(process.execPath, [path.join(checkout, 'bin/service.ts'), 'start'], {
    env,
    encoding: 'utf8',
  });
  expect(started).toMatchObject({ status: 0 });
  const data = path.join(checkout, 'data');
  expect(findGateway(data)).not.toBeNull();

  const removed = fakes.run(install, ['--uninstall'], environment);
  expect(removed).toMatchObject({ status: 0, stdout: expect.stringContaining(`${data}.key`) });
  expect(findGateway(data)).toBeNull();
  expect(readdirSync(checkout)).not.toContain('node_modules');
  expect(existsSync(path.join(checkout, 'src/generated'))).toBe(false);
  expect(readdirSync(checkout)).toEqual(expect.arrayContaining(['data', 'data.key']));

  expect(fakes.run(install, ['--uninstall', '--purge'], environment)).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('Only this folder is left'),
  });
  expect(readdirSync(checkout).filter(name => name.startsWith('data'))).toEqual([]);
}, 120_000);
