import type { ServerToolKind, SharedTool } from '../../src/spec/chat/chat-request.ts';
import { unsaid } from '../../src/spec/chat/server-tools.ts';
import type { Fields } from '../openai-chat/options.ts';
import type { ResponsesWriting } from './writing.ts';

interface OwnTool {
  readonly says: Parameters<typeof unsaid>[1];
  readonly write: (tool: SharedTool) => Fields;
}

/** https://developers.openai.com/api/docs/guides/tools */
const ownTools: Readonly<Partial<Record<ServerToolKind, OwnTool>>> = {
  'web-search': {
    says: ['allowedDomains', 'userLocation', 'contextSize'],
    write: ({ allowedDomains, userLocation, contextSize }) => ({
      type: 'web_search',
      ...(allowedDomains && { filters: { allowed_domains: allowedDomains } }),
      ...(userLocation && { user_location: { type: 'approximate', ...userLocation } }),
      ...(contextSize !== undefined && { search_context_size: contextSize }),
    }),
  },
  'code-execution': { says: [], write: () => ({ type: 'code_interpreter', container: { type: 'auto' } }) },
};

/** This dialect's own tool in the place of one of another dialect; null where it has none of the kind. */
export function serverTool(tool: SharedTool, field: string, writing: ResponsesWriting): Fields | null {
  const own = ownTools[tool.kind];
  if (own === undefined) return null;
  for (const name of unsaid(tool, own.says)) {
    writing.warn(`${field}.${name}`, 'dropped', 'The tool of this provider has no such option.');
  }
  return own.write(tool);
}
