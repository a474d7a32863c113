import fc from 'fast-check';
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import {
  encodeResponse,
  flatten,
  responseEncoder,
  toNeutral,
} from '../../../../../src/gateway/dialects/openai-responses/neutral/index.ts';
import type { ChatPart, FinishReason } from '../../../../../src/spec/chat/chat-stream.ts';
import { noUsage } from '../../../../../src/spec/usage.ts';
import { serverEvents } from '../../../../support/server-events.ts';
import { answer } from '../../openai-chat/neutral/answers.ts';

const options = { id: 'abc', model: 'm', createdSeconds: 1 };
const patch = { type: 'custom', name: 'patch' };
const asked = flatten(toNeutral({ model: 'm', input: 'hi', tools: [patch], temperature: 0.5 }));

const text = (said: string): ChatPart => ({ type: 'text-delta', choice: 0, text: said });
const think = (said: string): ChatPart => ({ type: 'reasoning-delta', choice: 0, text: said });
const start = (index: number, name: string, more: object = {}): ChatPart => ({
  type: 'tool-input-start',
  choice: 0,
  index,
  id: `call_${index}`,
  name,
  ...more,
});
const input = (index: number, said: string): ChatPart => ({ type: 'tool-input-delta', choice: 0, index, text: said });
const finish = (reason: FinishReason): ChatPart => ({ type: 'finish', choice: 0, reason });
const usage: ChatPart = { type: 'usage', usage: { ...noUsage, input: 5, cacheRead: 7, output: 3, reasoning: 2 } };

function streamOf(parts: readonly ChatPart[]): string {
  const encoder = responseEncoder(options, asked);
  return parts.map(part => encoder.push([part])?.toString() ?? '').join('') + encoder.endMark;
}

type Data = Record<string, unknown>;
const eventsOf = (parts: readonly ChatPart[]): Data[] =>
  serverEvents(streamOf(parts)).map(({ type, data }) => {
    const value = JSON.parse(data) as Data;
    expect(value.type).toBe(type);
    return value;
  });
const wholeOf = (parts: readonly ChatPart[]) => JSON.parse(encodeResponse(parts, options, asked).toString());

/** What the client's SDK makes of the stream. */
async function assembled(parts: readonly ChatPart[]): Promise<Data> {
  const fetch = async () => new Response(streamOf(parts), { headers: { 'content-type': 'text/event-stream' } });
  const client = new OpenAI({ apiKey: 'none', baseURL: 'http://127.0.0.1', fetch });
  return JSON.parse(JSON.stringify(await client.responses.stream({ model: 'm', input: 'hi' }).finalResponse()));
}

/** Without what the clock and the SDK add. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (name, inner) =>
    ['completed_at', 'parsed', 'parsed_arguments', 'output_parsed', 'output_text'].includes(name) ? undefined : inner,
  );
}

describe('the events of an answer', () => {
  test('are numbered and in the order of the dialect', () => {
    const events = eventsOf([
      think('Hm'),
      text('Hi'),
      text(' you'),
      start(0, 'look'),
      input(0, '{}'),
      finish('tool-calls'),
      usage,
    ]);
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, index) => index));
    expect(events.map(({ type, output_index }) => [String(type).replace('response.', ''), output_index])).toEqual([
      ['created', undefined],
      ['in_progress', undefined],
      ['output_item.added', 0],
      ['reasoning_summary_part.added', 0],
      ['reasoning_summary_text.delta', 0],
      ['reasoning_summary_text.done', 0],
      ['reasoning_summary_part.done', 0],
      ['output_item.done', 0],
      ['output_item.added', 1],
      ['content_part.added', 1],
      ['output_text.delta', 1],
      ['output_text.delta', 1],
      ['output_text.done', 1],
      ['content_part.done', 1],
      ['output_item.done', 1],
      ['output_item.added', 2],
      ['function_call_arguments.delta', 2],
      ['function_call_arguments.done', 2],
      ['output_item.done', 2],
      ['completed', undefined],
    ]);
    expect(events.at(-1)?.response).toMatchObject({
      id: 'resp_abc',
      status: 'completed',
      temperature: 0.5,
      tools: [patch],
      usage: {
        input_tokens: 12,
        input_tokens_details: { cached_tokens: 7, cache_write_tokens: 0 },
        output_tokens: 5,
        output_tokens_details: { reasoning_tokens: 2 },
        total_tokens: 17,
      },
    });
  });

  test('keep calls apart that are written at once', () => {
    const { output } = wholeOf([
      start(0, 'a'),
      start(1, 'b'),
      input(1, '{"y":1}'),
      input(0, '{"x":1}'),
      finish('stop'),
    ]);
    expect(output).toMatchObject([
      { call_id: 'call_0', arguments: '{"x":1}' },
      { call_id: 'call_1', arguments: '{"y":1}' },
    ]);
  });

  test('finish a call that is whole when the next one begins', () => {
    const encoder = responseEncoder(options, asked);
    encoder.push([start(0, 'a'), input(0, '{"x":1}')]);
    expect(String(encoder.push([start(1, 'b')]))).toContain('response.function_call_arguments.done');
  });

  test('give a call without input an empty object', () => {
    const parts = [start(0, 'a'), finish('stop')];
    expect(wholeOf(parts).output).toMatchObject([{ arguments: '{}' }]);
    expect(eventsOf(parts).find(({ type }) => type === 'response.function_call_arguments.delta')).toMatchObject({
      delta: '{}',
    });
  });

  test.each([
    [start(0, 'patch'), '{"input":"*** Begin"}'],
    [start(0, 'patch'), '*** Begin'],
    [start(0, 'other', { custom: true }), '*** Begin'],
  ])('tell free text as it is', (begin, said) => {
    const parts = [begin, input(0, said.slice(0, 3)), input(0, said.slice(3)), finish('stop')];
    expect(wholeOf(parts).output).toMatchObject([{ type: 'custom_tool_call', input: '*** Begin' }]);
    const deltas = eventsOf(parts).filter(({ type }) => type === 'response.custom_tool_call_input.delta');
    expect(deltas.map(({ delta }) => delta).join('')).toBe('*** Begin');
  });

  test('tell annotations, refusals and log probabilities', () => {
    const entry = { token: 'Hi', logprob: -0.1 };
    const parts: ChatPart[] = [
      text('Hi'),
      { type: 'logprobs', choice: 0, value: { content: [entry], refusal: null } },
      { type: 'citation', choice: 0, citation: { url: 'https://a.test', title: 'A', start: 0, end: 2 } },
      { type: 'refusal-delta', choice: 0, text: 'No' },
      finish('stop'),
    ];
    expect(wholeOf(parts).output).toMatchObject([
      {
        content: [
          {
            type: 'output_text',
            text: 'Hi',
            logprobs: [{ ...entry, bytes: [], top_logprobs: [] }],
            annotations: [{ type: 'url_citation', url: 'https://a.test', title: 'A', start_index: 0, end_index: 2 }],
          },
          { type: 'refusal', refusal: 'No' },
        ],
      },
    ]);
    expect(eventsOf(parts).map(({ type }) => type)).toContain('response.output_text.annotation.added');
  });

  test.each([
    ['length', 'incomplete', { reason: 'max_output_tokens' }],
    ['content-filter', 'incomplete', { reason: 'content_filter' }],
    ['refusal', 'incomplete', { reason: 'content_filter' }],
    ['other', 'completed', null],
    ['tool-calls', 'completed', null],
  ] as const)('end with %s as %s', (reason, status, incomplete_details) => {
    const parts = [text('x'), finish(reason)];
    expect(wholeOf(parts)).toMatchObject({ status, incomplete_details });
    expect(eventsOf(parts).at(-1)?.type).toBe(`response.${status}`);
  });

  test('hold a thought with its proof, in the order in which they came', () => {
    const proof: ChatPart = { type: 'reasoning-proof', choice: 0, source: 'anthropic', signature: 'c2ln' };
    const { output } = wholeOf([think('A'), proof, think('B'), text('x'), finish('stop')]);
    const read = toNeutral({ model: 'm', input: output });
    expect(read.request.messages).toEqual([
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'A', source: 'anthropic', signature: 'c2ln' },
          { type: 'reasoning', text: 'B' },
          { type: 'text', text: 'x' },
        ],
      },
    ]);
  });

  test('say what any answer says, whole and streamed and put together by the SDK', async () => {
    await fc.assert(
      fc.asyncProperty(answer, async parts => {
        const sent = parts.filter(part => part.type !== 'error');
        const whole = wholeOf(sent);
        expect(plain(eventsOf(sent).at(-1)?.response)).toEqual(plain(whole));
        if (whole.status === 'completed') expect(plain(await assembled(sent))).toEqual(plain(whole));
      }),
      { numRuns: 100 },
    );
  });
});
