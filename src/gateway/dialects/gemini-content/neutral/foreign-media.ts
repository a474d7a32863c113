import { type Fields, isFields } from '../../neutral/members.ts';

const DATA_URL = /^data:([^;,]+)(?:;[^,]*)?;base64,(.+)$/s;

/** Images that a model of OpenAI's dialect made, as parts of this one; those that stand elsewhere as files. */
export function imageParts({ images }: Fields): readonly Fields[] {
  if (!Array.isArray(images)) return [];
  return images.flatMap((image: unknown): readonly Fields[] => {
    const place = isFields(image) ? image.image_url : undefined;
    const url = isFields(place) ? place.url : place;
    if (typeof url !== 'string') return [];
    const data = DATA_URL.exec(url);
    if (data !== null) return [{ inlineData: { mimeType: data[1], data: data[2] } }];
    return /^https?:/i.test(url) ? [{ fileData: { mimeType: 'image/*', fileUri: url } }] : [];
  });
}
