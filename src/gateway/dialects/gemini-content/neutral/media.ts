import { contentOwner } from '../../../../spec/chat/foreign-members.ts';
import type { AudioPart, FilePart, ImagePart, Media } from '../../../../spec/chat/parts.ts';
import type { Members } from '../../neutral/members.ts';
import { wrongValue } from '../../request-members.ts';
import { ownExtra } from './extra.ts';
import { innerMembers } from './wire-members.ts';

export type MediaPart = ImagePart | FilePart | AudioPart;

/** Files that were given to this dialect's API have addresses there, and are known by their name alone. */
const STORED = /^https:\/\/generativelanguage\.googleapis\.com\/v1(?:beta|alpha)?\/(files\/[a-z0-9-]+)$/;
const REMOTE = /^(https?|gs):\/\//i;
const NAMED = /^files\/[a-z0-9-]+$/;

/** `inlineData` of a part; undefined where it has none. Throws a 400 that names the member. */
export function readInline(part: Members): MediaPart | undefined {
  const blob = innerMembers(part, 'inlineData');
  if (blob === undefined) return undefined;
  const mediaType = blob.required('mimeType', blob.string('mimeType'));
  const data = standardBase64(blob.required('data', blob.string('data')));
  return mediaPart(mediaType, { type: 'data', mediaType, data }, blob, part);
}

export function readFile(part: Members): MediaPart | undefined {
  const file = innerMembers(part, 'fileData');
  if (file === undefined) return undefined;
  const uri = file.required('fileUri', file.string('fileUri'));
  const stored = NAMED.test(uri) ? uri : STORED.exec(uri)?.[1];
  if (stored === undefined && !REMOTE.test(uri))
    throw wrongValue(file.at('fileUri'), 'expected an http(s) or gs address');
  const media: Media = stored === undefined ? { type: 'url', url: uri } : { type: 'id', id: stored };
  return mediaPart(file.string('mimeType') ?? typeOfAddress(uri), media, file, part);
}

/** What kind of part it is, its type says. What stands in the object around it is the part's as well. */
function mediaPart(mimeType: string, media: Media, inner: Members, part: Members): MediaPart {
  const name = inner.string('displayName');
  const extra = ownExtra({ ...part.rest(), ...inner.rest() });
  const more = extra === undefined ? {} : { extra };
  const type = mimeType.toLowerCase();
  if (type.startsWith('image/')) return { type: 'image', media, ...withName(more, name) };
  if (type.startsWith('audio/')) {
    const format = formats[type.split(';', 1)[0]!];
    return { type: 'audio', media, ...(format !== undefined && { format }), ...withName(more, name) };
  }
  return { type: 'file', media, ...(name !== undefined && { name }), ...more };
}

/** Only files have names in the neutral form. */
const withName = (more: Pick<MediaPart, 'extra'>, name: string | undefined): Pick<MediaPart, 'extra'> =>
  name === undefined ? more : { extra: { [contentOwner]: { ...more.extra?.[contentOwner], displayName: name } } };

/** Names that other dialects have for types of sound. */
const formats: Readonly<Record<string, string>> = {
  'audio/mpeg': 'mp3',
  'audio/mp3': 'mp3',
  'audio/wav': 'wav',
  'audio/x-wav': 'wav',
  'audio/flac': 'flac',
  'audio/ogg': 'ogg',
  'audio/aac': 'aac',
  'audio/webm': 'webm',
};

const IMAGE = /\.(avif|bmp|gif|heic|jpe?g|png|webp)$/i;
const AUDIO = /\.(aac|flac|mp3|ogg|wav)$/i;

function typeOfAddress(url: string): string {
  const path = url.split(/[?#]/, 1)[0]!;
  if (IMAGE.test(path)) return 'image/*';
  return AUDIO.test(path) ? 'audio/*' : 'application/octet-stream';
}

/** Clients write bytes in either alphabet, with padding or without. */
function standardBase64(data: string): string {
  if (data.length % 4 === 0 && !/[-_]/.test(data)) return data;
  const standard = data.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '');
  return standard + '='.repeat((4 - (standard.length % 4)) % 4);
}
