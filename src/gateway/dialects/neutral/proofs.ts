import { GatewayError } from '../../../spec/gateway-error.ts';
import { type Member, scanBody } from '../../body/scan-body.ts';

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
const NAMES = ['source', 'signature', 'encrypted', 'id', 'callId'] as const;

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
  return isForeignProof(text) ? proofTexts(Buffer.from(text.slice(MARK.length), 'base64url'), NAMES) : null;
}

/**
 * The texts of these names in what a client sent back. Anybody may have written it, so it is held to the limits of a
 * body, which the text around it has hidden it from. Null where it is none of ours.
 */
export function proofTexts(json: Buffer, names: readonly (keyof Proof)[]): Proof | null {
  try {
    const scan = scanBody(json);
    const isText = (member: Member | undefined) => member !== undefined && scan.type(member) === 'string';
    return Object.fromEntries(
      names.filter(name => isText(scan.member(name))).map(name => [name, scan.parse(scan.member(name)!)]),
    );
  } catch (error) {
    if (error instanceof GatewayError) return null;
    throw error;
  }
}
