import { lookup } from 'node:dns/promises';
import type { ConfiguredProvider } from '../../spec/snapshot.ts';
import { byte } from '../body/json-scalars.ts';
import type { Call } from '../call.ts';
import { type FetchPublic, fetchPublic } from './fetch-public.ts';
import { loadAddresses } from './load-media.ts';
import { isOnThisMachine } from './own-server.ts';
import { publicUrl } from './public-url.ts';

const CONTENT = 'content';
/** Begins of escapes of letters. */
const LETTERS = ['\\u004', '\\u005', '\\u006', '\\u007'].map(text => Buffer.from(text));
/** What a server may take for a place to fetch from or to read. */
const ADDRESS = /^\s*(?:(?:https?|ftps?|file|gs|s3|blob|wss?|unix|gopher):|(?!data:)[a-z][a-z0-9+.-]*:\/\/)/i;
/** Members that are read as text wherever they stand. */
const TEXTS: ReadonlySet<string> = new Set(['text', 'refusal', 'thinking', 'name', 'filename', 'title', 'arguments']);

/**
 * False only for a body in which no message has parts: text is text, whatever it looks like. Some servers read names in
 * letters of any case, and a name may be spelt with escapes.
 */
export function mayHoldMedia(body: Buffer): boolean {
  for (const opener of [byte.openArray, byte.openObject]) {
    for (let at = body.indexOf(opener); at >= 0; at = body.indexOf(opener, at + 1)) {
      if (opensContent(body, at)) return true;
    }
  }
  return LETTERS.some(beginning => body.includes(beginning));
}

/** What opens at `at` is the value of a member named `content`. */
function opensContent(body: Buffer, at: number): boolean {
  const colon = lastSolid(body, at - 1);
  if (body[colon] !== byte.colon) return false;
  const quote = lastSolid(body, colon - 1);
  const start = quote - CONTENT.length;
  return body[quote] === byte.quote && start > 0 && body.toString('latin1', start, quote).toLowerCase() === CONTENT;
}

function lastSolid(body: Buffer, at: number): number {
  let here = at;
  while (here > 0 && body[here]! <= byte.space) here--;
  return here;
}

/**
 * The messages of a call as JSON, with the bytes that every address in their parts leads to in its place; null where
 * there is none. Throws `media_unreachable` like any other fetch. For a server on this machine, addresses whose names
 * lead nowhere stay as they are: a machine without the internet still serves what it is sent.
 */
export async function inlineMedia(
  call: Call,
  provider: ConfiguredProvider,
  fetch: FetchPublic = fetchPublic,
  conversation = 'messages',
): Promise<string | null> {
  const { scan } = call.parsed!;
  const member = scan.member(conversation);
  if (member === undefined) return null;
  const messages: unknown = scan.parse(member);
  const uses = new Map<string, number>();
  eachAddress(messages, address => {
    uses.set(address, (uses.get(address) ?? 0) + 1);
    return address;
  });
  if (isOnThisMachine(provider)) {
    const known = new Set(await knownAddresses([...uses.keys()]));
    for (const address of uses.keys()) if (!known.has(address)) uses.delete(address);
  }
  if (uses.size === 0) return null;
  const leaving = new AbortController();
  call.onGone = () => leaving.abort();
  const files = await loadAddresses(uses, { signal: leaving.signal, fetch });
  const inlined = eachAddress(messages, address => {
    const file = files.get(address);
    return file === undefined ? address : `data:${file.mediaType};base64,${file.data}`;
  });
  return JSON.stringify(inlined);
}

/** Those of the addresses whose names lead somewhere. */
export async function knownAddresses(addresses: readonly string[]): Promise<readonly string[]> {
  const known = await Promise.all(addresses.map(async address => [address, await isKnown(address)] as const));
  return known.flatMap(([address, leads]) => (leads ? [address] : []));
}

/** What is not even public by its form counts as known: it is for the fetch to refuse. */
async function isKnown(address: string): Promise<boolean> {
  const url = publicUrl(address);
  if (url === null) return true;
  return await lookup(url.hostname.replace(/^\[|\]$/g, '')).then(
    () => true,
    () => false,
  );
}

/** The messages, with every address in their parts replaced. */
function eachAddress(messages: unknown, replace: (address: string) => string): unknown {
  const inPart = (value: unknown, name: string): unknown => {
    if (typeof value === 'string') return !TEXTS.has(name) && ADDRESS.test(value) ? replace(value) : value;
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(element => inPart(element, name));
    return Object.fromEntries(Object.entries(value).map(([inner, each]) => [inner, inPart(each, inner)]));
  };
  if (!Array.isArray(messages)) return messages;
  return messages.map((message: unknown) => {
    if (typeof message !== 'object' || message === null) return message;
    return Object.fromEntries(
      Object.entries(message).map(([name, value]: [string, unknown]) => {
        if (typeof value === 'string') return [name, value];
        // A bare string among parts is text.
        return [name, inPart(value, name.toLowerCase() === CONTENT ? 'text' : name)];
      }),
    );
  });
}
