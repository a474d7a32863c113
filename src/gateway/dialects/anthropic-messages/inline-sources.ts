import type { Media } from '../../../spec/chat/parts.ts';
import type { Call } from '../../call.ts';
import { type FetchPublic, fetchPublic } from '../../media/fetch-public.ts';
import { loadAddresses } from '../../media/load-media.ts';
import { type Fields, isFields } from '../neutral/members.ts';

type Data = Extract<Media, { type: 'data' }>;
const QUOTED = [Buffer.from('"url"'), Buffer.from('\\u')];

/**
 * The messages of a call as JSON, with the bytes of every image and document that stands somewhere else; null where there
 * is none. `cleaned` stands in the place of the client's own where something was taken out of them. Throws, or rejects with, `media_unreachable` like any other fetch.
 */
export function inlineSources(
  call: Call,
  cleaned: string | null,
  fetch: FetchPublic = fetchPublic,
): Promise<string> | null {
  const { scan, body } = call.parsed!;
  if (!QUOTED.some(text => body.includes(text))) return null;
  const member = scan.member('messages');
  const messages: unknown = cleaned !== null ? JSON.parse(cleaned) : member && scan.parse(member);
  const uses = new Map<string, number>();
  withSources(messages, url => {
    uses.set(url, (uses.get(url) ?? 0) + 1);
    return null;
  });
  return uses.size === 0 ? null : inlined(call, messages, uses, fetch);
}

async function inlined(
  call: Call,
  messages: unknown,
  uses: ReadonlyMap<string, number>,
  fetch: FetchPublic,
): Promise<string> {
  const leaving = new AbortController();
  call.onGone = () => leaving.abort();
  const files = await loadAddresses(uses, { signal: leaving.signal, fetch });
  return JSON.stringify(withSources(messages, url => files.get(url) ?? null));
}

/** A copy in which the sources that are addresses are what `fileOf` gives for them. */
function withSources(value: unknown, fileOf: (url: string) => Data | null): unknown {
  if (Array.isArray(value)) return value.map(entry => withSources(entry, fileOf));
  if (!isFields(value)) return value;
  const { source, content } = value;
  const inner = Array.isArray(content) ? { content: withSources(content, fileOf) } : {};
  if (!isFields(source)) return { ...value, ...inner };
  const file = source.type === 'url' && typeof source.url === 'string' ? fileOf(source.url) : null;
  return { ...value, ...inner, source: file === null ? withSources(source, fileOf) : sourceOf(file) };
}

function sourceOf({ mediaType, data }: Data): Fields {
  if (!mediaType.startsWith('text/')) return { type: 'base64', media_type: mediaType, data };
  return { type: 'text', media_type: 'text/plain', data: Buffer.from(data, 'base64').toString('utf8') };
}
