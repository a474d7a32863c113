import { NO_SIGNATURE, wantsSignatures } from '../../../spec/chat/content-signature.ts';
import type { Warning } from '../../../spec/warning.ts';
import type { Cleaned, ParsedRequest } from '../../ingress/ingress.ts';
import { type Fields, isFields } from '../neutral/members.ts';
import { isForeignProof, mayHoldForeignProof } from './neutral/proofs.ts';

const WHY = 'It is the thought of another model, which this one cannot verify.';

/**
 * The contents of a call, without thoughts of models of other dialects, which a provider of this one refuses since it
 * cannot verify them; null where there are none, as mostly. A call of another model stays, with what says that it has no
 * proof where the model wants to hear it, and so do calls of a client that keeps no proofs.
 */
export function withoutForeignThoughts(
  { body, scan }: Pick<ParsedRequest, 'body' | 'scan'>,
  targetModel: string,
): Cleaned | null {
  const wanted = wantsSignatures(targetModel);
  const unsigned = wanted && hasNoProof(body);
  if (!unsigned && !mayHoldForeignProof(body)) return null;
  const member = scan.member('contents');
  if (member === undefined) return null;
  // A list of one may be its element.
  const contents = [scan.parse(member)].flat();
  const warnings: Warning[] = [];
  let changed = false;
  const kept = contents.flatMap((content: unknown, index) => {
    if (!isFields(content) || content.parts === undefined) return [content];
    const parts = [content.parts].flat().flatMap((part: unknown, at) => {
      if (!isFields(part)) return [part];
      const foreign = signatureOf(part);
      if (unsigned && isCall(part)) {
        changed = true;
        return [{ ...part, thoughtSignature: NO_SIGNATURE }];
      }
      if (foreign === null) return [part];
      changed = true;
      const { [foreign]: _proof, ...rest } = part;
      if (isCall(part)) return [wanted ? { ...rest, [foreign]: NO_SIGNATURE } : rest];
      if (part.thought !== true && part.text !== '') return [rest];
      warnings.push({ field: `contents[${index}].parts[${at}]`, action: 'dropped', why: WHY });
      return [];
    });
    return parts.length === 0 ? [] : [{ ...content, parts }];
  });
  return changed ? { messages: JSON.stringify(kept), warnings } : null;
}

const CALLS = ['"functionCall"', '"function_call"'];
const PROOFS = ['"thoughtSignature"', '"thought_signature"'];

/** Calls in the history, and all proofs lost: an older client does not keep them. */
const hasNoProof = (body: Buffer): boolean =>
  CALLS.some(name => body.includes(name)) && !PROOFS.some(name => body.includes(name));

/** Name of the member that holds the proof of another dialect; null where there is none. */
const signatureOf = (part: Fields): string | null =>
  ['thoughtSignature', 'thought_signature'].find(name => isForeignProof(part[name])) ?? null;

const isCall = (part: Fields): boolean => part.functionCall !== undefined || part.function_call !== undefined;
