import type { Part } from '@google/genai';
import type { AudioPart, FilePart, ImagePart, Media } from '../../src/spec/chat/parts.ts';
import { GatewayError } from '../../src/spec/gateway-error.ts';
import { isReadByProvider } from './remote-media.ts';
import type { Warn } from './warn.ts';

export type MediaPart = ImagePart | FilePart | AudioPart;
type WireMedia = Pick<Part, 'inlineData' | 'fileData'>;

const FILES = 'https://generativelanguage.googleapis.com/v1beta/';

/** `field` is the part's own place. Bytes and addresses are kept apart, and the API wants to know what they are before it reads them. */
export function mediaPart(part: MediaPart, field: string, warn: Warn): WireMedia {
  const { media } = part;
  switch (media.type) {
    case 'data':
      return { inlineData: { mimeType: readableType(media.mediaType), data: media.data } };
    case 'url':
      if (!isReadByProvider(media.url)) {
        warn(field, 'approximated', 'The provider fetches this address itself, where it can reach it.');
      }
      return { fileData: { fileUri: media.url, ...typeOfUrl(media.url, part.type) } };
    case 'id':
      return fileById(media, field);
  }
}

/** Its files have names like `files/abc`; what another provider keeps is out of reach. */
function fileById({ id }: Extract<Media, { type: 'id' }>, field: string): WireMedia {
  if (/^files\/[a-z0-9-]+$/.test(id)) return { fileData: { fileUri: FILES + id } };
  const message = 'The model cannot read a file that lives at another provider.';
  throw new GatewayError('operation_unsupported', { status: 400, param: field, message });
}

const TEXT =
  /^application\/(json|xml|yaml|x-yaml|toml|javascript|typescript|x-javascript|x-typescript|sql|csv)\b|^[^;]+\+(json|xml)\b/;

/** Types that are text by another name are refused under their own. */
const readableType = (mediaType: string): string =>
  TEXT.test(mediaType) && mediaType !== 'image/svg+xml' ? 'text/plain' : mediaType;

const typesByEnding: Readonly<Record<string, string>> = {
  avif: 'image/avif',
  bmp: 'image/bmp',
  csv: 'text/csv',
  flac: 'audio/flac',
  gif: 'image/gif',
  heic: 'image/heic',
  htm: 'text/html',
  html: 'text/html',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  json: 'text/plain',
  md: 'text/markdown',
  mov: 'video/quicktime',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  ogg: 'audio/ogg',
  pdf: 'application/pdf',
  png: 'image/png',
  txt: 'text/plain',
  wav: 'audio/wav',
  webm: 'video/webm',
  webp: 'image/webp',
};

const usualTypes: Readonly<Record<MediaPart['type'], string>> = {
  image: 'image/jpeg',
  file: 'application/pdf',
  audio: 'audio/mpeg',
};

/** A file of theirs has its type already; of an address only its ending says something. */
function typeOfUrl(url: string, kind: MediaPart['type']): { readonly mimeType?: string } {
  if (/^https:\/\/(generativelanguage\.googleapis\.com|(www\.)?youtube\.com|youtu\.be)\//i.test(url)) return {};
  const ending = /\.([a-z0-9]+)$/i.exec(url.split(/[?#]/, 1)[0]!)?.[1]?.toLowerCase() ?? '';
  return { mimeType: (Object.hasOwn(typesByEnding, ending) ? typesByEnding[ending] : undefined) ?? usualTypes[kind] };
}
