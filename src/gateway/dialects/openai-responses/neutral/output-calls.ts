import type { ChoicePart } from '../../../../spec/chat/collect-choice.ts';
import { callId } from './call-id.ts';
import type { Item, OutputList } from './output-list.ts';
import { type ClientTool, type ToolNames, unwrapText } from './tool-names.ts';

type Of<Type extends ChoicePart['type']> = Extract<ChoicePart, { readonly type: Type }>;

interface OpenCall {
  readonly item: Item;
  readonly outputIndex: number;
  /** Free text that the model writes as the member of an object, so that it is known once it is whole. */
  readonly wrapped: boolean;
  readonly custom: boolean;
  /** Of a delta, up to its number. */
  readonly head: string;
  input: string;
}

/** The tool calls of one answer. Several may be open at once, since some providers write them so. */
export class OutputCalls {
  count = 0;
  readonly #list: OutputList;
  readonly #names: ToolNames;
  readonly #open = new Map<number, OpenCall>();

  constructor(list: OutputList, names: ToolNames) {
    this.#list = list;
    this.#names = names;
  }

  begin({ index, id, name, custom }: Of<'tool-input-start'>): void {
    // A call that is whole need not wait for the end of the answer; clients begin to work on it.
    for (const [known, call] of this.#open) if (isWhole(call)) this.#close(known, call);
    this.count++;
    const tool = this.#names.get(name) ?? { name };
    const free = custom === true || tool.custom === true;
    const item: Item = {
      type: free ? 'custom_tool_call' : 'function_call',
      id: this.#list.nextId(free ? 'ctc' : 'fc'),
      ...(!free && { status: 'in_progress' }),
      call_id: callId(id),
      ...clientName(tool),
      [free ? 'input' : 'arguments']: '',
    };
    const outputIndex = this.#list.add(item);
    const head = JSON.stringify({ type: deltaType(free), item_id: item.id, output_index: outputIndex }).slice(0, -1);
    const wrapped = free && custom !== true;
    this.#open.set(index, { item, outputIndex, wrapped, custom: free, head, input: '' });
  }

  input({ index, text }: Of<'tool-input-delta'>): void {
    if (text === '') return;
    const call = this.#open.get(index);
    if (call === undefined) throw new TypeError(`input for tool call ${index}, which is not open`);
    call.input += text;
    if (!call.wrapped) this.#list.sink.delta(deltaType(call.custom), call.head, text);
  }

  end(): void {
    for (const [index, call] of this.#open) this.#close(index, call);
  }

  #close(index: number, call: OpenCall): void {
    this.#open.delete(index);
    const { item, outputIndex, custom, wrapped, head } = call;
    const { sink } = this.#list;
    const rest = wrapped ? unwrapText(call.input) : call.input === '' && !custom ? '{}' : '';
    if (rest !== '') sink.delta(deltaType(custom), head, rest);
    const text = wrapped ? rest : call.input + rest;
    const member = custom ? 'input' : 'arguments';
    item[member] = text;
    if (!custom) item.status = 'completed';
    const place = { item_id: item.id, output_index: outputIndex };
    const named = custom ? {} : { name: item.name };
    sink.event(`response.${custom ? 'custom_tool_call_input' : 'function_call_arguments'}.done`, {
      ...place,
      ...named,
      [member]: text,
    });
    this.#list.done(outputIndex);
  }
}

const clientName = ({ name, namespace }: ClientTool) => ({ name, ...(namespace !== undefined && { namespace }) });

const deltaType = (custom: boolean): string =>
  custom ? 'response.custom_tool_call_input.delta' : 'response.function_call_arguments.delta';

function isWhole({ input, custom, wrapped }: OpenCall): boolean {
  if (input === '' || (custom && !wrapped)) return false;
  try {
    JSON.parse(input);
    return true;
  } catch {
    return false;
  }
}
