import { describe, expect, test } from 'vitest';
import { ResponsesStreamReader } from '../../../src/gateway/dialects/openai-responses/stream.ts';
import { sealEvent, sealResponse } from '../../../src/gateway/kept/sealed-response.ts';
import { SealedStream } from '../../../src/gateway/kept/sealed-stream.ts';

const seal = (id: string) => `resp_sealed_${id.slice('resp_'.length)}_of_some_length`;

const response = { id: 'resp_1', previous_response_id: 'resp_0', metadata: { id: 'resp_1' }, output: [] };
const text = 'a "response" named "id":"resp_1", \u2028 and resp_0';
const events = [
  { type: 'response.created', response: { ...response, status: 'in_progress' } },
  { type: 'response.output_item.added', item: { id: 'msg_1', type: 'message', response: 'resp_1' } },
  { type: 'response.output_text.delta', response_id: 'resp_1', item_id: 'msg_1', delta: text },
  { type: 'response.output_text.done', item_id: 'msg_1', text },
  { type: 'response.completed', response: { ...response, status: 'completed', usage: null } },
];
const write = (list: readonly { type: string }[], lineEnd = '\n') =>
  list.map(event => `event: ${event.type}${lineEnd}data: ${JSON.stringify(event)}${lineEnd}${lineEnd}`).join('');

const sealedMembers = { id: seal('resp_1'), previous_response_id: seal('resp_0') };
const expected = events.map(event => ({
  ...event,
  ...('response_id' in event && { response_id: seal('resp_1') }),
  ...('response' in event && { response: { ...event.response, ...sealedMembers } }),
}));

const reader = () => new SealedStream(new ResponsesStreamReader({ redact: said => said }), seal);

/** All that a client gets when the bytes come in these pieces. */
function through(pieces: readonly Buffer[]): string {
  const stream = reader();
  const out = pieces.map(piece => stream.push(piece)).filter(piece => piece !== null);
  stream.end();
  expect([stream.failure, stream.finished]).toEqual([null, true]);
  // What a lone CR ends is known to be complete only by what follows, and gets a blank line where nothing does.
  return Buffer.concat([...out, stream.endMark])
    .toString('utf8')
    .trimEnd();
}

describe('a stream of a response that lives at its provider', () => {
  test.each(['\n', '\r\n', '\r'])('has sealed ids, whole and cut at any byte (line end %j)', lineEnd => {
    const bytes = Buffer.from(write(events, lineEnd));
    const whole = write(expected, lineEnd).trimEnd();
    expect(through([bytes])).toBe(whole);
    for (let at = 1; at < bytes.length; at++) {
      expect(through([bytes.subarray(0, at), bytes.subarray(at)])).toBe(whole);
    }
    expect(through(Array.from(bytes, (_, at) => bytes.subarray(at, at + 1)))).toBe(whole);
  });

  test('data of several lines stay one event', () => {
    const spread = JSON.stringify(events[0], null, 1).replaceAll('\n', '\ndata: ');
    const bytes = Buffer.from(`event: response.created\ndata: ${spread}\n\n${write(events.slice(1))}`);
    const said = through([bytes]);
    const data = said.split('\n\n')[0]!.split('\n');
    expect(data).toHaveLength(2);
    expect(JSON.parse(data[1]!.slice('data: '.length))).toEqual(expected[0]);
    expect(said.split('\n\n').slice(1).join('\n\n')).toBe(write(expected.slice(1)).trimEnd());
  });

  test('text is passed on in the very buffer it came in', () => {
    const stream = reader();
    stream.push(Buffer.from(write(events.slice(0, 2))));
    const delta = Buffer.from(write([{ type: 'response.output_text.delta', delta: 'x' } as { type: string }]));
    expect(stream.push(delta)!.buffer).toBe(delta.buffer);
  });
});

describe('a whole response', () => {
  test('changes in nothing but its ids', () => {
    const spaced =
      '{ "id" : "resp_1" , "n":1e400,"x":"\\u0069d","previous_response_id":null,"metadata":{"id":"resp_1"} }';
    expect(sealResponse(Buffer.from(spaced), seal).toString()).toBe(
      spaced.replace('"resp_1" ,', `"${seal('resp_1')}" ,`),
    );
  });

  test.each(['{"id":7}', '{"id":null,"output":[]}', '{}'])('%s stays as it is', json => {
    const bytes = Buffer.from(json);
    expect(sealResponse(bytes, seal)).toBe(bytes);
  });

  test.each(['{"response":"resp_1"}', '{"item":{"response":{"id":"resp_1"}}}'])('the event %s stays as it is', json => {
    const bytes = Buffer.from(json);
    expect(sealEvent(bytes, seal)).toBe(bytes);
  });
});
