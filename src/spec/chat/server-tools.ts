import type { ProviderTool, ServerToolKind, SharedTool, Tool, UserLocation } from './chat-request.ts';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0;
const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText);
const isSize = (value: unknown): value is SharedTool['contextSize'] & string =>
  value === 'low' || value === 'medium' || value === 'high';

/** Types of tools, as the dialects call them. */
const types: readonly (readonly [RegExp, ServerToolKind])[] = [
  [/^web_search(_premium|_preview)?(_20\d{6}|_20\d\d_\d\d_\d\d)?$/, 'web-search'],
  [/^web_fetch_20\d{6}$/, 'web-fetch'],
  [/^(code_execution_20\d{6}|code_interpreter)$/, 'code-execution'],
];

/** Tools that are named by their only member, without its underscores. */
const members: Readonly<Record<string, ServerToolKind>> = {
  websearchoptions: 'web-search',
  googlesearch: 'web-search',
  googlesearchretrieval: 'web-search',
  codeexecution: 'code-execution',
  urlcontext: 'web-fetch',
};

/** A tool of one dialect, with what tools of other dialects say as well where it is of a known kind. */
export function providerTool(dialect: string, definition: Fields, field?: string): ProviderTool {
  const shared = sharedTool(definition);
  const placed = { type: 'provider' as const, dialect, definition, ...(field !== undefined && { field }) };
  return shared === null ? placed : { ...placed, shared };
}

/** Null where it is of no known kind. */
function sharedTool(definition: Fields): SharedTool | null {
  const { type, name: _, ...options } = definition;
  if (typeof type === 'string') {
    const kind = types.find(([form]) => form.test(type))?.[1];
    return kind === undefined ? null : { kind, ...readOptions(options) };
  }
  const [member, ...more] = Object.keys(definition);
  const name = member?.replaceAll('_', '').toLowerCase() ?? '';
  if (more.length > 0 || !Object.hasOwn(members, name)) return null;
  const inner = definition[member!];
  return { kind: members[name]!, ...readOptions(isFields(inner) ? inner : {}) };
}

type Options = Omit<SharedTool, 'kind'>;

function readOptions(options: Fields): Options {
  const read: { -readonly [Member in keyof Options]: Options[Member] } = {};
  const others: string[] = [];
  for (const [name, value] of Object.entries(options)) {
    if (value === null || value === undefined) continue;
    const location = name === 'user_location' ? readLocation(value) : undefined;
    const filters = name === 'filters' && isFields(value) ? value : {};
    if (name === 'max_uses' && isCount(value)) read.maxUses = value;
    else if (name === 'allowed_domains' && isTexts(value)) read.allowedDomains = value;
    else if (/^(blocked_domains|excludeDomains|exclude_domains)$/.test(name) && isTexts(value)) {
      read.blockedDomains = value;
    } else if (isTexts(filters.allowed_domains)) read.allowedDomains = filters.allowed_domains;
    else if (location !== undefined) read.userLocation = location;
    else if (name === 'search_context_size' && isSize(value)) read.contextSize = value;
    else others.push(name);
  }
  return others.length === 0 ? read : { ...read, others };
}

/** In one dialect it stands in the object itself, in another one level deeper. */
function readLocation(value: unknown): UserLocation | undefined {
  const outer = isFields(value) ? value : {};
  const { city, region, country, timezone } = isFields(outer.approximate) ? outer.approximate : outer;
  const given = Object.entries({ city, region, country, timezone }).filter(([, text]) => isText(text));
  return given.length === 0 ? undefined : (Object.fromEntries(given) as UserLocation);
}

/** What of a tool is lost where a codec says only these of its options: names as clients spell them. */
export function unsaid(tool: SharedTool, said: readonly (keyof Options)[]): readonly string[] {
  const names = {
    maxUses: 'max_uses',
    allowedDomains: 'allowed_domains',
    blockedDomains: 'blocked_domains',
    userLocation: 'user_location',
    contextSize: 'search_context_size',
  } as const;
  const lost = (Object.keys(names) as (keyof typeof names)[]).filter(
    name => tool[name] !== undefined && !said.includes(name),
  );
  return [...lost.map(name => names[name]), ...(tool.others ?? [])];
}

/** Where the tool at this index stands in the caller's request. */
export const toolField = (tool: Tool, index: number): string =>
  tool.type === 'provider' && tool.field !== undefined ? tool.field : `tools[${index}]`;
