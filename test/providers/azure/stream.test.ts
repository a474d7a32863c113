import { expect, test } from 'vitest';
import azure from '../../../providers/azure/index.ts';

const safe = { hate: { filtered: false, severity: 'safe' } };
const beside = { id: '', object: '', created: 0, model: '' };
const chunk = (delta: object, finish_reason: string | null = null) => ({
  ...{ id: 'chatcmpl-9', object: 'chat.completion.chunk', created: 17, model: 'gpt-4o-2024-11-20' },
  choices: [{ index: 0, delta, finish_reason, content_filter_results: {} }],
});

const events = [
  { ...beside, choices: [], prompt_filter_results: [{ prompt_index: 0, content_filter_results: safe }] },
  chunk({ role: 'assistant', content: '' }),
  chunk({ content: 'Hello' }),
  chunk({}, 'stop'),
  { ...beside, choices: [{ index: 0, finish_reason: null, content_filter_results: safe }], usage: null },
  { ...chunk({}), choices: [], usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 } },
];

test('annotations of the content filter change nothing of a translated stream', () => {
  const decoder = azure.operations.chat!.chat!.decoder();
  const read = events.flatMap(event => decoder.read({ type: 'message', data: JSON.stringify(event) }));
  decoder.read({ type: 'message', data: '[DONE]' });
  const { parts, complete } = decoder.end();
  expect(complete).toBe(true);
  expect([...read, ...parts]).toEqual([
    { type: 'start', id: 'chatcmpl-9', model: 'gpt-4o-2024-11-20', createdSeconds: 17 },
    { type: 'text-delta', choice: 0, text: 'Hello' },
    { type: 'finish', choice: 0, reason: 'stop' },
    { type: 'usage', usage: expect.objectContaining({ input: 10, output: 5 }) },
  ]);
});
