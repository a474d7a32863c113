import { randomBytes } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** Bytes from here on would make the alphabet's first letters likelier. */
const UNBIASED = 256 - (256 % ALPHABET.length);

/** `tg_` and 40 characters: 238 random bits. */
export const newVirtualKey = (): string => `tg_${randomText(40)}`;

/** Letters and digits, each equally likely. */
export function randomText(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < UNBIASED && text.length < length) text += ALPHABET[byte % ALPHABET.length];
    }
  }
  return text;
}
