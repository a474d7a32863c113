import type { LookupAddress } from 'node:dns';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Way } from '../../../src/gateway/media/fetch-public.ts';
import type { LookupAll } from '../../../src/gateway/media/public-lookup.ts';

export const PUBLIC = '93.184.216.34';
export const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

/** A server of this machine that stands in the place of every public one. */
export interface PublicServer {
  /** Paths asked for, with their headers. */
  readonly asked: { readonly path: string; readonly headers: NodeJS.Dict<string | string[]> }[];
  /** Connections ever made. */
  connections(): number;
  answer(listener: RequestListener): void;
  /** Leads every public address here; `names` says what names lead to, else to a public address. */
  way(names?: Readonly<Record<string, readonly string[]>>, more?: Partial<Way>): Way;
  close(): Promise<void>;
}

export const sendPng: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'image/png' });
  response.end(PNG);
};

export async function publicServer(): Promise<PublicServer> {
  let listener = sendPng;
  let connections = 0;
  const asked: PublicServer['asked'][number][] = [];
  const server = createServer((request, response) => {
    asked.push({ path: request.url!, headers: request.headers });
    listener(request, response);
  });
  server.on('connection', () => connections++);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    asked,
    connections: () => connections,
    answer: next => {
      listener = next;
    },
    way: (names = {}, more = {}) => ({
      lookup: lookupOf(host => names[host] ?? [PUBLIC]),
      reach: () => ({ address: '127.0.0.1', family: 4 }),
      originOf: url => `http://${url.hostname}:${port}`,
      millis: 5_000,
      ...more,
    }),
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

const familyOf = (address: string): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 });

export const lookupOf =
  (answers: (host: string) => readonly string[]): LookupAll =>
  (host, _options, callback) =>
    void setImmediate(() => callback(null, answers(host).map(familyOf)));
