import { toNeutral } from '../../src/gateway/dialects/openai-chat/neutral/index.ts';
import type { FetchPublic } from '../../src/gateway/media/fetch-public.ts';
import { loadMedia } from '../../src/gateway/media/load-media.ts';
import type { ChatCodec } from '../../src/spec/chat/chat-codec.ts';
import { GatewayError } from '../../src/spec/gateway-error.ts';
import type { Codec } from '../../src/spec/provider.ts';
import type { Warning } from '../../src/spec/warning.ts';
import { type Change, changesBetween } from './changes.ts';
import type { Fields, Probe } from './probe.ts';

/** What became of a probe: changes of what is sent, warnings, or the message of a refusal. */
export interface Effect {
  readonly changes: readonly Change[];
  readonly warnings: readonly Warning[];
  readonly refused?: string;
}

/** A message to a provider, as far as a codec decides it. */
export interface Sent {
  readonly path: string;
  readonly headers: Fields;
  readonly body: unknown;
  readonly warnings: readonly Warning[];
}

/** A codec that translates OpenAI's dialect into another one. */
export interface Translator extends Codec {
  readonly chat: ChatCodec;
}

/** Sends a probe and the same request without it through the codec, and compares what comes out. */
export const tryProbe = (probe: Probe, codec: Translator, model: string): Promise<Effect> =>
  compare(probe, request => sent(request, codec, model));

/** What the two requests of a probe become, one against the other. */
export async function compare(probe: Probe, send: (request: Fields) => Promise<Sent>): Promise<Effect> {
  const { warnings: known, ...base } = await send(probe.base);
  try {
    const { warnings, ...message } = await send(probe.request);
    const said = new Set(known.map(warning => JSON.stringify(warning)));
    return {
      changes: changesBetween(base, message),
      warnings: warnings.filter(warning => !said.has(JSON.stringify(warning)) || names(probe, warning)),
    };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { changes: [], warnings: [], refused: error.message };
  }
}

const NEVER = new AbortController().signal;

/** Stands for the files behind the addresses of the probes. */
const fetchNothing: FetchPublic = async url => {
  const mediaType = mediaTypes[url.split('.').at(-1) ?? ''];
  if (mediaType === undefined) throw new GatewayError('media_unreachable');
  return { mediaType, bytes: Buffer.from('The bytes that were fetched from this address.') };
};

const mediaTypes: Readonly<Record<string, string>> = { png: 'image/png', pdf: 'application/pdf', mp4: 'video/mp4' };

/** Everything that the codec decides of a message to its provider. */
async function sent(request: Fields, codec: Translator, model: string): Promise<Sent> {
  const neutral = toNeutral(structuredClone(request));
  const wanted = codec.chat.remoteMedia?.(neutral.request) ?? [];
  const whole = await loadMedia(neutral.request, wanted, { signal: NEVER, fetch: fetchNothing });
  const { body, headers = [], warnings } = codec.chat.toProvider(whole, model);
  return {
    path: codec.path('MODEL', neutral.request.stream),
    headers: Object.fromEntries(pairs(headers)),
    // As JSON has it: members that are undefined are not there.
    body: JSON.parse(JSON.stringify(body)) as unknown,
    warnings: [...neutral.warnings, ...warnings],
  };
}

const pairs = (flat: readonly string[]): readonly (readonly [string, string])[] =>
  flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1]!] as const] : []));

/** Nothing of it arrived, nobody was told, and it was not what holds anyway. */
export const isSilent = (probe: Probe, { changes, warnings, refused }: Effect): boolean =>
  !probe.isDefault && refused === undefined && changes.length === 0 && !warnings.some(warning => names(probe, warning));

/** The warning is about the probe's own member, something inside it, or something around it. */
const names = ({ fields }: Probe, { field }: Warning): boolean =>
  fields.some(own => isWithin(field, own) || isWithin(own, field));

const isWithin = (field: string, own: string): boolean =>
  field === own || field.startsWith(`${own}.`) || field.startsWith(`${own}[`);
