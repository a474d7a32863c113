import { responsesOwner } from '../../../../spec/chat/foreign-members.ts';
import type { ReasoningPart } from '../../../../spec/chat/parts.ts';
import { type Fields, isFields, Members } from '../../neutral/members.ts';
import { readForeignProof } from '../../neutral/proofs.ts';
import type { Conversation } from './conversation.ts';
import { withRest } from './extra.ts';

/** A thought of the model: what is shown of it, and the proof that goes back to the model whose it is. */
export function readReasoning(item: Members, into: Conversation): void {
  const summary = textsOf(item, 'summary');
  const content = textsOf(item, 'content');
  const text = (summary.length > 0 ? summary : content).join('\n\n');
  const encrypted = item.string('encrypted_content') ?? '';
  const id = item.string('id');
  item.take('status');
  const foreign = readForeignProof(encrypted);
  if (foreign === null) return into.said([readOwn(item, { text, encrypted, id, summary, content })], [item.path]);
  if (foreign.callId !== undefined) into.proof(foreign.callId, foreign);
  const { callId, ...proof } = foreign;
  const part: ReasoningPart =
    callId === undefined ? { type: 'reasoning', text, ...proof } : { type: 'reasoning', text };
  if (text !== '' || callId === undefined) into.said([part], [item.path]);
}

interface OwnThought {
  readonly text: string;
  readonly encrypted: string;
  readonly id: string | undefined;
  readonly summary: readonly string[];
  readonly content: readonly string[];
}

/** What its one text does not say of the thought stands beside it. */
function readOwn(item: Members, { text, encrypted, id, summary, content }: OwnThought): ReasoningPart {
  const kept: Fields = {
    ...(summary.length > (content.length > 0 ? 0 : 1) && { summary: item.peek('summary') }),
    ...(content.length > 0 && { content: item.peek('content') }),
  };
  const proof = encrypted === '' ? {} : { encrypted };
  const own = { type: 'reasoning', text, ...proof, source: responsesOwner, ...(id !== undefined && { id }) } as const;
  return withRest<ReasoningPart>(own, item, kept);
}

function textsOf(item: Members, name: string): readonly string[] {
  const entries = item.array(name) ?? [];
  return entries.filter(isFields).flatMap((entry, index) => {
    const text = new Members(entry, `${item.at(name)}[${index}]`).string('text') ?? '';
    return text === '' ? [] : [text];
  });
}
