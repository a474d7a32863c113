import type { AudioPart, FilePart, ImagePart, Part, TextPart } from '../../src/spec/chat/parts.ts';
import type { Writing } from '../openai-chat/options.ts';
import { textInFile } from '../text-file.ts';
import { warnForeign } from './own-members.ts';
import type { ImageJson, TextJson } from './wire.ts';

export type ContentPart = TextPart | ImagePart | FilePart | AudioPart;
export type ContentJson = TextJson | ImageJson;

export const isContent = (part: Part): part is ContentPart =>
  part.type === 'text' || part.type === 'image' || part.type === 'file' || part.type === 'audio';

type Write<Type extends ContentPart['type']> = (
  part: Extract<ContentPart, { type: Type }>,
  field: string,
  writing: Writing,
) => readonly ContentJson[];

const writers: { readonly [Type in ContentPart['type']]: Write<Type> } = {
  text: ({ text }) => (text === '' ? [] : [{ type: 'text', text }]),
  image: imageJson,
  file: fileJson,
  audio: (_part, field, writing) => {
    writing.warn(field, 'dropped', 'This provider hears nothing.');
    return [];
  },
};

const DETAILS = new Set(['auto', 'low', 'high']);
const isDetail = (detail: string): detail is 'auto' | 'low' | 'high' => DETAILS.has(detail);

function imageJson(
  { media, detail }: Omit<ImagePart, 'type'>,
  field: string,
  writing: Writing,
): readonly ContentJson[] {
  if (media.type === 'id') {
    writing.warn(field, 'dropped', 'Files of other providers cannot be read.');
    return [];
  }
  const url = media.type === 'url' ? media.url : `data:${media.mediaType};base64,${media.data}`;
  if (detail === undefined || isDetail(detail)) {
    return [{ type: 'image_url', image_url: { url, ...(detail !== undefined && { detail }) } }];
  }
  writing.warn(`${field}.image_url.detail`, 'dropped', 'Details are auto, low and high.');
  return [{ type: 'image_url', image_url: { url } }];
}

/** Texts and images are read, whatever they came as. */
function fileJson(part: FilePart, field: string, writing: Writing): readonly ContentJson[] {
  const { media, name } = part;
  if (media.type === 'data' && media.mediaType.startsWith('image/')) return imageJson({ media }, field, writing);
  const text = textInFile(part);
  if (text === null) {
    writing.warn(field, 'dropped', 'This provider reads no such files.');
    return [];
  }
  writing.warn(field, 'emulated', 'A file of text goes as the text itself.');
  return [{ type: 'text', text: name === undefined ? text : `${name}\n\n${text}` }];
}

/** A part as the API takes it; nothing where it takes none. */
export function contentJson(part: ContentPart, field: string, writing: Writing): readonly ContentJson[] {
  warnForeign(part.extra, field, writing);
  const write = writers[part.type] as Write<ContentPart['type']>;
  return write(part as never, field, writing);
}

/** A single text is a plain string. */
export function plain<Json extends { readonly type: string }>(
  chunks: readonly (Json | TextJson)[],
): string | readonly (Json | TextJson)[] {
  const [only] = chunks;
  return chunks.length === 1 && isText(only!) ? only.text : chunks;
}

const isText = (chunk: { readonly type: string }): chunk is TextJson => chunk.type === 'text';
