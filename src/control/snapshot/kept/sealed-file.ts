import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { MasterKey } from '../../secrets/master-key.ts';
import { SnapshotRefused } from './snapshot-refused.ts';

/** Raised with every change after which an older program would misread the file. */
const FORMAT = 1;
const PURPOSE = 'snapshot';
const NONCE = 12;
const TAG = 16;
const PIECE = 64 * 1024;
const NEWLINE = 0x0a;
/** A file's first line is far shorter. */
export const headBytes = 1024;

export type SealingKey = Pick<MasterKey, 'id' | 'subKey'>;

/** The first line of a sealed file: readable, and bound to what follows, so that neither goes with another. */
const Head = z.object({
  kind: z.enum(['snapshot', 'highest']),
  format: z.literal(FORMAT),
  program: z.string(),
  key: z.string(),
  number: z.number().int(),
  at: z.iso.datetime(),
});
export type SealedHead = z.infer<typeof Head>;

const AnyHead = z.object({ format: z.number(), program: z.string() });

export const sealedHead = (kind: SealedHead['kind'], number: number, program: string, key: SealingKey): SealedHead => ({
  kind,
  format: FORMAT,
  program,
  key: key.id,
  number,
  at: new Date().toISOString(),
});

/**
 * The bytes of a sealed file, piece by piece: its head, a random nonce, the text under AES-256-GCM with the head as
 * additional data, the tag.
 */
export function* seal(head: SealedHead, lines: Iterable<string>, key: SealingKey): Generator<Buffer> {
  const first = Buffer.from(`${JSON.stringify(head)}\n`, 'utf8');
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key.subKey(PURPOSE), nonce).setAAD(first);
  yield Buffer.concat([first, nonce]);
  let text = '';
  for (const line of lines) {
    text += line;
    if (text.length < PIECE) continue;
    yield cipher.update(text, 'utf8');
    text = '';
  }
  yield Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

/** Throws a SnapshotRefused; nothing of a file that does not open is looked at. */
export function unseal(kind: SealedHead['kind'], bytes: Buffer, key: SealingKey): { head: SealedHead; text: string } {
  const end = bytes.indexOf(NEWLINE) + 1;
  const head = readHead(bytes.subarray(0, end));
  if (head.kind !== kind) throw new SnapshotRefused(`it is a file of another kind: ${head.kind}`);
  if (head.key !== key.id) {
    throw new SnapshotRefused(`it is sealed with master key ${head.key}, but the configured one is ${key.id}`);
  }
  const sealed = bytes.subarray(end);
  if (sealed.length < NONCE + TAG) throw new SnapshotRefused('it is cut short');
  const decipher = createDecipheriv('aes-256-gcm', key.subKey(PURPOSE), sealed.subarray(0, NONCE), {
    authTagLength: TAG,
  });
  decipher.setAAD(bytes.subarray(0, end)).setAuthTag(sealed.subarray(-TAG));
  try {
    const text = Buffer.concat([decipher.update(sealed.subarray(NONCE, -TAG)), decipher.final()]);
    return { head, text: text.toString('utf8') };
  } catch (cause) {
    throw new SnapshotRefused('it was changed after it was written, or is damaged', { cause });
  }
}

function readHead(line: Buffer): SealedHead {
  const json = parsed(line);
  refuseNewer(json);
  const head = Head.safeParse(json);
  if (!head.success) throw new SnapshotRefused('it does not begin like a snapshot');
  return head.data;
}

function parsed(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8'));
  } catch {
    return null;
  }
}

/** Looks at no more than the first line, and at that only for a later format. */
export function refuseNewerFormat(start: Buffer): void {
  refuseNewer(parsed(start.subarray(0, start.indexOf(NEWLINE) + 1)));
}

function refuseNewer(head: unknown): void {
  const { data } = AnyHead.safeParse(head);
  if (data === undefined || data.format <= FORMAT) return;
  throw new SnapshotRefused(
    `it was written by Tollgate ${data.program} in format ${data.format}, and this version reads ${FORMAT}`,
    { newer: true },
  );
}
