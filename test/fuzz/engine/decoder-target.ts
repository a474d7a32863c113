import assert from 'node:assert/strict';
import { chatEncoder, encodeAnswer } from '../../../src/gateway/dialects/openai-chat/neutral/index.ts';
import { ChatStreamReader } from '../../../src/gateway/dialects/openai-chat/stream.ts';
import { SseEvents } from '../../../src/gateway/sse/sse-events.ts';
import type { EventReader } from '../../../src/gateway/translation/event-reader.ts';
import { TranslatedStream } from '../../../src/gateway/translation/translated-stream.ts';
import type { ChatCodec, ChatDecoder, ServerEvent } from '../../../src/spec/chat/chat-codec.ts';
import type { ChatPart } from '../../../src/spec/chat/chat-stream.ts';
import { collect } from '../../../src/spec/chat/collect.ts';
import type { Provider } from '../../../src/spec/provider.ts';
import { assertPlain, cutsOf, isMeant } from './expectations.ts';
import type { FuzzTarget } from './fuzz-target.ts';

type Fields = Readonly<Record<string, unknown>>;

/** How one dialect is fuzzed: its codec, where to begin, and how a whole answer of it is told as a stream. */
export interface DecoderFuzz {
  readonly name: string;
  readonly codec: ChatCodec;
  readonly toError: Provider['toError'];
  readonly seeds: readonly Buffer[];
  readonly words: readonly string[];
  readonly asStream: (answer: Fields) => readonly unknown[];
  /** How its events are found; those of `text/event-stream` when absent. */
  readonly open?: () => EventReader;
}

const head = { id: 'chatcmpl-1', model: 'm', createdSeconds: 1, includeUsage: true };
const sseWords = ['\n\n', '\r\n', 'data: ', 'data: [DONE]\n\n', 'event: error\n', '\ufeff', ': ping\n\n'];
const jsonWords = [
  'null',
  '[]',
  '{}',
  '""',
  '-1',
  '1e999',
  '"__proto__":{"a":1},',
  '"constructor":{},',
  '\\ud800',
  '[1]',
];

/** The bytes as a stream, as a whole answer and as the body of an error. */
export function decoderTarget(fuzz: DecoderFuzz): FuzzTarget {
  const { name, codec, toError, seeds, words, asStream, open = () => new SseEvents() } = fuzz;

  /** One stream, or nothing where it cannot be understood. */
  function decode(events: readonly ServerEvent[]): ReturnType<ChatDecoder['end']> | null {
    const decoder: ChatDecoder = codec.decoder();
    try {
      const parts = events.flatMap(event => (decoder.ended ? [] : decoder.read(event)));
      const { parts: last, complete } = decoder.end();
      return { parts: [...parts, ...last], complete };
    } catch (error) {
      if (!isMeant(error)) throw error;
      return null;
    }
  }

  function translated(chunks: readonly Buffer[]) {
    const encoder = chatEncoder({ ...head, costOf: () => '0.5' });
    const reader = new TranslatedStream(open(), codec.decoder(), encoder, said => said);
    const out = Buffer.concat(chunks.map(chunk => reader.push(chunk) ?? Buffer.alloc(0)));
    reader.end();
    const { finished, contentSeen, outputBytes, usage, flags, failure } = reader;
    const all = finished ? Buffer.concat([out, reader.endMark]) : out;
    return { out: all.toString(), finished, contentSeen, outputBytes, usage, flags, failure: failure?.code };
  }

  function readsStream(bytes: Buffer): void {
    const whole = translated([bytes]);
    for (const chunks of cutsOf(bytes)) assert.deepEqual(translated(chunks), whole);
    const reader = new ChatStreamReader({ hideUsage: false, costOf: () => '0.5', redact: said => said });
    reader.push(Buffer.from(whole.out));
    reader.end();
    assert.equal(reader.failure, null, `we write what we cannot read: ${reader.failure?.detail}`);
    if (whole.finished) assert(reader.finished, 'an answer that is whole here and cut for the client');
    for (const tokens of Object.values(whole.usage ?? {})) assert(Number.isSafeInteger(tokens) && tokens >= 0);
    assertPlain(decode(eventsIn(bytes)));
  }

  function eventsIn(bytes: Buffer): readonly ServerEvent[] {
    const reader = open();
    const events: ServerEvent[] = [];
    const take = () => {
      for (let event = reader.next(); event !== null; event = reader.next()) events.push(event);
    };
    reader.push(bytes);
    take();
    reader.end();
    take();
    return events;
  }

  function readsWhole(answer: unknown): void {
    let parts: readonly ChatPart[];
    try {
      parts = codec.fromProvider(answer);
    } catch (error) {
      if (!isMeant(error)) throw error;
      return;
    }
    assertPlain(parts);
    JSON.parse(encodeAnswer(collect(parts), head).toString());
    if (parts.some(part => part.type === 'error')) return;
    const events = asStream(answer as Fields).map(event => ({ type: 'message', data: JSON.stringify(event) }));
    const streamed = decode(events);
    assert.notEqual(streamed, null, 'understood whole, but not as a stream');
    // A stream that says no reason to end may have been cut; an answer that came whole was not.
    if (streamed!.complete) assert.deepEqual(collect(streamed!.parts), collect(parts));
  }

  function run(bytes: Buffer): void {
    readsStream(bytes);
    toError({ status: 400 + (bytes.length % 200), headers: {}, body: bytes });
    const answer = plainJson(bytes);
    if (answer !== undefined) readsWhole(answer);
  }

  return { name, run, seeds: () => seeds, words: [...sseWords, ...jsonWords, ...words] };
}

/** What JSON can say and say again: a number beyond all numbers cannot. Undefined where the bytes are none. */
function plainJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(JSON.stringify(JSON.parse(bytes.toString())));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
