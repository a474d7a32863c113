/** The least a proxy can do with node:http and undici: bytes in, bytes out. PROVIDER names where to. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';

const pool = new Pool(process.env.PROVIDER ?? '', { pipelining: 1 });

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const headers = { 'content-type': 'application/json', authorization: 'Bearer bench' };
  await pool.stream(
    { path: request.url ?? '/', method: 'POST', headers, body: Buffer.concat(chunks) },
    ({ statusCode, headers: { 'content-type': type } }) =>
      response.writeHead(statusCode, { 'content-type': String(type) }),
  );
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
