import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scanBody } from '../../src/gateway/body/scan-body.ts';
import { EventFacts } from '../../src/gateway/dialects/openai-chat/event-facts.ts';
import { checkChatReply } from '../../src/gateway/dialects/openai-chat/reply.ts';
import { readChatRequest } from '../../src/gateway/dialects/openai-chat/request.ts';
import { ChatStreamReader } from '../../src/gateway/dialects/openai-chat/stream.ts';
import { GatewayError } from '../../src/spec/gateway-error.ts';
import { cutAt } from '../gateway/sse/events-of.ts';

const numRuns = Number(process.env.TOLLGATE_FUZZ_RUNS ?? 2_000);

const count = fc.oneof(fc.nat(5_000), fc.constantFrom(-1, 1e15, 0.5, '7', null, true));
const usage = fc.oneof(
  fc.constant(null),
  fc.record({ prompt_tokens: count, completion_tokens: count, total_tokens: count }, { requiredKeys: [] }),
);
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '\n\ndata: [DONE]\n\n', '"usage":{"a":1}', '\\"'),
);
const delta = fc.record({ role: fc.constant('assistant'), content: text, reasoning: text }, { requiredKeys: [] });
const chunk = fc.record(
  {
    id: fc.constant('c'),
    choices: fc.array(fc.record({ delta, finish_reason: fc.constantFrom(null, '', 'stop') }), { maxLength: 2 }),
    usage,
    error: fc.constantFrom(null, null, null, 'x', { message: 'broken' }),
  },
  { requiredKeys: ['choices'] },
);
const event = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(chunk, fc.constantFrom(undefined, 1))
      .map(([value, indent]) => JSON.stringify(value, null, indent).replaceAll(/^/gm, 'data: ')),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ': ping',
      'data: [DONE]',
      'data:',
      'event: error\ndata: {"message":"x"}',
      'data: {',
      'data: {"a":}',
      'id: 1',
    ),
  },
);
const stream = fc
  .tuple(fc.array(event, { maxLength: 8 }), fc.constantFrom('\n', '\r\n', '\r'), fc.boolean())
  .map(([events, end, complete]) => {
    const whole = events.map(lines => `${lines.replaceAll('\n', end)}${end}${end}`).join('');
    return Buffer.from(complete ? whole : whole.slice(0, -1));
  });

function read(chunks: readonly Buffer[], hideUsage: boolean) {
  const reader = new ChatStreamReader({ hideUsage, costOf: () => '0.5', redact: said => said });
  const out = Buffer.concat(chunks.map(piece => reader.push(piece) ?? Buffer.alloc(0)));
  reader.end();
  const { finished, contentSeen, outputBytes, usage, flags, failure, finishReasons, id } = reader;
  // What a lone CR ends is known complete only by what follows, so the last event may come with the end mark.
  const end = finished ? reader.endMark.toString() : '';
  return {
    out: out.toString() + end,
    finished,
    contentSeen,
    outputBytes,
    usage,
    flags,
    failure: failure?.code,
    finishReasons,
    id,
  };
}

describe('the chat stream reader', () => {
  test('reads and passes on the same in every cut, and never throws', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 10 }), fc.boolean(), (bytes, cuts, hideUsage) => {
        expect(read(cutAt(bytes, cuts), hideUsage)).toEqual(read([bytes], hideUsage));
      }),
      { numRuns },
    );
  });

  test('gives no class of usage that is negative, broken or huge', () => {
    fc.assert(
      fc.property(stream, bytes => {
        for (const tokens of Object.values(read([bytes], true).usage ?? {})) {
          expect(Number.isSafeInteger(tokens) && tokens >= 0 && tokens <= 1e9).toBe(true);
        }
      }),
      { numRuns },
    );
  });
});

describe('the work of the chat stream reader grows with the size of an event alone', () => {
  const shapes: readonly (readonly [string, string])[] = [
    ['nested deltas', '{"delta":'],
    ['deltas in a row', '"delta":{"content":"x"},'],
    ['finish reasons', '"finish_reason":"stop",'],
    ['nested usage', '{"usage":'],
    ['open strings', '"'],
    ['escapes', '\\"'],
    ['repeated members', '{"logprobs":['],
    ['white space', '"error"      '],
  ];

  /** How many single bytes are read of one event that was never checked. */
  function reads(unit: string, times: number): number {
    let count = 0;
    const bytes = Buffer.from(`{${unit.repeat(times)}}`);
    const counting = new Proxy(bytes, {
      get: (target, key) => {
        if (typeof key === 'string' && /^\d+$/.test(key)) count++;
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    new EventFacts().read(counting, 0, bytes.length);
    return count;
  }

  test.each(shapes)('for %s', (_, unit) => {
    expect(reads(unit, 3_000)).toBeLessThan(11 * reads(unit, 300) + 100);
    expect(reads(unit, 3_000)).toBeLessThan(10 * unit.length * 3_000);
  });
});

describe('requests and answers', () => {
  const members = fc.constantFrom(
    'model',
    'messages',
    'stream',
    'stream_options',
    'max_tokens',
    'n',
    'user',
    'metadata',
    'choices',
    'usage',
    'error',
  );
  const body = fc
    .dictionary(members, fc.oneof(fc.jsonValue(), usage, fc.constantFrom('m', true, [{}])))
    .map(value => Buffer.from(JSON.stringify(value)));

  test('throw nothing but GatewayError', () => {
    fc.assert(
      fc.property(body, bytes => {
        for (const act of [() => readChatRequest(scanBody(bytes)), () => checkChatReply(bytes, said => said)]) {
          try {
            act();
          } catch (error) {
            expect(error).toBeInstanceOf(GatewayError);
          }
        }
      }),
      { numRuns },
    );
  });
});
