import { afterAll, beforeAll, expect, test } from 'vitest';
import { programVersion } from '../../../src/control/health/program-version.ts';
import { type OpenControl, openControl } from '../app/open-control.ts';

let control: OpenControl;
let problems: string[] = [];

beforeAll(async () => {
  control = await openControl({
    status: () => ({ ready: problems.length === 0, problems, notes: ['the database is away'], source: 'disk' }),
  });
});
afterAll(() => control.close());

test('the process is live without a key, ready or not', async () => {
  problems = ['the spool cannot be written'];
  const answer = await control.ask('GET', '/healthz', undefined, { authorization: '' });
  problems = [];
  expect([answer.status, answer.json]).toEqual([200, { status: 'ok' }]);
});

test('readiness is yes or no and says nothing more to who has no admin key', async () => {
  const headers = { authorization: '' };
  const yes = await control.ask('GET', '/readyz', undefined, headers);
  problems = ['the spool cannot be written'];
  const no = await control.ask('GET', '/readyz', undefined, headers);
  problems = [];

  expect([yes.status, yes.json]).toEqual([200, { ready: true }]);
  expect([no.status, no.json]).toEqual([503, { ready: false }]);
  const wrong = await control.ask('GET', '/readyz', undefined, {
    authorization: 'Bearer not-the-admin-key-0123456789',
  });
  expect([wrong.status, wrong.json]).toEqual([200, { ready: true }]);
});

test('readiness says to the admin what is wrong and what else should be known', async () => {
  const notes = ['the database is away'];
  expect((await control.ask('GET', '/readyz')).json).toEqual({ ready: true, problems: [], notes });
  problems = ['the spool cannot be written'];
  const no = await control.ask('GET', '/readyz');
  problems = [];
  expect([no.status, no.json]).toEqual([503, { ready: false, problems: ['the spool cannot be written'], notes }]);
});

test('status has the details, for the admin key only', async () => {
  problems = ['the spool cannot be written'];
  const answer = await control.ask('GET', '/admin/v1/status');
  const refused = await control.ask('GET', '/admin/v1/status', undefined, { authorization: '' });
  problems = [];

  expect(answer.json).toEqual({
    version: programVersion(),
    ready: false,
    notes: ['the database is away'],
    snapshot_source: 'disk',
    problems: ['the spool cannot be written'],
    snapshot_version: 7,
    ledger: { lag_millis: 20, pending_events: 2, pending_bytes: 640, pending_segments: 1, set_aside: 0 },
  });
  expect(refused.status).toBe(401);
});
