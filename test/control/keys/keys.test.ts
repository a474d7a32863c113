import { afterAll, beforeAll, expect, test } from 'vitest';
import { newKeySchema } from '../../../src/control/keys/key-view.ts';
import { emptyFile, fileKey } from '../../store/configuration/resources.ts';
import { adminKey, digest, type OpenControl, openControl } from '../app/open-control.ts';

const now = Date.parse('2026-05-01T12:00:00Z');
let control: OpenControl;

beforeAll(async () => {
  control = await openControl({ nowMillis: () => now });
});
afterAll(() => control.close());

const create = async (body: object) => {
  const answer = await control.ask('POST', '/admin/v1/keys', body);
  expect(answer.text).toContain('"key":"tg_');
  return newKeySchema.parse(answer.json);
};

test('a new key is answered once, kept as a digest and published before the answer', async () => {
  const before = control.published();
  const answer = await control.ask('POST', '/admin/v1/keys', { name: 'first' });
  const key = newKeySchema.parse(answer.json);

  expect(answer.status).toBe(201);
  expect(key.key).toMatch(/^tg_[A-Za-z0-9]{40}$/);
  expect(key).toMatchObject({ name: 'first', team: 'default', consumer: null, models: ['*'], expires_at: null });
  expect(key).toMatchObject({ revoked_at: null, managed_by: 'api', hint: key.key.slice(-4) });
  expect(control.published()).toBe(before + 1);
  const stored = (await control.store.listKeys()).find(one => one.id === key.id);
  expect(stored?.digest).toBe(digest(key.key));
});

test('the listing shows hints and never a key or a digest', async () => {
  const key = await create({ name: 'listed', consumer: 'web', models: ['fast', 'openai/*'] });
  const { status, text, json } = await control.ask('GET', '/admin/v1/keys');

  expect(status).toBe(200);
  expect(json).toMatchObject({
    keys: expect.arrayContaining([expect.objectContaining({ id: key.id, consumer: 'web' })]),
  });
  expect(text).not.toContain(key.key);
  expect(text).not.toContain(digest(key.key));
});

test('a key ends at a time or after a span', async () => {
  expect((await create({ name: 'span', expires_in: '30d' })).expires_at).toBe('2026-05-31T12:00:00.000Z');
  expect((await create({ name: 'time', expires_at: '2027-01-31T00:00:00+01:00' })).expires_at).toBe(
    '2027-01-30T23:00:00.000Z',
  );
});

test.each([
  ['no name', {}, 'missing_required_parameter', 'name'],
  ['a name with spaces', { name: 'a b' }, 'invalid_value', 'name'],
  ['a name that is a number', { name: 7 }, 'invalid_type', 'name'],
  ['a model pattern with a space', { name: 'x', models: ['ok', 'a b'] }, 'invalid_value', 'models[1]'],
  ['no models', { name: 'x', models: [] }, 'invalid_value', 'models'],
  ['a time that has passed', { name: 'x', expires_at: '2020-01-01T00:00:00Z' }, 'invalid_value', 'expires_at'],
  ['a time without offset', { name: 'x', expires_at: '2030-01-01T00:00:00' }, 'invalid_value', 'expires_at'],
  ['a span of nothing', { name: 'x', expires_in: '0d' }, 'invalid_value', 'expires_in'],
  [
    'both kinds of end',
    { name: 'x', expires_in: '1d', expires_at: '2030-01-01T00:00:00Z' },
    'invalid_value',
    'expires_in',
  ],
  ['a member nobody knows', { name: 'x', secret: 'mine' }, 'invalid_value', 'secret'],
  ['a list', [], 'invalid_type', null],
])('%s is 400 and says which member', async (_what, body, code, param) => {
  const answer = await control.ask('POST', '/admin/v1/keys', body);
  expect(answer.json).toMatchObject({ error: { code, param } });
  expect(answer.status).toBe(400);
});

test('a body with a __proto__ member is refused and changes nothing', async () => {
  const answer = await control.ask('POST', '/admin/v1/keys', '{"name":"p","__proto__":{"models":["*"]}}');
  expect(answer.status).toBe(400);
});

test('a team that does not exist is 404, a name that is taken 409', async () => {
  await create({ name: 'taken' });
  const missing = await control.ask('POST', '/admin/v1/keys', { name: 'x', team: 'nowhere' });
  const taken = await control.ask('POST', '/admin/v1/keys', { name: 'taken' });

  expect([missing.status, missing.json]).toMatchObject([404, { error: { code: 'resource_not_found', param: 'team' } }]);
  expect([taken.status, taken.json]).toMatchObject([409, { error: { code: 'resource_exists', param: 'name' } }]);
});

test('revoking by id publishes, and twice is the same as once', async () => {
  const { id } = await create({ name: 'by-id' });
  const before = control.published();
  const first = await control.ask('DELETE', `/admin/v1/keys/${id}`);
  const second = await control.ask('DELETE', `/admin/v1/keys/${id}`);

  expect(first.json).toMatchObject({ id, revoked_at: expect.any(String) });
  expect(second.text).toBe(first.text);
  expect([first.status, second.status]).toEqual([200, 200]);
  expect(control.published()).toBeGreaterThan(before);
});

test('revoking by name takes the one live key of that name', async () => {
  await create({ name: 'rotated' });
  const first = await control.ask('DELETE', '/admin/v1/keys/rotated');
  const { id } = await create({ name: 'rotated' });

  expect(first.json).toMatchObject({ name: 'rotated' });
  expect((await control.ask('DELETE', '/admin/v1/keys/rotated')).json).toMatchObject({ id });
  expect((await control.ask('DELETE', '/admin/v1/keys/rotated')).json).toMatchObject({ id });
});

test('a name that several live keys have is 400 and lists their ids', async () => {
  await control.store.createTeam({ name: 'other', storeResponses: null });
  const ids = [(await create({ name: 'twin' })).id, (await create({ name: 'twin', team: 'other' })).id];
  const answer = await control.ask('DELETE', '/admin/v1/keys/twin');

  expect([answer.status, answer.json]).toMatchObject([400, { error: { code: 'invalid_value', param: 'id' } }]);
  for (const id of ids) expect(answer.text).toContain(id);
});

test('a key of the file can be revoked, and the file does not bring it back', async () => {
  const file = { ...emptyFile, teams: [{ name: 'search', storeResponses: null }], keys: [fileKey('of-the-file')] };
  await control.store.applyFile(file);
  const answer = await control.ask('DELETE', '/admin/v1/keys/of-the-file');
  await control.store.applyFile(file);

  expect(answer.json).toMatchObject({ managed_by: 'file', revoked_at: expect.any(String) });
  const key = (await control.store.listKeys()).find(one => one.name === 'of-the-file');
  expect(key?.revokedAt).not.toBeNull();
});

test.each(['00000000-0000-7000-8000-000000000000', 'nobody', "'%20or%201=1"])('revoking %s is 404', async id => {
  const answer = await control.ask('DELETE', `/admin/v1/keys/${id}`);
  expect([answer.status, answer.json]).toMatchObject([404, { error: { code: 'resource_not_found', param: 'id' } }]);
});

test.each([
  ['POST', '/admin/v1/keys'],
  ['GET', '/admin/v1/keys'],
  ['DELETE', '/admin/v1/keys/first'],
])('%s %s wants the admin key', async (method, path) => {
  for (const authorization of ['', 'Bearer wrong', `Basic ${adminKey}`, `Bearer ${adminKey}x`]) {
    const answer = await control.ask(method, path, undefined, { authorization });
    expect([answer.status, answer.json]).toMatchObject([401, { error: { code: 'admin_key_invalid' } }]);
  }
});
