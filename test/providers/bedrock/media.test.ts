import { describe, expect, test } from 'vitest';
import type { FilePart, Media, Part } from '../../../src/spec/chat/parts.ts';
import { bedrockChat, CLAUDE, encode, fieldsOf, PROFILE, said } from './codec.ts';

const data = (mediaType: string): Media => ({ type: 'data', mediaType, data: 'QUJD' });
const source = { bytes: 'QUJD' };
const file = (mediaType: string, name?: string): FilePart => ({
  type: 'file',
  media: data(mediaType),
  ...(name !== undefined && { name }),
});

function sent(part: Part, model = CLAUDE) {
  const encoded = encode({ messages: [said('user', 'See', part)] }, model);
  return { block: (encoded.body.messages as { content: object[] }[])[0]!.content[1], fields: fieldsOf(encoded) };
}

test.each([
  ['image/png', { image: { format: 'png', source } }],
  ['image/JPG', { image: { format: 'jpeg', source } }],
  ['image/webp', { image: { format: 'webp', source } }],
])('an image of type %s', (mediaType, block) => {
  expect(sent({ type: 'image', media: data(mediaType) })).toEqual({ block, fields: [] });
});

test.each([
  ['application/pdf', 'pdf'],
  ['text/plain; charset=utf-8', 'txt'],
  ['text/csv', 'csv'],
  ['text/markdown', 'md'],
  ['text/html', 'html'],
  ['application/json', 'txt'],
  ['text/x-python', 'txt'],
  ['image/svg+xml', null],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'docx'],
  ['application/vnd.ms-excel', 'xls'],
])('a file of type %s', (mediaType, format) => {
  const block =
    format === null ? { image: { format: 'svg+xml', source } } : { document: { name: 'Document 1', format, source } };
  expect(sent(file(mediaType)).block).toEqual(block);
});

test('a video and a sound that came as files are what they are', () => {
  expect(sent(file('video/quicktime'), PROFILE).block).toEqual({ video: { format: 'mov', source } });
  expect(sent(file('video/mp4'), PROFILE).block).toEqual({ video: { format: 'mp4', source } });
  expect(sent(file('audio/mpeg'), PROFILE).block).toEqual({ audio: { format: 'mp3', source } });
});

test('what no model reads is refused by its type', () => {
  expect(() => sent(file('application/zip'))).toThrow('The model does not read files of type application/zip.');
  expect(() => sent({ type: 'file', media: { type: 'id', id: 'file-1' } })).toThrow(/lives at another provider/);
});

test('sound is for models that hear', () => {
  const audio: Part = { type: 'audio', media: data('audio/wav'), format: 'wav' };
  expect(sent(audio, PROFILE).block).toEqual({ audio: { format: 'wav', source } });
  expect(() => sent(audio)).toThrow('This model does not take audio.');
});

describe('documents', () => {
  const names = (...given: (string | undefined)[]) => {
    const parts = given.map(name => file('application/pdf', name));
    const encoded = encode({ messages: [said('user', 'See', ...parts)] });
    const content = (encoded.body.messages as { content: { document: { name: string } }[] }[])[0]!.content;
    return { names: content.slice(1).map(({ document }) => document.name), fields: fieldsOf(encoded) };
  };

  test('are named in the alphabet of the API, each otherwise', () => {
    expect(
      names('report.pdf', undefined, 'Annual  Report_2026 (final) [1].PDF', 'report.docx', '.pdf', 'ü.pdf'),
    ).toEqual({
      names: ['report', 'Document 2', 'Annual Report-2026 (final) [1]', 'report (2)', 'Document 5', '-'],
      fields: ['messages[0].content.file.filename approximated'],
    });
    expect(names('x'.repeat(300)).names[0]).toHaveLength(200);
    expect(names('report.pdf')).toEqual({ names: ['report'], fields: [] });
  });

  test('have a text beside them', () => {
    const encoded = encode({ messages: [said('user', file('application/pdf'))] });
    expect(encoded.body.messages).toMatchObject([{ content: [{ document: {} }, { text: 'Read the document.' }] }]);
    expect(fieldsOf(encoded)).toEqual(['messages emulated']);
  });

  test('are cited when the caller asks for it', () => {
    const extra = { anthropic: { citations: { enabled: true }, context: 'Facts.', other: 1 } };
    const { block, fields } = sent({ ...file('application/pdf'), extra });

    expect(block).toMatchObject({ document: { citations: { enabled: true }, context: 'Facts.' } });
    expect(fields).toEqual(['messages[0].content[1].other dropped']);
  });
});

test('results of tools hold images and documents', () => {
  const parts = [{ type: 'image' as const, media: data('image/png') }, file('application/pdf', 'a.pdf')];
  const { body } = encode({
    messages: [
      said('user', 'Hi'),
      said('assistant', { type: 'tool-call', id: 'a', name: 'look', input: '{}' }),
      said('tool', { type: 'tool-result', callId: 'a', parts }),
    ],
    tools: [{ type: 'function', name: 'look' }],
  });

  expect(body.messages).toMatchObject([
    {},
    {},
    { content: [{ toolResult: { content: [{ image: { format: 'png' } }, { document: { name: 'a' } }] } }] },
  ]);
});

test('text may be marked for a guardrail', () => {
  const guarded = (extra: Record<string, Record<string, unknown>>): Part => ({
    type: 'text',
    text: 'Check me.',
    extra,
  });
  const block = { guardContent: { text: { text: 'Check me.', qualifiers: ['query'] } } };

  expect(sent(guarded({ 'openai-chat': { guardContent: { qualifiers: ['query'] } } }))).toEqual({ block, fields: [] });
  expect(sent(guarded({ bedrock: { guardContent: { qualifiers: ['query'] } } }))).toEqual({ block, fields: [] });
});

describe('addresses', () => {
  const url = (address: string): Media => ({ type: 'url', url: address });

  test('are fetched by the gateway, but for those of its own storage', () => {
    const messages = [
      said(
        'user',
        { type: 'image', media: url('https://example.com/a.png') },
        { type: 'file', media: url('s3://b/a.pdf') },
      ),
      said('tool', {
        type: 'tool-result',
        callId: 'a',
        parts: [
          { type: 'image', media: url('https://example.com/b.png') },
          { type: 'image', media: url('https://example.com/a.png') },
        ],
      }),
    ];
    expect(bedrockChat.remoteMedia!({ messages, stream: false })).toEqual([
      'https://example.com/a.png',
      'https://example.com/b.png',
    ]);
  });

  test('of its own storage go as they are', () => {
    const place = (uri: string) => ({ s3Location: { uri } });
    expect(sent({ type: 'file', media: url('s3://b/a.docx') }).block).toEqual({
      document: { name: 'Document 1', format: 'docx', source: place('s3://b/a.docx') },
    });
    expect(sent({ type: 'image', media: url('s3://b/a') }).block).toEqual({
      image: { format: 'jpeg', source: place('s3://b/a') },
    });
    expect(sent({ type: 'file', media: url('s3://b/a.mp4') }, PROFILE).block).toEqual({
      video: { format: 'mp4', source: place('s3://b/a.mp4') },
    });
  });
});
