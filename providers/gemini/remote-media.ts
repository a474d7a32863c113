import type { ChatRequest } from '../../src/spec/chat/chat-request.ts';
import { mediaAddresses } from '../media-addresses.ts';

/** Where the API reads for itself: its own files, Google's storage, public videos. */
const OWN = /^(gs:\/\/|https:\/\/(generativelanguage\.googleapis\.com\/|(www\.)?youtube\.com\/|youtu\.be\/))/i;

export const isReadByProvider = (url: string): boolean => OWN.test(url);

/** Addresses whose bytes have to be in the request, each once. */
export const remoteMedia = (request: ChatRequest): readonly string[] =>
  mediaAddresses(request).filter(url => !isReadByProvider(url));
