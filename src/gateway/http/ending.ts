/** Connections whose end has been announced. */
const ending = new WeakSet<object>();

/**
 * The answer that is given now is the last one on this connection. Node's parser goes on with what a client sent behind
 * it, and would have it served: such a request may be a part of a body that was refused.
 */
export function announceEnd(socket: object): void {
  ending.add(socket);
}

export const isEnding = (socket: object): boolean => ending.has(socket);
