import { NO_SIGNATURE } from '../../../../spec/chat/content-signature.ts';
import { contentOwner } from '../../../../spec/chat/foreign-members.ts';
import { isFields } from '../../neutral/members.ts';

/** What proves a thought, of whichever dialect. */
export interface Proof {
  readonly source?: string;
  readonly signature?: string;
  readonly encrypted?: string;
  readonly id?: string;
}

/**
 * Begins every proof of another dialect that travels through a client of this one in the place of a signature: base64
 * of `tollgate.`. Signatures are bytes, so clients may write them in either alphabet of base64; this is the same in both.
 */
const MARK = 'dG9sbGdhdGUu';
/** At a call that nobody signed: the model of another dialect made it, which a target of this one has to be told. */
export const NO_PROOF = MARK;
const MARK_BYTES = Buffer.from(MARK);
const NAMES = ['source', 'signature', 'encrypted', 'id'] as const;

/** One text that holds it all; a signature of this dialect is itself. */
export function writeProof(proof: Proof): string {
  const { source, signature, encrypted, id } = proof;
  if (source === contentOwner) return signature ?? encrypted ?? '';
  return MARK + Buffer.from(JSON.stringify({ source, signature, encrypted, id })).toString('base64');
}

export const isForeignProof = (text: unknown): boolean => typeof text === 'string' && text.startsWith(MARK);

/** There may be a proof of another dialect in this body. Cheap, and mostly false. */
export const mayHoldForeignProof = (body: Buffer): boolean => body.includes(MARK_BYTES);

/** Null where it proves nothing: there is none, or it says itself that there is none. */
export function readProof(text: string | undefined): Proof | null {
  if (text === undefined || text === '' || text === NO_SIGNATURE) return null;
  if (!isForeignProof(text)) return { source: contentOwner, signature: text };
  try {
    const value: unknown = JSON.parse(Buffer.from(text.slice(MARK.length), 'base64').toString('utf8'));
    const said = NAMES.flatMap(name =>
      isFields(value) && typeof value[name] === 'string' ? [[name, value[name]]] : [],
    );
    return said.length === 0 ? null : Object.fromEntries(said);
  } catch {
    // Whatever it is, nobody here wrote it.
    return null;
  }
}
