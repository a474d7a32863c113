import { describe, expect, test } from 'vitest';
import { checkClock } from '../../../src/cli/doctor/clock.ts';
import { checkDatabase } from '../../../src/cli/doctor/database.ts';
import { checkDisks } from '../../../src/cli/doctor/disk.ts';
import { checkFiles } from '../../../src/cli/doctor/file-modes.ts';
import type { Finding } from '../../../src/cli/doctor/finding.ts';
import { checkGateway, type Gateway } from '../../../src/cli/doctor/gateway.ts';
import { checkLedger } from '../../../src/cli/doctor/ledger.ts';
import { checkMachine } from '../../../src/cli/doctor/machine.ts';
import { checkPort } from '../../../src/cli/doctor/ports.ts';
import type { Probe } from '../../../src/cli/doctor/provider-probe.ts';
import { report } from '../../../src/cli/doctor/report.ts';
import { checkVersions } from '../../../src/cli/doctor/versions.ts';
import { readConfig } from '../../../src/config.ts';
import { programVersion } from '../../../src/control/health/program-version.ts';
import type { DatabaseFacts } from '../../../src/store/examine-database.ts';

// What a test cannot bring about on any machine: full disks, other clocks, old servers.

const GIB = 1024 ** 3;
const lines = (findings: readonly Finding[]) => findings.map(({ state, message }) => `${state} ${message}`);

const disk = (freeBytes: number, freeFiles = 1_000_000) => ({ folder: '/data', freeBytes, freeFiles });

describe('disk', () => {
  const spool = { bytes: 0, limitBytes: GIB };

  test.each([
    [100 * GIB, ['ok 100 GiB free at /data']],
    [1.5 * GIB, ['warning 1.5 GiB free at /data']],
    [0.1 * GIB, ['problem 102 MiB free at /data']],
  ])('%d bytes free', (free, expected) => {
    expect(lines(checkDisks([disk(free)], spool))).toEqual(expected);
  });

  test('one that ends before the spool reaches its limit is a warning', () => {
    const found = checkDisks([disk(5 * GIB)], { bytes: GIB, limitBytes: 10 * GIB });
    expect(lines(found)).toContain('warning 5.0 GiB are free, and the spool may still grow by 9.0 GiB');
  });

  test('the disk of the database is judged by itself, and one without room for files is a warning', () => {
    const found = checkDisks([disk(100 * GIB), disk(100 * GIB, 12)], { bytes: 0, limitBytes: 500 * GIB });
    expect(lines(found)).toEqual([
      'ok 100 GiB free at /data',
      'warning 100 GiB are free, and the spool may still grow by 500 GiB',
      'warning room for only 12 more files at /data',
    ]);
  });
});

describe('clock', () => {
  const probe = (name: string, skewMillis: number | null): Probe => ({
    provider: { name, adapter: null, url: null, keys: [] },
    key: null,
    asked: {
      state: 'answered',
      reply: { status: 200, headers: {}, body: Buffer.alloc(0) },
      millis: 1,
      certificate: null,
      skewMillis,
    },
  });

  test.each([
    [0, [], ['ok agrees with the database']],
    [null, [0, 500_000], ['ok agrees with p0']],
    [20_000, [100], ['warning the clock of the database is 20 s ahead of ours']],
    [-7_200_000, [], ['problem the clock of the database is 2 hours behind ours']],
    [0, [-30_000, 40_000], ["warning every provider's clock differs from ours; p0's is 30 s behind it"]],
    [null, [null], ['note there was no other clock to compare with']],
  ])('database %s, providers %j', (database, providers, expected) => {
    expect(
      lines(
        checkClock(
          database,
          providers.map((skew, index) => probe(`p${index}`, skew)),
        ),
      ),
    ).toEqual(expected);
  });
});

describe('machine', () => {
  test.each([
    [{ gatewayRuns: true, uid: 0, openFiles: 1_048_576 }, ['warning the gateway runs as root', 'ok at most 1048576']],
    [
      { gatewayRuns: false, uid: 1000, openFiles: 1024 },
      [
        'ok this shell, and a start from it, runs as user 1000',
        'warning at most 1024: enough for about 512 calls at once of 10000',
      ],
    ],
    [{ gatewayRuns: true, uid: null, openFiles: null }, ['note cannot be seen', 'note cannot be seen']],
  ])('%j', (machine, expected) => {
    expect(lines(checkMachine(machine))).toEqual(expected);
  });
});

describe('ports', () => {
  const port = { setting: 'TOLLGATE_PORT', host: '0.0.0.0', port: 80, code: null, holder: null };

  test.each([
    [{ ...port, code: 'EACCES' }, null, false, 'problem may not be used by this user'],
    [{ ...port, code: 'EINVAL' }, null, false, 'problem 0.0.0.0 cannot be listened on (EINVAL)'],
    [{ ...port, code: 'EADDRINUSE' }, null, false, 'problem taken by a process that this user cannot see'],
    [{ ...port, code: 'EADDRINUSE' }, null, true, 'ok taken, as it seems by our own gateway'],
    [{ ...port, code: 'EADDRINUSE', holder: { pid: 7, name: 'nginx' } }, 8, true, 'problem taken by process 7 (nginx)'],
    [port, 8, false, 'warning nobody listens on 0.0.0.0, and the gateway runs'],
  ])('%j, gateway %s, answers %s', (seen, pid, answers, expected) => {
    expect(lines([checkPort(seen, pid, answers)])).toEqual([expected]);
  });
});

describe('gateway and ledger', () => {
  const running = (more: object, ledger: object = {}): Gateway => ({
    state: 'running',
    status: {
      version: programVersion(),
      ready: true,
      problems: [],
      notes: [],
      snapshot_source: 'database',
      snapshot_version: 1,
      ledger: { lag_millis: 0, pending_events: 0, pending_bytes: 0, pending_segments: 1, set_aside: 0, ...ledger },
      ...more,
    },
  });
  const spool = { folder: '/s', bytes: 0, limitBytes: GIB, setAside: 0, problem: null };

  test('one that takes no calls says why, and an older one is to be restarted', () => {
    expect(lines(checkGateway(running({ ready: false, problems: ['the disk is full'] }), 1, 'u'))).toEqual([
      'problem takes no calls: the disk is full',
    ]);
    expect(lines(checkGateway(running({ version: '0.0.1' }), 1, 'u'))).toEqual([
      `warning runs as version 0.0.1, and this is ${programVersion()}`,
    ]);
  });

  test.each([
    [2_000, 'ok 3 events not in the ledger yet, the oldest for 2.0 s'],
    [90_000, 'warning 3 events not in the ledger yet, the oldest for 90 s'],
    [3_600_000, 'problem 3 events not in the ledger yet, the oldest for 60 minutes'],
  ])('a lag of %d ms', (lag_millis, expected) => {
    expect(lines(checkLedger(spool, running({}, { lag_millis, pending_events: 3 })))[0]).toBe(expected);
  });

  test('a spool that this user may not see is a problem', () => {
    expect(lines(checkLedger({ ...spool, problem: 'EACCES' }, running({})))).toContain('problem EACCES');
  });
});

describe('database', () => {
  const facts: DatabaseFacts = {
    version: '18.1',
    versionNumber: 180_001,
    writable: true,
    nowMillis: 0,
    skewMillis: 0,
    connections: 5,
    connectionLimit: 97,
    bytes: 10 * 1024 ** 2,
    migrations: { pending: [], problem: null },
    content: null,
  };
  const judged = (more: Partial<DatabaseFacts>) =>
    lines(checkDatabase({ state: 'examined', facts: { ...facts, ...more }, embeddedRoot: null }, readConfig({}, [])));

  test('one that is too old, and one whose connections run out', () => {
    expect(judged({ version: '14.9', versionNumber: 140_009 })[0]).toBe('problem PostgreSQL 14.9 is too old');
    expect(judged({ connections: 95 })).toContain('warning 95 of 97 connections are in use');
    expect(judged({})).toEqual([
      'ok PostgreSQL 18.1 answers, 10 MiB',
      'ok all are applied',
      'ok 5 of 97 connections are in use',
    ]);
  });
});

test('versions: a Node.js that is too old, packages other than locked, and no lockfile', () => {
  expect(lines(checkVersions({ node: '22.18.0', wanted: '>=22.19', wrong: ['zod'] }))).toEqual([
    expect.stringMatching(/^problem Tollgate \S+ on Node\.js 22\.18\.0: it needs >=22\.19$/),
    'problem 1 package missing or other than locked: zod',
  ]);
  expect(lines(checkVersions({ node: '24.0.0', wanted: '>=22.19', wrong: null }))).toEqual([
    expect.stringMatching(/^ok /),
    'note there is no lockfile here to compare with',
  ]);
});

test('files: a folder that this user may not read, and files of another user than the gateway', () => {
  const file = (path: string, uid: number) => ({ path, mode: 0o600, uid, isFolder: false });
  const files = [{ path: '/data', mode: 0o700, uid: 1000, isFolder: true }, file('/data/a', 1000), file('/data/b', 0)];
  expect(lines(checkFiles(null, 1000))).toEqual(['problem this user may not read the data folder']);
  expect(lines(checkFiles(files, 1000))).toEqual(["problem 1 file of another user than the gateway's (1000): /data/b"]);
  expect(lines(checkFiles(files, null))).toEqual(['ok /data is closed to others']);
});

test('what others chose cannot steer the terminal', () => {
  const finding: Finding = { check: 'provider x', state: 'note', message: 'a\u001b[2J', advice: 'b\u202e' };
  expect(report([finding])).toBe('note     provider x  a\\u001b[2J\n                     b\\u202e');
});
