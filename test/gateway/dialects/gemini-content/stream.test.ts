import { describe, expect, test } from 'vitest';
import { ArrayStreamReader } from '../../../../src/gateway/dialects/gemini-content/array-stream.ts';
import { checkContentReply } from '../../../../src/gateway/dialects/gemini-content/reply.ts';
import { ContentStreamReader } from '../../../../src/gateway/dialects/gemini-content/stream.ts';
import type { StreamReader } from '../../../../src/gateway/ingress/ingress.ts';

const event = (data: object): string => `data: ${JSON.stringify(data)}\r\n\r\n`;
const candidate = (parts: object[], more: object = {}) => ({ content: { parts, role: 'model' }, index: 0, ...more });
const text = (said: string, more: object = {}) => event({ candidates: [candidate([{ text: said }])], ...more });
const usageMetadata = {
  promptTokenCount: 112,
  cachedContentTokenCount: 100,
  candidatesTokenCount: 7,
  thoughtsTokenCount: 3,
};
const ending = event({ candidates: [candidate([{ text: '!' }], { finishReason: 'STOP' })], usageMetadata });
const whole = text('Hé ', { usageMetadata: { promptTokenCount: 112 } }) + text('🌍') + ending;
const redact = (said: string) => said.replaceAll('secret', '***');
const open = () => new ContentStreamReader({ redact });

function read(stream: string | Buffer, size = stream.length, reader: StreamReader = open()) {
  const bytes = Buffer.from(stream);
  const passed: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    const out = reader.push(Buffer.from(bytes.subarray(at, at + size)));
    if (out !== null) passed.push(out);
  }
  reader.end();
  return { reader, passed: Buffer.concat(passed).toString(), end: reader.finished ? reader.endMark.toString() : '' };
}

describe('a stream of the dialect of generateContent', () => {
  test.each([1, 2, 7, 33, 10_000])('passes as it came, cut into pieces of %i bytes', size => {
    const { reader, passed, end } = read(whole, size);
    expect(passed + end).toBe(whole);
    expect(end).toBe(ending);
    expect(reader.failure).toBeNull();
  });

  test.each(['\n', '\r'])('passes with other line ends and with comments', lineEnd => {
    const stream = `: hello\n\n${whole}`.replaceAll('\r\n', lineEnd);
    const { reader, passed, end } = read(stream, 5);
    // Of a CR at the very end it is not known whether more belongs to it.
    expect((passed + end).trimEnd()).toBe(stream.trimEnd());
    expect(reader.finished).toBe(true);
  });

  test('counts what the end says, thoughts and cached tokens apart', () => {
    const { reader } = read(whole);
    expect(reader.usage).toMatchObject({ input: 12, cacheRead: 100, output: 7, reasoning: 3 });
    expect(reader.outputBytes).toBe(Buffer.byteLength('Hé 🌍!'));
  });

  test('measures calls, which are no texts', () => {
    const call = { functionCall: { name: 'look', args: { at: 'sea' } } };
    const { reader } = read(event({ candidates: [candidate([call], { finishReason: 'STOP' })] }));
    expect(reader.outputBytes).toBe('look'.length + '{"at":"sea"}'.length);
    expect(reader.usage).toBeNull();
  });

  test('has content with the first text, not with an empty one', () => {
    const reader = open();
    reader.push(Buffer.from(text('')));
    expect(reader.contentSeen).toBe(false);
    reader.push(Buffer.from(text('x')));
    expect(reader.contentSeen).toBe(true);
  });

  test('is not whole when it is cut, wherever that is', () => {
    const bytes = Buffer.from(whole);
    const beforeEnd = bytes.length - Buffer.byteLength(ending);
    for (let at = 0; at < beforeEnd + 6; at++) {
      const { reader, passed } = read(bytes.subarray(0, at), at || 1);
      expect(reader.finished).toBe(false);
      expect(passed).not.toContain('STOP');
    }
  });

  test('never shows an end that an error follows', () => {
    const error = event({ error: { code: 503, message: 'a secret', status: 'UNAVAILABLE' } });
    const { reader, passed } = read(whole + error, 9);
    expect(passed).toBe(whole.slice(0, -ending.length));
    expect(reader.finished).toBe(false);
    expect(reader.failure).toMatchObject({ message: 'a ***', status: 503 });
  });

  test('goes on when a candidate begins after another has ended', () => {
    const later = (index: number, more: object) =>
      event({ candidates: [{ ...candidate([{ text: 'b' }], more), index }] });
    const stream = whole + later(1, {}) + later(1, { finishReason: 'STOP' });
    const { reader, passed, end } = read(stream, 11);
    expect(passed + end).toBe(stream);
    expect(end).toBe(later(1, { finishReason: 'STOP' }));
    expect(reader.finished).toBe(true);
  });

  test('is whole when the prompt was blocked', () => {
    const { reader, end } = read(event({ promptFeedback: { blockReason: 'SAFETY' }, usageMetadata }));
    expect([reader.finished, end]).toEqual([true, expect.stringContaining('SAFETY')]);
  });

  test('fails where an event is no JSON', () => {
    expect(read(`${text('a')}data: {"a":}\n\n`).reader.failure).toMatchObject({ code: 'upstream_invalid' });
  });

  test('counts searches at the provider', () => {
    const groundingMetadata = { webSearchQueries: ['a', 'b'] };
    const searched = event({ candidates: [candidate([], { finishReason: 'STOP', groundingMetadata })], usageMetadata });
    expect(read(text('a') + searched).reader.usage).toMatchObject({ serverToolCalls: 2 });
  });

  test.each([1, 2, 7, 33, 10_000])('becomes one array, cut into pieces of %i bytes', size => {
    const { passed, end } = read(whole, size, new ArrayStreamReader(open()));
    const chunks = whole
      .trim()
      .split('\r\n\r\n')
      .map(line => JSON.parse(line.slice(6)) as unknown);
    expect(JSON.parse(passed + end)).toEqual(chunks);
    expect(passed).not.toContain('STOP');
  });
});

describe('a whole answer', () => {
  const check = (answer: object) => checkContentReply(Buffer.from(JSON.stringify(answer)), redact);

  test('says what was used', () => {
    const facts = check({ candidates: [candidate([{ text: 'Hé' }], { finishReason: 'STOP' })], usageMetadata });
    expect(facts).toMatchObject({ failure: null, flags: '', outputBytes: 3, usage: { input: 12, output: 7 } });
  });

  test('may hold an error, or nothing that counts', () => {
    const error = { code: 429, message: 'the secret', status: 'RESOURCE_EXHAUSTED' };
    expect(check({ error }).failure).toMatchObject({ status: 429, message: 'the ***' });
    expect(check({ candidates: [], usageMetadata: { promptTokenCount: -1 } }).flags).toBe('usage_implausible');
    expect(check({ promptFeedback: { blockReason: 'OTHER' } })).toMatchObject({ failure: null, usage: null });
    expect(() => check({})).toThrow();
  });
});
