import type { FunctionTool, Tool, ToolChoice } from '../../../../spec/chat/chat-request.ts';
import { contentOwner } from '../../../../spec/chat/foreign-members.ts';
import type { Warning } from '../../../../spec/warning.ts';
import type { Fields, Members } from '../../neutral/members.ts';
import { wrongValue } from '../../request-members.ts';
import { withRest } from './extra.ts';
import { toJsonSchema } from './schema.ts';
import { innerMembers, listOf, textsOf, wireMembers, wordOf } from './wire-members.ts';

export interface ReadTools {
  readonly tools: readonly Tool[];
  /** Where each of them stands in the caller's request. */
  readonly places: readonly string[];
}

/** One object holds any number of functions, and beside them tools that run at the provider. */
export function readTools(values: readonly unknown[]): ReadTools {
  const tools: Tool[] = [];
  const places: string[] = [];
  const add = (tool: Tool, place: string) => {
    tools.push(tool);
    places.push(place);
  };
  for (const [index, value] of values.entries()) {
    const tool = wireMembers(value, `tools[${index}]`);
    for (const [at, declaration] of (listOf(tool, 'functionDeclarations') ?? []).entries()) {
      const path = `${tool.at('functionDeclarations')}[${at}]`;
      add(readFunction(wireMembers(declaration, path)), path);
    }
    for (const [name, definition] of Object.entries(tool.rest() ?? {})) {
      add({ type: 'provider', dialect: contentOwner, definition: { [name]: definition } }, tool.at(name));
    }
  }
  return { tools, places };
}

function readFunction(declaration: Members): FunctionTool {
  const name = declaration.required('name', declaration.string('name'));
  const description = declaration.string('description');
  const schema = declaration.fields('parametersJsonSchema');
  const own = declaration.fields('parameters');
  if (schema !== undefined && own !== undefined) {
    throw wrongValue(declaration.at('parameters'), 'parametersJsonSchema is given as well');
  }
  const input = schema ?? (own === undefined ? undefined : toJsonSchema(own));
  return withRest(
    {
      type: 'function',
      name,
      ...(description !== undefined && { description }),
      ...(input !== undefined && { schema: input }),
    },
    declaration,
  );
}

const CONFIG = 'toolConfig.functionCallingConfig';

export interface ReadChoice {
  readonly choice?: ToolChoice;
  /** What else the configuration says, for this dialect alone. */
  readonly rest?: Fields;
}

export function readToolConfig(config: Members | undefined, warnings: Warning[]): ReadChoice {
  const calling = config === undefined ? undefined : innerMembers(config, 'functionCallingConfig');
  const choice = calling === undefined ? undefined : readChoice(calling, warnings);
  for (const name of Object.keys(calling?.rest() ?? {})) {
    warnings.push({ field: `${CONFIG}.${name}`, action: 'dropped', why: 'This provider does not know it.' });
  }
  const rest = config?.rest();
  return { ...(choice !== undefined && { choice }), ...(rest !== undefined && { rest }) };
}

function readChoice(calling: Members, warnings: Warning[]): ToolChoice | undefined {
  const mode = wordOf(calling, 'mode');
  const only = textsOf(calling, 'allowedFunctionNames') ?? [];
  switch (mode) {
    case 'ANY': {
      const [first, ...more] = only;
      if (first === undefined) return { type: 'required' };
      return more.length === 0 ? { type: 'tool', name: first } : { type: 'required', only };
    }
    case 'NONE':
      return { type: 'none' };
    case 'AUTO':
    case 'VALIDATED':
    case undefined:
      break;
    default:
      throw wrongValue(calling.at('mode'), 'known are AUTO, ANY, NONE, VALIDATED');
  }
  if (mode === 'VALIDATED') {
    const why = 'Whether calls keep to their schemas is chosen tool by tool here.';
    warnings.push({ field: `${CONFIG}.mode`, action: 'approximated', why });
  }
  if (only.length > 0) {
    const why = 'Names are kept to only where a call is demanded.';
    warnings.push({ field: `${CONFIG}.allowedFunctionNames`, action: 'dropped', why });
  }
  return mode === undefined ? undefined : { type: 'auto' };
}
