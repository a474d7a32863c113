import { once } from 'node:events';
import { setTimeout as after } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { simulatorClient } from '../../../providers/simulator/client.ts';
import type { UpstreamExchange } from '../../../src/spec/upstream.ts';
import { ask, request, user } from './ask.ts';

/** Collects calls as words and lets a test wait for the next one. */
function listener() {
  const heard: string[] = [];
  const target = new EventTarget();
  const hear = (word: string) => {
    heard.push(word);
    target.dispatchEvent(new Event(word));
  };
  return {
    heard,
    next: (word: string) => once(target, word),
    handler: {
      onSent: () => hear('sent'),
      onHeaders: () => hear('headers'),
      onData: () => hear('data'),
      onEnd: () => hear('end'),
      onError: ({ code }: { code: string }) => hear(`error ${code}`),
    },
  };
}

const send = (model: string, { handler }: ReturnType<typeof listener>): UpstreamExchange =>
  simulatorClient.send(request('/chat/completions', { model, messages: user('hi'), stream: true }), handler);

test('tells nothing before send has returned, then everything in order', async () => {
  const ears = listener();
  send('story-3', ears);
  expect(ears.heard).toEqual([]);

  await ears.next('end');
  expect(ears.heard).toEqual(['sent', 'headers', ...Array(6).fill('data'), 'end']);
});

test('sends the headers of a stream before the first token is due', async () => {
  const ears = listener();
  const exchange = send('story-3~~ttft=60000', ears);
  await ears.next('headers');

  expect(ears.heard).toEqual(['sent', 'headers']);
  exchange.abort();
});

test('after an abort nothing more is heard, whatever was under way', async () => {
  const early = listener();
  send('story-3', early).abort();
  const middle = listener();
  const exchange = send('story-1000~~gap=1', middle);
  await middle.next('data');
  exchange.abort();
  exchange.abort();
  const count = middle.heard.length;
  await after(30);

  expect(early.heard).toEqual([]);
  expect(middle.heard).toHaveLength(count);
});

test('holds back while paused and goes on where it was', async () => {
  const ears = listener();
  const exchange = send('story-5000', ears);
  await ears.next('data');
  exchange.pause();
  await after(20);
  const count = ears.heard.length;
  await after(20);
  expect(ears.heard).toHaveLength(count);
  expect(ears.heard).not.toContain('end');

  exchange.resume();
  await ears.next('end');
  expect(ears.heard.filter(word => word === 'data')).toHaveLength(5003);
});

test('pausing and resuming at once does not send twice', async () => {
  const ears = listener();
  const exchange = send('story-200~~gap=1', ears);
  await ears.next('data');
  for (let turn = 0; turn < 10; turn++) {
    exchange.pause();
    await after(2);
    exchange.resume();
  }
  await ears.next('end');

  expect(ears.heard.filter(word => word === 'data')).toHaveLength(203);
});

test('closing the client ends what runs with an error', async () => {
  const ears = listener();
  send('story-3~~ttft=60000', ears);
  await ears.next('headers');
  await simulatorClient.close();

  expect(ears.heard).toEqual(['sent', 'headers', 'error aborted']);
  expect(await ask('/chat/completions', { model: 'echo', messages: user('hi') })).toMatchObject({ status: 200 });
});
