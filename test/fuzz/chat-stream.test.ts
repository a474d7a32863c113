import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scanBody } from '../../src/gateway/body/scan-body.ts';
import { EventFacts } from '../../src/gateway/dialects/openai-chat/event-facts.ts';
import { checkChatReply } from '../../src/gateway/dialects/openai-chat/reply.ts';
import { readChatRequest } from '../../src/gateway/dialects/openai-chat/request.ts';
import { GatewayError } from '../../src/spec/gateway-error.ts';
import { cutAt } from '../gateway/sse/events-of.ts';
import { chatStream, readStream, wireUsage } from './targets/chat-stream.ts';

const numRuns = Number(process.env.TOLLGATE_FUZZ_RUNS ?? 2_000);

describe('the chat stream reader', () => {
  test('reads and passes on the same in every cut, and never throws', () => {
    fc.assert(
      fc.property(chatStream, fc.array(fc.nat(), { maxLength: 10 }), fc.boolean(), (bytes, cuts, hideUsage) => {
        expect(readStream(cutAt(bytes, cuts), hideUsage)).toEqual(readStream([bytes], hideUsage));
      }),
      { numRuns },
    );
  });

  test('gives no class of usage that is negative, broken or huge', () => {
    fc.assert(
      fc.property(chatStream, bytes => {
        for (const tokens of Object.values(readStream([bytes], true).usage ?? {})) {
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
    .dictionary(members, fc.oneof(fc.jsonValue(), wireUsage, fc.constantFrom('m', true, [{}])))
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
