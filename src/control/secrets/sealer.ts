import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import type { MasterKey } from './master-key.ts';

const NONCE = 12;
const TAG = 16;
const FORM = /^sealed:v1:([0-9a-f]{8}):([A-Za-z0-9_-]+)$/;

/** A sealed value did not open: another master key, another record or purpose, or it was changed. */
export class UnsealFailure extends Error {
  constructor(detail: string, options: ErrorOptions = {}) {
    super(detail, options);
    this.name = 'UnsealFailure';
  }
}

/** Seals texts for the database. A seal opens only under the same master key, for the same purpose and record. */
export interface Sealer {
  readonly keyId: string;
  /** The same text for the same record seals to the same value, so writing it again changes nothing. */
  seal(purpose: string, recordId: string, plaintext: string): string;
  /** Throws UnsealFailure; its message holds no secret. */
  open(purpose: string, recordId: string, sealed: string): string;
}

export const isSealed = (text: string): boolean => text.startsWith('sealed:');

export function createSealer(master: MasterKey): Sealer {
  return Object.freeze({
    keyId: master.id,
    seal(purpose, recordId, plaintext) {
      const bound = boundTo(purpose, recordId);
      const nonce = nonceFor(master.subKey(`nonce ${purpose}`), bound, plaintext);
      const cipher = createCipheriv('aes-256-gcm', master.subKey(`seal ${purpose}`), nonce).setAAD(bound);
      const text = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
      return `sealed:v1:${master.id}:${Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64url')}`;
    },
    open(purpose, recordId, sealed) {
      const bytes = read(sealed, master.id);
      const decipher = createDecipheriv('aes-256-gcm', master.subKey(`seal ${purpose}`), bytes.subarray(0, NONCE), {
        authTagLength: TAG,
      });
      decipher.setAAD(boundTo(purpose, recordId)).setAuthTag(bytes.subarray(-TAG));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()]).toString('utf8');
      } catch {
        throw new UnsealFailure('the sealed value belongs to another record or purpose, or was changed');
      }
    },
  } satisfies Sealer);
}

function read(sealed: string, keyId: string): Buffer {
  const match = FORM.exec(sealed);
  const bytes = Buffer.from(match?.[2] ?? '', 'base64url');
  if (!match || bytes.length < NONCE + TAG) throw new UnsealFailure('the sealed value has an unknown form');
  if (match[1] !== keyId) {
    throw new UnsealFailure(`the value is sealed with master key ${match[1]}, but the configured one is ${keyId}`);
  }
  return bytes;
}

/** JSON keeps the two apart: no other pair of purpose and record gives the same bytes. */
function boundTo(purpose: string, recordId: string): Buffer {
  return Buffer.from(JSON.stringify([purpose, recordId]), 'utf8');
}

/** From the content under its own sub-key, as in SIV: it repeats only where the whole message repeats. */
function nonceFor(key: Buffer, bound: Buffer, plaintext: string): Buffer {
  const content = createHmac('sha256', key).update(`${bound.length}:`).update(bound).update(plaintext, 'utf8');
  return content.digest().subarray(0, NONCE);
}
