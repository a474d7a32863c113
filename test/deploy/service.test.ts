import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { read, root } from '../house/sources.ts';
import { openEmptyDatabase, type TestDatabase } from '../support/database.ts';
import { freePort } from '../support/free-port.ts';
import { bareCheckout, type Fakes, openFakes, tryPrintedCurl } from './fakes.ts';

/** Starts what the unit says, in its folder and with its file of settings and nothing else, and ends it as systemd does. */
const systemctl = `
unit=$SERVICE_PREFIX/etc/systemd/system/tollgate.service
value() { sed -n "s/^$1=//p" "$unit"; }
alive() { [ -f "$fakes/pid" ] && kill -0 "$(cat "$fakes/pid")" 2>/dev/null; }
stop() {
  alive || return 0
  signal=$(value KillSignal)
  kill -s "\${signal#SIG}" "$(cat "$fakes/pid")" || exit 1
  for _ in $(seq 300); do [ -f "$fakes/ended" ] || sleep 0.1; done
  rm "$fakes/pid"
}
start() {
  rm -f "$fakes/ended"
  cd "$(value WorkingDirectory)" || exit 200
  (
    env -i PATH=/usr/local/bin:/usr/bin:/bin sh -c 'set -a; . "$0"; set +a; exec $1' "$(value EnvironmentFile)" "$(value ExecStart)" &
    echo $! >"$fakes/pid"
    wait $!
    echo $? >"$fakes/ended"
  ) >"$fakes/journal" 2>&1 &
  while [ ! -f "$fakes/pid" ]; do sleep 0.05; done
}
case $1 in
  is-active) alive ;;
  restart) stop; start ;;
  disable) stop ;;
esac`;

const asRoot = 'case $* in -u) echo 0 ;; *) [ -f "$fakes/user" ] && echo 990 ;; esac';

let fakes: Fakes;
let database: TestDatabase;
let environment: Record<string, string>;

beforeEach(async () => {
  fakes = openFakes();
  database = await openEmptyDatabase();
  fakes.put('id', asRoot);
  fakes.put('useradd', ': >"$fakes/user"');
  fakes.put('userdel', 'rm "$fakes/user"');
  fakes.put('chown', '');
  fakes.put('systemctl', systemctl);
  environment = {
    DATABASE_URL: database.url,
    TOLLGATE_HOST: '127.0.0.1',
    TOLLGATE_PORT: String(await freePort()),
    TOLLGATE_ADMIN_PORT: String(await freePort()),
  };
});

afterEach(async () => {
  spawnSync(path.join(fakes.folder, 'programs/systemctl'), ['disable'], {
    env: { ...process.env, SERVICE_PREFIX: path.join(fakes.folder, 'prefix') },
  });
  await database.drop();
  fakes.remove();
});

const install = path.join(root, 'install.sh');
const placed = (file: string) => path.join(fakes.folder, 'prefix', file);
const called = (name: string) => fakes.calls().filter(line => line.startsWith(`${name} `));
const modeOf = (file: string) => (statSync(placed(file)).mode & 0o777).toString(8);

/** What systemd itself says of the unit; nothing where it is not installed. */
function problemsOfUnit(): string {
  const verified = spawnSync('systemd-analyze', ['verify', placed('etc/systemd/system/tollgate.service')], {
    encoding: 'utf8',
  });
  return verified.error ? '' : verified.stderr;
}

test('a service is installed, upgraded, removed without its data, and purged', () => {
  const first = fakes.run(install, ['--service'], environment);
  expect(first).toMatchObject({ status: 0 });
  expect(tryPrintedCurl(first.stdout)).toBe('Hello, Tollgate!');
  expect(called('systemctl')).toEqual([
    'systemctl is-active --quiet tollgate.service',
    'systemctl daemon-reload',
    'systemctl enable --quiet tollgate.service',
    'systemctl restart tollgate.service',
  ]);
  expect(modeOf('etc/tollgate/tollgate.env')).toBe('600');
  expect(modeOf('etc/tollgate/master.key')).toBe('600');
  expect(modeOf('etc/tollgate')).toBe('750');
  expect(modeOf('var/lib/tollgate/data')).toBe('700');
  expect(readFileSync(placed('etc/systemd/system/tollgate.service'), 'utf8')).not.toContain(database.url);

  expect(problemsOfUnit()).toBe('');

  const second = fakes.run(install, ['--service'], { TOLLGATE_PORT: '1' });
  expect(second).toMatchObject({ status: 0 });
  expect(tryPrintedCurl(second.stdout)).toBe('Hello, Tollgate!');
  expect(second.stdout).toBe(first.stdout);
  expect(called('useradd')).toHaveLength(1);

  const removed = fakes.run(placed('opt/tollgate/install.sh'), ['--uninstall']);
  expect(removed).toMatchObject({ status: 0, stdout: expect.stringContaining('Kept') });
  expect(readFileSync(path.join(fakes.folder, 'ended'), 'utf8')).toBe('0\n');
  expect(called('userdel')).toEqual(['userdel tollgate']);
  expect(['opt/tollgate', 'etc/systemd/system/tollgate.service'].map(placed).filter(existsSync)).toEqual([]);
  expect(['etc/tollgate/master.key', 'var/lib/tollgate/data/quickstart.key'].map(placed).every(existsSync)).toBe(true);
  expect(called('chown').at(-1)).toBe(
    `chown -R root:root ${placed('var/lib/tollgate/data')} ${placed('etc/tollgate')}`,
  );

  const purged = fakes.run(path.join(bareCheckout(fakes.folder), 'install.sh'), ['--uninstall', '--purge']);
  expect(purged).toMatchObject({ status: 0, stdout: expect.not.stringContaining('Kept') });
  expect(['etc/tollgate', 'var/lib/tollgate'].map(placed).filter(existsSync)).toEqual([]);
}, 300_000);

test('the unit gives the gateway nothing that it does not need, and longer to stop than its streams have', () => {
  const unit = read('deploy/tollgate.service').split('\n');

  expect(unit).toEqual(
    expect.arrayContaining([
      'User=tollgate',
      'NoNewPrivileges=yes',
      'CapabilityBoundingSet=',
      'ProtectSystem=strict',
      'ReadWritePaths=@PREFIX@/var/lib/tollgate/data',
      'ProtectHome=yes',
      'PrivateTmp=yes',
      'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK',
      'SystemCallFilter=@system-service',
      'SystemCallFilter=~@privileged @resources',
      'LimitCORE=0',
      'MemoryDenyWriteExecute=no',
      'Restart=on-failure',
    ]),
  );
  const printed = spawnSync(process.execPath, [path.join(root, 'bin/service-files.ts'), 'unit', ''], {
    env: { PATH: process.env.PATH, TOLLGATE_GRACE: '2m' },
    encoding: 'utf8',
  });
  expect(printed.stdout).toContain('TimeoutStopSec=180s');
  expect(printed.stdout).not.toMatch(/@[A-Z]/);
});

test('settings reach the service with their characters, others do not', () => {
  const printed = spawnSync(process.execPath, [path.join(root, 'bin/service-files.ts'), 'environment', ''], {
    env: { PATH: process.env.PATH, TOLLGATE_ADMIN_KEY: 'a"b\\c$d`e0123456789012', SEARCH: 'no', OPENAI_API_KEY: 'k' },
    encoding: 'utf8',
  });
  const sourced = spawnSync('sh', ['-c', 'eval "$1"; printf %s "$TOLLGATE_ADMIN_KEY"', 'sh', printed.stdout], {
    encoding: 'utf8',
  });

  expect(sourced.stdout).toBe('a"b\\c$d`e0123456789012');
  expect(printed.stdout).toContain('\nOPENAI_API_KEY="k"\n');
  expect(printed.stdout).not.toContain('SEARCH');
});

test('an ordinary user is told that a service needs root, and nothing is made', () => {
  fakes.put('id', 'echo 1000');
  const { status, stderr } = fakes.run(install, ['--service'], environment);

  expect(status).toBe(1);
  expect(stderr).toContain('--service needs root');
  expect(existsSync(placed(''))).toBe(false);
});

test('a wrong setting is refused by name before anything is made', () => {
  const { status, stderr } = fakes.run(install, ['--service'], { ...environment, TOLLGATE_GRACE: 'soon' });

  expect(status).toBe(2);
  expect(stderr).toContain('TOLLGATE_GRACE: expected a duration');
  expect(existsSync(placed(''))).toBe(false);
});

test('a program folder of somebody else is left alone', () => {
  mkdirSync(placed('opt/tollgate'), { recursive: true });
  writeFileSync(placed('opt/tollgate/theirs'), 'kept');
  const { status, stderr } = fakes.run(install, ['--service'], environment);

  expect(status).toBe(1);
  expect(stderr).toContain('is not ours');
  expect(readFileSync(placed('opt/tollgate/theirs'), 'utf8')).toBe('kept');
  expect(existsSync(placed('etc'))).toBe(false);
});
