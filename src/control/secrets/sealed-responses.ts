import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { ResponseScope, ResponseStore } from '../../spec/response-store.ts';
import type { MasterKey } from './master-key.ts';
import { UnsealFailure } from './sealer.ts';

const FORMAT = 1;
const KEY_ID = 4;
const NONCE = 12;
const TAG = 16;
const HEAD = 1 + KEY_ID + NONCE;

/**
 * The same store, whose rows hold nothing readable: AES-256-GCM under a sub-key of the master key, bound to id and
 * scope. A value is a format byte, the master key's id, a random nonce, the sealed content and its tag.
 */
export function sealResponses(rows: ResponseStore, master: Pick<MasterKey, 'id' | 'subKey'>): ResponseStore {
  const key = master.subKey('seal responses');
  const head = Buffer.concat([Buffer.from([FORMAT]), Buffer.from(master.id, 'hex')]);
  return {
    save: (id, scope, content) => {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(boundTo(id, scope));
      const sealed = [head, nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()];
      return rows.save(id, scope, Buffer.concat(sealed));
    },
    load: async (id, scope) => {
      const sealed = await rows.load(id, scope);
      return sealed === null ? null : open(sealed, head, key, boundTo(id, scope));
    },
    remove: (id, scope) => rows.remove(id, scope),
  };
}

function open(sealed: Buffer, head: Buffer, key: Buffer, bound: Buffer): Buffer {
  if (sealed.length < HEAD + TAG || !sealed.subarray(0, head.length).equals(head)) {
    throw new UnsealFailure('a kept response is sealed with another master key or in another format');
  }
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(head.length, HEAD), { authTagLength: TAG });
  decipher.setAAD(bound).setAuthTag(sealed.subarray(-TAG));
  const content = decipher.update(sealed.subarray(HEAD, -TAG));
  try {
    decipher.final();
  } catch (cause) {
    throw new UnsealFailure('a kept response belongs to another id or scope, or was changed', { cause });
  }
  return content;
}

const boundTo = (id: string, { organization, team }: ResponseScope): Buffer =>
  Buffer.from(JSON.stringify(['responses', id, organization, team]), 'utf8');
