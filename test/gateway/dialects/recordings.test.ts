import { describe, expect, test } from 'vitest';
import { scanBody } from '../../../src/gateway/body/scan-body.ts';
import { checkChatReply } from '../../../src/gateway/dialects/openai-chat/reply.ts';
import { readChatRequest } from '../../../src/gateway/dialects/openai-chat/request.ts';
import { ChatStreamReader } from '../../../src/gateway/dialects/openai-chat/stream.ts';
import { checkEmbeddingsReply } from '../../../src/gateway/dialects/openai-embeddings/reply.ts';
import { readEmbeddingsRequest } from '../../../src/gateway/dialects/openai-embeddings/request.ts';
import { inputTokens, outputTokens, type Usage } from '../../../src/spec/usage.ts';
import { inPieces } from '../sse/events-of.ts';
import { type Recording, recordings, whyNoRecordings } from './recordings.ts';

const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
const same = (text: string) => text;
const all = recordings('openai-chat');

interface WireUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens?: number;
  readonly total_tokens: number;
}

/** The last usage that a recorded stream shows, read the slow way. */
function shownUsage(recording: Recording): WireUsage | null {
  const chunks = (recording.response.sse ?? [])
    .filter(event => event.startsWith('data: {'))
    .map((event): { usage?: WireUsage | null } => JSON.parse(event.slice(6)));
  return chunks.findLast(chunk => chunk.usage)?.usage ?? null;
}

/** Nothing is counted twice or lost against the provider's own totals. */
function expectSums(usage: Usage | null, shown: WireUsage): void {
  expect(usage).not.toBeNull();
  expect(inputTokens(usage!)).toBe(shown.prompt_tokens);
  expect(inputTokens(usage!) + outputTokens(usage!)).toBe(shown.total_tokens);
  expect(Math.min(...Object.values(usage!))).toBeGreaterThanOrEqual(0);
}

function stream(recording: Recording, size: number, hideUsage: boolean) {
  const text = Buffer.from(recording.response.sse!.join(''));
  const reader = new ChatStreamReader({ hideUsage, costOf: () => null, redact: same });
  const out = inPieces(text, size).map(piece => reader.push(piece) ?? Buffer.alloc(0));
  reader.end();
  return { reader, out: Buffer.concat(out).toString() };
}

describe.skipIf(all.length === 0)(`recorded chat traffic${whyNoRecordings}`, () => {
  test.each(all.filter(recording => recording.request !== null))('takes the request of $id', ({ request }) => {
    const facts = readChatRequest(scanBody(bytes(request)));

    expect(facts.model).toBe(request!.model);
    expect(facts.stream).toBe(request!.stream ?? false);
  });

  test.each(all.filter(({ response }) => response.body !== undefined && response.status === 200))(
    'reads the answer of $id',
    ({ response }) => {
      const facts = checkChatReply(bytes(response.body), same);

      expect(facts).toMatchObject({ failure: null, flags: '' });
      expect(facts.outputBytes).toBeGreaterThan(0);
      expectSums(facts.usage, response.body!.usage as WireUsage);
    },
  );

  test.each(all.filter(({ response }) => response.sse !== undefined))('reads the stream of $id', recording => {
    const { reader, out } = stream(recording, 1 << 20, true);
    const shown = shownUsage(recording);

    expect(reader).toMatchObject({ finished: true, contentSeen: true, failure: null, flags: '' });
    expect(reader.outputBytes).toBeGreaterThan(0);
    if (shown === null) expect(reader.usage).toBeNull();
    else expectSums(reader.usage, shown);
    for (const event of recording.response.sse!) {
      // The last chunk of one provider names itself otherwise, and is renamed.
      const left =
        event.includes('"chat.completion.done"') ||
        event.includes('[DONE]') ||
        (event.includes('"choices":[]') && event.includes('"usage":{'));
      if (!left) expect(out).toContain(event);
    }
  });

  test.each(all.filter(({ response }) => response.sse !== undefined))('reads $id the same in every cut', recording => {
    for (const hideUsage of [true, false]) {
      const whole = stream(recording, 1 << 20, hideUsage);
      for (const size of [1, 2, 3, 7, 61, 1000]) {
        const cut = stream(recording, size, hideUsage);
        expect(cut.out).toBe(whole.out);
        expect(cut.reader.usage).toEqual(whole.reader.usage);
        expect(cut.reader.outputBytes).toBe(whole.reader.outputBytes);
      }
    }
  });

  test.each(recordings('openai-embeddings'))('reads the embeddings of $id', ({ request, response }) => {
    expect(readEmbeddingsRequest(scanBody(bytes(request))).model).toBe(request!.model);
    if (response.status === 200) {
      const facts = checkEmbeddingsReply(bytes(response.body), same);
      expectSums(facts.usage, response.body!.usage as WireUsage);
    }
  });

  test.each(all.filter(({ response }) => response.body?.usage !== undefined))(
    'counts $id the same in a stream as in whole',
    ({ response }) => {
      const { usage } = checkChatReply(bytes(response.body), same);
      const reader = new ChatStreamReader({ hideUsage: false, costOf: () => null, redact: same });
      reader.push(Buffer.from(`data: ${JSON.stringify({ choices: [], usage: response.body!.usage })}\n\n`));

      expect(reader.usage).toEqual(usage);
    },
  );
});
