import { describe, expect, test } from 'vitest';
import type { FetchPublic } from '../../../src/gateway/media/fetch-public.ts';
import { loadMedia } from '../../../src/gateway/media/load-media.ts';
import type { ChatRequest } from '../../../src/spec/chat/chat-request.ts';
import type { ImagePart, Part } from '../../../src/spec/chat/parts.ts';
import { GatewayError } from '../../../src/spec/gateway-error.ts';
import { limits } from '../../../src/spec/limits.ts';

const image = (url: string): ImagePart => ({ type: 'image', media: { type: 'url', url }, detail: 'low' });
const asking = (...parts: readonly Part[]): ChatRequest => ({ messages: [{ role: 'user', parts }], stream: false });
const signal = new AbortController().signal;
const bytes = Buffer.from('img');

function files(size = bytes.length) {
  const asked: string[] = [];
  const fetch: FetchPublic = async (url, { spend }) => {
    asked.push(url);
    spend?.(size);
    return { mediaType: 'image/png', bytes };
  };
  return { asked, fetch };
}

describe('the media of a request', () => {
  test('that are wanted are in it afterwards, also those in the result of a tool', async () => {
    const { asked, fetch } = files();
    const shown: Part = { type: 'tool-result', callId: 'c', parts: [{ type: 'text', text: 'R' }, image('https://a/')] };
    const data = { type: 'data', mediaType: 'image/png', data: bytes.toString('base64') };
    const request = asking(image('https://a/'), image('https://b/'), shown);
    const loaded = await loadMedia(request, ['https://a/'], { signal, fetch });

    expect(asked).toEqual(['https://a/']);
    expect(loaded.messages[0]!.parts).toEqual([
      { type: 'image', media: data, detail: 'low' },
      image('https://b/'),
      {
        ...shown,
        parts: [
          { type: 'text', text: 'R' },
          { type: 'image', media: data, detail: 'low' },
        ],
      },
    ]);
    expect(request.messages[0]!.parts[0]).toEqual(image('https://a/'));
  });

  test('are left alone where none is wanted', async () => {
    const request = asking(image('https://a/'));
    const { asked, fetch } = files();

    expect(await loadMedia(request, [], { signal, fetch })).toBe(request);
    expect(await loadMedia(request, ['https://elsewhere/'], { signal, fetch })).toBe(request);
    expect(asked).toEqual([]);
  });

  test('are ten files at most', async () => {
    const urls = Array.from({ length: limits.mediaFiles + 1 }, (_, index) => `https://a/${index}`);
    const { asked, fetch } = files();
    const all = loadMedia(asking(...urls.map(image)), urls, { signal, fetch });

    await expect(all).rejects.toMatchObject({ code: 'invalid_value', param: 'messages' });
    expect(asked).toEqual([]);
    const ten = urls.slice(1);
    expect((await loadMedia(asking(...ten.map(image)), ten, { signal, fetch })).messages).toHaveLength(1);
  });

  test('are 50 MiB at most, each as often as it goes out', async () => {
    const fetch: FetchPublic = async (url, options) => {
      try {
        return await files(limits.mediaCallBytes / 2 - 1).fetch(url, options);
      } catch (cause) {
        throw new GatewayError('media_unreachable', { cause });
      }
    };
    const load = (times: number) =>
      loadMedia(asking(...Array.from({ length: times }, () => image('https://a/'))), ['https://a/'], { signal, fetch });

    expect((await load(2)).messages).toHaveLength(1);
    await expect(load(3)).rejects.toMatchObject({ code: 'media_unreachable' });
  });

  test('are all given up with the first that cannot be had', async () => {
    let given = 0;
    const fetch: FetchPublic = (url, options) =>
      new Promise((_resolve, reject) => {
        if (url === 'https://a/') return reject(new GatewayError('media_unreachable'));
        options.signal.addEventListener('abort', () => {
          given++;
          reject(new GatewayError('media_unreachable'));
        });
      });
    const request = asking(image('https://a/'), image('https://b/'), image('https://c/'));

    await expect(
      loadMedia(request, ['https://a/', 'https://b/', 'https://c/'], { signal, fetch }),
    ).rejects.toMatchObject({
      code: 'media_unreachable',
    });
    expect(given).toBe(2);
  });
});
