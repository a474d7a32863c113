import { expect, test } from 'vitest';
import { scanBody } from '../../../../src/gateway/body/scan-body.ts';
import type { Call } from '../../../../src/gateway/call.ts';
import { inlineSources } from '../../../../src/gateway/dialects/anthropic-messages/inline-sources.ts';

const at = (url: string) => ({ type: 'url', url });
const base64 = (text: string) => Buffer.from(text).toString('base64');

function callOf(content: unknown): Call {
  const body = Buffer.from(JSON.stringify({ model: 'm', messages: [{ role: 'user', content }] }));
  return { parsed: { body, scan: scanBody(body) }, onGone: null } as unknown as Call;
}

const fetched: string[] = [];
const fetch = async (url: string) => {
  fetched.push(url);
  const mediaType = url.endsWith('.txt') ? 'text/plain' : 'image/png';
  return { bytes: Buffer.from(`at ${url}`), mediaType };
};

test('images and documents are their bytes, inside results of tools as well', async () => {
  const image = { type: 'image', source: at('https://x.test/a.png'), cache_control: { type: 'ephemeral' } };
  const content = [
    { type: 'text', text: 'https://x.test/not-fetched' },
    image,
    { type: 'document', title: 'T', source: at('https://x.test/b.txt') },
    { type: 'tool_result', tool_use_id: 't', content: [image] },
    { type: 'image', source: { type: 'file', file_id: 'file_1' } },
  ];
  const png = { type: 'base64', media_type: 'image/png', data: base64('at https://x.test/a.png') };

  const messages = await inlineSources(callOf(content), null, fetch as never);
  expect(JSON.parse(messages!)).toEqual([
    {
      role: 'user',
      content: [
        content[0],
        { ...image, source: png },
        {
          type: 'document',
          title: 'T',
          source: { type: 'text', media_type: 'text/plain', data: 'at https://x.test/b.txt' },
        },
        { type: 'tool_result', tool_use_id: 't', content: [{ ...image, source: png }] },
        content[4],
      ],
    },
  ]);
  expect(fetched.toSorted()).toEqual(['https://x.test/a.png', 'https://x.test/b.txt']);
});

test('what holds no address is left as it is', () => {
  expect(inlineSources(callOf('hi'), null, fetch as never)).toBeNull();
  expect(inlineSources(callOf([{ type: 'text', text: '"url"' }]), null, fetch as never)).toBeNull();
});

test('what was taken out of the messages does not come back', async () => {
  const image = { type: 'image', source: at('https://x.test/a.png') };
  const cleaned = JSON.stringify([{ role: 'user', content: [image] }]);
  const messages = await inlineSources(callOf([{ type: 'thinking' }, image]), cleaned, fetch as never);
  expect(JSON.parse(messages!)[0].content).toMatchObject([{ source: { type: 'base64' } }]);
});
