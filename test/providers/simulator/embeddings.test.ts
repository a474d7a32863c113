import type { CreateEmbeddingResponse } from 'openai/resources/embeddings';
import { expect, test } from 'vitest';
import { ask } from './ask.ts';

async function embed(body: object): Promise<CreateEmbeddingResponse> {
  return JSON.parse((await ask('/embeddings', { model: 'embed', ...body })).text);
}

test('embeds each input in a vector of length 1 that depends on its text alone', async () => {
  const { data, usage, model } = await embed({ input: ['cat', 'dog', 'cat'] });
  const [cat, dog, again] = data.map(each => each.embedding);

  expect(cat).toHaveLength(256);
  expect(Math.hypot(...cat!)).toBeCloseTo(1, 5);
  expect(again).toEqual(cat);
  expect(dog).not.toEqual(cat);
  expect(usage).toEqual({ prompt_tokens: 3, total_tokens: 3 });
  expect(model).toBe('simulator/embed');
});

test('sends the same numbers as base64, and as many as asked', async () => {
  const {
    data: [float],
  } = await embed({ input: 'cat', dimensions: 8 });
  const {
    data: [packed],
  } = await embed({ input: 'cat', dimensions: 8, encoding_format: 'base64' });
  const bytes = Buffer.from(String(packed!.embedding), 'base64');

  expect(float!.embedding).toHaveLength(8);
  expect(float!.embedding.map((_, index) => bytes.readFloatLE(index * 4))).toEqual(float!.embedding);
});

test('takes tokens in place of text', async () => {
  expect((await embed({ input: [1, 2, 3] })).usage.prompt_tokens).toBe(3);
  expect((await embed({ input: [[1, 2], [3]] })).data).toHaveLength(2);
});

test.each([
  [{ input: '' }, 'input'],
  [{ input: [] }, 'input'],
  [{}, 'input'],
  [{ input: 'x', dimensions: 0 }, 'dimensions'],
  [{ input: Array(2048).fill('x'), dimensions: 4096 }, 'input'],
  [{ input: 'x', model: 'echo' }, 'model'],
])('%o is a 400 that names the member', async (body, param) => {
  const heard = await ask('/embeddings', { model: 'embed', ...body });

  expect(heard.status).toBe(400);
  expect(JSON.parse(heard.text).error.param).toBe(param);
});

test('fails when asked to', async () => {
  expect(await ask('/embeddings', { model: 'fail-503', input: 'x' })).toMatchObject({ status: 503 });
});
