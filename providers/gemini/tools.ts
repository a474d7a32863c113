import type { FunctionDeclaration, Tool as WireTool } from '@google/genai';
import type { ChatRequest, FunctionTool, ServerToolKind, SharedTool, Tool } from '../../src/spec/chat/chat-request.ts';
import { toolField, unsaid } from '../../src/spec/chat/server-tools.ts';
import { objectSchema } from './object-schema.ts';
import { encodeToolName } from './tool-names.ts';
import { ownExtra, type Warn } from './warn.ts';

export interface WireTools {
  readonly tools: readonly WireTool[];
  readonly functions: boolean;
  /** Tools that run at the provider. */
  readonly own: boolean;
}

/** Functions stand together in one tool; tools of this dialect travel untouched, those of another one cannot run here. */
export function toolsOf({ tools = [] }: ChatRequest, warn: Warn): WireTools {
  const declarations: FunctionDeclaration[] = [];
  const own: WireTool[] = [];
  for (const [index, tool] of tools.entries()) {
    const field = toolField(tool, index);
    if (tool.type === 'function') declarations.push(declaration(tool, field, warn));
    else if (isOwn(tool)) own.push(tool.definition as WireTool);
    else if (tool.shared !== undefined) own.push(serverTool(tool.shared, field, warn));
    else warn(field, 'dropped', 'This tool belongs to another provider.');
  }
  const functions = declarations.length > 0;
  return {
    tools: [...(functions ? [{ functionDeclarations: declarations }] : []), ...own],
    functions,
    own: own.length > 0,
  };
}

const serverTools: Readonly<Record<ServerToolKind, WireTool>> = {
  'web-search': { googleSearch: {} },
  'web-fetch': { urlContext: {} },
  'code-execution': { codeExecution: {} },
};

/** This dialect's own tool in the place of one of another dialect; none of them has options. */
function serverTool(tool: SharedTool, field: string, warn: Warn): WireTool {
  for (const name of unsaid(tool, [])) warn(`${field}.${name}`, 'dropped', 'The tool of this provider has no options.');
  return serverTools[tool.kind];
}

const isOwn = (tool: Exclude<Tool, FunctionTool>): boolean => tool.dialect === 'gemini';

function declaration(tool: FunctionTool, field: string, warn: Warn): FunctionDeclaration {
  const name = encodeToolName(tool.name);
  if (name !== tool.name)
    warn(`${field}.function.name`, 'emulated', 'Characters that names cannot have here are escaped.');
  const { schema, told } = objectSchema(tool.schema);
  if (told.length > 0) {
    warn(`${field}.function.parameters`, 'approximated', `Told in descriptions and not enforced: ${told.join(', ')}.`);
  }
  return {
    ...ownExtra(tool.extra, field, warn),
    name,
    ...(tool.description !== undefined && { description: tool.description }),
    parametersJsonSchema: schema,
  };
}
