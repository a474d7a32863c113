import { type Fields, isFields } from './members.ts';

/** What proves a thought, of whichever dialect. */
export interface Proof {
  readonly source?: string;
  readonly signature?: string;
  readonly encrypted?: string;
  readonly id?: string;
  /** The tool call whose thought it proves, where it is not a thought of its own. */
  readonly callId?: string;
}

/**
 * Begins every proof of another dialect that travels through a client, in the place where its own dialect has an opaque
 * text: none of those has a dot in it. Clients keep such texts untouched and send them back.
 */
const MARK = 'tollgate.';
/** As it stands in JSON. */
const QUOTED_MARK = Buffer.from(`"${MARK}`);

/** One text that holds it all; a proof of the dialect `owner` is itself. */
export function writeProof(proof: Proof, owner: string): string {
  const { source, signature, encrypted, id, callId } = proof;
  const own = source === owner && id === undefined && callId === undefined;
  if (own && (signature === undefined || encrypted === undefined)) return signature ?? encrypted ?? '';
  return MARK + Buffer.from(JSON.stringify({ source, signature, encrypted, id, callId })).toString('base64url');
}

export const isForeignProof = (text: unknown): boolean => typeof text === 'string' && text.startsWith(MARK);

/** There may be a proof of another dialect in this body. Cheap, and mostly false. */
export const mayHoldForeignProof = (body: Buffer): boolean => body.includes(QUOTED_MARK);

/** Null where it is a proof of the client's own dialect, or none of ours. */
export function readForeignProof(text: string): Proof | null {
  if (!isForeignProof(text)) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(text.slice(MARK.length), 'base64url').toString('utf8'));
    return isFields(value) ? textsOf(value) : null;
  } catch {
    // Whatever it is, nobody here wrote it.
    return null;
  }
}

function textsOf(value: Fields): Proof {
  const names = ['source', 'signature', 'encrypted', 'id', 'callId'] as const;
  return Object.fromEntries(names.flatMap(name => (typeof value[name] === 'string' ? [[name, value[name]]] : [])));
}
