import { responsesOwner } from '../../../../spec/chat/foreign-members.ts';
import type { AudioPart, FilePart, ImagePart, Part, TextPart, ToolResultPart } from '../../../../spec/chat/parts.ts';
import { readResponsesCitation } from '../../../../spec/chat/responses-citation.ts';
import { mediaFromFileData, mediaFromUrl } from '../../neutral/media.ts';
import { type Fields, isFields, jsonTypeOf, Members } from '../../neutral/members.ts';
import { missing, wrongType, wrongValue } from '../../request-members.ts';
import { withRest } from './extra.ts';

type Reader = (part: Members) => Part;

const readers: Readonly<Record<string, Reader>> = {
  input_text: readText,
  output_text: readText,
  text: readText,
  refusal: part => ({ type: 'refusal', text: part.required('refusal', part.string('refusal')) }),
  input_image: readImage,
  input_file: readFile,
  input_audio: readAudio,
};

/** The parts of a `content` or `output`: a text, or an array of parts. Throws a 400 that names the part. */
export function readContent(value: unknown, path: string): readonly Part[] {
  if (typeof value === 'string') return [{ type: 'text', text: value }];
  if (!Array.isArray(value)) throw wrongType(path, 'a string or an array of objects', jsonTypeOf(value));
  return value.map((part: unknown, index) => readPart(new Members(part, `${path}[${index}]`), part as Fields));
}

/** A part without a neutral form travels on as it is. */
function readPart(part: Members, value: Fields): Part {
  const type = part.required('type', part.string('type'));
  const reader = Object.hasOwn(readers, type) ? readers[type] : undefined;
  return reader === undefined ? { type: 'provider-part', dialect: responsesOwner, value } : reader(part);
}

function readText(part: Members): TextPart {
  const text = part.required('text', part.string('text'));
  const citations = (part.array('annotations') ?? []).filter(isFields).map(wire => readResponsesCitation(wire));
  // Of an answer of old, nobody asks how sure it was.
  part.take('logprobs');
  return withRest({ type: 'text', text, ...(citations.length > 0 && { citations }) }, part);
}

function readImage(part: Members): ImagePart {
  const url = part.string('image_url');
  const id = part.string('file_id');
  const detail = part.string('detail');
  if (url === undefined && id === undefined) throw missing(part.at('image_url'));
  const media = url === undefined ? { type: 'id' as const, id: id! } : mediaFromUrl(url, part.at('image_url'));
  return withRest({ type: 'image', media, ...(detail !== undefined && { detail }) }, part);
}

function readFile(part: Members): FilePart {
  const name = part.string('filename');
  const [data, url, id] = [part.string('file_data'), part.string('file_url'), part.string('file_id')];
  const named = name === undefined ? {} : { name };
  if (data !== undefined) {
    return withRest({ type: 'file', media: mediaFromFileData(data, name, part.at('file_data')), ...named }, part);
  }
  if (url !== undefined)
    return withRest({ type: 'file', media: mediaFromUrl(url, part.at('file_url')), ...named }, part);
  if (id === undefined) throw missing(part.at('file_data'));
  return withRest({ type: 'file', media: { type: 'id', id }, ...named }, part);
}

/** Formats whose media type is not simply `audio/` and their name. */
const audioTypes: Readonly<Record<string, string>> = { mp3: 'audio/mpeg', m4a: 'audio/mp4', pcm16: 'audio/pcm' };

function readAudio(part: Members): AudioPart {
  const audio = part.required('input_audio', part.members('input_audio'));
  const data = audio.required('data', audio.string('data'));
  const format = audio.required('format', audio.string('format'));
  const mediaType = Object.hasOwn(audioTypes, format) ? audioTypes[format]! : `audio/${format}`;
  return withRest({ type: 'audio', media: { type: 'data', mediaType, data }, format }, part);
}

const isResultContent = (part: Part): part is ToolResultPart['parts'][number] =>
  part.type === 'text' || part.type === 'image' || part.type === 'file' || part.type === 'audio';

/** What a tool gave. */
export function readOutput(value: unknown, path: string): ToolResultPart['parts'] {
  const parts = readContent(value, path);
  const wrong = parts.findIndex(part => !isResultContent(part));
  if (wrong >= 0) throw wrongValue(`${path}[${wrong}].type`, 'a tool result holds texts, images, files and audio');
  return parts.filter(isResultContent);
}
