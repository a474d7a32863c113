import Anthropic from '@anthropic-ai/sdk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeMessage, messageEncoder } from '../../../../../src/gateway/dialects/anthropic-messages/neutral/index.ts';
import type { ChatPart } from '../../../../../src/spec/chat/chat-stream.ts';
import { noUsage } from '../../../../../src/spec/usage.ts';
import { answer } from '../../openai-chat/neutral/answers.ts';

const options = { id: 'msg_1', model: 'm', inputEstimate: 9 };
const text = (said: string): ChatPart => ({ type: 'text-delta', choice: 0, text: said });
const start = (index: number, id: string, name: string): ChatPart => ({
  type: 'tool-input-start',
  choice: 0,
  index,
  id,
  name,
});
const input = (index: number, said: string): ChatPart => ({ type: 'tool-input-delta', choice: 0, index, text: said });
const finish = (reason: 'stop' | 'tool-calls', raw?: string): ChatPart => ({
  type: 'finish',
  choice: 0,
  reason,
  ...(raw !== undefined && { raw }),
});
const usage: ChatPart = { type: 'usage', usage: { ...noUsage, input: 5, cacheRead: 7, output: 3, reasoning: 2 } };

function streamOf(parts: readonly ChatPart[]): string {
  const encoder = messageEncoder(options);
  return parts.map(part => encoder.push([part])?.toString() ?? '').join('') + encoder.endMark;
}

const wholeOf = (parts: readonly ChatPart[]) => JSON.parse(encodeMessage(parts, options).toString());

/** Types and data of the events, without the beginning that is always the same. */
function eventsOf(parts: readonly ChatPart[]): readonly [string, Record<string, unknown>][] {
  const events = streamOf(parts)
    .split('\n\n')
    .filter(event => event !== '')
    .map((event): [string, Record<string, unknown>] => {
      const [type, data] = event.split('\n');
      const { type: named, ...rest } = JSON.parse(data!.slice('data: '.length)) as Record<string, unknown>;
      expect(type).toBe(`event: ${String(named)}`);
      return [String(named), rest];
    });
  expect(events.slice(0, 2).map(([type]) => type)).toEqual(['message_start', 'ping']);
  return events.slice(2);
}

/** What the client's SDK makes of the stream. */
async function assembled(parts: readonly ChatPart[]): Promise<Record<string, unknown>> {
  const fetch = async () => new Response(streamOf(parts), { headers: { 'content-type': 'text/event-stream' } });
  const client = new Anthropic({ apiKey: 'none', baseURL: 'http://127.0.0.1', fetch });
  const stream = client.messages.stream({ model: 'm', max_tokens: 1, messages: [{ role: 'user', content: 'Hi' }] });
  return JSON.parse(JSON.stringify(await stream.finalMessage()));
}

describe('the events of an answer', () => {
  test('are a beginning, blocks one after the other, why it stopped with its usage, and an end', () => {
    expect(
      eventsOf([text('Hi'), text(' you'), start(0, 'call_1', 'look'), input(0, '{}'), finish('stop'), usage]),
    ).toEqual([
      ['content_block_start', { index: 0, content_block: { type: 'text', text: '' } }],
      ['content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'Hi' } }],
      ['content_block_delta', { index: 0, delta: { type: 'text_delta', text: ' you' } }],
      ['content_block_stop', { index: 0 }],
      [
        'content_block_start',
        { index: 1, content_block: { type: 'tool_use', id: 'toolu_call_1', name: 'look', input: {} } },
      ],
      ['content_block_delta', { index: 1, delta: { type: 'input_json_delta', partial_json: '{}' } }],
      ['content_block_stop', { index: 1 }],
      [
        'message_delta',
        {
          delta: { stop_reason: 'tool_use', stop_sequence: null },
          usage: {
            input_tokens: 5,
            cache_creation_input_tokens: 0,
            cache_read_input_tokens: 7,
            output_tokens: 5,
            output_tokens_details: { thinking_tokens: 2 },
            server_tool_use: null,
          },
        },
      ],
      ['message_stop', {}],
    ]);
  });

  test('begin with what the request holds by our own estimate', () => {
    const [head] = streamOf([text('Hi')]).split('\n\n');
    expect(JSON.parse(head!.split('\ndata: ')[1]!)).toMatchObject({
      type: 'message_start',
      message: { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [], usage: { input_tokens: 9 } },
    });
  });

  test('tell an estimate where the provider counted nothing', () => {
    const events = eventsOf([text('12345678'), finish('stop'), { type: 'usage', usage: null }]);
    expect(events.at(-2)?.[1]).toMatchObject({ usage: { input_tokens: 9, output_tokens: 2 } });
  });

  test('write calls that come at once one after the other', () => {
    const parts = [start(0, 'a', 'one'), start(1, 'b', 'two'), input(1, '{"y":'), input(0, '{"x":1}'), input(1, '2}')];
    const blocks = eventsOf([...parts, finish('tool-calls'), usage]).filter(([type]) =>
      type.startsWith('content_block'),
    );
    expect(blocks.map(([type, { index }]) => `${type} ${index}`)).toEqual([
      'content_block_start 0',
      'content_block_delta 0',
      'content_block_stop 0',
      'content_block_start 1',
      'content_block_delta 1',
      'content_block_stop 1',
    ]);
    expect(wholeOf([...parts, finish('tool-calls'), usage]).content).toMatchObject([
      { name: 'one', input: { x: 1 } },
      { name: 'two', input: { y: 2 } },
    ]);
  });

  test.each([
    ['pause_turn', 'pause_turn'],
    ['stop_sequence', 'stop_sequence'],
    ['eos', 'end_turn'],
  ])('keep the word %s of the provider where it is of this dialect', (raw, reason) => {
    expect(wholeOf([text('x'), finish('stop', raw), usage]).stop_reason).toBe(reason);
  });

  test('say that the model refused, whatever the provider calls it', () => {
    const parts: ChatPart[] = [{ type: 'refusal-delta', choice: 0, text: 'No.' }, finish('stop'), usage];
    expect(wholeOf(parts)).toMatchObject({ content: [{ type: 'text', text: 'No.' }], stop_reason: 'refusal' });
  });

  test('put free text of a call into an object', () => {
    const custom: ChatPart = { type: 'tool-input-start', choice: 0, index: 0, id: 'a', name: 'run', custom: true };
    expect(wholeOf([custom, input(0, 'ls'), input(0, ' -l'), finish('tool-calls'), usage]).content).toMatchObject([
      { type: 'tool_use', input: { input: 'ls -l' } },
    ]);
  });

  test('name the page that a text comes from, and begin a text of its own after it', () => {
    const citation: ChatPart = { type: 'citation', choice: 0, citation: { url: 'https://a.example/', title: 'A' } };
    expect(wholeOf([text('one'), citation, text('two'), finish('stop'), usage]).content).toEqual([
      {
        type: 'text',
        text: 'one',
        citations: [
          {
            type: 'web_search_result_location',
            cited_text: '',
            encrypted_index: '',
            title: 'A',
            url: 'https://a.example/',
          },
        ],
      },
      { type: 'text', text: 'two' },
    ]);
  });
});

/** Models write JSON into calls; the SDK does not take anything else. */
function withJson(parts: readonly ChatPart[]): readonly ChatPart[] {
  const custom = new Set(
    parts.flatMap(part => (part.type === 'tool-input-start' && part.custom ? [`${part.choice} ${part.index}`] : [])),
  );
  return parts.flatMap((part): readonly ChatPart[] => {
    if (part.type === 'tool-input-start' && !part.custom) {
      const piece = (said: string): ChatPart => ({
        type: 'tool-input-delta',
        choice: part.choice,
        index: part.index,
        text: said,
      });
      return [part, piece('{"a":'), piece('"b'), piece('c"}')];
    }
    const own = part.type === 'tool-input-delta' && !custom.has(`${part.choice} ${part.index}`);
    return own ? [] : [part];
  });
}

test('the stream, put together by the SDK, is the whole answer', async () => {
  await fc.assert(
    fc.asyncProperty(answer.map(withJson), async parts => {
      const whole = wholeOf(parts);
      const streamed = await assembled(parts);
      expect(streamed.content).toEqual(whole.content);
      expect(streamed.stop_reason).toEqual(whole.stop_reason);
      for (const [name, count] of Object.entries(streamed.usage as object)) {
        if (name !== 'cache_creation') expect([name, whole.usage[name]]).toEqual([name, count]);
      }
    }),
    { numRuns: 100 },
  );
});

describe('blocks of tools that ran at the provider', () => {
  const search = { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'tides' } };
  const found = {
    type: 'web_search_tool_result',
    tool_use_id: 'srvtoolu_1',
    content: [{ type: 'web_search_result', url: 'https://x.test', title: 'X', encrypted_content: 'E', page_age: null }],
  };
  const own = (value: Readonly<Record<string, unknown>>): ChatPart => ({
    type: 'provider-part',
    choice: 0,
    dialect: 'anthropic',
    value,
  });
  const parts = [text('Let me look.'), own(search), own(found), text('At noon.'), finish('stop', 'pause_turn'), usage];

  test('stand between the texts as they came, and end no answer as a call does', async () => {
    const content = [{ type: 'text', text: 'Let me look.' }, search, found, { type: 'text', text: 'At noon.' }];
    expect(wholeOf(parts)).toMatchObject({ content, stop_reason: 'pause_turn' });
    expect((await assembled(parts)).content).toMatchObject(content);
  });

  test('tell the input of a call in deltas, where clients look for it', () => {
    const events = eventsOf(parts).filter(([, { index }]) => index === 1);
    expect(events).toEqual([
      ['content_block_start', { index: 1, content_block: { ...search, input: {} } }],
      ['content_block_delta', { index: 1, delta: { type: 'input_json_delta', partial_json: '{"query":"tides"}' } }],
      ['content_block_stop', { index: 1 }],
    ]);
  });
});

describe('the stop sequence that ended an answer', () => {
  const told = (end: ChatPart, stopSequences: readonly string[]) => {
    const { stop_reason, stop_sequence } = JSON.parse(
      encodeMessage([text('Hi'), end, usage], { ...options, stopSequences }).toString(),
    );
    const encoder = messageEncoder({ ...options, stopSequences });
    const stream = encoder.push([text('Hi'), end, usage])!.toString();
    expect(stream).toContain(`"delta":${JSON.stringify({ stop_reason, stop_sequence })}`);
    return [stop_reason, stop_sequence];
  };
  const stopped = (stopSequence: string, raw?: string): ChatPart =>
    ({ ...finish('stop', raw), stopSequence }) as ChatPart;

  test('is the one that the provider names', () => {
    expect(told(stopped('B', 'stop_sequence'), ['A', 'B'])).toEqual(['stop_sequence', 'B']);
    expect(told(stopped('B'), ['A', 'B'])).toEqual(['stop_sequence', 'B']);
  });

  test('is the only one that was asked for, where the provider says no more than that', () => {
    expect(told(finish('stop', 'stop_sequence'), ['A'])).toEqual(['stop_sequence', 'A']);
    expect(told(finish('stop', 'STOP_SEQUENCE'), ['A'])).toEqual(['stop_sequence', 'A']);
    expect(told(finish('stop', 'stop_sequence'), ['A', 'B'])).toEqual(['stop_sequence', null]);
  });

  test('is none where nothing says so, or where what is named was not asked for', () => {
    expect(told(finish('stop'), ['A'])).toEqual(['end_turn', null]);
    expect(told(stopped('<|end|>'), ['A'])).toEqual(['end_turn', null]);
  });
});
