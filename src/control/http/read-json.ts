import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GatewayError } from '../../spec/gateway-error.ts';

/** Nothing that the admin API takes is larger. */
export const adminBodyBytes = 1024 * 1024;

const MEDIA_TYPE = /^application\/json *(?:; *charset="?utf-8"? *)?$/i;
const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bodies are JSON in UTF-8, sent as they are; everything else is 415. */
export function readOnlyJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: adminBodyBytes }, readJson);
}

async function readJson(request: FastifyRequest, body: Buffer): Promise<unknown> {
  if (body.length === 0) return undefined;
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (!MEDIA_TYPE.test(request.headers['content-type'] ?? '') || encoding !== 'identity') {
    throw new GatewayError('unsupported_media_type', { param: 'content-type' });
  }
  try {
    return JSON.parse(text.decode(body));
  } catch (cause) {
    throw new GatewayError('invalid_json', { cause });
  }
}
