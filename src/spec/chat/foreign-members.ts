/**
 * What clients of OpenAI's chat dialect write into it for other dialects, by name. The one place where those are named:
 * everything else looks a name up here.
 */
type Fields = Readonly<Record<string, unknown>>;

/** The name under which `extra` and proofs of thought hold what is of the Messages dialect. */
export const messagesOwner = 'anthropic';
/** The name under which they hold what is of the Responses dialect. */
export const responsesOwner = 'openai-responses';

/** The same for what is of the dialect of `generateContent`. */
export const contentOwner = 'gemini';

/** The dialect that a member is of, wherever in a request it stands. */
export const extensionOwners: ReadonlyMap<string, string> = new Map([['cache_control', 'anthropic']]);

/** The dialect that a member beside `messages` is of. */
export const requestExtensionOwners: ReadonlyMap<string, string> = new Map([
  ...extensionOwners,
  ['thinking', 'anthropic'],
]);

const NAMED_TOOL =
  /^(google_?search(_?retrieval)?|code_?execution|url_?context|google_?maps|file_?search|computer_?use)$/i;

/** Tools that run at a provider are known by their form: a type with its date, or a single member that names them. */
const toolForms: readonly (readonly [dialect: string, is: (tool: Fields) => boolean])[] = [
  ['anthropic', ({ type }) => typeof type === 'string' && /_20\d{6}$/.test(type)],
  ['gemini', tool => Object.keys(tool).length === 1 && NAMED_TOOL.test(Object.keys(tool)[0]!)],
  ['bedrock', tool => Object.keys(tool).length === 1 && 'systemTool' in tool],
];

/** The dialect that a tool's definition is of; null when it is of OpenAI's own. */
export const toolOwner = (definition: Fields): string | null => toolForms.find(([, is]) => is(definition))?.[0] ?? null;

/**
 * The names that `reasoning_details` give to a proof of thought, by the dialect whose proof it is. OpenRouter made the
 * form and its names (https://openrouter.ai/docs/use-cases/reasoning-tokens); its clients keep the entries and send
 * them back untouched. A proof of another dialect goes under that dialect's own name.
 */
const formats: readonly (readonly [source: string, format: string])[] = [
  ['anthropic', 'anthropic-claude-v1'],
  ['gemini', 'google-gemini-v1'],
  ['openai-responses', 'openai-responses-v1'],
];

const formatOf = new Map(formats);
const sourceOf = new Map(formats.map(([source, format]) => [format, source]));

export const proofFormat = (source: string): string => formatOf.get(source) ?? source;
export const proofSource = (format: string): string => sourceOf.get(format) ?? format;

/**
 * The dialect that signs tool calls themselves, and the member under `extra_content` where clients of its own
 * OpenAI-like endpoint keep the signature (https://ai.google.dev/gemini-api/docs/openai).
 */
export const signedCalls = Object.freeze({ source: 'gemini', member: 'google' });
