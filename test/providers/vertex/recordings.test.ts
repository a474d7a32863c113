import { describe, expect, test } from 'vitest';
import { collect } from '../../../src/spec/chat/collect.ts';
import { inputTokens, outputTokens } from '../../../src/spec/usage.ts';
import { recordings, whyNoRecordings } from '../../gateway/dialects/recordings.ts';
import { serverEvents } from '../../support/server-events.ts';
import { chatCodec, GEMINI } from './codec.ts';

interface Chunk {
  readonly candidates: readonly { readonly content: { readonly parts: readonly { readonly text?: string }[] } }[];
  readonly usageMetadata: Readonly<Record<string, number>>;
}

const { chat } = chatCodec(GEMINI);
const all = recordings('gemini').filter(({ provider }) => provider === 'vertex');

describe.skipIf(all.length === 0)(`recorded answers of Vertex AI${whyNoRecordings}`, () => {
  test.for(all)('$id: everything arrives', ({ response }) => {
    const { sse } = response;
    const chunks: Chunk[] = sse
      ? serverEvents(sse.join('')).map(({ data }) => JSON.parse(data))
      : [response.body as unknown as Chunk];
    const decoder = chat!.decoder();
    const parts = sse
      ? [...serverEvents(sse.join('')).flatMap(event => decoder.read(event)), ...decoder.end().parts]
      : chat!.fromProvider(response.body);
    const answer = collect(parts);
    const wire = chunks.flatMap(({ candidates }) => candidates.flatMap(({ content }) => content.parts));
    const { usageMetadata } = chunks.at(-1)!;

    expect(answer.choices[0]!.parts.map(part => ('text' in part ? part.text : '')).join('')).toBe(
      wire.map(({ text = '' }) => text).join(''),
    );
    expect(answer.choices[0]!.parts.filter(part => part.type === 'tool-call')).toHaveLength(
      wire.filter(part => 'functionCall' in part).length,
    );
    expect(inputTokens(answer.usage!)).toBe(usageMetadata.promptTokenCount);
    expect(inputTokens(answer.usage!) + outputTokens(answer.usage!)).toBe(usageMetadata.totalTokenCount);
  });
});
