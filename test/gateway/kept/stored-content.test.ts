import { describe, expect, test } from 'vitest';
import { openaiResponses } from '../../../src/gateway/ingress/openai-responses.ts';
import { continueStored } from '../../../src/gateway/kept/continue-stored.ts';
import { readStored, storedContent } from '../../../src/gateway/kept/stored-content.ts';
import { itemsPage, readItemsQuery } from '../../../src/gateway/kept/stored-items.ts';

const parse = (body: object) => openaiResponses.parse(Buffer.from(JSON.stringify(body)));
const text = (said: string) => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text: said }] });
const output = [
  { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'proof' },
  { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'look', arguments: '{}' },
];
const response = { id: 'resp_1', output };

describe('what is kept of a call', () => {
  test.each([
    ['a text', 'hi "there"', [text('hi "there"')]],
    ['items', [{ role: 'user', content: 'x' }], [{ role: 'user', content: 'x' }]],
  ])('has its input as items (%s) and its answer', (_what, input, items) => {
    const kept = storedContent(parse({ model: 'm', input }), Buffer.from(JSON.stringify(response)));
    expect(readStored(kept)).toEqual({ input: items, response });
  });

  test('takes the answer of a stream from its last event', () => {
    const end = [
      `event: response.output_item.done\ndata: {"item":{}}\n\n`,
      `event: response.completed\ndata: ${JSON.stringify({ type: 'response.completed', response })}\n\n`,
    ].join('');
    expect(readStored(storedContent(parse({ model: 'm', input: 'x' }), Buffer.from(end))).response).toEqual(response);
  });

  test('is refused where it is larger than is kept', () => {
    const large = Buffer.from(JSON.stringify({ ...response, padding: 'x'.repeat(24 * 1024 * 1024) }));
    expect(() => storedContent(parse({ model: 'm', input: 'x' }), large)).toThrow('larger than this gateway keeps');
  });
});

describe('a call that goes on', () => {
  const stored = { input: [text('one')], response };

  test.each([
    ['a text', 'two', [text('two')]],
    ['items', [{ role: 'user', content: 'two' }], [{ role: 'user', content: 'two' }]],
    ['no items', [], []],
  ])('has all that was said before its own input (%s)', (_what, input, items) => {
    const parsed = parse({
      previous_response_id: 'resp_1',
      model: 'm',
      input,
      metadata: { previous_response_id: 'x' },
    });
    expect(JSON.parse(continueStored(parsed, stored).toString())).toEqual({
      model: 'm',
      input: [text('one'), ...output, ...items],
      metadata: { previous_response_id: 'x' },
    });
  });

  test('is refused where the conversation is larger than a call may be', () => {
    const long = { ...stored, input: [text('x'.repeat(33 * 1024 * 1024))] };
    const parsed = parse({ model: 'm', input: 'x', previous_response_id: 'resp_1' });
    expect(() => continueStored(parsed, long)).toThrow("'previous_response_id'");
  });
});

describe('the list of input items', () => {
  const input = Array.from({ length: 5 }, (_, index) => text(String(index)));
  const page = (query: object) =>
    itemsPage({ input, response }, 'abc', readItemsQuery(query as Record<string, unknown>)) as {
      data: { id: string }[];
      first_id: string | null;
      last_id: string | null;
      has_more: boolean;
    };

  test('comes newest first, in pages that join', () => {
    const first = page({ limit: '2' });
    expect(first).toMatchObject({ first_id: 'item_abc_4', last_id: 'item_abc_3', has_more: true });
    const rest = page({ after: first.last_id });
    expect(rest.data.map(({ id }) => id)).toEqual(['item_abc_2', 'item_abc_1', 'item_abc_0']);
    expect(rest.has_more).toBe(false);
    expect(page({ order: 'asc', limit: '1' }).first_id).toBe('item_abc_0');
    expect(page({ after: 'item_abc_0' })).toMatchObject({ data: [], first_id: null, last_id: null, has_more: false });
  });

  test.each([{ limit: '0' }, { limit: '101' }, { limit: 'x' }, { order: 'up' }, { after: ['a', 'b'] }])(
    '%j is refused',
    query => expect(() => page(query)).toThrow(`'${Object.keys(query)[0]}'`),
  );

  test('an item that is not there has no page behind it', () => {
    expect(() => page({ after: 'item_x' })).toThrow(expect.objectContaining({ code: 'response_not_found' }));
  });
});
