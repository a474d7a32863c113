import { describe, expect, test } from 'vitest';
import { geminiChat } from '../../../providers/gemini/index.ts';
import { collect } from '../../../src/spec/chat/collect.ts';
import { inputTokens, outputTokens } from '../../../src/spec/usage.ts';
import { type Recording, recordings, whyNoRecordings } from '../../gateway/dialects/recordings.ts';
import { serverEvents } from '../../support/server-events.ts';

interface WirePart {
  readonly text?: string;
  readonly thought?: boolean;
  readonly thoughtSignature?: string;
  readonly functionCall?: { readonly args?: object };
}

interface Body {
  readonly candidates?: readonly { readonly content?: { readonly parts?: readonly WirePart[] } }[];
  readonly usageMetadata?: Readonly<Record<string, number>>;
}

const partsOf = ({ candidates }: Body): readonly WirePart[] => candidates?.[0]?.content?.parts ?? [];

const all = recordings('gemini');
const streams = all.filter(({ response }) => response.sse !== undefined);
const wholes = all.filter(({ response }) => response.status === 200 && response.body !== undefined);

function streamed(text: string) {
  const decoder = geminiChat.decoder();
  const parts = serverEvents(text).flatMap(event => decoder.read(event));
  const end = decoder.end();
  return { answer: collect([...parts, ...end.parts]), complete: end.complete };
}

/** The whole answer that the stream was made of: members of later chunks replace those of earlier ones. */
function wholeOf(chunks: readonly Body[]): Body {
  const parts = chunks.flatMap(partsOf);
  const candidate = Object.assign({}, ...chunks.map(chunk => chunk.candidates?.[0] ?? {}));
  return { ...Object.assign({}, ...chunks), candidates: [{ ...candidate, content: { role: 'model', parts } }] };
}

const chunksOf = ({ response }: Recording): Body[] =>
  serverEvents(response.sse!.join('')).map(({ data }) => JSON.parse(data));

function expectAll(body: Body, answer: ReturnType<typeof collect>) {
  const parts = partsOf(body);
  const said = answer.choices[0]!.parts;
  const textOf = (type: string) => said.map(part => (part.type === type && 'text' in part ? part.text : '')).join('');
  const {
    promptTokenCount = 0,
    toolUsePromptTokenCount = 0,
    candidatesTokenCount = 0,
    thoughtsTokenCount = 0,
  } = body.usageMetadata!;

  expect(textOf('text')).toBe(parts.map(part => (part.thought ? '' : (part.text ?? ''))).join(''));
  expect(textOf('reasoning')).toBe(parts.map(part => (part.thought ? (part.text ?? '') : '')).join(''));
  expect(said.flatMap(part => (part.type === 'tool-call' ? [JSON.parse(part.input)] : []))).toEqual(
    parts.flatMap(part => (part.functionCall ? [part.functionCall.args ?? {}] : [])),
  );
  expect(said.map(part => ('signature' in part ? part.signature : '')).filter(Boolean)).toEqual(
    parts.filter(part => part.text !== undefined || part.functionCall).flatMap(part => part.thoughtSignature ?? []),
  );
  expect(inputTokens(answer.usage!)).toBe(promptTokenCount + toolUsePromptTokenCount);
  expect(outputTokens(answer.usage!)).toBe(candidatesTokenCount + thoughtsTokenCount);
}

describe.skipIf(all.length === 0)(`recorded answers${whyNoRecordings}`, () => {
  test('are there', () => expect(streams.length + wholes.length).toBeGreaterThan(0));

  test.for(streams)('$id: the stream says what the whole answer says', recording => {
    const { answer, complete } = streamed(recording.response.sse!.join(''));
    const whole = wholeOf(chunksOf(recording));

    expect(complete).toBe(true);
    expect(answer).toEqual(collect(geminiChat.fromProvider(whole)));
    expectAll(whole, answer);
  });

  test.for(streams)('$id: says the same with other line ends', recording => {
    const text = recording.response.sse!.join('').replaceAll('\r\n', '\n');

    expect(streamed(text.replaceAll('\n', '\r\n'))).toEqual(streamed(text));
  });

  test.for(wholes)('$id: nothing of the answer is lost', ({ response }) => {
    expectAll(response.body!, collect(geminiChat.fromProvider(response.body)));
  });
});
