import type { UpstreamRequest } from '../../../spec/upstream.ts';

/** A request line is not bounded by HTTP; no provider has one near this. */
const PATH_LENGTH = 8 * 1024;
const PATH = /^\/[\x21-\x7e]*$/;
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** They say where a message ends or what the connection does; only the client itself may. */
const METHODS: ReadonlySet<string> = new Set(['POST', 'GET', 'DELETE'] satisfies UpstreamRequest['method'][]);
const OURS = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The request cannot be written as HTTP. The text names no value: it may be a key. */
export class InvalidRequest extends Error {}

/** The beginning of requests that differ only in their bodies. */
interface WrittenHead {
  readonly host: string;
  readonly path: string;
  readonly method: UpstreamRequest['method'];
  readonly text: string;
}

const written = new WeakMap<readonly string[], WrittenHead>();

/**
 * Request line and headers as latin1 text, up to and without `content-length`. A frozen list cannot change, so what was
 * written for it is kept as long as the list lives.
 */
export function requestHead(request: UpstreamRequest, host: string): string {
  const { headers, path, method } = request;
  const known = written.get(headers);
  if (known !== undefined && known.path === path && known.host === host && known.method === method) return known.text;
  const text = writeHead(request, host);
  if (Object.isFrozen(headers)) written.set(headers, { host, path, method, text });
  return text;
}

function writeHead({ method, path, headers }: UpstreamRequest, host: string): string {
  if (!METHODS.has(method)) throw new InvalidRequest(`the method is none of ${[...METHODS].join(', ')}`);
  if (path.length > PATH_LENGTH || !PATH.test(path)) throw new InvalidRequest('the path is not one');
  if (headers.length % 2 !== 0) throw new InvalidRequest('the header list ends with a name');
  // Said although it is what HTTP/1.1 means anyway: some servers tell their keep-alive time only to those who ask.
  let text = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n`;
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index]!;
    const value = headers[index + 1]!;
    if (!NAME.test(name)) throw new InvalidRequest(`header ${index / 2} has a name that is not one`);
    if (OURS.has(name.toLowerCase())) throw new InvalidRequest(`header ${name} is not the caller's to set`);
    if (!VALUE.test(value)) throw new InvalidRequest(`header ${name} has a value that is not one`);
    text += `${name}: ${value}\r\n`;
  }
  return text;
}
