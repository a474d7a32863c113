/** How a command ends; checks and scripts rely on these. */
export const exitCodes = { done: 0, failed: 1, wrongUse: 2, notRunning: 3 } as const;

/** A command that did not do what it was asked. The message is for the person who typed it, without a trace. */
export class CommandFailure extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandFailure';
    this.exitCode = exitCode;
  }
}
