import type OpenAI from 'openai';
import type { AudioPart, FilePart, ImagePart, Media, Part, TextPart } from '../../src/spec/chat/parts.ts';
import type { Fields, Writing } from './options.ts';

export type ContentPart = TextPart | ImagePart | FilePart | AudioPart;
type ContentJson = OpenAI.ChatCompletionContentPart;
type Write<Type extends ContentPart['type']> = (
  part: Extract<ContentPart, { type: Type }>,
  writing: Writing,
) => ContentJson;

const urlOf = (media: Exclude<Media, { type: 'id' }>): string =>
  media.type === 'url' ? media.url : `data:${media.mediaType};base64,${media.data}`;

const writers: { readonly [Type in ContentPart['type']]: Write<Type> } = {
  text: part => ({ type: 'text', text: part.text }),
  image: ({ media, detail }) => {
    if (media.type === 'id') return { type: 'file', file: { file_id: media.id } };
    const image = { url: urlOf(media), ...(detail !== undefined && { detail }) };
    return { type: 'image_url', image_url: image as OpenAI.ChatCompletionContentPartImage.ImageURL };
  },
  file: ({ media, name }, { options }) => {
    if (options.pdfOnly === true && media.type === 'data') return pdfOrText(media, name);
    const data = media.type === 'id' ? { file_id: media.id } : { file_data: urlOf(media) };
    return { type: 'file', file: { ...data, ...(name !== undefined && { filename: name }) } };
  },
  audio: ({ media, format }) => {
    const data = media.type === 'data' ? media.data : media.type === 'url' ? media.url : media.id;
    const ending = media.type === 'data' ? media.mediaType.replace(/^audio\/(x-)?/, '') : 'wav';
    const named = format ?? (ending === 'mpeg' ? 'mp3' : ending);
    return { type: 'input_audio', input_audio: { data, format: named as 'wav' | 'mp3' } };
  },
};

export const isContent = (part: Part): part is ContentPart => Object.hasOwn(writers, part.type);

export function contentJson(part: ContentPart, field: string, writing: Writing): Fields {
  const write = writers[part.type] as Write<ContentPart['type']>;
  return writing.withExtra(write(part as never, writing), part.extra, field);
}

/** Images that came as files are what they are. */
function pdfOrText(media: Extract<Media, { type: 'data' }>, name: string | undefined): ContentJson {
  if (media.mediaType.startsWith('image/')) return { type: 'image_url', image_url: { url: urlOf(media) } };
  if (!media.mediaType.startsWith('text/')) {
    return { type: 'file', file: { file_data: urlOf(media), filename: name ?? 'document.pdf' } };
  }
  const text = Buffer.from(media.data, 'base64').toString('utf8');
  return { type: 'text', text: name === undefined ? text : `${name}\n\n${text}` };
}

const isBareText = (json: Fields): boolean => json.type === 'text' && Object.keys(json).length === 2;

/** A single text without anything of its own is a plain string, which every server takes. */
export function contentOf(parts: readonly ContentPart[], field: string, writing: Writing, between = '\n\n'): unknown {
  const [only] = parts;
  if (parts.length === 1 && only!.type === 'text' && only!.extra === undefined) return only!.text;
  const written = parts.map((part, index) => contentJson(part, `${field}.content[${index}]`, writing));
  if (writing.options.joinTexts !== true || !written.every(isBareText)) return written;
  return written.map(({ text }) => text).join(between);
}
