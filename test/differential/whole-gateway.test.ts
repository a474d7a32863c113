import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openaiChat } from '../../src/gateway/ingress/openai-chat.ts';
import { inputTokens, outputTokens, type Usage } from '../../src/spec/usage.ts';
import { cutAt } from '../gateway/sse/events-of.ts';
import { type FakeProvider, fakeProvider, sse } from '../support/fake-provider.ts';
import { Seeded } from '../support/seeded.ts';
import { startTestTollgate, type TestTollgate } from '../support/tollgate.ts';
import { chunksIn, streamMeaning, wholeMeaning } from './answer-meaning.ts';
import { generatedAnswer } from './generated-answers.ts';
import { type Fields, type GeneratedRequest, generatedRequests } from './generated-requests.ts';
import { shownChunks, withOurChanges } from './our-changes.ts';
import { plainCall, plainCodec, plainReading } from './plain-path.ts';
import { requestMeaning } from './request-meaning.ts';
import { spellJson } from './spell-json.ts';
import { spellStream } from './spell-stream.ts';

const CALLS = 200;
const redact = (said: string) => said;
const costOf = () => null;

let provider: FakeProvider;
let tollgate: TestTollgate;

/** What the provider says to one call, whole or as a stream, and in which pieces. */
interface Played {
  readonly whole: Fields;
  readonly chunks: readonly Fields[];
  readonly bytes: Buffer;
  readonly pieces: readonly Buffer[];
}

function playedAnswer(choices: number, stream: boolean, random: Seeded): Played {
  const { whole, chunks } = generatedAnswer(random, choices);
  const bytes = stream
    ? spellStream(chunks, random.pick(['mark', 'mark', 'no mark']), random)
    : Buffer.from(spellJson(whole, random, { names: false }));
  const places = Array.from({ length: random.below(6) }, () => random.below(bytes.length + 1));
  return { whole, chunks, bytes, pieces: cutAt(bytes, places) };
}

function play({ pieces }: Played, stream: boolean): void {
  provider.answer(async (_request, response) => {
    if (stream) sse(response);
    else response.writeHead(200, { 'content-type': 'application/json' });
    for (const piece of pieces) {
      response.write(piece);
      await new Promise(resolve => setImmediate(resolve));
    }
    response.end();
  });
}

async function send(bytes: Buffer) {
  const headers = { 'content-type': 'application/json' };
  const reply = await tollgate.fetch('/v1/chat/completions', { method: 'POST', headers, body: new Uint8Array(bytes) });
  return { id: reply.headers.get('x-request-id')!, status: reply.status, body: Buffer.from(await reply.arrayBuffer()) };
}

/** One call through the gateway, and through the plain path beside it; answers with what the plain path counted. */
async function sameCall({ value, bytes }: GeneratedRequest, random: Seeded) {
  const { stream, includeUsage, choices } = openaiChat.parse(bytes);
  const model = String(value.model).replace('box/', '');
  const said = playedAnswer(choices, stream, random);
  play(said, stream);
  provider.seen.length = 0;
  const { id, status, body } = await send(bytes);
  expect(status).toBe(200);

  expect(provider.seen).toHaveLength(1);
  expect(provider.seen[0]!.body).toEqual(withOurChanges(value, model));
  const plain = plainCodec.toProvider(plainCall(bytes).request, model);
  expect(requestMeaning(provider.seen[0]!.body)).toEqual(requestMeaning(JSON.parse(JSON.stringify(plain.body))));

  const reading = plainReading(plainCall(bytes), includeUsage);
  if (!stream) {
    const facts = reading.readReply(said.bytes, redact);
    expect(body.equals(said.bytes)).toBe(true);
    expect(wholeMeaning(body)).toEqual(wholeMeaning(facts.body!));
    return { id, usage: facts.usage };
  }
  const reader = reading.openStream!({ choices, hideUsage: !includeUsage, costOf, redact });
  const told = Buffer.concat([reader.push(said.bytes) ?? Buffer.alloc(0)]);
  reader.end();
  expect(body.toString().trimEnd().endsWith('[DONE]')).toBe(true);
  expect(chunksIn(body)).toEqual(shownChunks(said.chunks, includeUsage, null));
  expect(streamMeaning(body).choices).toEqual(streamMeaning(Buffer.concat([told, reader.endMark])).choices);
  return { id, usage: reader.usage };
}

async function sameLedger({ id, usage }: { readonly id: string; readonly usage: Usage | null }): Promise<void> {
  const [row] = await tollgate.ledger(id);
  expect(row).toMatchObject({ outcome: 'finished', estimated: usage === null });
  if (usage === null) return;
  expect([row!.input_tokens, row!.output_tokens]).toEqual([inputTokens(usage), outputTokens(usage)]);
  expect([row!.cache_read_tokens, row!.reasoning_tokens]).toEqual([usage.cacheRead, usage.reasoning]);
}

describe.each(['node', 'direct'] as const)('calls through a whole gateway (listener: %s)', listener => {
  beforeAll(async () => {
    provider = await fakeProvider();
    tollgate = await startTestTollgate(
      `
providers: { box: { adapter: huggingface, base_url: "${provider.url}", keys: ["sk-provider-0000"] } }
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
`,
      {},
      { listener },
    );
  });
  afterAll(async () => {
    await tollgate.stop();
    await provider.close();
  });

  test('mean to provider, client and ledger what they mean on the plain path', async () => {
    const seed = listener === 'node' ? 101 : 102;
    const counted: Awaited<ReturnType<typeof sameCall>>[] = [];
    for (const [place, call] of generatedRequests(CALLS, seed, 'box/').entries()) {
      try {
        counted.push(await sameCall(call, new Seeded(seed * 1_000 + place)));
      } catch (error) {
        if (error instanceof Error) error.message = `call ${place} of seed ${seed}: ${error.message}`;
        throw error;
      }
    }
    for (const each of counted) await sameLedger(each);
  });
});
