import { signedCalls } from '../../../../spec/chat/foreign-members.ts';
import type { SignedCall } from './wire.ts';

/** The signature of a call, also at the call itself, for clients that know `extra_content` only. */
export const callMark = (call: { readonly signature?: string; readonly source?: string }): SignedCall =>
  call.signature === undefined || call.source !== signedCalls.source
    ? {}
    : { extra_content: { [signedCalls.member]: { thought_signature: call.signature } } };
