import type { FunctionTool, Tool, ToolChoice } from '../../../../spec/chat/chat-request.ts';
import { responsesOwner } from '../../../../spec/chat/foreign-members.ts';
import type { Message, Part, ToolCallPart } from '../../../../spec/chat/parts.ts';
import type { Warning } from '../../../../spec/warning.ts';
import { type Fields, fieldsAt, isFields, Members } from '../../neutral/members.ts';
import type { NeutralRequest } from './to-neutral.ts';
import { type ClientTool, flatName, type ToolNames, wrapText } from './tool-names.ts';
import { readTool } from './tools.ts';

export interface FlatRequest extends NeutralRequest {
  readonly names: ToolNames;
  /** Where the tools of the request stand in the client's. */
  readonly toolPlaces: readonly string[];
}

/**
 * The request for a target of another dialect: tools of free text and of namespaces are functions of their own, and what
 * only this dialect knows of the history is left out.
 */
export function flatten(neutral: NeutralRequest): FlatRequest {
  const flattening = new Flattening();
  const { request } = neutral;
  for (const [index, tool] of (request.tools ?? []).entries()) flattening.tool(tool, `tools[${index}]`);
  const history = request.messages.map((message, index) => flattening.message(message, neutral.places[index]!));
  const kept = history.filter(({ message }, index) => {
    return message.parts.length > 0 || request.messages[index]!.parts.length === 0;
  });
  const { tools: _, toolChoice, ...rest } = request;
  return {
    ...neutral,
    request: {
      ...rest,
      messages: kept.map(({ message }) => message),
      ...(flattening.tools.length > 0 && { tools: flattening.tools }),
      ...(toolChoice !== undefined && { toolChoice: flattening.choice(toolChoice) }),
    },
    places: kept.map(({ places }) => places),
    toolPlaces: flattening.toolPlaces,
    names: flattening.names,
    warnings: [...neutral.warnings, ...flattening.warnings],
  };
}

class Flattening {
  readonly warnings: Warning[] = [];
  readonly tools: Tool[] = [];
  readonly toolPlaces: string[] = [];
  readonly names = new Map<string, ClientTool>();

  tool(tool: Tool, path: string): void {
    if (tool.type === 'function' || tool.dialect !== responsesOwner) return this.#offer(tool, path);
    if (tool.definition.type === 'namespace') return this.#namespace(new Members(tool.definition, path));
    if (tool.definition.type !== 'custom') return this.#offer(tool, path);
    const own = this.#custom(tool.definition, path);
    this.names.set(own.name, { name: own.name, custom: true });
    this.#offer(own, path);
  }

  message(
    message: Message,
    places: readonly string[],
  ): { readonly message: Message; readonly places: readonly string[] } {
    const kept = message.parts.flatMap((part, index) => {
      const flat = this.#part(part, places[index]!);
      return flat === null ? [] : [{ part: flat, place: places[index]! }];
    });
    return { message: { ...message, parts: kept.map(({ part }) => part) }, places: kept.map(({ place }) => place) };
  }

  choice(choice: ToolChoice): ToolChoice {
    if (choice.type === 'tool') return { ...choice, name: this.#known(choice.name) };
    if (choice.type !== 'required' || choice.only === undefined) return choice;
    return { ...choice, only: choice.only.map(name => this.#known(name)) };
  }

  #offer(tool: Tool, path: string): void {
    this.tools.push(tool);
    this.toolPlaces.push(path);
  }

  #namespace(definition: Members): void {
    const namespace = definition.required('name', definition.string('name'));
    const inner = definition.required('tools', definition.array('tools'));
    this.#emulated(definition.path, 'Its tools are offered one by one, under names of their own.');
    for (const [index, value] of inner.entries()) {
      const path = `${definition.at('tools')}[${index}]`;
      this.#inner(namespace, readTool(value, path), path);
    }
  }

  #inner(namespace: string, tool: Tool, path: string): void {
    const custom = tool.type === 'provider' && tool.definition.type === 'custom';
    if (tool.type === 'provider' && !custom) return this.#offer(tool, path);
    const own = tool.type === 'provider' ? this.#custom(tool.definition, path) : tool;
    const name = flatName(namespace, own.name);
    this.names.set(name, { name: own.name, namespace, ...(custom && { custom }) });
    this.#offer({ ...own, name }, path);
  }

  /** A function whose input has the free text as its one member. */
  #custom(definition: Fields, path: string): FunctionTool {
    const tool = new Members(fieldsAt(definition, path), path);
    const name = tool.required('name', tool.string('name'));
    const description = tool.string('description');
    const format = tool.fields('format');
    this.#emulated(path, 'A tool that takes free text is offered as a function with one text.');
    const input = { type: 'string', ...(isFields(format) && { description: formatText(format) }) };
    return {
      type: 'function',
      name,
      ...(description !== undefined && { description }),
      schema: { type: 'object', properties: { input }, required: ['input'], additionalProperties: false },
    };
  }

  #part(part: Part, place: string): Part | null {
    if (part.type === 'tool-call') return this.#call(part);
    if (part.type !== 'provider-part' || part.dialect !== responsesOwner) return part;
    const why = `Only the provider it comes from knows ${String(part.value.type)}.`;
    this.warnings.push({ field: place, action: 'dropped', why });
    return null;
  }

  #call({ custom, extra, ...call }: ToolCallPart): ToolCallPart {
    const { namespace, ...own } = extra?.[responsesOwner] ?? {};
    const name = typeof namespace === 'string' ? flatName(namespace, call.name) : call.name;
    const { [responsesOwner]: _, ...others } = extra ?? {};
    const left = Object.keys(own).length > 0 ? { ...others, [responsesOwner]: own } : others;
    return {
      ...call,
      name,
      ...(custom && { input: wrapText(call.input) }),
      ...(Object.keys(left).length > 0 && { extra: left }),
    };
  }

  /** A tool of a namespace may be chosen by the name that it has there. */
  #known(name: string): string {
    for (const [flat, tool] of this.names) if (tool.name === name && tool.namespace !== undefined) return flat;
    return name;
  }

  #emulated(field: string, why: string): void {
    this.warnings.push({ field, action: 'emulated', why });
  }
}

/** What the text has to be like, in words: a grammar cannot be enforced elsewhere. */
function formatText(format: Fields): string {
  if (format.type !== 'grammar') return 'Free text.';
  return `Free text that follows this ${String(format.syntax)} grammar:\n${String(format.definition)}`;
}
