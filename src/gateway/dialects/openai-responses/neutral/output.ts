import type { ChoicePart } from '../../../../spec/chat/collect-choice.ts';
import { responsesOwner } from '../../../../spec/chat/foreign-members.ts';
import type { Proof } from '../../neutral/proofs.ts';
import { callId } from './call-id.ts';
import { OutputCalls } from './output-calls.ts';
import { type Item, OutputList } from './output-list.ts';
import { OutputMessage } from './output-message.ts';
import type { EventSink } from './output-sink.ts';
import { OutputThoughts } from './output-thoughts.ts';
import type { ToolNames } from './tool-names.ts';

type Of<Type extends ChoicePart['type']> = Extract<ChoicePart, { readonly type: Type }>;

/**
 * Turns the parts of one answer into output items. Streams and whole answers are both written through here, so they
 * cannot differ.
 */
export class Output {
  readonly #list: OutputList;
  readonly #message: OutputMessage;
  readonly #thoughts: OutputThoughts;
  readonly #calls: OutputCalls;

  constructor(sink: EventSink, answerId: string, names: ToolNames) {
    this.#list = new OutputList(sink, answerId);
    this.#message = new OutputMessage(this.#list);
    this.#thoughts = new OutputThoughts(this.#list);
    this.#calls = new OutputCalls(this.#list, names);
  }

  get items(): readonly Item[] {
    return this.#list.items;
  }

  get refused(): boolean {
    return this.#message.refused;
  }

  add(part: ChoicePart): void {
    // There is one answer in this dialect.
    if (part.choice !== 0) return;
    switch (part.type) {
      case 'text-delta':
        this.#thoughts.close();
        return this.#message.say(part.text);
      case 'refusal-delta':
        this.#thoughts.close();
        return this.#message.refuse(part.text);
      case 'citation':
        this.#thoughts.close();
        return this.#message.cite(part.citation);
      case 'logprobs':
        return this.#message.sure(part.value);
      case 'reasoning-delta':
        this.#message.close();
        return this.#thoughts.think(part.text);
      case 'reasoning-proof':
        this.#message.close();
        return this.#thoughts.prove(proofOf(part));
      case 'tool-input-start':
        return this.#call(part);
      case 'tool-input-delta':
        return this.#calls.input(part);
      case 'provider-part':
        return part.dialect === responsesOwner ? this.#whole({ ...part.value }) : undefined;
    }
  }

  /** Nothing more comes. `cut`: it would have gone on. */
  end(cut: boolean): void {
    this.#thoughts.close();
    this.#message.close(cut ? 'incomplete' : 'completed');
    this.#calls.end();
  }

  /** Calls have no place for a proof of the thought behind them; it stands in an item before them. */
  #call(part: Of<'tool-input-start'>): void {
    const { id, signature, source } = part;
    this.#message.close();
    if (signature === undefined) this.#thoughts.close();
    else this.#thoughts.prove({ ...(source !== undefined && { source }), signature, callId: callId(id) });
    this.#calls.begin(part);
  }

  #whole(value: Record<string, unknown>): void {
    if (typeof value.type !== 'string') return;
    this.#thoughts.close();
    this.#message.close();
    this.#list.done(this.#list.add({ id: this.#list.nextId('item'), ...value, type: value.type }));
  }
}

function proofOf({ source, signature, encrypted, id }: Of<'reasoning-proof'>): Proof {
  return {
    source,
    ...(signature !== undefined && { signature }),
    ...(encrypted !== undefined && { encrypted }),
    ...(id !== undefined && source !== responsesOwner && { id }),
  };
}
