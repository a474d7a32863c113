import type {
  AudioPart,
  FilePart,
  ImagePart,
  Part,
  ReasoningPart,
  RefusalPart,
  TextPart,
} from '../../../../spec/chat/parts.ts';
import { mediaFromFileData, mediaFromUrl } from '../../neutral/media.ts';
import { jsonTypeOf, Members } from '../../neutral/members.ts';
import { missing, wrongType, wrongValue } from '../../request-members.ts';
import { extraOf } from './extra.ts';

type ContentPart = TextPart | ImagePart | FilePart | AudioPart | RefusalPart | ReasoningPart;
type Reader = (part: Members) => ContentPart;

const withExtra = <Of extends Part>(part: Of, ...from: Parameters<typeof extraOf>): Of => {
  const extra = extraOf(...from);
  return extra === undefined ? part : { ...part, extra };
};

const readers: Readonly<Record<string, Reader>> = {
  text: part => withExtra({ type: 'text', text: part.required('text', part.string('text')) }, part),
  refusal: part => ({ type: 'refusal', text: part.required('refusal', part.string('refusal')) }),
  image_url: readImage,
  input_audio: readAudio,
  file: readFile,
  // What single providers of this dialect take as well.
  video_url: part => readAddress(part, 'video_url'),
  document_url: part => readAddress(part, 'document_url'),
  thinking: readThinking,
};

/** The parts of a message's `content`: none for null, one for a text, else an array of them. Throws a 400. */
export function readContent(message: Members): readonly ContentPart[] {
  const content = message.take('content');
  if (content === undefined) return [];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  const path = message.at('content');
  if (!Array.isArray(content)) throw wrongType(path, 'a string or an array of objects', jsonTypeOf(content));
  return content.map((part: unknown, index) => readPart(part, `${path}[${index}]`));
}

function readPart(value: unknown, path: string): ContentPart {
  if (typeof value === 'string') return { type: 'text', text: value };
  const part = new Members(value, path);
  const type = part.required('type', part.string('type'));
  const reader = Object.hasOwn(readers, type) ? readers[type] : undefined;
  if (reader !== undefined) return reader(part);
  const known = Object.keys(readers).join(', ');
  throw wrongValue(part.at('type'), `this part cannot be translated; known are ${known}`);
}

/** A member that is an object with a `url`; some clients send the address alone. */
function readUrl(
  part: Members,
  name: string,
): { readonly url: string; readonly path: string; readonly inner?: Members } {
  const value = part.take(name);
  if (typeof value === 'string') return { url: value, path: part.at(name) };
  if (value === undefined) throw missing(part.at(name));
  const inner = new Members(value, part.at(name));
  return { url: inner.required('url', inner.string('url')), path: inner.at('url'), inner };
}

function readImage(part: Members): ImagePart {
  const { url, path, inner } = readUrl(part, 'image_url');
  const detail = inner?.string('detail');
  const image: ImagePart = { type: 'image', media: mediaFromUrl(url, path), ...(detail !== undefined && { detail }) };
  return withExtra(image, part, { image_url: inner });
}

function readAddress(part: Members, name: string): FilePart {
  const { url, path, inner } = readUrl(part, name);
  const file = part.string('document_name');
  return withExtra({ type: 'file', media: mediaFromUrl(url, path), ...(file !== undefined && { name: file }) }, part, {
    [name]: inner,
  });
}

/** Formats whose media type is not simply `audio/` and their name. */
const audioTypes: Readonly<Record<string, string>> = { mp3: 'audio/mpeg', m4a: 'audio/mp4', pcm16: 'audio/pcm' };

function readAudio(part: Members): AudioPart {
  const audio = part.required('input_audio', part.members('input_audio'));
  const data = audio.required('data', audio.string('data'));
  const format = audio.required('format', audio.string('format'));
  const mediaType = audioTypes[format] ?? `audio/${format}`;
  return withExtra({ type: 'audio', media: { type: 'data', mediaType, data }, format }, part, { input_audio: audio });
}

function readFile(part: Members): FilePart {
  const file = part.required('file', part.members('file'));
  const name = file.string('filename');
  const data = file.string('file_data') ?? file.string('file_url');
  const id = file.string('file_id');
  if (data === undefined && id === undefined) throw missing(file.at('file_data'));
  const media =
    data === undefined ? { type: 'id' as const, id: id! } : mediaFromFileData(data, name, file.at('file_data'));
  return withExtra({ type: 'file', media, ...(name !== undefined && { name }) }, part, { file });
}

/** A thought in the content, as text or as a list of texts. */
function readThinking(part: Members): ReasoningPart {
  const value = part.take('thinking');
  const pieces = Array.isArray(value) ? value : [{ text: value ?? '' }];
  const text = pieces
    .map((piece: unknown, index) => new Members(piece, `${part.at('thinking')}[${index}]`).string('text') ?? '')
    .join('');
  const signature = part.string('signature');
  part.take('closed');
  return withExtra({ type: 'reasoning', text, ...(signature !== undefined && { signature }) }, part);
}
