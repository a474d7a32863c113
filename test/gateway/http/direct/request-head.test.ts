import { describe, expect, test } from 'vitest';
import { readHead } from '../../../../src/gateway/http/direct/request-head.ts';
import { limits } from '../../../../src/spec/limits.ts';

const ordinary = 'POST /v1/chat/completions HTTP/1.1\r\nHost: a.test:4000\r\nContent-Length: 12\r\n';

test('an ordinary head is read: target, length, names in lower case, values without the space around them', () => {
  expect(readHead(`${ordinary}X-Some-Thing: \t a b \t\r\nEmpty:\r\n`)).toEqual({
    target: '/v1/chat/completions',
    contentLength: 12,
    headers: ['host', 'a.test:4000', 'content-length', '12', 'x-some-thing', 'a b', 'empty', ''],
  });
});

describe('a head is left to Node that', () => {
  const without = (line: string) => ordinary.replace(line, '');
  test.each<[string, string]>([
    ['has no host', without('Host: a.test:4000\r\n')],
    ['has no length', without('Content-Length: 12\r\n')],
    ['has an invalid host', ordinary.replace('a.test:4000', 'a/?x=')],
    ['has two hosts', `${ordinary}host: a.test:4000\r\n`],
    ['has a host with user', ordinary.replace('a.test', 'me@a.test')],
    ['has two lengths', `${ordinary}content-length: 12\r\n`],
    ...['+12', '-1', '0x5', '12, 12', '', '1e3', '012', '12 3', '99999999999999999999'].map(
      (length): [string, string] => [`has the length "${length}"`, ordinary.replace('12', length)],
    ),
    ['is too large to be taken', ordinary.replace('12', String(limits.bodyBytes + 1))],
    ['has transfer-encoding', `${ordinary}Transfer-Encoding: chunked\r\n`],
    ['expects something', `${ordinary}Expect: 100-continue\r\n`],
    ['wants an upgrade', `${ordinary}Upgrade: h2c\r\n`],
    ['wants to close', `${ordinary}Connection: close\r\n`],
    ['names other connection options', `${ordinary}Connection: keep-alive, x\r\n`],
    ['has another method', ordinary.replace('POST', 'post')],
    ['has another version', ordinary.replace('1.1', '1.0')],
    ['has two spaces in its first line', ordinary.replace('POST ', 'POST  ')],
    ['has an absolute target', ordinary.replace('/v1', 'http://a/v1')],
    ['has a control character', `${ordinary}A: b\x00\r\n`],
    ['has a bare line feed', `${ordinary}A: b\nC: d\r\n`],
    ['has a bare carriage return', `${ordinary}A: b\rC: d\r\n`],
    ['has a folded line', `${ordinary}A: b\r\n c\r\n`],
    ['has a space before a colon', `${ordinary}A : b\r\n`],
    ['has a name with a strange character', `${ordinary}A(: b\r\n`],
    ['has a line without a colon', `${ordinary}nothing\r\n`],
    ['has a nameless line', `${ordinary}: b\r\n`],
    ['has too many lines', ordinary + 'a: b\r\n'.repeat(100)],
    ['is too long', `${ordinary}a: ${'b'.repeat(limits.headerBytes)}\r\n`],
    ['has no lines', 'POST / HTTP/1.1\r\n'],
  ])('%s', (_name, text) => {
    expect(readHead(text)).toBeNull();
  });
});

test('a long hostile head is refused in linear time', () => {
  const began = process.cpuUsage().user;
  for (let round = 0; round < 50; round++) readHead(`${ordinary}a:${' '.repeat(limits.headerBytes - 200)}\x01\r\n`);
  // Quadratic behaviour would need minutes of CPU.
  expect(process.cpuUsage().user - began).toBeLessThan(5_000_000);
});
