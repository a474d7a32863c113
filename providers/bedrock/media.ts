import type { ChatRequest } from '../../src/spec/chat/chat-request.ts';
import type { AudioPart, FilePart, ImagePart, Media, Part } from '../../src/spec/chat/parts.ts';
import { GatewayError } from '../../src/spec/gateway-error.ts';
import type { Warn } from '../anthropic/warn.ts';
import type { DocumentNames } from './document-names.ts';
import type { Block, Source } from './wire.ts';

/** Of addresses only those of its own storage are read by the provider. */
const isStored = (url: string): boolean => url.startsWith('s3://');

/** Addresses whose bytes have to be in the request, each once. */
export function remoteMedia({ messages }: ChatRequest): readonly string[] {
  const media = messages.flatMap(({ parts }) => parts.flatMap(mediaOf));
  return [...new Set(media.flatMap(each => (each.type === 'url' && !isStored(each.url) ? [each.url] : [])))];
}

function mediaOf(part: Part): readonly Media[] {
  if (part.type === 'tool-result') return part.parts.flatMap(mediaOf);
  return 'media' in part ? [part.media] : [];
}

/** Formats by media type, where they are not called like its second half. */
const formats: Readonly<Record<string, string>> = {
  'application/msword': 'doc',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'audio/mp3': 'mp3',
  'audio/mpeg': 'mp3',
  'audio/x-wav': 'wav',
  'image/jpg': 'jpeg',
  'text/markdown': 'md',
  'text/plain': 'txt',
  'video/3gpp': 'three_gp',
  'video/quicktime': 'mov',
  'video/x-flv': 'flv',
  'video/x-matroska': 'mkv',
  'video/x-ms-wmv': 'wmv',
};
const DOCUMENTS = new Set(['csv', 'doc', 'docx', 'html', 'md', 'pdf', 'txt', 'xls', 'xlsx']);
const TEXT =
  /^(text\/|application\/(json|xml|yaml|x-yaml|toml|javascript|typescript|x-javascript|x-typescript|sql)$)|\+(json|xml)$/;

/** `type/subtype` in lower case, without parameters. */
const plainType = (mediaType: string): string => mediaType.split(';', 1)[0]!.trim().toLowerCase();

const formatOf = (type: string): string => formats[type] ?? type.split('/')[1] ?? type;

/** An object of the provider's storage tells its type only by its name. */
function typeOf(media: Media, usual: string): string {
  if (media.type === 'data') return plainType(media.mediaType);
  const ending = media.type === 'url' ? /\.([a-z0-9]+)$/i.exec(media.url)?.[1]?.toLowerCase() : undefined;
  return ending === undefined ? usual : (endings[ending] ?? `${usual.split('/', 1)[0]}/${ending}`);
}

const endings: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  gif: 'image/gif',
  html: 'text/html',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  md: 'text/markdown',
  mkv: 'video/x-matroska',
  mov: 'video/quicktime',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  pdf: 'application/pdf',
  png: 'image/png',
  txt: 'text/plain',
  wav: 'audio/wav',
  webm: 'video/webm',
  webp: 'image/webp',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

function sourceOf(media: Media, field: string): Source {
  if (media.type === 'data') return { bytes: media.data };
  if (media.type === 'url' && isStored(media.url)) return { s3Location: { uri: media.url } };
  throw unreadable(field, 'The model cannot read a file that lives at another provider.');
}

const unreadable = (param: string, message: string): GatewayError =>
  new GatewayError('operation_unsupported', { status: 400, param, message });

export const imageBlock = ({ media }: Pick<ImagePart, 'media'>, field: string): Block => ({
  image: { format: formatOf(typeOf(media, 'image/jpeg')), source: sourceOf(media, field) },
});

export const audioBlock = ({ media, format }: Pick<AudioPart, 'media' | 'format'>, field: string): Block => ({
  audio: { format: format ?? formatOf(typeOf(media, 'audio/mpeg')), source: sourceOf(media, field) },
});

/** What came as a file is what its type says; everything that is text is a document of plain text. */
export function fileBlock(part: FilePart, field: string, names: DocumentNames, warn: Warn): Block {
  const { media, name } = part;
  const type = typeOf(media, 'application/pdf');
  if (type.startsWith('image/')) return imageBlock({ media }, field);
  if (type.startsWith('audio/')) return audioBlock({ media }, field);
  if (type.startsWith('video/')) return { video: { format: formatOf(type), source: sourceOf(media, field) } };
  const format = documentFormat(type);
  if (format === null) throw unreadable(field, `The model does not read files of type ${type}.`);
  return { document: { name: names.nameFor(name, field, warn), format, source: sourceOf(media, field) } };
}

function documentFormat(type: string): string | null {
  const format = formatOf(type);
  if (DOCUMENTS.has(format)) return format;
  return TEXT.test(type) ? 'txt' : null;
}
