import type { AudioPart, FilePart, ImagePart, Media, TextPart } from '../../src/spec/chat/parts.ts';
import type { Writing } from '../openai-chat/options.ts';
import { textInFile } from '../text-file.ts';
import { warnForeign } from './own-members.ts';
import type { ContentJson } from './wire.ts';

export type ContentPart = TextPart | ImagePart | FilePart | AudioPart;
type Write<Type extends ContentPart['type']> = (
  part: Extract<ContentPart, { type: Type }>,
  field: string,
  writing: Writing,
) => ContentJson;

const urlOf = (media: Exclude<Media, { type: 'id' }>): string =>
  media.type === 'url' ? media.url : `data:${media.mediaType};base64,${media.data}`;

const writers: { readonly [Type in ContentPart['type']]: Write<Type> } = {
  text: ({ text }) => ({ type: 'text', text }),
  image: ({ media, detail }) =>
    media.type === 'id'
      ? { type: 'file', file_id: media.id }
      : { type: 'image_url', image_url: { url: urlOf(media), ...(detail !== undefined && { detail }) } },
  file: fileJson,
  audio: ({ media }) =>
    media.type === 'id'
      ? { type: 'file', file_id: media.id }
      : { type: 'input_audio', input_audio: media.type === 'url' ? media.url : media.data },
};

/** A document as a document, and what only came as a file as what it is. */
function fileJson(part: FilePart, field: string, writing: Writing): ContentJson {
  const { media, name } = part;
  if (media.type === 'id') return { type: 'file', file_id: media.id };
  if (media.type === 'data') {
    const { mediaType, data } = media;
    if (mediaType.startsWith('image/')) return { type: 'image_url', image_url: { url: urlOf(media) } };
    if (mediaType.startsWith('audio/')) return { type: 'input_audio', input_audio: data };
  }
  const text = textInFile(part);
  if (text !== null) {
    writing.warn(field, 'emulated', 'A file of text goes as the text itself.');
    return { type: 'text', text: name === undefined ? text : `${name}\n\n${text}` };
  }
  return { type: 'document_url', document_url: urlOf(media), ...(name !== undefined && { document_name: name }) };
}

export function contentJson(part: ContentPart, field: string, writing: Writing): ContentJson {
  warnForeign(part.extra, field, writing);
  const write = writers[part.type] as Write<ContentPart['type']>;
  return write(part as never, field, writing);
}

/** A single text is a plain string, which every model takes. */
export function contentOf(parts: readonly ContentPart[], field: string, writing: Writing): string | ContentJson[] {
  const chunks = parts.map((part, index) => contentJson(part, `${field}.content[${index}]`, writing));
  return plain(chunks);
}

export function plain(chunks: ContentJson[]): string | ContentJson[] {
  const [only] = chunks;
  if (only === undefined) return '';
  return chunks.length === 1 && only.type === 'text' ? only.text : chunks;
}
