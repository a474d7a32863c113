import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bareCheckout, type Fakes, openFakes } from './fakes.ts';

/** An engine that has everything, and whose containers start unless the file `broken` is there. */
const docker = `
[ "$1" = compose ] || exit 0
case $* in
  *' port gateway 4000') echo 0.0.0.0:4100 ;;
  *' port gateway 4001') echo 127.0.0.1:4101 ;;
  *' exec '*) echo tg_quickstart ;;
  *' up '*) [ ! -f "$fakes/broken" ] ;;
esac`;

let fakes: Fakes;
let checkout: string;
let install: string;

beforeEach(() => {
  fakes = openFakes();
  fakes.put('docker', docker);
  checkout = bareCheckout(fakes.folder);
  install = path.join(checkout, 'install.sh');
});

afterEach(() => fakes.remove());

const within = (file: string) => path.join(checkout, 'docker', file);
const secret = (name: string) => readFileSync(within(`secrets/${name}`), 'utf8').trim();
const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);

describe('install.sh --docker', () => {
  test('makes the secrets, starts the containers and says how to call them', () => {
    const { status, stdout } = fakes.run(install, ['--docker'], { TOLLGATE_PORT: '4100' });

    expect(status).toBe(0);
    expect(stdout).toContain('  URL          http://127.0.0.1:4100\n');
    expect(stdout).toContain('  Admin URL    http://127.0.0.1:4101\n');
    expect(stdout).toMatch(/^curl -s http:\/\/127\.0\.0\.1:4100\/v1\/chat\/completions .*Bearer tg_quickstart' .*$/m);
    expect(fakes.calls().find(line => line.includes(' up '))).toMatch(/up --detach --build --wait$/);
    expect(readFileSync(path.join(checkout, '.env'), 'utf8')).toBe('TOLLGATE_PORT=4100\n');
  });

  test('keeps secrets where only their owner can enter, readable for the users of the containers', () => {
    fakes.run(install, ['--docker']);

    expect(modeOf(within('.'))).toBe('700');
    expect(readdirSync(within('secrets')).sort()).toEqual([
      'admin_key',
      'database_url',
      'master_key',
      'postgres_password',
    ]);
    expect(readdirSync(within('secrets')).map(name => modeOf(within(`secrets/${name}`)))).toEqual(Array(4).fill('444'));
    expect(secret('master_key')).toMatch(/^[0-9a-f]{64}$/);
    expect(secret('admin_key')).toMatch(/^[0-9a-f]{48}$/);
    expect(secret('database_url')).toBe(`postgresql://tollgate:${secret('postgres_password')}@postgres:5432/tollgate`);
    const said = fakes.calls().join('\n');
    expect(['master_key', 'admin_key', 'postgres_password'].filter(name => said.includes(secret(name)))).toEqual([]);
  });

  test('changes no secret at a second run, and refuses to fill in one that was lost', () => {
    fakes.run(install, ['--docker']);
    const before = secret('master_key');
    expect(fakes.run(install, ['--docker'])).toMatchObject({ status: 0 });
    expect(secret('master_key')).toBe(before);

    spawnSync('rm', ['-f', within('secrets/master_key')]);
    const { status, stderr } = fakes.run(install, ['--docker']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/secrets\/master_key is missing/);
  });

  test('fails with the log when the containers do not become healthy', () => {
    fakes.put('docker', `: >"$fakes/broken"\n${docker}`);
    const { status, stdout, stderr } = fakes.run(install, ['--docker']);

    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('did not become healthy');
    expect(fakes.calls().some(line => line.includes(' logs '))).toBe(true);
  });

  test.each([
    ['the compose plugin is missing', '[ "$1" != compose ]', "no 'compose' command"],
    ['the engine does not answer', '[ "$1" != info ]', 'engine does not answer'],
  ])('makes nothing when %s', (_, script, said) => {
    fakes.put('docker', script);
    const { status, stderr } = fakes.run(install, ['--docker']);

    expect(status).toBe(1);
    expect(stderr).toContain(said);
    expect(existsSync(within('.'))).toBe(false);
  });

  test('makes nothing where there is no docker', () => {
    const tools = path.join(fakes.folder, 'tools');
    mkdirSync(tools);
    for (const tool of ['sh', 'dirname', 'id']) {
      symlinkSync(
        spawnSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).stdout.trim(),
        path.join(tools, tool),
      );
    }
    const { status, stderr } = spawnSync('/bin/sh', [install, '--docker'], { env: { PATH: tools }, encoding: 'utf8' });

    expect(status).toBe(1);
    expect(stderr).toContain('docker was not found');
    expect(existsSync(within('.'))).toBe(false);
  });
});

describe('install.sh --uninstall', () => {
  beforeEach(() => {
    fakes.run(install, ['--docker']);
  });

  test('removes containers and keeps volumes and secrets', () => {
    expect(fakes.run(install, ['--uninstall'])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('volumes'),
    });
    expect(fakes.calls().at(-1)).toMatch(/down --rmi local$/);
    expect(existsSync(within('secrets/master_key'))).toBe(true);
  });

  test('removes volumes and secrets too when told to', () => {
    expect(fakes.run(install, ['--uninstall', '--purge'])).toMatchObject({ status: 0 });
    expect(fakes.calls().at(-1)).toMatch(/down --volumes --rmi local$/);
    expect(existsSync(within('.'))).toBe(false);
  });
});

describe('deploy/pin-images.sh', () => {
  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
  const pinned = () => ({
    dockerfile: readFileSync(path.join(checkout, 'Dockerfile'), 'utf8'),
    compose: readFileSync(path.join(checkout, 'docker-compose.yml'), 'utf8'),
  });

  test('writes the digests that the registry has, and replaces older ones', () => {
    fakes.put('docker', `echo ${digest}`);
    expect(fakes.run(path.join(checkout, 'deploy/pin-images.sh'), [])).toMatchObject({ status: 0 });
    const first = pinned();
    expect(first.dockerfile).toMatch(new RegExp(`^ARG NODE_IMAGE=node:[\\w.-]+@${digest}$`, 'm'));
    expect(first.compose).toMatch(new RegExp(`image: \\$\\{POSTGRES_IMAGE:-postgres:[\\w.-]+@${digest}\\}`));

    expect(fakes.run(path.join(checkout, 'deploy/pin-images.sh'), [])).toMatchObject({ status: 0 });
    expect(pinned()).toEqual(first);
    expect(fakes.calls().every(line => !line.includes('@sha256'))).toBe(true);
  });

  test('writes nothing that is no digest', () => {
    const before = pinned();
    fakes.put('docker', 'echo latest');
    expect(fakes.run(path.join(checkout, 'deploy/pin-images.sh'), [])).toMatchObject({ status: 1 });
    expect(pinned()).toEqual(before);
  });
});
