import type { ToolCallPart, ToolResultPart } from '../../../../spec/chat/parts.ts';
import { isFields, jsonTypeOf, type Members } from '../../neutral/members.ts';
import { wrongType } from '../../request-members.ts';
import { ownExtra } from './extra.ts';
import { readFile, readInline } from './media.ts';
import { readProof } from './proofs.ts';
import { innerMembers, listOf, wireMembers } from './wire-members.ts';

interface OpenCall {
  readonly id: string;
  readonly name: string;
}

/**
 * The calls of a conversation that wait for their results. Both may come without ids, as they do from older models and
 * by hand; then a result belongs to the first open call of its name.
 */
export class CallBook {
  #open: OpenCall[] = [];
  #unnamed = 0;

  /** `part` holds a `functionCall`. */
  readCall(part: Members): ToolCallPart {
    const call = part.required('functionCall', innerMembers(part, 'functionCall'));
    const name = call.required('name', call.string('name'));
    const id = call.string('id') || this.#newId();
    const proof = readProof(part.string('thoughtSignature'));
    // What a stream tells of the pieces of an input; whole calls say no more with it.
    call.take('willContinue');
    this.#open.push({ id, name });
    const args = call.fields('args') ?? {};
    const extra = ownExtra({ ...part.rest(), ...call.rest() });
    const signature = proof?.signature ?? proof?.encrypted;
    return {
      type: 'tool-call',
      id,
      name,
      input: JSON.stringify(args),
      ...(signature !== undefined && { signature, ...(proof?.source !== undefined && { source: proof.source }) }),
      ...(extra && { extra }),
    };
  }

  /** `part` holds a `functionResponse`. */
  readResult(part: Members): ToolResultPart {
    const result = part.required('functionResponse', innerMembers(part, 'functionResponse'));
    const name = result.string('name');
    const call = this.#answer(result.string('id'), name);
    const { text, failed } = readResponse(result);
    const media = (listOf(result, 'parts') ?? []).map((value, index) =>
      readResultPart(wireMembers(value, `${result.at('parts')}[${index}]`)),
    );
    const extra = ownExtra({ ...part.rest(), ...result.rest() });
    return {
      type: 'tool-result',
      callId: call.id,
      ...(name !== undefined && name !== call.name && { name }),
      parts: [...(text === '' ? [] : [{ type: 'text' as const, text }]), ...media],
      ...(failed && { failed }),
      ...(extra && { extra }),
    };
  }

  #answer(id: string | undefined, name: string | undefined): OpenCall {
    const call =
      this.#open.find(each => id !== undefined && id !== '' && each.id === id) ??
      this.#open.find(each => each.name === name);
    if (call === undefined) return { id: id || this.#newId(), name: name ?? '' };
    this.#open = this.#open.filter(each => each !== call);
    return call;
  }

  #newId(): string {
    return `call_${this.#unnamed++}`;
  }
}

/** The dialect wants an object; where it holds nothing but one text, that is the result. */
function readResponse(result: Members): { readonly text: string; readonly failed: boolean } {
  const response = result.take('response');
  if (response === undefined) return { text: '', failed: false };
  if (!isFields(response)) throw wrongType(result.at('response'), 'an object', jsonTypeOf(response));
  const [only, ...more] = Object.entries(response);
  if (only === undefined) return { text: '{}', failed: false };
  const [name, value] = only;
  const alone = more.length === 0 && typeof value === 'string';
  if (alone && (name === 'output' || name === 'result')) return { text: value, failed: false };
  return alone && name === 'error' ? { text: value, failed: true } : { text: JSON.stringify(response), failed: false };
}

/** Media that a result holds beside its object. */
function readResultPart(part: Members): ToolResultPart['parts'][number] {
  const media = readInline(part) ?? readFile(part);
  return part.required('inlineData', media);
}
