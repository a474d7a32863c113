import { describe, expect, test } from 'vitest';
import { ChatStreamReader } from '../../../../src/gateway/dialects/openai-chat/stream.ts';
import { thinkingAnswer, thoughtsAsContent } from '../../../../src/gateway/dialects/openai-chat/thinking-content.ts';
import { WholeCallStream } from '../../../../src/gateway/dialects/openai-chat/whole-call-stream.ts';
import { serverEvents } from '../../../support/server-events.ts';

const usage = { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 };
const head = { id: 'c-1', object: 'chat.completion.chunk', created: 1, model: 'm' };
const chunk = (delta: object, finish: string | null = null, more: object = { usage: null }) => ({
  ...head,
  choices: [{ index: 0, delta, finish_reason: finish }],
  ...more,
});
const piece = (index: number, call: object) => chunk({ tool_calls: [{ index, ...call }] });

const opened = (id: string, name: string) => ({ id, type: 'function', function: { name, arguments: '' } });
const more = (text: string) => ({ function: { arguments: text } });

const calling = [
  chunk({ role: 'assistant', content: null }),
  chunk({ content: 'Let me see' }),
  piece(0, opened('call_1', 'weather')),
  piece(0, more('{"city":')),
  piece(1, opened('call_2', 'time')),
  piece(1, more('{}')),
  piece(0, more('"Oslo 狐"}')),
  chunk({}, 'tool_calls'),
  { ...head, choices: [], usage },
];

const streamOf = (chunks: readonly object[], mark = 'data: [DONE]\n\n') =>
  Buffer.from(chunks.map(each => `data: ${JSON.stringify(each)}\n\n`).join('') + mark);

function read(pieces: readonly Buffer[]): string {
  const reader = new WholeCallStream(
    new ChatStreamReader({ hideUsage: false, costOf: () => '0.1', redact: text => text }),
  );
  const out = Buffer.concat(pieces.map(each => reader.push(each) ?? Buffer.alloc(0)));
  reader.end();
  expect(reader.failure).toBeNull();
  expect(reader.finished).toBe(true);
  return out.toString() + reader.endMark.toString();
}

const chunksOf = (text: string) =>
  serverEvents(text)
    .filter(({ data }) => data !== '[DONE]')
    .map(({ data }) => JSON.parse(data));

describe('a stream for clients that take calls only whole', () => {
  test('tells each call once, whole, in the chunk that finishes the choice, and what was counted there too', () => {
    const text = read([streamOf(calling)]);
    expect(chunksOf(text)).toEqual([
      chunk({ role: 'assistant', content: null }, null, {}),
      chunk({ content: 'Let me see' }, null, {}),
      chunk(
        {
          tool_calls: [
            {
              index: 0,
              id: 'call_1',
              type: 'function',
              function: { name: 'weather', arguments: '{"city":"Oslo 狐"}' },
            },
            { index: 1, id: 'call_2', type: 'function', function: { name: 'time', arguments: '{}' } },
          ],
        },
        'tool_calls',
        { usage: expect.objectContaining(usage) },
      ),
    ]);
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  test('says the same however it was cut', () => {
    const bytes = streamOf(calling);
    const whole = read([bytes]);
    for (let at = 1; at < bytes.length; at++) {
      expect(read([bytes.subarray(0, at), bytes.subarray(at)])).toBe(whole);
    }
  });

  test('finishes without usage where none comes, with and without an end mark', () => {
    const unpriced = calling.slice(0, -1);
    for (const mark of ['data: [DONE]\n\n', '']) {
      const last = chunksOf(read([streamOf(unpriced, mark)])).at(-1);
      expect(last.choices[0].finish_reason).toBe('tool_calls');
      expect(last.choices[0].delta.tool_calls).toHaveLength(2);
      expect(last).not.toHaveProperty('usage');
    }
  });

  test('keeps usage that comes with the finish, and pieces that do too', () => {
    const chunks = chunksOf(
      read([
        streamOf([
          piece(0, opened('call_1', 'weather')),
          chunk({ tool_calls: [{ index: 0, ...more('{}') }] }, 'tool_calls', { usage }),
        ]),
      ]),
    );
    expect(chunks).toHaveLength(1);
    expect(chunks[0].usage).toMatchObject(usage);
    expect(chunks[0].choices[0].delta.tool_calls[0].function).toEqual({ name: 'weather', arguments: '{}' });
  });

  test('keeps choices apart', () => {
    const of = (index: number, delta: object, finish: string | null = null) => ({
      ...head,
      choices: [{ index, delta, finish_reason: finish }],
    });
    const call = (id: string) => ({ tool_calls: [{ index: 0, ...opened(id, 'weather') }] });
    const chunks = chunksOf(
      read([streamOf([of(0, call('a')), of(1, call('b')), of(1, {}, 'tool_calls'), of(0, {}, 'tool_calls')])]),
    );
    expect(chunks.map(({ choices }) => [choices[0].index, choices[0].delta.tool_calls[0].id])).toEqual([
      [1, 'b'],
      [0, 'a'],
    ]);
  });

  test('passes on comments and chunks that it cannot read', () => {
    const bytes = Buffer.from(
      `: hello\n\ndata: ${JSON.stringify(chunk({ content: 'x' }, 'stop', {}))}\n\n: bye\n\ndata: [DONE]\n\n`,
    );
    const text = read([bytes]);
    expect(text).toContain(': hello\n\n');
    expect(chunksOf(text)).toHaveLength(1);
  });

  test('tells thoughts as parts of the content', () => {
    const chunks = chunksOf(
      read([streamOf([chunk({ reasoning_content: 'hm' }), chunk({ content: 'Yes' }), chunk({}, 'stop')])]),
    );
    expect(chunks.map(({ choices }) => choices[0].delta.content)).toEqual([
      [{ type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] }],
      'Yes',
      undefined,
    ]);
  });
});

describe('a whole answer for them', () => {
  test('has its thoughts before its text', () => {
    const message = { role: 'assistant', content: 'Yes', reasoning_content: 'hm' };
    expect(thoughtsAsContent(message)).toEqual({
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
        { type: 'text', text: 'Yes' },
      ],
    });
    const body = thinkingAnswer(Buffer.from(JSON.stringify({ id: 'c', choices: [{ index: 0, message }] })));
    expect(JSON.parse(body!.toString()).choices[0].message.content).toHaveLength(2);
  });

  test('stays as it is without thoughts', () => {
    expect(thinkingAnswer(Buffer.from('{"choices":[{"message":{"content":"Yes"}}]}'))).toBeNull();
    expect(thinkingAnswer(Buffer.from('{"error":"\\"reasoning_content\\""}'))).toBeNull();
  });
});
