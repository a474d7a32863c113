import { request as ask, createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a client sent to the gateway, and the status that it got. */
export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly status: number;
  readonly answer: string;
}

/** Stands between client and gateway, changes nothing and remembers what was said. */
export async function openTap(gateway: string) {
  let heard: Heard[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { method = '', url: path = '', headers } = incoming;
    const onward = ask(new URL(path, gateway), { method, headers }, reply => {
      const { statusCode: status = 0 } = reply;
      response.writeHead(status, reply.rawHeaders);
      const answer: Buffer[] = [];
      reply.on('data', (chunk: Buffer) => answer.push(chunk));
      const note = () =>
        heard.push({ method, path, headers, body: body.toString(), status, answer: Buffer.concat(answer).toString() });
      reply.on('end', note);
      reply.pipe(response);
    });
    onward.on('error', () => response.destroy());
    onward.end(body);
  });
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard: (): readonly Heard[] => heard,
    reset: () => {
      heard = [];
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Of these only the name is told, and that they are there. */
const SECRET = /^(authorization|x-api-key|x-goog-api-key|cookie)$/;
/** Every HTTP client sends them. */
const USUAL = /^(host|connection|content-length|accept-encoding|accept-language|accept|content-type|sec-fetch-mode)$/;

/** One request: its line, its headers without secrets, and the shape of its body. */
export function describe({ method, path, headers, body, status }: Heard): string {
  const told = Object.entries(headers)
    .filter(([name]) => !USUAL.test(name))
    .map(([name, value]) => `  ${name}: ${SECRET.test(name) ? '…' : value}`);
  const url = path.replace(/([?&]key=)[^&]*/, '$1…');
  const line = `${method} ${url} → ${status}`;
  const json = body.startsWith('{') ? [`  ${shapeOf(JSON.parse(body), '  ', 0)}`] : [];
  return [line, ...told, ...json].join('\n');
}

const DEEPEST = 6;

/** Members by name, texts by their beginning, and of lists each shape once. */
function shapeOf(value: unknown, margin: string, depth: number): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 50)}…` : value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (depth > DEEPEST) return '…';
  const inner = `${margin}  `;
  if (Array.isArray(value)) {
    const shapes = [...Map.groupBy(value, kindOf)].map(([, [first, ...more]]) => {
      const count = more.length > 0 ? ` (${more.length} more)` : '';
      return `${inner}${shapeOf(first, inner, depth + 1)}${count}`;
    });
    return shapes.length === 0 ? '[]' : `[\n${shapes.join('\n')}\n${margin}]`;
  }
  const members = Object.entries(value).map(([name, member]) => {
    const schema = /^(parameters|input_schema|parametersJsonSchema)$/.test(name) && depth > 1;
    return `${inner}${name}: ${schema ? schemaOf(member) : shapeOf(member, inner, depth + 1)}`;
  });
  return members.length === 0 ? '{}' : `{\n${members.join('\n')}\n${margin}}`;
}

const schemaOf = (schema: unknown): string =>
  typeof schema === 'object' && schema !== null ? `schema with ${Object.keys(schema).join(', ')}` : String(schema);

/** Neighbours of one kind are told once. */
const kindOf = (value: unknown): string =>
  typeof value === 'object' && value !== null
    ? JSON.stringify([Object.keys(value), 'type' in value && value.type, 'role' in value && value.role])
    : typeof value;
