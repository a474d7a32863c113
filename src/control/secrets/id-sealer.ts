import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { z } from 'zod';
import type { IdSealer, ProviderObject } from '../../spec/id-sealer.ts';
import type { ResponseScope } from '../../spec/response-store.ts';
import type { MasterKey } from './master-key.ts';

const NONCE = 12;
const TAG = 16;
/** Far more than names and ids of any provider come to. */
const LONGEST = 2048;

const Content = z.tuple([z.string(), z.string(), z.string()]);

/**
 * AES-256-GCM under the master key's sub-key for ids, with the scope and the kind of the id as additional data. The
 * nonce comes from the content, as in SIV: streams, later retrievals and answers that repeat an id give the same one.
 */
export function createIdSealer(master: Pick<MasterKey, 'subKey'>): IdSealer {
  const key = master.subKey('ids');
  const nonceKey = master.subKey('nonce ids');
  return Object.freeze({
    seal(prefix, scope, { provider, model, id }) {
      const bound = boundTo(prefix, scope);
      const content = JSON.stringify([provider, model, id]);
      const nonce = createHmac('sha256', nonceKey)
        .update(`${bound.length}:`)
        .update(bound)
        .update(content)
        .digest()
        .subarray(0, NONCE);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound);
      const sealed = Buffer.concat([nonce, cipher.update(content, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return prefix + sealed.toString('base64url');
    },
    open(prefix, scope, sealed) {
      const bytes = read(prefix, sealed);
      if (bytes === null) return null;
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE), { authTagLength: TAG });
      decipher.setAAD(boundTo(prefix, scope)).setAuthTag(bytes.subarray(-TAG));
      const content = decipher.update(bytes.subarray(NONCE, -TAG));
      try {
        decipher.final();
      } catch {
        // Another scope, another instance, or nobody's: all the same to the caller.
        return null;
      }
      const [provider, model, id] = Content.parse(JSON.parse(content.toString('utf8')));
      return { provider, model, id } satisfies ProviderObject;
    },
  } satisfies IdSealer);
}

/** Null for what cannot be one of ours; a text that decodes to the same bytes as another is none either. */
function read(prefix: string, sealed: string): Buffer | null {
  if (!sealed.startsWith(prefix) || sealed.length > LONGEST) return null;
  const text = sealed.slice(prefix.length);
  const bytes = Buffer.from(text, 'base64url');
  return bytes.length > NONCE + TAG && bytes.toString('base64url') === text ? bytes : null;
}

/** JSON keeps them apart: no other scope and kind give the same bytes. */
const boundTo = (prefix: string, { organization, team }: ResponseScope): Buffer =>
  Buffer.from(JSON.stringify([prefix, organization, team]), 'utf8');
