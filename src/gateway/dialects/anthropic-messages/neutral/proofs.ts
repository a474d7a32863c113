import { messagesOwner } from '../../../../spec/chat/foreign-members.ts';
import { type Proof, writeProof as write } from '../../neutral/proofs.ts';

export { isForeignProof, mayHoldForeignProof, type Proof, readForeignProof } from '../../neutral/proofs.ts';

/** One text, in the place of a signature; a proof of this dialect is itself. */
export const writeProof = (proof: Proof): string => write(proof, messagesOwner);
