import { afterAll, beforeAll, expect, test } from 'vitest';
import { emptyFile } from '../../store/configuration/resources.ts';
import { type OpenControl, openControl } from '../app/open-control.ts';

let control: OpenControl;

beforeAll(async () => {
  control = await openControl();
});
afterAll(() => control.close());

test('a team is created once and published before the answer', async () => {
  const first = await control.ask('POST', '/admin/v1/teams', { name: 'search' });
  const second = await control.ask('POST', '/admin/v1/teams', { name: 'search' });

  expect([first.status, first.json]).toEqual([201, { name: 'search', store_responses: null, managed_by: 'api' }]);
  expect([second.status, second.json]).toMatchObject([409, { error: { code: 'resource_exists', param: 'name' } }]);
  expect(control.published()).toBe(1);
});

test('the listing has the teams of the file and of the API', async () => {
  await control.store.applyFile({ ...emptyFile, teams: [{ name: 'support', storeResponses: null }] });
  const { status, json } = await control.ask('GET', '/admin/v1/teams');

  expect(status).toBe(200);
  expect(json).toMatchObject({
    teams: expect.arrayContaining([
      { name: 'support', store_responses: null, managed_by: 'file' },
      { name: 'default', store_responses: null, managed_by: 'api' },
    ]),
  });
});

test.each([{}, { name: '' }, { name: '../x' }, { name: 'x'.repeat(64) }, { name: 'x', budget: 5 }])(
  '%j is 400',
  async body => {
    expect((await control.ask('POST', '/admin/v1/teams', body)).status).toBe(400);
  },
);

test.each(['POST', 'GET'])('%s wants the admin key', async method => {
  expect((await control.ask(method, '/admin/v1/teams', undefined, { authorization: '' })).status).toBe(401);
});
