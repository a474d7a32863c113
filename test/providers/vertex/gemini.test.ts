import { expect, test } from 'vitest';
import { encode as atGemini, call, result, said } from '../gemini/codec.ts';
import { chatCodec, encode, GEMINI } from './codec.ts';

const NEWER = 'gemini-3.5-flash';
const picture = { type: 'image', media: { type: 'data', mediaType: 'image/png', data: 'AAAA' } } as const;

const round = [
  said('user', 'Look twice', picture),
  said('assistant', call('call_1'), call('call_2')),
  said('tool', result('call_2', 'second'), result('call_1', 'first')),
];

test('paths name the publisher and the model', () => {
  const { path } = chatCodec(GEMINI);

  expect(path('gemini-2.5-flash', false)).toBe('/v1/publishers/google/models/gemini-2.5-flash:generateContent');
  expect(path('gemini-2.5-flash', true)).toBe(
    '/v1/publishers/google/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
  );
  expect(path('../../x', false)).toBe('/v1/publishers/google/models/..%2F..%2Fx:generateContent');
});

test('a request is that of the Gemini API', () => {
  const request = {
    messages: [said('system', 'Be brief'), said('user', 'Hi', picture)],
    maxTokens: 100,
    temperature: 0.5,
    reasoning: { effort: 'low' },
    extra: {
      gemini: {
        safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE', method: 'SEVERITY' }],
        labels: { team: 'search' },
        cachedContent: 'projects/p/locations/global/cachedContents/1',
      },
    },
  } as const;
  const { body, warnings, headers } = encode(request, GEMINI);

  expect(body).toEqual({
    systemInstruction: { parts: [{ text: 'Be brief' }] },
    contents: [{ role: 'user', parts: [{ text: 'Hi' }, { inlineData: { mimeType: 'image/png', data: 'AAAA' } }] }],
    generationConfig: {
      maxOutputTokens: 100,
      temperature: 0.5,
      thinkingConfig: { thinkingBudget: 1024, includeThoughts: true },
    },
    safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE', method: 'SEVERITY' }],
    labels: { team: 'search' },
    cachedContent: 'projects/p/locations/global/cachedContents/1',
  });
  expect(body).toEqual(atGemini(request).body);
  expect([warnings, headers]).toEqual([[], []]);
});

test('before Gemini 3 calls and results bear no ids and stand in one order', () => {
  const { body } = encode({ messages: round }, GEMINI);

  expect(body.contents).toMatchObject([
    {},
    { role: 'model', parts: [{ functionCall: { name: 'look' } }, { functionCall: { name: 'look' } }] },
    {
      role: 'user',
      parts: [
        { functionResponse: { name: 'look', response: { output: 'first' } } },
        { functionResponse: { name: 'look', response: { output: 'second' } } },
      ],
    },
  ]);
  expect(JSON.stringify(body)).not.toContain('call_1');
});

test('from Gemini 3 on they keep them', () => {
  expect(encode({ messages: round }, NEWER).body).toEqual(atGemini({ messages: round }, NEWER).body);
  expect(JSON.stringify(encode({ messages: round }, NEWER).body)).toContain('"id":"call_1"');
});

test.for([
  ['priority', ['x-vertex-ai-llm-shared-request-type', 'priority']],
  ['flex', ['x-vertex-ai-llm-shared-request-type', 'flex']],
  ['default', []],
  ['auto', []],
] as const)('the tier %s is told in a header, not in the body', ([serviceTier, expected]) => {
  const { body, headers, warnings } = encode({ serviceTier }, GEMINI);

  expect(headers).toEqual(expected);
  expect(body).not.toHaveProperty('serviceTier');
  expect(warnings).toEqual([]);
});

test('what only the Gemini API has is left out, and the caller is told', () => {
  const extra = {
    gemini: { store: true, toolConfig: { includeServerSideToolInvocations: true }, serviceTier: 'other' },
  };
  const { body, warnings } = encode({ extra }, GEMINI);

  expect(body).toEqual({ contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] });
  expect(warnings.map(({ field, action }) => `${field} ${action}`)).toEqual([
    'store dropped',
    'tool_config.includeServerSideToolInvocations dropped',
    'service_tier dropped',
  ]);
});

test('what the Gemini API wants to hear of tools of both kinds is not said', () => {
  const tools = [
    { type: 'function', name: 'look', schema: { type: 'object', properties: {} } },
    { type: 'provider', dialect: 'gemini', definition: { googleSearch: {} } },
  ] as const;

  expect(atGemini({ tools }, NEWER).body.toolConfig).toMatchObject({ includeServerSideToolInvocations: true });
  expect(encode({ tools }, NEWER).body).not.toHaveProperty('toolConfig');
  expect(encode({ tools }, NEWER).warnings).toEqual([]);
});

test.for([GEMINI, 'claude-opus-4-7'])('%s reads no file by its id', model => {
  const file = { type: 'file', media: { type: 'id', id: 'files/abc' } } as const;

  expect(() => encode({ messages: [said('user', 'a'), said('user', file)] }, model)).toThrow(
    expect.objectContaining({ status: 400, param: 'messages[1].content' }),
  );
});
