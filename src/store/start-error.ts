/** Something about this machine, folder or database stops the start. The message is for the person who starts it. */
export class StoreStartError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreStartError';
  }
}
