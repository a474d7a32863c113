import type Anthropic from '@anthropic-ai/sdk';
import type { ServerToolKind, SharedTool } from '../../src/spec/chat/chat-request.ts';
import { unsaid } from '../../src/spec/chat/server-tools.ts';
import type { Warn } from './warn.ts';

type Write = (tool: SharedTool) => Anthropic.ToolUnion;

/** The forms that every model with such tools takes: https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview */
const writers: Readonly<Record<ServerToolKind, Write>> = {
  'web-search': tool => ({
    type: 'web_search_20250305',
    name: 'web_search',
    ...reach(tool),
    ...(tool.userLocation && { user_location: { type: 'approximate' as const, ...tool.userLocation } }),
  }),
  'web-fetch': tool => ({ type: 'web_fetch_20250910', name: 'web_fetch', ...reach(tool) }),
  'code-execution': () => ({ type: 'code_execution_20250825', name: 'code_execution' }),
};

/** Only one of both lists is taken, and the shorter way is what may be read. */
const reach = ({ maxUses, allowedDomains, blockedDomains }: SharedTool) => ({
  ...(maxUses !== undefined && { max_uses: maxUses }),
  ...(allowedDomains && { allowed_domains: [...allowedDomains] }),
  ...(blockedDomains && !allowedDomains && { blocked_domains: [...blockedDomains] }),
});

/** This dialect's own tool in the place of one of another dialect. */
export function serverTool(tool: SharedTool, field: string, warn: Warn): Anthropic.ToolUnion {
  const { kind } = tool;
  const reaching = ['maxUses', 'allowedDomains', ...(tool.allowedDomains ? [] : ['blockedDomains' as const])] as const;
  const said =
    kind === 'code-execution' ? [] : kind === 'web-fetch' ? reaching : [...reaching, 'userLocation' as const];
  for (const name of unsaid(tool, said))
    warn(`${field}.${name}`, 'dropped', 'The tool of this provider has no such option.');
  return writers[kind](tool);
}
